"""Reminders of sponsorships."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    DateField,
    EmailField,
    Exists,
    F,
    Field,
    Func,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.urls import reverse

from crm.base.clock import academic_year, today
from crm.base.context import acting_institute
from crm.core.registry import reminders
from crm.identity.models import Membership
from crm.identity.roles import ROLES, Permission, Role
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from employers.models import Contact, ContactRole
from sponsorships.actions.loans import WITH_US
from sponsorships.models import ContributionLine, Fund, Instalment, Valuation
from sponsorships.querysets.contributions import OPEN_STATES
from sponsorships.reads.funds import NEARLY_USED, fund_usage, funds_nearly_used
from sponsorships.reads.reaching import without_finance_contact

# £18,500 as the lists say it; the pence of a valuation are on its page.
_POUNDS = Func(F("pence") / 100, Value("FM999,999,990"), function="to_char", output_field=CharField())


@reminders.register
class InstalmentDue(Reminder):
    """Fourteen days before an instalment is due, to the sponsor's finance contacts."""

    name = "sponsorships.instalment_due"
    label = "Instalment due"
    audience = "the sponsor's finance contact"
    why = "because you are the finance contact of a sponsorship with an instalment due soon"
    template = "sponsorships/email/instalment_due"
    subject_type = "sponsorships.instalment"
    lead_days = 14
    expires_after_days = 14
    nobody = "the sponsor has no finance contact with an e-mail address"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        contacts = "component__share__employer__contacts"
        # One filter, so that all of it is said of the same contact and the same role.
        finance = Q(
            Q(**{f"{contacts}__roles__ends_on__isnull": True}) | Q(**{f"{contacts}__roles__ends_on__gte": as_of}),
            Q(**{f"{contacts}__left_on__isnull": True}) | Q(**{f"{contacts}__left_on__gt": as_of}),
            **{f"{contacts}__roles__role": ContactRole.Role.FINANCE, f"{contacts}__roles__starts_on__lte": as_of},
        )
        lead = dt.timedelta(days=self.lead_days)
        due = Instalment.objects.expected().filter(due_on__gte=as_of, due_on__lte=until + lead)
        when = {"due_on": days_after("due_on", -self.lead_days), "occurrence_key": Value("T-14")}
        reached = self.rows(
            due.filter(finance).distinct(),
            recipient_email=f"{contacts}__email",
            recipient_name=f"{contacts}__name",
            recipient_type="employers.contact",
            recipient_id=f"{contacts}__id",
            about="component__share__title",
            **when,
        )
        unreached = without_finance_contact(due, as_of)
        return reached.union(self.rows_for_nobody(unreached, about="component__share__title", **when), all=True)

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        instalment = self._instalment(occurrence)
        if instalment is None or not instalment.outstanding_pence:
            return "the instalment is paid or cancelled"
        finance = Contact.objects.holding(ContactRole.Role.FINANCE, today())
        if not finance.filter(pk=occurrence.recipient_id, employer=instalment.component.share.employer_id).exists():
            return "they are the sponsor's finance contact no longer"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        instalment = self._instalment(occurrence)
        return {"instalment": instalment, "share": instalment.component.share}

    def reply_to(self, occurrence: Occurrence) -> str:
        owner = self._instalment(occurrence).component.share.employer.owner
        return owner.email if owner else ""

    def _instalment(self, occurrence: Occurrence) -> Instalment | None:
        rows = Instalment.objects.select_related("component__share__employer__owner")
        return rows.filter(pk=occurrence.subject_id).first()


class _Each(Func):
    """`unnest`: a row per element. Several beside one another in a SELECT step together."""

    function = "unnest"
    set_returning = True


@reminders.register
class ContributionAwaitingApproval(Reminder):
    """The day after a valuation was submitted (or the next working day), to everybody who may approve it."""

    name = "sponsorships.contribution_awaiting_approval"
    label = "Contribution awaiting approval"
    audience = "each person who approves valuations, other than the valuer"
    why = "because a valuation of a contribution in kind waits for your decision"
    template = "sponsorships/email/awaiting_approval"
    subject_type = "sponsorships.valuation"
    expires_after_days = 30
    nobody = "nobody here may approve it, other than who valued it"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        waiting = Valuation.objects.waiting().filter(valued_on__lt=until)
        what = {
            "due_on": days_after("valued_on", 1),
            "occurrence_key": Value("submitted"),
            # Two of one gift are told apart.
            "about": Concat("line__contribution__title", Value(": £"), _POUNDS),
        }
        reached = self.rows(
            waiting,
            recipient_email=self._each("user__email", EmailField()),
            recipient_name=self._each("user__name", CharField()),
            recipient_type="identity.user",
            recipient_id=self._each("user_id", UUIDField()),
            **what,
        )
        unreached = waiting.filter(~Exists(self._approvers()))
        return reached.union(self.rows_for_nobody(unreached, **what), all=True)

    def _approvers(self) -> QuerySet:
        roles = [role for role, card in ROLES.items() if Permission.APPROVE_VALUATIONS in card.permissions]
        people = Membership.objects.in_force().filter(
            role__in=roles, institute=OuterRef("institute"), user__is_active=True
        )
        return people.exclude(user=OuterRef("valued_by"))

    def _each(self, column: str, field: Field) -> Func:
        """One column of those who may approve, a row each, in the order that the other columns have too."""
        people = self._approvers().order_by("user_id").distinct("user_id")
        return _Each(ArraySubquery(people.values(column)), output_field=field)

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        valuation = self._valuation(occurrence)
        if valuation is None or valuation.state != Valuation.State.SUBMITTED:
            return "somebody has decided on it"
        if valuation.line.contribution.state not in OPEN_STATES:
            return "the contribution was declined or withdrawn"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        return {"valuation": self._valuation(occurrence)}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("sponsorships:contribution", args=[self._valuation(occurrence).line.contribution_id])

    def reply_to(self, occurrence: Occurrence) -> str:
        return self._valuation(occurrence).valued_by.email

    def _valuation(self, occurrence: Occurrence) -> Valuation | None:
        rows = Valuation.objects.select_related("line__contribution__employer", "valued_by")
        return rows.filter(pk=occurrence.subject_id).first()


class _LoanDueBack(Reminder):
    """Lent equipment that is with us, to who looks after its employer, else to who recorded it."""

    audience = "who looks after the employer, else who recorded the loan"
    why = "because equipment that an employer lent is due back"
    template = "sponsorships/email/loan_due_back"
    subject_type = "sponsorships.contributionline"
    nobody = "neither who looks after the employer nor who recorded the loan works here any more"
    key: ClassVar[str]

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        """Of those who have left the institute nobody is written to, and somebody has to take the employer over."""
        contribution = "contribution__"
        with_us = {f"{contribution}state__in": WITH_US, "return_on__isnull": False, "returned_on__isnull": True}
        lent = ContributionLine.objects.filter(return_on__lte=until + dt.timedelta(days=self.lead_days), **with_us)
        here = (
            Membership.objects.in_force().filter(institute_id=acting_institute(), user__is_active=True).values("user")
        )
        owner, recorder = f"{contribution}employer__owner", f"{contribution}recorded_by"

        def person(field: str, **otherwise: Any) -> Case:
            in_turn = [When(Q(**{f"{who}__in": here}), then=f"{who}__{field}") for who in (owner, recorder)]
            return Case(*in_turn, **otherwise)

        return self.rows(
            self.in_time(lent, as_of),
            recipient_email=person("email", default=Value("")),
            recipient_name=person("name", default=Value("")),
            recipient_type="identity.user",
            recipient_id=person("id"),
            due_on=days_after("return_on", -self.lead_days),
            occurrence_key=Value(self.key),
            about="item",
        )

    def in_time(self, lent: QuerySet, as_of: dt.date) -> QuerySet:
        """Those for which this reminder still makes sense."""
        return lent

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        line = self._line(occurrence)
        if line is None or not line.is_out or line.contribution.state not in WITH_US:
            return "it went back"
        if line.return_on - dt.timedelta(days=self.lead_days) > occurrence.due_on:
            return "it may stay longer"
        if occurrence.recipient_id not in (line.contribution.employer.owner_id, line.contribution.recorded_by_id):
            return "somebody else looks after the employer now"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        return {"line": self._line(occurrence)}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("sponsorships:contribution", args=[self._line(occurrence).contribution_id])

    def _line(self, occurrence: Occurrence) -> ContributionLine | None:
        return (
            ContributionLine.objects.select_related("contribution__employer").filter(pk=occurrence.subject_id).first()
        )


@reminders.register
class LoanDueBackSoon(_LoanDueBack):
    name, label, key, lead_days = "sponsorships.loan_due_back_soon", "Lent equipment due back in 7 days", "T-7", 7
    expires_after_days = 7

    def in_time(self, lent: QuerySet, as_of: dt.date) -> QuerySet:
        return lent.filter(return_on__gt=as_of)


@reminders.register
class LoanDueBack(_LoanDueBack):
    name, label, key, lead_days = "sponsorships.loan_due_back", "Lent equipment due back", "T-0", 0
    expires_after_days = 60


@reminders.register
class FundNearlyUsed(Reminder):
    """Once a year per fund, from the day on which 80 % of what it received is committed or paid."""

    name = "sponsorships.fund_nearly_used"
    label = f"Fund {NEARLY_USED}% used"
    audience = "Bursary administrators"
    why = "because you award from this fund and little is left"
    template = "sponsorships/email/fund_nearly_used"
    subject_type = "sponsorships.fund"
    lead_days = 400  # the day is that of planning and moves on; only a new academic year reminds again
    order = 50
    nobody = "nobody here is bursary administrator"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        what = {
            "due_on": Value(as_of, output_field=DateField()),
            "occurrence_key": Value(f"{NEARLY_USED}%/{academic_year(as_of)}", output_field=CharField()),
            "about": "name",
        }
        reached = self.rows(
            funds_nearly_used(),
            recipient_email=self._each("user__email", EmailField()),
            recipient_name=self._each("user__name", CharField()),
            recipient_type="identity.user",
            recipient_id=self._each("user_id", UUIDField()),
            **what,
        )
        unreached = funds_nearly_used().filter(~Exists(self._administrators()))
        return reached.union(self.rows_for_nobody(unreached, **what), all=True)

    def _administrators(self) -> QuerySet:
        return Membership.objects.in_force().filter(
            role=Role.BURSARY_ADMINISTRATOR, institute=OuterRef("institute"), user__is_active=True
        )

    def _each(self, column: str, field: Field) -> Func:
        """One column of those who award, a row each, in the order that the other columns have too."""
        return _Each(ArraySubquery(self._administrators().order_by("user_id").values(column)), output_field=field)

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        if not funds_nearly_used().filter(pk=occurrence.subject_id).exists():
            return f"less than {NEARLY_USED}% of the fund is used now, or it is not open"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        fund = Fund.objects.get(pk=occurrence.subject_id)
        return {"fund": fund, "usage": fund_usage(fund)}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("sponsorships:fund", args=[occurrence.subject_id])
