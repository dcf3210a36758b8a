"""Rows one asks for by an adjective."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Case, DateField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from crm.base.clock import today
from crm.base.context import acting_institute
from crm.base.errors import NotFound
from crm.base.tenancy import TenantQuerySet

QUIET_AFTER_DAYS = 60  # where an institute has no rules of its own; see HealthRules
IN_PLAY = ("prospect", "in_conversation", "active")


# In a SELECT of its own: under row security an index serves a comparison with one value, and none with a calculation.
_CUTOFF = """(SELECT %s::date - COALESCE((
  SELECT quiet_after_days FROM employers_healthrules WHERE institute_id = %s ORDER BY version DESC LIMIT 1), %s))"""


def quiet_cutoff() -> RawSQL:
    """The last day whose conversations are too long ago by the acting institute's rules, as part of a query."""
    return RawSQL(_CUTOFF, [today(), acting_institute(), QUIET_AFTER_DAYS], output_field=DateField())  # noqa: S611


def _quiet() -> Q:
    return Q(stage__in=IN_PLAY, last_contact_on__lte=quiet_cutoff())


class LockableQuerySet(TenantQuerySet):
    def lock(self, row: Any) -> Any:
        """The row as it is now, locked until the transaction ends. Raises NotFound when it is gone."""
        try:
            return self.select_for_update(of=("self",)).get(pk=row.pk)
        except self.model.DoesNotExist as error:
            raise NotFound("This record no longer exists. Go back to the list and open it again.") from error


class EmployerQuerySet(LockableQuerySet):
    def going_quiet(self) -> "EmployerQuerySet":
        """In play, spoken to once, and not for as long as the rules say. Automatic mail is not speaking."""
        return self.filter(_quiet())

    def with_quiet(self) -> "EmployerQuerySet":
        """Each with `is_quiet`, by the same rule."""
        return self.annotate(is_quiet=Case(When(_quiet(), then=Value(True)), default=Value(False)))

    def owned_by(self, user: Any) -> "EmployerQuerySet":
        """Looked after by that person."""
        return self.filter(owner=user)

    def anchor(self) -> "EmployerQuerySet":
        """On the anchor level of the network's scale, whatever the institute calls it."""
        return self.filter(tier__scale="anchor")

    def touch(self) -> int:
        """Whoever asks what changed since yesterday is told of these: what is written beside them did."""
        return self.update(updated_at=Now())


class DuplicatePairQuerySet(LockableQuerySet):
    def open(self) -> "DuplicatePairQuerySet":
        """Waiting for somebody to decide."""
        return self.filter(state="open")


class EmployerMergeQuerySet(TenantQuerySet):
    def standing(self) -> "EmployerMergeQuerySet":
        """Not undone."""
        return self.filter(undone__isnull=True)


class ContactQuerySet(LockableQuerySet):
    def still_there(self) -> "ContactQuerySet":
        """Who has not left by today."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=today()))

    def of_person(self, person_id: uuid.UUID) -> "ContactQuerySet":
        """All rows of one person, wherever they were."""
        return self.filter(Q(pk=person_id) | Q(first=person_id))

    def holding(self, role: str, day: dt.date) -> "ContactQuerySet":
        """Who holds that role on `day` and has not left. Somebody who holds it twice is there twice."""
        is_there = Q(left_on__isnull=True) | Q(left_on__gt=day)
        not_ended = Q(roles__ends_on__isnull=True) | Q(roles__ends_on__gte=day)
        return self.filter(is_there, not_ended, roles__role=role, roles__starts_on__lte=day)


class ContactRoleQuerySet(TenantQuerySet):
    def in_force(self, day: dt.date | None = None) -> "ContactRoleQuerySet":
        """Roles held on `day`, today unless said."""
        day = day or today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def going_on(self, day: dt.date) -> "ContactRoleQuerySet":
        """Roles that are held, or to be held, on some day after `day`."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def end_on(self, day: dt.date) -> None:
        """End those that would go on after `day`. One that was to begin later ends as it begins."""
        for role in self.going_on(day):
            role.ends_on = max(day, role.starts_on)
            role.save(update_fields=["ends_on"])


class FollowUpQuerySet(LockableQuerySet):
    def open(self) -> "FollowUpQuerySet":
        """Neither done nor dropped."""
        return self.filter(done_at__isnull=True)

    def overdue(self) -> "FollowUpQuerySet":
        """Open, and the due date is past."""
        return self.open().filter(due_on__lt=today())

    def due(self) -> "FollowUpQuerySet":
        """Open, due today or before."""
        return self.open().filter(due_on__lte=today())


class SavedViewQuerySet(LockableQuerySet):
    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """One's own, and those shared here."""
        return super().visible_to(user).filter(Q(owner=user) | Q(is_shared=True))


class PromiseQuerySet(LockableQuerySet):
    def open(self) -> "PromiseQuerySet":
        """Neither kept nor let go."""
        return self.filter(state="open")

    def overdue(self) -> "PromiseQuerySet":
        """Open, and the due date is past."""
        return self.open().filter(due_on__lt=today())

    def due(self) -> "PromiseQuerySet":
        """Open, due today or before."""
        return self.open().filter(due_on__lte=today())


class SeatQuerySet(LockableQuerySet):
    def in_force(self, day: dt.date | None = None) -> "SeatQuerySet":
        """Held on `day`, today unless said."""
        day = day or today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def overlapping(self, starts_on: dt.date, ends_on: dt.date | None) -> "SeatQuerySet":
        """Held on any day from `starts_on` to `ends_on` (None: for ever)."""
        shared = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return shared.filter(starts_on__lte=ends_on) if ends_on else shared


class SkillsNeedQuerySet(LockableQuerySet):
    def open(self) -> "SkillsNeedQuerySet":
        """Neither met nor closed."""
        return self.filter(state="open")


class RecordFileQuerySet(LockableQuerySet):
    def kept(self) -> "RecordFileQuerySet":
        """Those not removed."""
        return self.filter(removed_at__isnull=True)
