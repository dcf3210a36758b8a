"""Who may do what: one screen. The page "Who may do what", the views and the role tests all read this table."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    PARTNERSHIP_MANAGER = "partnership_manager", "Partnership manager"
    EVENTS_COORDINATOR = "events_coordinator", "Events coordinator"
    BURSARY_ADMINISTRATOR = "bursary_administrator", "Bursary administrator"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    AUDITOR = "auditor", "Auditor"
    DIRECTOR = "director", "Director"
    INSTITUTE_ADMINISTRATOR = "institute_administrator", "Institute administrator"
    NETWORK_LEAD = "network_lead", "Network lead"
    SPONSOR_CONTACT = "sponsor_contact", "Sponsor contact"


class Permission(StrEnum):
    """One right. The value is what the matrix page shows."""

    SIGN_IN = "Use one's own account"
    SEE_HOME = "See My day"
    SEARCH = "Search"
    SEE_EMPLOYERS = "See employers, contacts and conversations"
    EDIT_EMPLOYERS = "Add and change employers and contacts"
    IMPORT_FILES = "Import spreadsheets of what one may add"
    LOG_ENGAGEMENTS = "Log calls, meetings and next steps"
    ERASE_PEOPLE = "Hand out, and erase, all that is held of a person"
    SEE_SHARES = "See what is shared between institutes"
    SHARE = "Share employers with other institutes, and ask for theirs"
    SEE_CONTRIBUTIONS = "See in-kind contributions"
    EDIT_CONTRIBUTIONS = "Record and value in-kind contributions"
    APPROVE_VALUATIONS = "Approve valuations"
    SEE_SPONSORSHIPS = "See agreements and instalments"
    EDIT_AGREEMENTS = "Draft and amend agreements"
    SIGN_AGREEMENTS = "Sign agreements"
    WRITE_OFF_PROMISES = "Write off instalments and end agreements early"
    SEE_FUNDS = "See funds, awards and the journal"
    RUN_FUNDS = "Open, pause and close funds"
    AWARD_BURSARIES = "Award bursaries"
    PAY_BURSARIES = "Pay bursary instalments"
    RECORD_RECEIPTS = "Record and match receipts"
    MOVE_MONEY = "Transfer, refund and reverse"
    SEE_CHALLENGES = "See challenges, schools and volunteers"
    EDIT_CHALLENGES = "Run challenges: book schools, invite volunteers"
    SEE_REPORTS = "See reports"
    SEE_MAIL = "See what goes out, what was sent and what failed"
    HOLD_MAIL = "Hold, release and retry mail"
    SEE_AUDIT = "See who changed what"
    MANAGE_PEOPLE = "Invite people and give roles"
    NAME_TIERS = "Name the tiers of employers"
    SET_HEALTH_RULES = "Set how relationships are judged"
    SEE_ROLES = "See who may do what"
    SEE_HEALTH = "See whether the system is well"
    SEE_NETWORK = "Compare institutes"
    SEE_PORTAL = "See one's own sponsorship"


P = Permission
# What a token of the API never gives: the pages alone have it, behind a person's sign-in.
NOT_FOR_TOKENS = frozenset({P.SIGN_IN, P.SEE_HOME, P.SEARCH, P.SEE_ROLES, P.SEE_NETWORK, P.SEE_PORTAL})
_EVERYBODY = {P.SIGN_IN}
_STAFF = _EVERYBODY | {P.SEE_HOME, P.SEARCH, P.SEE_ROLES, P.SEE_EMPLOYERS, P.SEE_SHARES}
_READS_ALL = _STAFF | {
    P.SEE_CONTRIBUTIONS,
    P.SEE_SPONSORSHIPS,
    P.SEE_FUNDS,
    P.SEE_CHALLENGES,
    P.SEE_REPORTS,
    P.SEE_MAIL,
    P.SEE_AUDIT,
}


@dataclass(frozen=True)
class RoleCard:
    """A role in words, with its rights."""

    description: str
    permissions: frozenset[Permission]
    needs_second_factor: bool = False  # it gives rights to others, or moves money


ROLES: dict[Role, RoleCard] = {
    Role.PARTNERSHIP_MANAGER: RoleCard(
        "Looks after employers: logs them, their calls, contributions and agreements.",
        frozenset(
            _STAFF
            | {P.EDIT_EMPLOYERS, P.IMPORT_FILES, P.LOG_ENGAGEMENTS, P.SEE_CONTRIBUTIONS, P.EDIT_CONTRIBUTIONS}
            | {P.SEE_SPONSORSHIPS, P.SHARE, P.EDIT_AGREEMENTS, P.SEE_CHALLENGES, P.SEE_REPORTS, P.SEE_MAIL}
            | {P.HOLD_MAIL}
        ),
    ),
    Role.EVENTS_COORDINATOR: RoleCard(
        "Runs STE(A)M challenges with schools and employer volunteers.",
        frozenset(
            _STAFF
            | {P.LOG_ENGAGEMENTS, P.SEE_CHALLENGES, P.EDIT_CHALLENGES, P.IMPORT_FILES, P.SEE_REPORTS}
            | {P.SEE_MAIL, P.HOLD_MAIL}
        ),
    ),
    Role.BURSARY_ADMINISTRATOR: RoleCard(
        "Awards bursaries from funds.",
        frozenset(
            _STAFF | {P.SEE_SPONSORSHIPS, P.SEE_FUNDS, P.RUN_FUNDS, P.AWARD_BURSARIES, P.SEE_REPORTS, P.SEE_MAIL}
        ),
    ),
    Role.FINANCE_OFFICER: RoleCard(
        "Records receipts, pays bursary instalments, accounts for every penny.",
        frozenset(
            _STAFF
            | {P.SEE_CONTRIBUTIONS, P.SEE_SPONSORSHIPS, P.SEE_FUNDS, P.RECORD_RECEIPTS, P.PAY_BURSARIES, P.MOVE_MONEY}
            | {P.RUN_FUNDS, P.SEE_REPORTS, P.SEE_MAIL}
        ),
        needs_second_factor=True,
    ),
    Role.AUDITOR: RoleCard("Reads everything, changes nothing.", frozenset(_READS_ALL)),
    Role.DIRECTOR: RoleCard(
        "Reads everything in the institute; approves valuations, signs and ends agreements, rules how relationships are"
        " judged.",
        frozenset(
            _READS_ALL | {P.APPROVE_VALUATIONS, P.SIGN_AGREEMENTS, P.WRITE_OFF_PROMISES, P.SHARE, P.SET_HEALTH_RULES}
        ),
    ),
    Role.INSTITUTE_ADMINISTRATOR: RoleCard(
        "Invites people and gives roles, names the tiers of employers; sees mail and the audit; hands out and erases"
        " what is held of a person.",
        frozenset(
            _STAFF | {P.MANAGE_PEOPLE, P.NAME_TIERS, P.SEE_MAIL, P.HOLD_MAIL, P.SEE_AUDIT, P.SEE_HEALTH, P.ERASE_PEOPLE}
        ),
        needs_second_factor=True,
    ),
    Role.NETWORK_LEAD: RoleCard(
        "Compares institutes by published figures; sees nothing private to one.",
        frozenset(_EVERYBODY | {P.SEE_HOME, P.SEE_NETWORK, P.SEE_ROLES, P.SEE_HEALTH, P.SEE_SHARES, P.SHARE}),
    ),
    Role.SPONSOR_CONTACT: RoleCard(
        "Sees what their own sponsorship did.",
        frozenset(_EVERYBODY | {P.SEE_PORTAL}),
    ),
}


def any_needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles must have a second factor."""
    return any(ROLES[Role(role)].needs_second_factor for role in roles)


def permissions_of(roles: set[str]) -> frozenset[Permission]:
    """Every right that any of the roles gives."""
    rights: set[Permission] = set()
    for role in roles:
        rights |= ROLES[Role(role)].permissions
    return frozenset(rights)
