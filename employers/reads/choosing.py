"""Finding the employer somebody means."""

from crm.core import search
from crm.identity.models import User
from employers.models import Employer


def find_employers(typed: str, *, user: User, limit: int = 6) -> list[Employer]:
    """Employers that `typed` may mean, likeliest first; none for nothing."""
    ids = [entry.object_id for entry in search.find(typed, kinds=["employer"], limit=limit)]
    found = Employer.objects.visible_to(user).select_related("owner").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
