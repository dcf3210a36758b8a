"""Bursaries: small awards with their reasons, most of them paid. Learner numbers and needs are invented."""

import datetime as dt
import uuid

from crm.base.clock import next_working_day
from crm.base.context import institute_context
from crm.identity.models import Institute, Provider
from crm.identity.roles import Role
from sponsorships.actions.awards import award_bursary
from sponsorships.actions.learners import refer_learner
from sponsorships.actions.payments import fail_payment, pay_instalment
from sponsorships.models import Award, AwardInstalment, Fund
from workers.demo.stage import first_year, on, real_today, scene

# purpose, need, pounds
NEEDS = [
    ("travel", "Bus pass for three terms", 1_480),
    ("equipment", "Laptop that runs the course software", 1_790),
    ("travel", "Train to placement, two days a week", 2_130),
    ("fees", "Professional registration and examination", 1_310),
    ("equipment", "Tools and protective clothing", 1_060),
    ("travel", "Fuel: no bus reaches the campus", 1_630),
    ("childcare", "After-school club on course days", 2_810),
    ("equipment", "Laptop and licence", 1_990),
    ("travel", "Rail season ticket", 2_550),
    ("books", "Core texts for the year", 460),
]
COURSES = [
    ("HNC Engineering", "4"),
    ("HTQ Digital Technologies", "4"),
    ("HNC Construction and the Built Environment", "4"),
    ("HND Computing", "5"),
]
PROVIDERS = {
    "yhiot": ["York College", "TEC Partnership", "Bishop Burton College"],
    "liot": ["University of Lincoln", "Grantham College", "TEC Partnership"],
}
HOW_MANY = {"yhiot": 52, "liot": 30}
AWARD_DAYS = [(0, 11, 12), (0, 2, 11), (1, 10, 14), (1, 1, 20), (1, 5, 6), (2, 10, 13), (2, 11, 9)]


def load_bursaries() -> None:
    """Awards spread over the years so far, each in two parts, paid when due."""
    days = [day for day in (next_working_day(on(*when)) for when in AWARD_DAYS) if day <= real_today()]
    for code in HOW_MANY:
        institute = Institute.objects.get(code=code)
        with institute_context(institute.id):
            if Award.objects.exists():
                continue
            fund = Fund.objects.get(kind=Fund.Kind.BURSARY)
        for place, day in enumerate(days):
            _award_on(code, fund, day, range(place, HOW_MANY[code], len(AWARD_DAYS)))
        _pay(code)


def _award_on(code: str, fund: Fund, day: dt.date, numbers: range) -> None:
    providers = [Provider.objects.get(name=name) for name in PROVIDERS[code]]
    with scene(code, Role.BURSARY_ADMINISTRATOR, day) as administrator:
        for number in numbers:
            purpose, need, pounds = NEEDS[(number * 7) % len(NEEDS)]
            course, level = COURSES[number % len(COURSES)]
            learner = refer_learner(
                provider=providers[number % len(providers)],
                learner_number=f"DEMO{first_year().year}{number:04d}",
                course=course,
                level=level,
                by=administrator,
            )
            award_bursary(
                fund=fund,
                learner=learner,
                purpose=purpose,
                pence=pounds * 100,
                reason=need,
                due_on=[next_working_day(day + dt.timedelta(days=days)) for days in (14, 100)],
                key=str(uuid.uuid5(fund.id, f"demo-award-{number}")),
                by=administrator,
            )


def _pay(code: str) -> None:
    institute = Institute.objects.get(code=code)
    with institute_context(institute.id):
        due = AwardInstalment.objects.filter(due_on__lt=real_today() - dt.timedelta(days=3), state="planned")
        by_day: dict[dt.date, list[AwardInstalment]] = {}
        for instalment in due.select_related("award").order_by("due_on", "id"):
            by_day.setdefault(instalment.due_on, []).append(instalment)
    for day, instalments in by_day.items():
        with scene(code, Role.FINANCE_OFFICER, day) as officer:
            for instalment in instalments:
                pay_instalment(instalment=instalment, paid_on=day, by=officer)
    _send_one_back(code)


def _send_one_back(code: str) -> None:
    """The bank returns the last payment of all, so that there is one to mend."""
    with scene(code, Role.FINANCE_OFFICER, real_today() - dt.timedelta(days=2)) as officer:
        sent_back_on = real_today() - dt.timedelta(days=2)
        last = AwardInstalment.objects.filter(state="paid").order_by("-paid_on", "-id").first()
        if last:
            fail_payment(instalment=last, failed_on=sent_back_on, by=officer)
