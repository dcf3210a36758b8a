"""What may not be typed where it is kept (personal data of learners and pupils), and who may agree with whom."""

import datetime as dt
import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from crm.base.clock import today
from crm.base.errors import DomainError
from crm.identity.models import Institute
from employers.models import Employer

_EMAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")  # begins at the @: a long text without one is read once
_INSURANCE_NUMBER = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+44|0)\s?\d(?:[\s-]?\d){8,9}(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?!\d)")
_BORN = re.compile(r"\b(?:d\.?o\.?b\.?|born|date of birth)\b", re.IGNORECASE)
_TITLED_NAME = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.?\s+[A-Z][\w'’-]+")
_REFERENCE = re.compile(r"[A-Za-z0-9]+(?:[-/_][A-Za-z0-9]+)*")

OLDEST_LEARNER, YOUNGEST_LEARNER = 80, 10  # years, for dates that may be of birth


LONGEST_AHEAD = dt.timedelta(days=3 * 365)


def check_due_day(day: dt.date) -> None:
    """For the day a part of an award is due: in the past it would be overdue at once, and one far ahead is a slip of
    the pen. Raise ValidationError for both."""
    if not today() <= day <= today() + LONGEST_AHEAD:
        raise ValidationError("Choose a day from today on, within three years.", code="day")


def refuse_personal_data(text: str) -> None:
    """For notes, reasons and memos: raise ValidationError when the text holds an e-mail address, a telephone or
    National Insurance number, a date that can be of birth, or a name with a title."""
    found = (
        (_EMAIL.search(text), "an e-mail address"),
        (_INSURANCE_NUMBER.search(text), "a National Insurance number"),
        (_PHONE.search(text), "a telephone number"),
        (_BORN.search(text) or _holds_birth_date(text), "a date of birth"),
        (_TITLED_NAME.search(text), "a person's name"),
    )
    for is_there, what in found:
        if is_there:
            raise ValidationError(f"Take out {what}: nothing here may say who a learner is.", code="personal")


def check_names_nobody(text: str, *, field: str) -> None:
    """As refuse_personal_data, for actions: raise DomainError at `field`."""
    try:
        refuse_personal_data(text)
    except ValidationError as error:
        raise DomainError(error.message, field=field, code="personal") from error


def check_learner_reference(text: str) -> None:
    """A provider's learner number: letters, digits and - / _ with at least three digits. Raise ValidationError for
    anything that can be a name, an e-mail address or a date of birth."""
    reference = text.strip()
    if "@" in reference:
        raise ValidationError("Enter the learner number, not an e-mail address.", code="personal")
    if _holds_birth_date(reference) or _is_packed_birth_date(reference):
        raise ValidationError("Enter the learner number, not a date of birth.", code="personal")
    if _INSURANCE_NUMBER.fullmatch(reference):
        raise ValidationError("Enter the learner number, not a National Insurance number.", code="personal")
    if sum(c.isdigit() for c in reference) < 3 or not reference.isascii():
        raise ValidationError("Enter the provider's learner number. It has digits and is not a name.", code="personal")
    if not _REFERENCE.fullmatch(reference) or not 4 <= len(reference) <= 20:
        raise ValidationError("Enter 4 to 20 letters and digits, without spaces.", code="invalid")


def _holds_birth_date(text: str) -> bool:
    day_first = ((y, m, d) for d, m, y in _DAY_FIRST.findall(text))
    return any(_can_be_of_birth(*parts) for parts in (*day_first, *_YEAR_FIRST.findall(text)))


def _is_packed_birth_date(text: str) -> bool:
    """Eight digits that read as a date: 14092006 or 20060914."""
    if not (len(text) == 8 and text.isdigit()):
        return False
    return _can_be_of_birth(text[4:], text[2:4], text[:2]) or _can_be_of_birth(text[:4], text[4:6], text[6:])


def _can_be_of_birth(year: str, month: str, day: str) -> bool:
    try:
        born = dt.date(int(year), int(month), int(day))
    except ValueError:
        return False
    this_year = dt.datetime.now(dt.UTC).year
    return this_year - OLDEST_LEARNER <= born.year <= this_year - YOUNGEST_LEARNER


def check_parties_can_take_part(institutes: Sequence[Institute], employer: Employer) -> None:
    """Raises DomainError when one of the institutes has left the network, or several cannot know who the sponsor is:
    nothing but the register tells the others."""
    for institute in institutes:
        if not institute.is_live or institute.kind != Institute.Kind.INSTITUTE:
            raise DomainError(f"{institute.short_name} takes part no more. Draft this without it.", field="parties")
    if len(institutes) > 1 and not (employer.organisation and employer.organisation.company_number):
        raise DomainError(
            f"{employer.name} is not linked to the register, so the other institutes could not know who promises."
            " Link it to its company on its record first.",
            field="employer",
        )
