"""Challenges: last summer's final with its public facts, one held this term, one nearly full, one to come."""

import datetime as dt
from dataclasses import dataclass

from crm.base.clock import add_working_days, london_instant, next_working_day
from crm.identity.models import Provider
from crm.identity.roles import Role
from employers.actions.contacts import add_contact, give_contact_role
from employers.models import Contact
from events.actions.bookings import book_group, record_attendance
from events.actions.challenges import plan_challenge, record_challenge_cost, set_challenge_state
from events.actions.schools import add_school
from events.actions.volunteers import answer_invitation, invite_volunteer, record_volunteer_time
from events.models import Challenge
from sponsorships.models import Fund
from workers.demo.stage import on, real_today, scene

REGISTER = "DfE register of schools and colleges, 2018"
SCHOOLS = {
    "liot": [
        ("Bourne Academy", "137572", "Bourne"),
        ("Bourne Grammar School", "137793", "Bourne"),
        ("Options Barton School", "134315", "Barton-upon-Humber"),
        ("Caistor Grammar School", "136350", "Market Rasen"),
        ("Branston Community Academy", "136358", "Lincoln"),
        ("North Kesteven Academy", "136871", "Lincoln"),
        ("Caistor Yarborough Academy", "136958", "Market Rasen"),
    ],
    "yhiot": [
        ("Huntington School", "121673", "York"),
        ("Fulford School", "144711", "York"),
        ("Millthorpe School", "142648", "York"),
        ("Archbishop Holgate's School", "136617", "York"),
    ],
}
FAULT = "Find the fault in a street's fibre, mend it and explain it to a householder."
VILLAGE = "Plan broadband for a village that has none: cost, route, people."
FINAL_SOURCE = "peterboroughtoday.co.uk, 16 July 2025; lincolnshireworld.com, 17 July 2024"


@dataclass(frozen=True)
class Plan:
    """A challenge of the demo and how many of the schools it has."""

    code: str
    title: str
    brief: str
    venue: str
    day: dt.date
    places: int
    schools: int
    source: str = ""


def load_season() -> None:
    """Four challenges, schools with a lead teacher each, volunteers from the sponsor."""
    for plan in _plans():
        with scene(plan.code, Role.EVENTS_COORDINATOR, plan.day - dt.timedelta(days=70)):
            if Challenge.objects.filter(title=plan.title).exists():
                continue
        challenge = _announce(plan)
        if plan.day < real_today():
            _hold(plan, challenge)


def _plans() -> list[Plan]:
    soon = next_working_day(real_today() + dt.timedelta(days=13))
    later = next_working_day(real_today() + dt.timedelta(days=45))
    lincoln, york = "University of Lincoln", "York College"
    return [
        Plan(
            "liot",
            "STE(A)M Challenge final",
            "Build a machine that lifts blocks and places them into a pyramid. Judged on build quality, design,"
            " aesthetics, sustainability, speed and accuracy, with a marketing plan and a short video.",
            "Lincolnshire Showground",
            next_working_day(on(1, 7, 15)),
            20,
            7,
            FINAL_SOURCE,
        ),
        Plan("liot", "Launch workshop", "The new brief, and an afternoon with the kit.", lincoln, soon, 8, 5),
        Plan("yhiot", "Signals and circuits day", FAULT, york, next_working_day(on(2, 10, 7)), 6, 4),
        Plan("yhiot", "Connected villages challenge", VILLAGE, york, later, 6, 3),
    ]


def _announce(plan: Plan) -> Challenge:
    with scene(plan.code, Role.EVENTS_COORDINATOR, plan.day - dt.timedelta(days=70)) as coordinator:
        challenge = plan_challenge(
            title=plan.title,
            brief=plan.brief,
            starts_at=london_instant(plan.day, dt.time(9, 30)),
            ends_at=london_instant(plan.day, dt.time(15, 0)),
            venue=plan.venue,
            places=plan.places,
            fund=Fund.objects.filter(kind=Fund.Kind.CHALLENGE).first(),
            is_illustrative=True,
            source=plan.source,
            by=coordinator,
        )
        challenge = set_challenge_state(challenge=challenge, state="open", by=coordinator)
        for number, facts in enumerate(SCHOOLS[plan.code][: plan.schools]):
            _book(challenge, facts, 18 + 2 * (number % 5), coordinator)
        for contact in Contact.objects.filter(employer__isnull=False, roles__role="volunteer"):
            volunteer = invite_volunteer(challenge=challenge, contact=contact, role="mentor", by=coordinator)
            answer_invitation(volunteer=volunteer, is_coming=True, by=coordinator)
    return challenge


def _book(challenge: Challenge, facts: tuple[str, str, str], pupils: int, by: object) -> None:
    name, urn, town = facts
    school = add_school(name=name, urn=urn, town=town, source=REGISTER, by=by)
    teacher = _teacher(school, urn, by)
    needs = {"step_free": pupils % 3, "dietary": pupils % 4, "support_places": pupils % 2}
    book_group(challenge=challenge, school=school, contact=teacher, pupils=pupils, adults=3, by=by, **needs)


def _teacher(school: Provider, urn: str, by: object) -> Contact:
    known = Contact.objects.filter(provider=school).first()
    if known:
        return known
    teacher = add_contact(provider=school, name="Lead teacher", email=f"stem@school-{urn}.example", by=by)
    give_contact_role(contact=teacher, role="teacher", by=by)
    return teacher


def _hold(plan: Plan, challenge: Challenge) -> None:
    after = add_working_days(plan.day, 1)
    with scene(plan.code, Role.EVENTS_COORDINATOR, after) as coordinator:
        for number, booking in enumerate(challenge.bookings.all()):
            record_attendance(booking=booking, pupils=booking.pupils - number % 3, by=coordinator)
        for volunteer in challenge.volunteers.all():
            record_volunteer_time(volunteer=volunteer, minutes=390, by=coordinator)
        set_challenge_state(challenge=challenge, state="held", by=coordinator)
        for number, (what, pounds) in enumerate([("Coaches for seven schools", 2_150), ("Building kits", 1_475)]):
            record_challenge_cost(
                challenge=challenge, what=what, pence=pounds * 100, key=f"demo-{challenge.id}-{number}", by=coordinator
            )
