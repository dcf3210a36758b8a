"""Every operation of the API and the right it asks for. A new one that lacks a row here fails the tests.

`subject` says which row of the world (tests/architecture/world.py) the address is about.
"""

from dataclasses import dataclass

from crm.identity.roles import Permission as P


@dataclass(frozen=True)
class ApiRow:
    permission: P
    subject: str = ""
    is_shared: bool = False  # the subject belongs to all institutes


OPERATIONS: dict[str, ApiRow] = {
    # Where one is, and the ground floor.
    "institute.read": ApiRow(P.SIGN_IN),
    "token.read": ApiRow(P.SIGN_IN),
    "people.list": ApiRow(P.MANAGE_PEOPLE),
    "people.retrieve": ApiRow(P.MANAGE_PEOPLE, "person"),
    "outgoing-mail.list": ApiRow(P.SEE_MAIL),
    "outgoing-mail.retrieve": ApiRow(P.SEE_MAIL, "occurrence"),
    "outgoing-mail.hold": ApiRow(P.HOLD_MAIL, "occurrence"),
    "outgoing-mail.release": ApiRow(P.HOLD_MAIL, "occurrence"),
    "outgoing-mail.send_now": ApiRow(P.HOLD_MAIL, "occurrence"),
    "outgoing-mail.send_again": ApiRow(P.HOLD_MAIL, "occurrence"),
    "outgoing-mail.confirm": ApiRow(P.HOLD_MAIL, "occurrence"),
    "outgoing-mail.dismiss": ApiRow(P.HOLD_MAIL, "occurrence"),
    "outgoing-mail.allow": ApiRow(P.HOLD_MAIL, "occurrence"),
    "audit-entries.list": ApiRow(P.SEE_AUDIT),
    "audit-entries.retrieve": ApiRow(P.SEE_AUDIT, "audit_entry"),
    "events.feed": ApiRow(P.SEE_AUDIT),
    # Employers.
    "employers.list": ApiRow(P.SEE_EMPLOYERS),
    "employers.retrieve": ApiRow(P.SEE_EMPLOYERS, "employer"),
    "employers.create": ApiRow(P.EDIT_EMPLOYERS),
    "employers.change": ApiRow(P.EDIT_EMPLOYERS, "employer"),
    "employers.change_stage": ApiRow(P.EDIT_EMPLOYERS, "employer"),
    "employers.link": ApiRow(P.EDIT_EMPLOYERS, "employer"),
    "employers.duplicates": ApiRow(P.EDIT_EMPLOYERS),
    "employers.timeline": ApiRow(P.SEE_EMPLOYERS, "employer"),
    "contacts.list": ApiRow(P.SEE_EMPLOYERS),
    "contacts.retrieve": ApiRow(P.SEE_EMPLOYERS, "contact"),
    "contacts.create": ApiRow(P.EDIT_EMPLOYERS),
    "contacts.change": ApiRow(P.EDIT_EMPLOYERS, "contact"),
    "contacts.left": ApiRow(P.EDIT_EMPLOYERS, "contact"),
    "contacts.give_role": ApiRow(P.EDIT_EMPLOYERS, "contact"),
    "contacts.end_role": ApiRow(P.EDIT_EMPLOYERS, "contact"),
    "engagements.list": ApiRow(P.SEE_EMPLOYERS),
    "engagements.retrieve": ApiRow(P.SEE_EMPLOYERS, "engagement"),
    "engagements.create": ApiRow(P.LOG_ENGAGEMENTS),
    "follow-ups.list": ApiRow(P.SEE_EMPLOYERS),
    "follow-ups.retrieve": ApiRow(P.SEE_EMPLOYERS, "follow_up"),
    "follow-ups.create": ApiRow(P.LOG_ENGAGEMENTS),
    "follow-ups.done": ApiRow(P.LOG_ENGAGEMENTS, "follow_up"),
    "follow-ups.snooze": ApiRow(P.LOG_ENGAGEMENTS, "follow_up"),
    "follow-ups.hand_over": ApiRow(P.LOG_ENGAGEMENTS, "follow_up"),
    "follow-ups.drop": ApiRow(P.LOG_ENGAGEMENTS, "follow_up"),
    "organisations.list": ApiRow(P.SEE_EMPLOYERS),
    "organisations.retrieve": ApiRow(P.SEE_EMPLOYERS, "organisation", is_shared=True),
    "tiers.list": ApiRow(P.SEE_EMPLOYERS),
    "tiers.retrieve": ApiRow(P.SEE_EMPLOYERS, "tier"),
    # Sponsorships: money.
    "funds.list": ApiRow(P.SEE_FUNDS),
    "funds.retrieve": ApiRow(P.SEE_FUNDS, "fund"),
    "funds.months": ApiRow(P.SEE_FUNDS, "fund"),
    "funds.create": ApiRow(P.RUN_FUNDS),
    "funds.pause": ApiRow(P.RUN_FUNDS, "fund"),
    "funds.reopen": ApiRow(P.RUN_FUNDS, "fund"),
    "funds.close": ApiRow(P.RUN_FUNDS, "fund"),
    "funds.gift": ApiRow(P.MOVE_MONEY, "fund"),
    "funds.refund": ApiRow(P.MOVE_MONEY, "fund"),
    "funds.recall": ApiRow(P.MOVE_MONEY, "fund"),
    "funds.settle": ApiRow(P.MOVE_MONEY, "fund"),
    "funds.write_off": ApiRow(P.MOVE_MONEY, "fund"),
    "funds.transfer": ApiRow(P.MOVE_MONEY, "fund"),
    "journal-entries.list": ApiRow(P.SEE_FUNDS),
    "journal-entries.retrieve": ApiRow(P.SEE_FUNDS, "journal_entry"),
    "journal-entries.reverse": ApiRow(P.MOVE_MONEY, "journal_entry"),
    "awards.list": ApiRow(P.SEE_FUNDS),
    "awards.retrieve": ApiRow(P.SEE_FUNDS, "award"),
    "awards.create": ApiRow(P.AWARD_BURSARIES),
    "awards.withdraw": ApiRow(P.AWARD_BURSARIES, "award"),
    "awards.recover": ApiRow(P.PAY_BURSARIES, "award"),
    "award-payments.list": ApiRow(P.SEE_FUNDS),
    "award-payments.retrieve": ApiRow(P.SEE_FUNDS, "award_instalment"),
    "award-payments.pay": ApiRow(P.PAY_BURSARIES, "award_instalment"),
    "award-payments.fail": ApiRow(P.PAY_BURSARIES, "award_instalment"),
    "providers.list": ApiRow(P.SEE_FUNDS),
    "providers.retrieve": ApiRow(P.SEE_FUNDS, "own_provider", is_shared=True),
}
