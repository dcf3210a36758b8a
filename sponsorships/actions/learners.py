"""Learners get a pseudonym. Their number at the provider goes through here once and is not kept."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.core.exceptions import ValidationError

from crm.base.context import acting_institute
from crm.base.errors import DomainError
from crm.base.transactions import action
from crm.identity.models import Provider, User
from crm.outbox.record import record
from sponsorships.domain_events import LearnerReferred
from sponsorships.models import LearnerRef
from sponsorships.validators import check_learner_reference, check_names_nobody

SHORTEST, LONGEST = 4, 12  # letters of a pseudonym; longer only where a shorter one is taken


@action
def refer_learner(*, provider: Provider, learner_number: str, course: str, level: str, by: User | None) -> LearnerRef:
    """The learner with this number at this provider: the one already known here, or a new pseudonym.

    The number is not stored, logged or audited; only its HMAC is. A known learner's course and level are brought up
    to date. Raises DomainError when the number looks like a name, an e-mail address or a date of birth.
    """
    try:
        check_learner_reference(learner_number)
    except ValidationError as error:
        raise DomainError(error.message, field="learner_number", code="personal") from error
    check_names_nobody(course, field="course")
    digest = _keyed_hash(provider, learner_number)
    facts = {"provider": provider, "course": course.strip(), "level": level}
    learner, is_new = LearnerRef.objects.get_or_create(
        institute_id=acting_institute(),
        reference_hash=digest.hex(),
        defaults={**facts, "pseudonym": _free_pseudonym(digest)},
    )
    if not is_new:
        learner.course, learner.level = facts["course"], level
        learner.save(update_fields=["course", "level"])
    record(LearnerReferred(learner_id=learner.id), by=by)
    return learner


def _keyed_hash(provider: Provider, learner_number: str) -> bytes:
    """Under a key that is not in the database: a leaked table cannot be matched by trying every number."""
    message = f"{provider.id}\0{learner_number.strip().upper()}".encode()
    return hmac.new(settings.LEARNER_HASH_KEY.encode(), message, hashlib.sha256).digest()


def _free_pseudonym(digest: bytes) -> str:
    """The start of the hash, without letters and digits that are mistaken for one another (no O and 0, no I and 1)."""
    letters = base64.b32encode(digest).decode().rstrip("=").replace("O", "8").replace("I", "9")
    choices = [f"L-{letters[:length]}" for length in range(SHORTEST, LONGEST + 1)]
    taken = set(LearnerRef.objects.filter(pseudonym__in=choices).values_list("pseudonym", flat=True))
    return next(choice for choice in choices if choice not in taken)
