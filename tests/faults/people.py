"""Who and what is there at the start: two institutes, their people, employers, funds with money, schools to book."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.base.clock import today
from crm.base.context import institute_context
from crm.identity.models import Institute, InstituteProvider, Provider, User
from crm.identity.roles import Role
from employers.models import FollowUp
from tests.factories.employers import make_employer
from tests.factories.events import make_challenge, make_school
from tests.factories.funds import make_fund
from tests.factories.identity import give_role, make_institute, make_user
from tests.factories.mail import make_follow_up

FUND_PENCE = 100_000_000
SCHOOLS = PLACES = 900  # more than all the tests book of one site: a full challenge would refuse them


@dataclass(frozen=True)
class Stock:
    """Ids of what the load works on, in one institute."""

    employers: list[uuid.UUID]
    fund: uuid.UUID
    challenge: uuid.UUID


class Cast:
    """Built once, through the factories, when the site's database is empty."""

    def __init__(self) -> None:
        self.yhiot = make_institute("yhiot", "Yorkshire & Humber Institute of Technology", "Yorkshire & Humber IoT")
        self.liot = make_institute("liot", "Lincolnshire Institute of Technology", "Lincolnshire IoT")
        self._people: dict[tuple[str, uuid.UUID], User] = {}
        self.college = Provider.objects.create(name="York College", kind=Provider.Kind.FE)
        self.schools = [make_school().id for _ in range(SCHOOLS)]
        self.stock = {institute.code: self._stock(institute) for institute in (self.yhiot, self.liot)}

    def _stock(self, institute: Institute) -> Stock:
        InstituteProvider.objects.create(institute=institute, provider=self.college, part="core")
        coordinator = self.person("events_coordinator", institute)
        with institute_context(institute.id, user_id=coordinator.id):
            employers = [make_employer(f"Employer {number} of {institute.code}").id for number in range(4)]
            fund = make_fund(FUND_PENCE, name="Bursaries")
            return Stock(employers, fund.id, make_challenge(coordinator, places=PLACES).id)

    def person(self, role: str, institute: Institute) -> User:
        """The one with that role there."""
        key = (role, institute.id)
        if key not in self._people:
            self._people[key] = make_user(f"{Role(role).label} at {institute.short_name}")
            give_role(self._people[key], institute, Role(role))
        return self._people[key]

    def promise_calls(self, institute: Institute, titles: list[str], owner: User | None = None) -> list[FollowUp]:
        """Follow-ups that fell due a week ago, so that their reminders are due too."""
        owner = owner or self.person("partnership_manager", institute)
        with institute_context(institute.id, user_id=owner.id):
            return [make_follow_up(owner, title, today() - dt.timedelta(days=7)) for title in titles]

    def somebody_new(self, institute: Institute) -> User:
        """Another partnership manager, whose address nothing is known of."""
        user = make_user("Another manager")
        give_role(user, institute, Role.PARTNERSHIP_MANAGER)
        return user
