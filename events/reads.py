"""Challenges as pages and reports show them."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from crm.base.clock import LONDON, now
from crm.core import search
from employers.models import Contact, ContactRole
from events.models import Challenge, ChallengeCost, GroupBooking, Volunteer
from events.validators import adults_needed


@dataclasses.dataclass(frozen=True)
class Reach:
    """How far challenges reached in a period."""

    challenges: int
    schools: int
    pupils: int


def reach(*, since: dt.date, until: dt.date) -> Reach:
    """Challenges held from `since` to `until` (inclusive, London days) and who came. Counts only."""
    start = dt.datetime.combine(since, dt.time.min, tzinfo=LONDON)
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time.min, tzinfo=LONDON)
    came = GroupBooking.objects.filter(
        challenge__starts_at__gte=start, challenge__starts_at__lt=end, state=GroupBooking.State.ATTENDED
    )
    numbers = came.aggregate(
        challenges=Count("challenge", distinct=True),
        schools=Count("school", distinct=True),
        pupils=Sum("attended_pupils", default=0),
    )
    return Reach(**numbers)


def challenges_with_reach() -> QuerySet:
    """Every challenge, latest first, with `groups` and `pupils` (booked or came), `schools_came` and `pupils_came`."""
    came = Q(bookings__state=GroupBooking.State.ATTENDED)
    with_reach = Challenge.objects.with_numbers().annotate(
        schools_came=Count("bookings__school", filter=came, distinct=True),
        pupils_came=Sum("bookings__attended_pupils", filter=came, default=0),
    )
    return with_reach.order_by("-starts_at", "-id")


def costs_of(challenge: Challenge) -> tuple[QuerySet, int]:
    """The costs of a challenge and their sum in pence."""
    costs = ChallengeCost.objects.filter(challenge=challenge)
    return costs, costs.aggregate(total=Sum("pence", default=0))["total"]


def what_is_missing(challenge: Challenge, groups: Iterable[GroupBooking], helpers: Iterable[Volunteer]) -> list[str]:
    """What the coordinator still has to see to before the day, in words. Empty when nothing is."""
    groups, helpers = list(groups), list(helpers)
    missing = []
    if challenge.state == Challenge.State.PLANNED:
        missing.append("Booking is not open yet.")
    taken = sum(group.state in ("confirmed", "attended") for group in groups)
    if taken < challenge.places:
        missing.append(f"{challenge.places - taken} of {challenge.places} places are free.")
    if not any(helper.state in ("accepted", "attended") for helper in helpers):
        missing.append("No volunteer has said yes.")
    unseen = sum(h.is_unsupervised and h.check_seen_on is None and h.state != "declined" for h in helpers)
    if unseen:
        missing.append(f"{unseen} checks have not been seen.")
    people = [somebody.contact for somebody in (*groups, *helpers) if _is_coming(somebody)]
    gone = [person.name for person in people if not person.may_be_asked]
    if gone:
        missing.append(f"Not there any more, so nobody is reminded: {', '.join(gone)}.")
    unreached = [person.name for person in people if person.may_be_asked and not person.email]
    if unreached:
        missing.append(f"No e-mail address, so no reminder: {', '.join(unreached)}.")
    missing += [
        f"{group.school.name} comes with {group.adults} adults, and {needed} are needed."
        for group in groups
        if group.state in ("confirmed", "waiting")
        and group.adults < (needed := adults_needed(group.pupils, challenge.pupils_per_adult))
    ]
    if challenge.fund_id is None:
        missing.append("No fund pays for it.")
    return missing


def _is_coming(somebody: GroupBooking | Volunteer) -> bool:
    return somebody.state in ("confirmed", "accepted")


@dataclasses.dataclass(frozen=True)
class Encounter:
    """What a school may show for its careers programme: which year group met how many employers for how long."""

    school: str
    urn: str
    day: dt.date
    challenge: str
    year_group: int
    pupils: int
    employers: int
    minutes: int


def encounters(challenge: Challenge) -> list[Encounter]:
    """One line per school that came. Gatsby benchmarks 5 and 7 ask schools for encounters; no pupil is named."""
    helpers = Volunteer.objects.filter(challenge=challenge).coming()
    employers = helpers.values("contact__employer").distinct().count()
    minutes = int((challenge.ends_at - challenge.starts_at).total_seconds() // 60)
    groups = GroupBooking.objects.filter(challenge=challenge, state="attended").select_related("school")
    return [
        Encounter(
            school=group.school.name,
            urn=group.school.urn,
            day=challenge.day,
            challenge=challenge.title,
            year_group=challenge.year_group,
            pupils=group.attended_pupils,
            employers=employers,
            minutes=minutes,
        )
        for group in groups.order_by("school__name", "id")
    ]


def bookings_of_school(school_id: uuid.UUID) -> QuerySet:
    """A school's bookings here, latest challenge first."""
    return (
        GroupBooking.objects.filter(school_id=school_id).select_related("challenge").order_by("-challenge__starts_at")
    )


def people_to_ask(query: str) -> QuerySet:
    """Contacts at employers that match the query, those marked as volunteers first; without one, only those."""
    marked = ContactRole.objects.in_force().filter(contact=OuterRef("pk"), role=ContactRole.Role.VOLUNTEER)
    people = Contact.objects.still_there().filter(employer__isnull=False).select_related("employer")
    people = people.annotate(is_volunteer=Exists(marked)).order_by("-is_volunteer", "name", "id")
    if not query.strip():
        return people.filter(is_volunteer=True)
    hits = search.find(query, kinds=["employer"], limit=30)
    return people.filter(employer_id__in=[hit.object_id for hit in hits])


def time_to_count(challenge: Challenge) -> list[Volunteer]:
    """Who gave time at a challenge that was held and whose time nobody has counted in kind."""
    rows = Volunteer.objects.filter(challenge=challenge).time_to_count()
    return list(rows.select_related("contact__employer", "challenge").order_by("contact__name", "id"))


def challenges_to_count() -> QuerySet:
    """Challenges with such time, each with `uncounted`, the number of people; the latest first."""
    uncounted = Volunteer.objects.time_to_count().order_by().values("challenge")
    counts = uncounted.annotate(number=Count("pk"))
    rows = Challenge.objects.filter(pk__in=uncounted)
    number = Subquery(counts.filter(challenge=OuterRef("pk")).values("number"))
    return rows.annotate(uncounted=number).order_by("-starts_at", "-id")


def is_over(challenge: Challenge) -> bool:
    """Whether its day is past."""
    return challenge.ends_at < now()
