"""What employers change in courses: adopted on evidence, declined with a reason."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import Entry, TimelineItem
from employers.actions import log_engagement
from employers.actions.curriculum import (
    adopt_curriculum_input,
    change_curriculum_input,
    decline_curriculum_input,
)
from employers.forms.facts import CurriculumForm
from employers.models import CurriculumInput
from tests.factories.employers import make_employer
from tests.factories.facts import make_curriculum_input


def test_a_change_is_adopted_on_evidence_only(inside, quickline):
    asked = make_curriculum_input(quickline)
    with pytest.raises(DomainError) as refused:
        adopt_curriculum_input(asked=asked, by=inside)
    assert refused.value.field == "evidence"
    assert CurriculumInput.objects.get().state == "proposed"
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        CurriculumInput.objects.update(state="adopted", decided_on=today())
    adopted = adopt_curriculum_input(asked=asked, evidence="Module outline v3, shared drive", by=inside)
    assert (adopted.state, adopted.decided_on, adopted.decided_by) == ("adopted", today(), inside)
    for again in (
        lambda: adopt_curriculum_input(asked=asked, by=inside),
        lambda: decline_curriculum_input(asked=asked, reason="x", by=inside),
        lambda: change_curriculum_input(asked=asked, course="x", by=inside),
    ):
        with pytest.raises(Conflict):
            again()
    assert "Their change to HNC Control was adopted" in TimelineItem.objects.values_list("text", flat=True)


def test_evidence_noted_before_is_enough(inside, quickline):
    asked = make_curriculum_input(quickline, evidence="Minutes of 3 March")
    assert adopt_curriculum_input(asked=asked, by=inside).evidence == "Minutes of 3 March"


def test_a_change_is_declined_with_a_reason_and_not_before_it_was_proposed(inside, quickline):
    asked = make_curriculum_input(quickline)
    for facts, field in [
        ({"reason": " "}, "reason"),
        ({"reason": "No lab", "decided_on": today() - dt.timedelta(days=1)}, "decided_on"),
    ]:
        with pytest.raises(DomainError) as refused:
            decline_curriculum_input(asked=asked, by=inside, **facts)
        assert refused.value.field == field
    assert decline_curriculum_input(asked=asked, reason="No lab", by=inside).state == "declined"


def test_a_conversation_with_another_employer_is_refused(inside, quickline):
    elsewhere = log_engagement(employer=make_employer(), kind="meeting", summary="Board", by=inside)
    with pytest.raises(DomainError, match="Quickline"):
        make_curriculum_input(quickline, engagement=elsewhere)
    assert not CurriculumInput.objects.exists()


def test_changing_nothing_records_nothing(inside, quickline):
    asked = make_curriculum_input(quickline)
    change_curriculum_input(asked=asked, course="HNC Control", by=inside)
    assert Entry.objects.count() == 1
    change_curriculum_input(asked=asked, course="HND Control", by=inside)
    assert Entry.objects.get(type="employers.curriculum_input_changed").payload["fields"] == ["the course"]


def test_a_change_is_proposed_adopted_and_declined_on_pages(manager, quickline, inside):
    said = log_engagement(employer=quickline, kind="meeting", summary="Wants PLCs", by=inside)
    form = {"course": "HNC Control", "what_changed": "A module\non PLCs", "proposed_on": today().isoformat()}
    manager.post(f"/employers/{quickline.pk}/curriculum/add/", {**form, "engagement": said.pk})
    asked = CurriculumInput.objects.get()
    assert (asked.what_changed, asked.engagement) == ("A module on PLCs", said)
    page = f"/employers/curriculum/{asked.pk}/"
    manager.post(page, {**form, "course": "HND Control"})
    assert "What shows it" in manager.get(page + "adopt/").content.decode()
    refused = manager.post(page + "adopt/", {"decided_on": today().isoformat()})
    assert (refused.status_code, "Say what shows it" in refused.content.decode()) == (422, True)
    manager.post(page + "adopt/", {"evidence": "Outline v3", "decided_on": today().isoformat()})
    assert "Outline v3" in manager.get(page).content.decode()
    other = make_curriculum_input(quickline, course="T Level Digital")
    manager.post(f"/employers/curriculum/{other.pk}/decline/", {"reason": "No lab", "decided_on": today().isoformat()})
    listed = manager.get("/employers/curriculum/?state=declined").content.decode()
    assert ("T Level Digital" in listed, "HND Control" in listed) == (True, False)
    record = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert "Outline v3" in record
    assert "No lab" in record


def test_curriculum_input_by_api(api_for, people, yhiot, quickline):
    api = api_for(people.partnership_manager, yhiot)
    sent = {"employer": str(quickline.pk), "course": "HNC", "what_changed": "PLCs"}
    made = api.post("curriculum-inputs/", sent)
    assert made.status_code == 201, made.json()
    address = f"curriculum-inputs/{made.json()['id']}/"
    assert api.patch(address, {"course": "HND"}).json()["course"] == "HND"
    assert api.post(address + "adopt/", {}).json()["errors"][0]["pointer"] == "/evidence"
    assert api.post(address + "adopt/", {"evidence": "Outline"}).json()["state"] == "adopted"
    assert api.post(address + "decline/", {"reason": "x"}).status_code == 409
    assert len(api.get("curriculum-inputs/?state=adopted").json()["items"]) == 1


def test_a_conversation_after_midnight_in_summer_is_offered_with_its_day_in_london(inside, quickline):
    moment = dt.datetime(2025, 7, 1, 23, 30, tzinfo=dt.UTC)
    log_engagement(employer=quickline, kind="call", summary="PLCs", happened_at=moment, by=inside)
    offered = CurriculumForm(employer=quickline).fields["engagement"].choices
    assert [label for _, label in offered][1:] == ["Call, 2 July 2025: PLCs"]
