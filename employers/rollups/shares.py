"""Copies of what is shared of an employer, held by other institutes."""

import uuid

from crm.identity.models import User
from crm.network.actions import refresh_shares
from employers.models import Employer


def refresh_shares_of(employer_id: uuid.UUID, by: User | None = None) -> int:
    """Bring them up to date, those of employers that were merged into this one too. Returns how many changed."""
    merged = Employer.with_merged.filter(merged_into=employer_id).values_list("pk", flat=True)
    ids = [employer_id, *merged]
    return sum(refresh_shares(object_type="employers.employer", object_id=pk, by=by) for pk in ids)
