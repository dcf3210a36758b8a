"""One of each thing that an address may be about, in one institute."""

import datetime as dt
from typing import Any

from crm.accounts.actions import create_token
from crm.audit.models import AuditEntry
from crm.base.clock import today
from crm.base.context import institute_context
from crm.core.models import PreparedFile
from crm.identity.models import Institute, InstituteProvider, Membership, User
from crm.imports.models import ImportJob
from employers.actions import (
    add_former_number,
    add_other_name,
    change_in_bulk,
    keep_view,
    log_engagement,
    merge_employers,
    name_tag,
    pair_up,
)
from employers.models import Employer, HealthRules
from events.actions.bookings import book_group
from events.actions.volunteers import invite_volunteer
from sponsorships.actions.receipts import accept_as_gift, record_receipt
from sponsorships.actions.waivers import ask_to_waive
from sponsorships.models import AgreementShare, Benefit, Instalment, PortalGrant, Receipt
from tests.factories.agreements import make_draft, make_signatory, make_signed, make_sponsor
from tests.factories.contributions import make_contribution, make_lent, make_valuation
from tests.factories.employers import make_contact, make_employer, make_organisation, make_tier
from tests.factories.events import make_challenge, make_school, make_teacher
from tests.factories.facts import make_facts
from tests.factories.funds import make_award, make_fund
from tests.factories.mail import make_reminder
from tests.factories.shares import make_shares


def make_world(institute: Institute, people: Any) -> dict[str, Any]:
    """Ids by the names that the role matrix uses."""
    manager = people.partnership_manager
    with institute_context(institute.id, user_id=manager.id):
        sponsor = make_sponsor(f"Sponsor of {institute.code}")
        world = {"employer": sponsor, "contact": make_contact(sponsor)}
        agreement = make_signed(manager, people.director, [institute], sponsor)
        make_signatory(sponsor)
        world |= {
            "agreement": agreement,
            "share": AgreementShare.objects.get(),
            "draft": make_draft(manager, [institute], make_sponsor()),
            "instalment": (instalment := Instalment.objects.first()),
            "waiver": ask_to_waive(
                instalment=instalment, pence=instalment.outstanding_pence, reason="Insolvent", by=manager
            ),
            "benefit": Benefit.objects.first(),
            "grant": PortalGrant.objects.create(user=manager, employer=sponsor, granted_by=manager),
            "receipt": _banked(people, institute.code),
            "occurrence": (occurrence := make_reminder(manager)),
            "follow_up_id": occurrence.subject_id,
            "membership": (membership := Membership.objects.get(user=people.auditor)),
            "person": membership.user,
            "audit_entry": AuditEntry.objects.first(),
            "prepared_file": PreparedFile.objects.create(
                report="employers", state="ready", asked_by=manager, file_name="employers.pdf", content=b"%PDF-"
            ),
        }
        world |= (
            _talk(sponsor, manager)
            | make_shares(sponsor, manager)
            | _twins(manager)
            | _gifts(people)
            | _money(people, institute)
            | _challenge(people)
        )
    ids = {name: getattr(thing, "pk", thing) for name, thing in world.items()}
    return ids | {"follow_up": ids["follow_up_id"], "session": 0, "factor": 0}


def _talk(employer: Employer, manager: User) -> dict[str, Any]:
    engagement = log_engagement(employer=employer, kind="call", summary="Placements", by=manager)
    token = create_token(name="Figures", user=manager, by=manager).token
    facts = make_facts(employer, manager) | {"health_rules": HealthRules.objects.create(version=1)}
    tag = name_tag(name=f"Tag {employer.name}", by=manager)
    headers = ["Employer", "When", "Kind", "Notes"]
    listed = {
        "import_job": ImportJob.objects.create(kind="engagements", file_name="calls.csv", headers=headers, by=manager),
        "tag": tag,
        "saved_view": keep_view(name="Ours", query="stage=active", is_shared=True, by=manager),
        "bulk_change": change_in_bulk(employers=[employer.pk], fact="tag", value=tag, by=manager),
    }
    return (
        listed
        | {"engagement": engagement, "organisation": make_organisation(), "tier": make_tier(), "token": token}
        | facts
    )


def _twins(manager: User) -> dict[str, Any]:
    one, other, merged = make_employer("Twin one"), make_employer("Twin two"), make_employer("Twin three")
    return {
        "pair": pair_up(one=one, other=other, by=manager),
        "other_name": add_other_name(employer=one, kind="former", name="Twin", by=manager),
        "former_number": add_former_number(employer=one, number="SC123456", by=manager),
        "merge": merge_employers(kept=other, merged=merged, by=manager),
    }


def _gifts(people: Any) -> dict[str, Any]:
    contribution = make_contribution(people.partnership_manager)
    valuation = make_valuation(contribution, people.partnership_manager)
    lent = make_lent(people.partnership_manager)
    lines = {"line": contribution.lines.first(), "lent_line": lent.lines.first()}
    return {"contribution": contribution, "valuation": valuation, **lines}


def _banked(people: Any, reference: str) -> Receipt:
    return record_receipt(
        banked_on=today(), payer="Somebody", reference=reference, pence=100, by=people.finance_officer
    )


def _money(people: Any, institute: Institute) -> dict[str, Any]:
    fund = make_fund(1_000_00)
    award = make_award(fund, 100_00, by=people.bursary_administrator)
    InstituteProvider.objects.create(institute=institute, provider=award.learner.provider, part="core")
    return {
        "own_provider": award.learner.provider,
        "fund": fund,
        "award": award,
        "award_instalment": award.instalments.first(),
        "learner": award.learner,
        "receipt_match": accept_as_gift(
            receipt=_banked(people, f"{institute.code} gift"), fund=fund, pence=50, by=people.finance_officer
        ),
        "journal_entry": fund.postings.first().entry,
    }


def _challenge(people: Any) -> dict[str, Any]:
    coordinator = people.events_coordinator
    challenge, school, free = make_challenge(coordinator), make_school(), make_school()
    booking = book_group(
        challenge=challenge, school=school, contact=make_teacher(school), pupils=20, adults=2, by=coordinator
    )
    volunteer = invite_volunteer(challenge=challenge, contact=make_contact(), role="mentor", by=coordinator)
    assert challenge.starts_at.date() > dt.date.today()
    return {"challenge": challenge, "booking": booking, "volunteer": volunteer, "school": free}
