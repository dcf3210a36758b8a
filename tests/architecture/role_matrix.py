"""Every address and the right it asks for. A new page or endpoint that lacks a row here fails the tests.

Who has which right is crm/identity/roles.py. `subject` says which row of the world (tests/architecture/world.py) the
address is about; `more` fills the rest of the path.
"""

from dataclasses import dataclass, field

from crm.identity.roles import Permission as P


@dataclass(frozen=True)
class Route:
    permission: P
    subject: str = ""
    key: str = "pk"
    more: dict[str, str] = field(default_factory=dict)
    is_shared: bool = False  # the subject belongs to all institutes
    in_institute: bool = True


# Open to everybody, each with its reason.
PUBLIC = {
    "account_login": "before sign-in",
    "account_request_login_code": "before sign-in",
    "account_confirm_login_code": "before sign-in",
    "mfa_authenticate": "before sign-in; only with the first factor given",
    "accounts:passkey_sign_in": "before sign-in",
    "account_logout": "ends one's own session",
    "accounts:sign_in_again": "ends one's own session",
    "accounts:demo_link": "one-time links, only where DEMO is on",
    "mail:demo": "the demo's mailbox, only where DEMO is on",
    "mail:letter": "the demo's mailbox, only where DEMO is on",
    "theme": "sets a cookie",
    "api:schema": "describes the product, nobody's data",
    "api:docs": "the same as a page",
}

MATRIX: dict[str, Route] = {
    # The shell and one's own account.
    "home": Route(P.SIGN_IN),
    "search": Route(P.SEARCH),
    "palette": Route(P.SEARCH),
    "shortcuts": Route(P.SEE_HOME),
    "roles": Route(P.SEE_ROLES),
    "health": Route(P.SEE_HEALTH),
    "reports": Route(P.SEE_REPORTS),
    "report": Route(P.SEE_REPORTS, more={"name": "employers"}),
    "report_csv": Route(P.SEE_REPORTS, more={"name": "employers"}),
    "report_xlsx": Route(P.SEE_REPORTS, more={"name": "employers"}),
    "report_pdf": Route(P.SEE_REPORTS, more={"name": "employers"}),
    "components": Route(P.SIGN_IN),
    "components_portal": Route(P.SIGN_IN),
    "accounts:landing": Route(P.SIGN_IN, in_institute=False),
    "accounts:end_other_sessions": Route(P.SIGN_IN, in_institute=False),
    "accounts:end_session": Route(P.SIGN_IN, subject="session", in_institute=False),
    "accounts:second_factor": Route(P.SIGN_IN, in_institute=False),
    "accounts:add_app": Route(P.SIGN_IN, in_institute=False),
    "accounts:add_passkey": Route(P.SIGN_IN, in_institute=False),
    "accounts:recovery_codes": Route(P.SIGN_IN, in_institute=False),
    "accounts:confirm": Route(P.SIGN_IN, in_institute=False),
    "accounts:remove_factor": Route(P.SIGN_IN, subject="factor", in_institute=False),
    "usersessions_list": Route(P.SIGN_IN, in_institute=False),
    # People.
    "accounts:people": Route(P.MANAGE_PEOPLE),
    "accounts:invite": Route(P.MANAGE_PEOPLE),
    "accounts:person": Route(P.MANAGE_PEOPLE, "person"),
    "accounts:end_all_roles": Route(P.MANAGE_PEOPLE, "person"),
    "accounts:reset_factors": Route(P.MANAGE_PEOPLE, "person"),
    "accounts:end_role": Route(P.MANAGE_PEOPLE, "membership"),
    "accounts:tokens": Route(P.SIGN_IN),
    "accounts:add_token": Route(P.SIGN_IN),
    "accounts:add_program": Route(P.MANAGE_PEOPLE),
    "accounts:replace_token": Route(P.SIGN_IN, "token"),
    "accounts:revoke_token": Route(P.SIGN_IN, "token"),
    # Mail.
    "mail:outgoing": Route(P.SEE_MAIL),
    "mail:message": Route(P.SEE_MAIL, "occurrence"),
    "mail:html": Route(P.SEE_MAIL, "occurrence"),
    "mail:hold": Route(P.HOLD_MAIL, "occurrence"),
    "mail:release": Route(P.HOLD_MAIL, "occurrence"),
    "mail:now": Route(P.HOLD_MAIL, "occurrence"),
    "mail:again": Route(P.HOLD_MAIL, "occurrence"),
    "mail:arrived": Route(P.HOLD_MAIL, "occurrence"),
    "mail:allow": Route(P.HOLD_MAIL, "occurrence"),
    "mail:dismiss": Route(P.HOLD_MAIL, "occurrence"),
    # Audit.
    "audit:log": Route(P.SEE_AUDIT),
    "audit:entry": Route(P.SEE_AUDIT, "audit_entry"),
    "audit:record": Route(P.SEE_AUDIT, "employer", key="row_id", more={"table": "employers.employer"}),
    # Employers.
    "employers:list": Route(P.SEE_EMPLOYERS),
    "employers:add": Route(P.EDIT_EMPLOYERS),
    "employers:candidates": Route(P.EDIT_EMPLOYERS),
    "employers:log": Route(P.LOG_ENGAGEMENTS),
    "employers:choices": Route(P.LOG_ENGAGEMENTS),
    "employers:next_step": Route(P.LOG_ENGAGEMENTS),
    "employers:record": Route(P.SEE_EMPLOYERS, "employer"),
    "employers:edit": Route(P.EDIT_EMPLOYERS, "employer"),
    "employers:link": Route(P.EDIT_EMPLOYERS, "employer"),
    "employers:stage": Route(P.EDIT_EMPLOYERS, "employer"),
    "employers:add_contact": Route(P.EDIT_EMPLOYERS, "employer"),
    "employers:add_follow_up": Route(P.LOG_ENGAGEMENTS, "employer"),
    "employers:contact": Route(P.EDIT_EMPLOYERS, "contact"),
    "employers:contact_left": Route(P.EDIT_EMPLOYERS, "contact"),
    "employers:follow_up": Route(P.LOG_ENGAGEMENTS, "follow_up"),
    "employers:follow_up_done": Route(P.LOG_ENGAGEMENTS, "follow_up"),
    "employers:follow_up_snooze": Route(P.LOG_ENGAGEMENTS, "follow_up"),
    "employers:follow_up_drop": Route(P.LOG_ENGAGEMENTS, "follow_up"),
    # Agreements and receipts.
    "sponsorships:agreements": Route(P.SEE_SPONSORSHIPS),
    "sponsorships:draft": Route(P.EDIT_AGREEMENTS),
    "sponsorships:instalments": Route(P.SEE_SPONSORSHIPS),
    "sponsorships:agreement": Route(P.SEE_SPONSORSHIPS, "agreement"),
    "sponsorships:redraft": Route(P.EDIT_AGREEMENTS, "draft"),
    "sponsorships:sign": Route(P.SIGN_AGREEMENTS, "draft"),
    "sponsorships:amend": Route(P.EDIT_AGREEMENTS, "agreement"),
    "sponsorships:terminate": Route(P.WRITE_OFF_PROMISES, "agreement"),
    "sponsorships:ask_to_waive": Route(P.EDIT_AGREEMENTS, "instalment"),
    "sponsorships:waive": Route(P.WRITE_OFF_PROMISES, "instalment"),
    "sponsorships:approve_waiver": Route(P.WRITE_OFF_PROMISES, "waiver"),
    "sponsorships:refuse_waiver": Route(P.WRITE_OFF_PROMISES, "waiver"),
    "sponsorships:benefit_delivered": Route(P.EDIT_AGREEMENTS, "benefit"),
    "sponsorships:open_portal": Route(P.EDIT_AGREEMENTS, "employer", key="employer"),
    "sponsorships:close_portal": Route(P.EDIT_AGREEMENTS, "grant"),
    "sponsorships:receipts": Route(P.SEE_SPONSORSHIPS),
    "sponsorships:record_receipt": Route(P.RECORD_RECEIPTS),
    "sponsorships:receipt": Route(P.SEE_SPONSORSHIPS, "receipt"),
    "sponsorships:match": Route(P.RECORD_RECEIPTS, "receipt"),
    "sponsorships:gift": Route(P.RECORD_RECEIPTS, "receipt"),
    "sponsorships:refund_receipt": Route(P.MOVE_MONEY, "receipt"),
    # Funds, awards and the journal.
    "sponsorships:funds": Route(P.SEE_FUNDS),
    "sponsorships:open_fund": Route(P.RUN_FUNDS),
    "sponsorships:fund": Route(P.SEE_FUNDS, "fund"),
    "sponsorships:fund_awards": Route(P.SEE_FUNDS, "fund"),
    "sponsorships:journal": Route(P.SEE_FUNDS, "fund"),
    "sponsorships:counted": Route(P.SEE_FUNDS, "fund"),
    "sponsorships:fund_state": Route(P.RUN_FUNDS, "fund", more={"step": "pause"}),
    "sponsorships:award_bursary": Route(P.AWARD_BURSARIES, "fund"),
    "sponsorships:transfer": Route(P.MOVE_MONEY, "fund"),
    "sponsorships:money": Route(P.MOVE_MONEY, "fund", more={"move": "gift"}),
    "sponsorships:reverse_entry": Route(P.MOVE_MONEY, "journal_entry"),
    "sponsorships:payments": Route(P.SEE_FUNDS),
    "sponsorships:award": Route(P.SEE_FUNDS, "award"),
    "sponsorships:withdraw_award": Route(P.AWARD_BURSARIES, "award"),
    "sponsorships:recover_payment": Route(P.PAY_BURSARIES, "award"),
    "sponsorships:pay_instalment": Route(P.PAY_BURSARIES, "award_instalment"),
    "sponsorships:fail_payment": Route(P.PAY_BURSARIES, "award_instalment"),
    # Contributions in kind.
    "sponsorships:contributions": Route(P.SEE_CONTRIBUTIONS),
    "sponsorships:choose_kind": Route(P.EDIT_CONTRIBUTIONS),
    "sponsorships:record_contribution": Route(P.EDIT_CONTRIBUTIONS, more={"kind": "software"}),
    "sponsorships:contribution": Route(P.SEE_CONTRIBUTIONS, "contribution"),
    "sponsorships:deliver": Route(P.EDIT_CONTRIBUTIONS, "contribution"),
    "sponsorships:agree": Route(P.EDIT_CONTRIBUTIONS, "contribution"),
    "sponsorships:accept": Route(P.EDIT_CONTRIBUTIONS, "contribution"),
    "sponsorships:decline": Route(P.EDIT_CONTRIBUTIONS, "contribution"),
    "sponsorships:withdraw": Route(P.EDIT_CONTRIBUTIONS, "contribution"),
    "sponsorships:value": Route(P.EDIT_CONTRIBUTIONS, "line"),
    "sponsorships:returned": Route(P.EDIT_CONTRIBUTIONS, "lent_line"),
    "sponsorships:extend_loan": Route(P.EDIT_CONTRIBUTIONS, "lent_line"),
    "sponsorships:approve": Route(P.APPROVE_VALUATIONS, "valuation"),
    "sponsorships:ask_for_change": Route(P.APPROVE_VALUATIONS, "valuation"),
    # Challenges.
    "challenges:list": Route(P.SEE_CHALLENGES),
    "challenges:plan": Route(P.EDIT_CHALLENGES),
    "challenges:challenge": Route(P.SEE_CHALLENGES, "challenge"),
    "challenges:edit": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:state": Route(P.EDIT_CHALLENGES, "challenge", more={"state": "closed"}),
    "challenges:cancel": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:add_cost": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:encounters": Route(P.SEE_CHALLENGES, "challenge"),
    "challenges:choose_school": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:add_school": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:book": Route(P.EDIT_CHALLENGES, "challenge", more={"school": "@school"}),
    "challenges:count_time": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:choose_volunteer": Route(P.EDIT_CHALLENGES, "challenge"),
    "challenges:invite": Route(P.EDIT_CHALLENGES, "challenge", more={"contact": "@contact"}),
    "challenges:numbers": Route(P.EDIT_CHALLENGES, "booking"),
    "challenges:check_in": Route(P.EDIT_CHALLENGES, "booking"),
    "challenges:withdraw": Route(P.EDIT_CHALLENGES, "booking"),
    "challenges:answer": Route(P.EDIT_CHALLENGES, "volunteer", more={"answer": "yes"}),
    "challenges:check_seen": Route(P.EDIT_CHALLENGES, "volunteer"),
    "challenges:time": Route(P.EDIT_CHALLENGES, "volunteer"),
    "challenges:school": Route(P.SEE_CHALLENGES, "school", is_shared=True),
    # The network.
    "network:compare": Route(P.SEE_NETWORK),
    # The sponsor portal.
    "portal:report": Route(P.SEE_PORTAL, in_institute=False),
    "portal:report_csv": Route(P.SEE_PORTAL, in_institute=False),
    "portal:report_xlsx": Route(P.SEE_PORTAL, in_institute=False),
    "portal:report_pdf": Route(P.SEE_PORTAL, in_institute=False),
}
