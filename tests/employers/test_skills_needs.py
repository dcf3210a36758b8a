"""Whom employers look for, and whether they found them."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import TimelineItem
from employers.actions.skills import change_skills_need, close_skills_need, meet_skills_need
from employers.models import SkillsNeed
from tests.factories.employers import make_employer
from tests.factories.facts import make_skills_need


def test_a_need_is_in_the_employers_sector_unless_said(inside, quickline):
    assert make_skills_need(quickline).sector == "Digital infrastructure"
    assert make_skills_need(quickline, sector="Robots").sector == "Robots"


def test_a_need_is_met_or_closed_once(inside, quickline):
    need = make_skills_need(quickline)
    with pytest.raises(DomainError):
        close_skills_need(need=need, reason="", by=inside)
    met = meet_skills_need(need=need, by=inside)
    assert (met.state, met.settled_on) == ("met", today())
    for again in (
        lambda: meet_skills_need(need=need, by=inside),
        lambda: close_skills_need(need=need, reason="x", by=inside),
        lambda: change_skills_need(need=need, headcount=1, by=inside),
    ):
        with pytest.raises(Conflict):
            again()
    assert close_skills_need(need=make_skills_need(quickline), reason="Site sold", by=inside).reason == "Site sold"
    told = list(TimelineItem.objects.filter(kind="skills").values_list("text", flat=True))
    assert "12 × Control technicians, level 4: met" in told


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"roles": " "}, "roles"),
        ({"level": 9}, "level"),
        ({"level": 1}, "level"),
        ({"headcount": 0}, "headcount"),
        ({"headcount": 100_001}, "headcount"),
        ({"needed_by": today() + dt.timedelta(days=4000)}, "needed_by"),
    ],
)
def test_what_is_no_need_is_refused_at_its_field(inside, quickline, facts, field):
    with pytest.raises(DomainError) as refused:
        make_skills_need(quickline, **facts)
    assert refused.value.field == field
    assert not SkillsNeed.objects.exists()


def test_needs_are_noted_changed_met_and_closed_on_pages(manager, quickline):
    form = {"roles": "Control technicians", "headcount": "12", "level": "4", "needed_by": today().isoformat()}
    manager.post(f"/employers/{quickline.pk}/skills/add/", form)
    need = SkillsNeed.objects.get()
    page = f"/employers/skills/{need.pk}/"
    manager.post(page, {**form, "headcount": "15"})
    assert "15 × Control technicians" in manager.get(f"/employers/{quickline.pk}/").content.decode()
    make_skills_need(make_employer("CATCH"), roles="Welders", headcount=3, level=3)
    both = manager.get("/employers/skills/").content.decode()
    assert "<strong>18</strong> people in 2 skills needs" in both
    one = manager.get("/employers/skills/?level=3").content.decode()
    assert "<strong>3</strong> people in 1 skills need." in one
    manager.post(page + "met/")
    assert "Met on" in manager.get(page).content.decode()
    other = SkillsNeed.objects.get(roles="Welders")
    assert manager.post(f"/employers/skills/{other.pk}/close/", {"reason": ""}).status_code == 422
    manager.post(f"/employers/skills/{other.pk}/close/", {"reason": "Moved to Hull"})
    assert "Moved to Hull" in manager.get("/employers/skills/?state=closed").content.decode()


def test_skills_needs_by_api(api_for, people, yhiot, quickline):
    api = api_for(people.partnership_manager, yhiot)
    sent = {"employer": str(quickline.pk), "roles": "Welders", "level": 3, "headcount": 4, "needed_by": "2027-09-01"}
    made = api.post("skills-needs/", sent)
    assert made.status_code == 201, made.json()
    address = f"skills-needs/{made.json()['id']}/"
    assert api.patch(address, {"headcount": 5}).json()["headcount"] == 5
    assert api.get("skills-needs/?level=3").json()["items"][0]["roles"] == "Welders"
    assert api.post(address + "met/").json()["state"] == "met"
    assert api.post(address + "close/", {"reason": "x"}).status_code == 409
