"""Gifts in kind: two that count, one that waits for its second person, one on loan. All invented."""

import datetime as dt

from crm.base.clock import add_working_days
from crm.identity.roles import Role
from sponsorships.actions.contributions import (
    LineFacts,
    accept_contribution,
    agree_contribution,
    deliver_contribution,
    record_contribution,
)
from sponsorships.actions.valuations import EvidenceFacts, approve_valuation, submit_valuation
from sponsorships.models import AgreementShare, Contribution, Valuation
from workers.demo.sponsorship import SPONSOR_NAME
from workers.demo.stage import employer, on, real_today, scene

INVOICE = EvidenceFacts("invoice", "Supplier invoice, 20 % discount applied")
PAYROLL = EvidenceFacts("timesheet", "Signed timesheets")


def load_contributions() -> None:
    """Each with lines, a basis and, but for one, an approval by the director."""
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, on(1, 11, 4)):
        if Contribution.objects.exists():
            return
    _counted("yhiot", on(1, 11, 4), SPONSOR_NAME, "equipment_given", "Two splicing benches", invoice_pence=7_600_00)
    _counted("liot", on(1, 2, 10), SPONSOR_NAME, "equipment_given", "Rack of training switches", invoice_pence=4_250_00)
    _counted("yhiot", on(1, 3, 9), SPONSOR_NAME, "seconded_staff", "Engineer who taught fibre testing", days=12)
    _counted("yhiot", on(1, 5, 18), "Skipton Building Society", "expert_time", "Data course reviewed", days=4)
    _counted("liot", on(1, 6, 8), "Bakkavor Ltd", "expert_time", "Food automation brief and feedback", days=6)
    _waiting()
    _lent()


def _counted(
    code: str, day: dt.date, giver: str, kind: str, title: str, *, invoice_pence: int = 0, days: int = 0
) -> None:
    with scene(code, Role.PARTNERSHIP_MANAGER, day) as manager:
        line = LineFacts(title, days * 100, "day") if days else LineFacts(title)
        share = AgreementShare.objects.filter(employer__name=giver).first()
        contribution = record_contribution(
            employer=employer(giver), kind=kind, title=title, lines=[line], share=share, by=manager
        )
        agree_contribution(contribution=contribution, by=manager)
        deliver_contribution(contribution=contribution, delivered_on=day, by=manager)
        valuation = _value(contribution, invoice_pence, manager)
        accept_contribution(contribution=contribution, by=manager)
    with scene(code, Role.DIRECTOR, add_working_days(day, 3)) as director:
        approve_valuation(valuation=valuation, by=director)


def _value(contribution: Contribution, invoice_pence: int, by: object) -> Valuation:
    line = contribution.lines.get()
    if invoice_pence:
        return submit_valuation(line=line, basis="invoice", pence=invoice_pence, evidence=[INVOICE], by=by)
    return submit_valuation(line=line, basis="rate_card", rate_code="professional-2024", evidence=[PAYROLL], by=by)


def _waiting() -> None:
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, real_today() - dt.timedelta(days=6)) as manager:
        contribution = record_contribution(
            employer=employer("CATCH"),
            kind="equipment_given",
            title="Process control rig",
            lines=[LineFacts("Process control rig", serial="PCR-2041")],
            by=manager,
        )
        deliver_contribution(contribution=contribution, delivered_on=real_today() - dt.timedelta(days=6), by=manager)
        line = contribution.lines.get()
        submit_valuation(line=line, basis="donor_declared", pence=22_000_00, note="Donor's letter", by=manager)
        comparator = EvidenceFacts("price_list", "Two quotations for a comparable rig")
        submit_valuation(line=line, basis="market_comparator", pence=18_500_00, evidence=[comparator], by=manager)


def _lent() -> None:
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, real_today() - dt.timedelta(days=40)) as manager:
        record_contribution(
            employer=employer("ViSR"),
            kind="equipment_lent",
            title="Six mixed-reality headsets on loan",
            lines=[LineFacts("Mixed-reality headset", 600, return_on=real_today() + dt.timedelta(days=60))],
            by=manager,
        )
