"""What challenges keep of a person: when they helped, and which groups they brought."""

from crm.core.personal_data import Person, PersonalData
from crm.core.registry import personal_data
from crm.core.reports import Cell
from events.models import GroupBooking, Volunteer


@personal_data.register
class Volunteering(PersonalData):
    name, label, order = "events.volunteering", "Challenges they helped at", 70
    heads = ("When", "Challenge", "Role", "State", "Check seen on", "Minutes given")
    fate = "Stays without the name: how many helped, and the time given in kind, do not change."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        shifts = Volunteer.objects.filter(contact__in=person.contact_ids).select_related("challenge")
        return [
            (
                s.challenge.starts_at,
                s.challenge.title,
                s.get_role_display(),
                s.get_state_display(),
                s.check_seen_on,
                s.minutes,
            )
            for s in shifts.order_by("challenge__starts_at", "id")
        ]


@personal_data.register
class Bookings(PersonalData):
    name, label, order = "events.bookings", "Groups they booked", 75
    heads = ("When", "Challenge", "School", "State", "Pupils")
    fate = "Stays without the name."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        groups = GroupBooking.objects.filter(contact__in=person.contact_ids).select_related("challenge", "school")
        return [
            (g.challenge.starts_at, g.challenge.title, g.school.name, g.get_state_display(), g.pupils)
            for g in groups.order_by("challenge__starts_at", "id")
        ]
