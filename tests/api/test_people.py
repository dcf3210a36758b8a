"""People by API: what they said, and requests that leave something out or say it twice."""

import datetime as dt
import uuid

import pytest

from crm.base.clock import LONDON, london_instant, today
from crm.mail.models import MessagePreference
from employers.actions import merge_employers
from employers.models import Employer, Engagement
from tests.factories.employers import make_contact, make_employer

SAID = {"purpose": "marketing", "channel": "email", "basis": "objection", "source": "by phone"}


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_what_was_said_today_is_noted_at_any_hour(api, inside, monkeypatch, hour):
    jo = make_contact()
    moment = london_instant(today(), dt.time(hour, 30))
    monkeypatch.setattr("crm.base.clock.timezone.now", lambda: moment)
    said = {**SAID, "said_on": moment.astimezone(LONDON).date().isoformat()}
    answer = api.post(f"contacts/{jo.pk}/note-preference/", said)
    assert answer.status_code == 200, answer.json()
    assert MessagePreference.objects.get().said_at == moment


def test_a_bulk_change_that_names_no_owner_is_refused_and_nobody_loses_theirs(api, inside):
    employer = make_employer(owner=inside)
    for fact, field in (("owner", "owner"), ("tier", "tier"), ("tag", "tag"), ("untag", "tag")):
        answer = api.post("bulk-changes/", {"fact": fact, "employers": [str(employer.pk)]})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    employer.refresh_from_db()
    assert employer.owner == inside
    nobody = {"fact": "owner", "employers": [str(employer.pk)], "owner": None}
    assert api.post("bulk-changes/", nobody).status_code == 201
    assert not Employer.objects.exclude(owner=None).exists()


def test_somebody_named_twice_took_part_once(api, inside):
    jo = make_contact()
    facts = {"employer": str(jo.employer_id), "kind": "call", "summary": "Laptops"}
    answer = api.post("engagements/", {**facts, "contacts": [str(jo.pk), str(jo.pk).upper()]})
    assert answer.status_code == 201, answer.json()
    assert list(Engagement.objects.get().contacts.all()) == [jo]


def test_a_list_of_employers_may_name_one_by_the_id_that_it_had_before_a_merge(api, inside):
    kept, merged, other = make_employer(), make_employer(), make_employer()
    merge_employers(kept=kept, merged=merged, by=inside)
    named = {"fact": "owner", "owner": str(inside.pk), "employers": [str(e.pk) for e in (merged, kept, other)]}
    answer = api.post("bulk-changes/", named)
    assert (answer.status_code, answer.json().get("changed")) == (201, 2), answer.json()
    unknown = api.post("bulk-changes/", {**named, "employers": [str(merged.pk), str(uuid.uuid4())]})
    assert unknown.json()["errors"][0]["code"] == "unknown"
