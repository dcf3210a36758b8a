"""Promises on either side: noted, kept, let go, and reminded of when they are overdue."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.mail.models import Occurrence
from crm.outbox.models import Entry
from employers.actions import change_promise, keep_promise, let_promise_go
from employers.models import Promise
from employers.reminders import PromiseOverdue
from tests.factories.employers import make_contact, make_employer
from tests.factories.facts import make_promise
from tests.queries import own_queries
from workers.reminders import plan_one

A_DAY = dt.timedelta(days=1)


def test_a_promise_is_settled_once_and_tells_it(inside, quickline):
    promise = make_promise(quickline, inside)
    kept = keep_promise(promise=promise, by=inside)
    assert (kept.state, kept.settled_by) == ("kept", inside)
    for again in (
        lambda: keep_promise(promise=promise, by=inside),
        lambda: let_promise_go(promise=promise, reason="x", by=inside),
        lambda: change_promise(promise=promise, what="Another", by=inside),
    ):
        with pytest.raises(Conflict):
            again()
    types = list(Entry.objects.order_by("sequence").values_list("type", flat=True))
    assert types == ["employers.promise_made", "employers.promise_kept"]


def test_a_promise_is_let_go_with_a_reason_only(inside, quickline):
    promise = make_promise(quickline, inside, side="theirs")
    with pytest.raises(DomainError):
        let_promise_go(promise=promise, reason=" ", by=inside)
    assert Promise.objects.get().state == "open"
    assert let_promise_go(promise=promise, reason="Site closed", by=inside).reason == "Site closed"


def test_changing_nothing_records_nothing(inside, quickline):
    promise = make_promise(quickline, inside)
    change_promise(promise=promise, what=" Send the course  outline ", by=inside)
    assert Entry.objects.count() == 1
    change_promise(promise=promise, due_on=today() + A_DAY, by=inside)
    assert Entry.objects.get(type="employers.promise_changed").payload["fields"] == ["the day"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"side": "nobody"}, "side"),
        ({"what": " "}, "what"),
        ({"due_on": today() + dt.timedelta(days=3000)}, "due_on"),
        ({"due_on": today() - dt.timedelta(days=1000)}, "due_on"),
    ],
)
def test_what_is_no_promise_is_refused_at_its_field(inside, quickline, facts, field):
    with pytest.raises(DomainError) as refused:
        make_promise(quickline, inside, **facts)
    assert refused.value.field == field
    assert not Promise.objects.exists()


def test_a_stranger_can_neither_see_to_a_promise_nor_have_given_it(inside, quickline, people):
    with pytest.raises(DomainError, match="colleague"):
        make_promise(quickline, people.auditor)
    with pytest.raises(DomainError, match="Quickline"):
        make_promise(quickline, inside, contact=make_contact(make_employer()))
    assert not Promise.objects.exists()


def test_the_owner_is_reminded_the_day_after_and_not_when_it_was_kept(inside, quickline):
    promise = make_promise(quickline, inside)
    make_promise(quickline, inside, what="Not yet due", due_on=today() + A_DAY)
    plan_one(PromiseOverdue(), today() + A_DAY)
    occurrence = Occurrence.objects.get(subject_id=promise.pk)
    assert (occurrence.recipient_email, occurrence.due_on) == (inside.email, today() + A_DAY)
    assert PromiseOverdue().still_wanted(occurrence) is None
    assert PromiseOverdue().context(occurrence)["employer"] == quickline
    assert str(promise.pk) in PromiseOverdue().url(occurrence)
    keep_promise(promise=promise, by=inside)
    assert "kept" in PromiseOverdue().still_wanted(occurrence)
    plan_one(PromiseOverdue(), today() + A_DAY)
    occurrence.refresh_from_db()
    assert occurrence.state == "cancelled"


def test_promises_are_noted_changed_kept_and_let_go_on_pages(manager, quickline, inside):
    jo = make_contact(quickline, "Jo Marsh")
    form = {"side": "theirs", "what": "Two placements", "due_on": today().isoformat(), "owner": inside.pk}
    added = manager.post(f"/employers/{quickline.pk}/promises/add/", {**form, "contact": jo.pk})
    assert added.url.endswith(f"/employers/{quickline.pk}/")
    promise = Promise.objects.get()
    record = manager.get(f"/employers/{quickline.pk}/").content.decode()
    for said in ("Two placements", "They promised", "Their promise was noted"):
        assert said in record
    page = f"/employers/promises/{promise.pk}/"
    later = (today() + A_DAY).isoformat()
    manager.post(page, {"what": "Three placements", "due_on": later, "owner": inside.pk})
    promise.refresh_from_db()
    assert (promise.what, promise.due_on.isoformat(), promise.contact) == ("Three placements", later, None)
    manager.post(page + "kept/")
    assert "Kept on" in manager.get(page).content.decode()
    other = make_promise(quickline, inside)
    assert manager.post(f"/employers/promises/{other.pk}/let-go/", {"reason": ""}).status_code == 422
    manager.post(f"/employers/promises/{other.pk}/let-go/", {"reason": "They closed"})
    other.refresh_from_db()
    assert other.reason == "They closed"


def test_the_list_is_filtered_and_asks_as_much_for_three_as_for_one(manager, quickline, inside):
    make_promise(quickline, inside, what="Late one", due_on=today() - A_DAY)

    def shown(query=""):
        with own_queries() as queries:
            html = manager.get(f"/employers/promises/{query}").content.decode()
        return html, len(queries)

    shown()  # the first request of a session asks more
    _, with_one = shown()
    make_promise(quickline, inside, what="Theirs, today", side="theirs")
    keep_promise(promise=make_promise(make_employer("CATCH"), inside, what="Kept one"), by=inside)
    html, with_three = shown()
    assert with_three == with_one
    assert "Late one" in html
    assert "Kept one" not in html
    for query, told in {
        "?state=overdue": "Late one",
        "?side=theirs": "Theirs, today",
        "?state=kept": "Kept one",
        "?state=all&q=catch": "Kept one",
        f"?employer={quickline.pk}&q=late": "Late one",
    }.items():
        html, _ = shown(query)
        assert [word for word in ("Late one", "Theirs, today", "Kept one") if word in html] == [told], query


def test_my_day_shows_the_promises_i_see_to_that_are_due(manager, quickline, inside, people):
    assert "Promises due" not in manager.get("/").content.decode()
    make_promise(quickline, inside, what="Mine, due")
    make_promise(quickline, inside, what="Mine, later", due_on=today() + A_DAY)
    make_promise(quickline, people.events_coordinator, what="Not mine")
    html = manager.get("/").content.decode()
    assert "1 promise is due" in html
    listed = manager.get(f"/employers/promises/?state=due&owner={inside.pk}").content.decode()
    for page in (html, listed):
        told = [word for word in ("Mine, due", "Mine, later", "Not mine") if word in page]
        assert told == ["Mine, due"]


def test_another_institutes_promise_answers_as_none(client_for, people, liot, quickline, inside):
    promise = make_promise(quickline, inside)
    stranger = client_for(people.at(liot).partnership_manager, liot)
    assert stranger.get(f"/employers/promises/{promise.pk}/").status_code == 404
    assert stranger.post(f"/employers/promises/{promise.pk}/kept/").status_code == 404
    promise.refresh_from_db()
    assert promise.state == "open"


def test_promises_by_api(api_for, people, yhiot, quickline, inside):
    api = api_for(people.partnership_manager, yhiot)
    made = api.post(
        "promises/", {"employer": str(quickline.pk), "side": "ours", "what": "Send it", "due_on": today().isoformat()}
    )
    assert made.status_code == 201, made.json()
    address = f"promises/{made.json()['id']}/"
    assert api.patch(address, {"what": "Send all of it"}).json()["what"] == "Send all of it"
    assert [row["what"] for row in api.get("promises/?side=ours").json()["items"]] == ["Send all of it"]
    assert api.post(address + "keep/").json()["state"] == "kept"
    assert api.post(address + "let-go/", {"reason": "x"}).status_code == 409
    assert api.get("promises/").json()["items"] == []
    assert len(api.get("promises/?state=kept").json()["items"]) == 1
