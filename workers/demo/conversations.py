"""Conversations and follow-ups around the demo's employers, so that My day has something to say. All invented."""

import datetime as dt

from crm.base.clock import london_instant
from crm.identity.roles import Role
from employers.actions.contacts import add_contact, give_contact_role
from employers.actions.employers import change_employer, change_stage
from employers.actions.engagements import log_engagement
from employers.actions.follow_ups import add_follow_up
from employers.actions.tiers import define_tier
from employers.models import Engagement, Tier
from workers.demo.people import person
from workers.demo.stage import employer, real_today, scene

TIERS = [("Anchor partner", "anchor"), ("Core partner", "core"), ("Associate", "associate"), ("Supporter", "supporter")]
# institute, employer, sector, tier, stage, owner, contact, [(days ago, kind, what)], (days from now, next step)
STORIES = [
    (
        "yhiot", "Quickline Communications", "Digital infrastructure", "Anchor partner", "active", "Priya Nair", None,
        [(3, "call", "Spoke to Jo Marsh about the year-two report. She wants learner stories by early December."),
         (41, "meeting", "Year review with Jo Marsh and Alex Byrne: bursaries on course, challenge well received.")],
        (2, "Send the draft report"),
    ),
    (
        "yhiot", "Skipton Building Society", "Financial services", "Core partner", "active", "Priya Nair",
        ("Farah Aziz", "farah.aziz@skipton.example", "Early careers lead"),
        [(12, "meeting", "Agreed four days of expert time for the data course.")],
        (5, "Confirm dates for the data course"),
    ),
    (
        "yhiot", "CATCH", "Process industries", "Core partner", "active", "Priya Nair",
        ("Dean Holroyd", "dean.holroyd@catch.example", "Training manager"),
        [(6, "visit", "Saw the control rig they are giving us. Delivered the same day.")],
        (-3, "Thank them for the rig"),
    ),
    (
        "yhiot", "ViSR", "Digital and technologies", "Associate", "in_conversation", "Tom Askew",
        ("Mina Petrova", "mina.petrova@visr.example", "Studio director"),
        [(40, "call", "Six headsets on loan until the end of term.")],
        (9, "Ask whether the loan can be longer"),
    ),
    (
        "yhiot", "GB Recruitment", "Professional and business services", "Supporter", "in_conversation", "Priya Nair",
        ("Luke Hanson", "luke.hanson@gbr.example", "Director"),
        [(94, "call", "Interested in guest talks. Nothing agreed.")],
        (-12, "Offer two dates for a guest talk"),
    ),
    (
        "yhiot", "ENGIE Fabricom", "Clean energy industries", "Associate", "active", "Tom Askew",
        ("Rosa Lind", "rosa.lind@engie.example", "Skills partner"),
        [(71, "meeting", "Placement numbers for spring discussed.")],
        (14, "Ask for placement numbers"),
    ),
    (
        "liot", "Quickline Communications", "Digital infrastructure", "Anchor partner", "active", "Aisha Grant", None,
        [(9, "call", "Accounts are looking for the October invoice.")],
        (1, "Send the October invoice again"),
    ),
    (
        "liot", "Bakkavor Ltd", "Food and agri-tech", "Core partner", "active", "Aisha Grant",
        ("Owen Pryce", "owen.pryce@bakkavor.example", "Engineering manager"),
        [(66, "meeting", "Wants apprentices from the automation course.")],
        (-5, "Send the course calendar"),
    ),
]  # fmt: skip


def load_conversations() -> None:
    """Tiers in each institute's words, then what was said and what comes next."""
    for code in ("yhiot", "liot"):
        with scene(code, Role.PARTNERSHIP_MANAGER, real_today()) as manager:
            if Engagement.objects.exists():
                return
            for position, (label, scale) in enumerate(TIERS):
                define_tier(label=label, scale=scale, position=position, by=manager)
    for story in STORIES:
        _tell(*story)


def _tell(
    code: str,
    name: str,
    sector: str,
    tier: str,
    stage: str,
    owner: str,
    contact: tuple[str, str, str] | None,
    said: list[tuple[int, str, str]],
    next_step: tuple[int, str],
) -> None:
    looks_after = person(owner, code)
    met = real_today() - dt.timedelta(days=max(days_ago for days_ago, _, _ in said) + 20)
    with scene(code, Role.PARTNERSHIP_MANAGER, met) as manager:
        known = employer(name)
        facts = {"sector": sector, "tier": Tier.objects.get(label=tier), "owner": looks_after}
        known = change_employer(employer=known, **facts, by=manager)
        change_stage(employer=known, stage=stage, by=manager)
        if contact:
            added = add_contact(employer=known, name=contact[0], email=contact[1], job_title=contact[2], by=manager)
            give_contact_role(contact=added, role="main", by=manager)
    for days_ago, kind, what in sorted(said, reverse=True):
        day = real_today() - dt.timedelta(days=days_ago)
        with scene(code, Role.PARTNERSHIP_MANAGER, day):
            moment = london_instant(day, dt.time(9, 40))
            log_engagement(employer=known, kind=kind, summary=what, happened_at=moment, by=looks_after)
    days, title = next_step
    with scene(code, Role.PARTNERSHIP_MANAGER, real_today() + dt.timedelta(days=min(days, 0) - 10)):
        add_follow_up(
            subject=("employers.employer", known.id),
            employer=known,
            title=title,
            due_on=real_today() + dt.timedelta(days=days),
            owner=looks_after,
            by=looks_after,
        )
