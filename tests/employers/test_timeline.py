"""The timeline on an employer's record, and the stage beside it."""

import datetime as dt
import html
import re
from dataclasses import replace
from unittest import mock

from crm.base.clock import now, today
from crm.identity.roles import ROLES, Permission, Role
from crm.mail.models import Occurrence
from crm.outbox.models import TimelineItem
from employers.actions import add_follow_up, log_engagement
from employers.models import Engagement, FollowUp
from employers.reads.timeline import FILTERS, page_of_timeline
from sponsorships.actions.contributions import LineFacts, record_contribution
from sponsorships.models import Contribution
from tests.factories.agreements import make_signed
from tests.factories.employers import make_contact
from tests.factories.mail import make_reminder
from tests.queries import own_queries


def test_the_timeline_is_filtered_by_kind(manager, quickline, inside):
    log_engagement(employer=quickline, kind="meeting", summary="Talked about lathes", by=inside)
    add_follow_up(title="x", due_on=today(), owner=inside, employer=quickline, by=inside)
    gift = {"kind": "equipment_given", "title": "Old lathe", "lines": [LineFacts("Lathe")]}
    record_contribution(employer=quickline, by=inside, **gift)
    texts = {"conversations": "Talked about lathes", "money": "Offered: Old lathe", "changes": "Next step due"}
    for only in FILTERS:
        page = timeline_of(manager.get(f"/employers/{quickline.pk}/?only={only}"))
        shown = {kind for kind, text in texts.items() if text in page}
        assert shown == (set(texts) if only == "" else {only} & set(texts)), only
    assert manager.get(f"/employers/{quickline.pk}/?only=nonsense&before=nonsense").status_code == 200


def timeline_of(response):
    return response.content.decode().split('id="timeline"')[1]


def test_the_whole_past_is_paged_without_a_gap_and_at_the_same_price(manager, quickline, inside):
    def walk():
        url, seen, prices = f"/employers/{quickline.pk}/", [], set()
        while url:
            with own_queries() as asked:
                page = manager.get(url)
            prices.add(len(asked))
            seen += re.findall(r"Call number (\d+)", timeline_of(page))
            older = re.search(r'href="(\?[^"#]*before=[^"#]*)#timeline', page.content.decode())
            url = older and f"/employers/{quickline.pk}/{html.unescape(older[1])}"
        return seen, prices

    def calls(numbers):
        for number in numbers:
            at = now() - dt.timedelta(days=100 - number // 4)  # four at the very same moment
            Engagement.objects.create(
                employer=quickline, kind="call", happened_at=at.replace(microsecond=0, second=0), by=inside,
                summary=f"Call number {number}",
            )  # fmt: skip

    calls(range(1))
    manager.get("/")  # the first page of a session notes the visit
    _, with_one = walk()
    calls(range(1, 95))
    seen, prices = walk()
    assert sorted(map(int, seen)) == list(range(95)) and len(seen) == 95
    assert prices == with_one and len(prices) == 1


def test_a_fold_is_not_torn_apart_between_two_pages(inside, quickline):
    for _ in range(40):
        TimelineItem.objects.create(
            subject_type="employers.employer", subject_id=quickline.pk, happened_at=now(), kind="money",
            text="£100 received from Quickline", pence=100_00, sums_as="{} received from Quickline",
            actor_name="Fiona Clarke", entry_id=quickline.pk,
        )  # fmt: skip
    page = page_of_timeline(quickline, may=lambda right: True)
    assert [(line.text, len(line.more)) for line in page.lines] == [("£4,000 received from Quickline", 40)]
    assert page.older == ""


def test_the_timeline_tells_of_mail_that_went_to_the_employers_people(manager, quickline, inside):
    contact = make_contact(quickline, "Jo Marsh")
    facts = {"recipient_type": "employers.contact", "recipient_id": contact.pk, "recipient_name": "Jo Marsh"}
    sent = make_reminder(inside, "Renewal")
    Occurrence.objects.filter(pk=sent.pk).update(**facts, state="sent", settled_at=now())
    make_reminder(inside, "Not yet sent")
    page = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert "Next step overdue: Renewal, to Jo Marsh" in page and "Sent automatically" in page
    assert f"/mail/{sent.pk}/" in page
    assert "Not yet sent" not in page
    assert "Sent automatically" not in manager.get(f"/employers/{quickline.pk}/?only=conversations").content.decode()


def test_the_stage_offered_first_is_the_one_it_has(manager, quickline):
    page = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert f'<option value="{quickline.stage}" selected>' in page


def test_a_contribution_is_logged_from_the_composer_with_its_next_step(manager, quickline):
    page = manager.get(f"/employers/{quickline.pk}/?compose=contribution").content.decode()
    address = f"/sponsorships/employers/{quickline.pk}/contribution/"
    assert f'action="/i/yhiot{address}"' in page and "What do they give?" in page
    facts = {"title": "Two lathes", "kind": "equipment_given", "quantity": "2", "unit": "each"}
    facts["offered_on"] = str(today())
    assert manager.post(address, facts | {"next_step": "collect them tomorrow"}).status_code == 302
    assert Contribution.objects.get().lines.get().quantity_hundredths == 200
    assert FollowUp.objects.get().title == "Collect them"
    refused = manager.post(address, facts | {"kind": "equipment_lent"})  # without a day it is due back
    assert refused.status_code == 422
    assert Contribution.objects.count() == 1


def test_who_may_not_record_contributions_is_not_offered_them(client_for, people, yhiot, quickline):
    page = client_for(people.events_coordinator, yhiot).get(f"/employers/{quickline.pk}/?compose=contribution")
    assert "?compose=contribution#composer" not in page.content.decode()


def test_log_and_a_name_in_the_palette_lead_to_the_form_for_that_employer(manager, quickline):
    options = manager.get("/search/palette/?q=meeting+quick", headers={"hx-request": "true"}).content.decode()
    assert "Log a conversation: Quickline Communications" in options
    url = f"/employers/log/?employer={quickline.pk}&amp;kind=meeting"
    assert f'data-href="/i/yhiot{url}"' in options
    form = manager.get(html.unescape(url)).content.decode()
    assert 'value="meeting" checked' in form or re.search(r'value="meeting"[^>]*checked', form)


def test_who_may_not_see_agreements_or_gifts_reads_nothing_of_them_on_the_timeline(
    inside, client_for, api_for, people, yhiot
):
    sponsor = make_signed(inside, people.director, [yhiot]).employer
    record_contribution(
        employer=sponsor, kind="equipment_given", title="Old lathe", lines=[LineFacts("Lathe")], by=inside
    )
    log_engagement(employer=sponsor, kind="call", summary="Talked about lathes", by=inside)
    seen = {}
    for role in ("partnership_manager", "events_coordinator", "bursary_administrator"):
        user = getattr(people, role)
        page = timeline_of(client_for(user, yhiot).get(f"/employers/{sponsor.pk}/"))
        assert "Talked about lathes" in page
        assert ("?only=money" in page) == (role != "events_coordinator")
        answer = api_for(user, yhiot).get(f"employers/{sponsor.pk}/timeline/").json()
        titles = {line["title"] for line in answer}
        seen[role] = ("Agreement signed" in page, "Old lathe" in page)
        assert seen[role] == ("Sponsorship" in titles, "Contribution" in titles), role
    assert seen == {
        "partnership_manager": (True, True),
        "events_coordinator": (False, False),
        "bursary_administrator": (True, False),
    }


def test_who_may_not_see_mail_reads_nothing_of_it_on_the_timeline(inside, quickline, manager, api_for, yhiot):
    facts = {"recipient_type": "employers.contact", "recipient_id": make_contact(quickline).pk, "state": "sent"}
    Occurrence.objects.filter(pk=make_reminder(inside, "Renewal").pk).update(**facts, settled_at=now())
    log_engagement(employer=quickline, kind="call", summary="Talked about lathes", by=inside)
    role = ROLES[Role.PARTNERSHIP_MANAGER]
    without = replace(role, permissions=role.permissions - {Permission.SEE_MAIL})
    for sees, card in ((True, role), (False, without)):
        with mock.patch.dict(ROLES, {Role.PARTNERSHIP_MANAGER: card}):  # each of today's roles sees both
            for only in ("", "mail"):
                page = timeline_of(manager.get(f"/employers/{quickline.pk}/?only={only}"))
                assert ("Renewal" in page, "?only=mail#" in page) == (sees, sees), only
                assert ("Talked about lathes" in page) == (only == "")
        program = api_for(inside, yhiot, card.permissions & {Permission.SEE_EMPLOYERS, Permission.SEE_MAIL})
        for only in ("", "mail"):
            answer = program.get(f"employers/{quickline.pk}/timeline/?only={only}").json()
            assert ("E-mail" in {line["title"] for line in answer}) == sees, only
