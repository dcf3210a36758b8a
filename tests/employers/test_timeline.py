"""The timeline on an employer's record, and the stage beside it."""

from crm.base.clock import now, today
from crm.mail.models import Occurrence
from employers.actions import add_follow_up, log_engagement
from tests.factories.employers import make_contact
from tests.factories.mail import make_reminder


def test_the_timeline_is_filtered(manager, quickline, inside):
    log_engagement(employer=quickline, kind="meeting", summary="Talked about lathes", by=inside)
    add_follow_up(title="x", due_on=today(), owner=inside, employer=quickline, by=inside)
    page = f"/employers/{quickline.pk}/"
    assert "lathes" in manager.get(f"{page}?only=conversations").content.decode()
    assert "<p>Next step due" not in manager.get(f"{page}?only=conversations").content.decode()
    assert "lathes" not in manager.get(f"{page}?only=other").content.decode()
    assert manager.get(f"{page}?only=nonsense&all=1").status_code == 200


def test_the_timeline_tells_of_mail_that_went_to_the_employers_people(manager, quickline, inside):
    contact = make_contact(quickline, "Jo Marsh")
    facts = {"recipient_type": "employers.contact", "recipient_id": contact.pk, "recipient_name": "Jo Marsh"}
    sent = make_reminder(inside, "Renewal")
    Occurrence.objects.filter(pk=sent.pk).update(**facts, state="sent", settled_at=now())
    make_reminder(inside, "Not yet sent")
    page = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert "Follow-up overdue: Renewal, to Jo Marsh" in page and "Sent automatically" in page
    assert f"/mail/{sent.pk}/" in page
    assert "Not yet sent" not in page
    assert "Sent automatically" not in manager.get(f"/employers/{quickline.pk}/?only=conversations").content.decode()


def test_the_stage_offered_first_is_the_one_it_has(manager, quickline):
    page = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert f'<option value="{quickline.stage}" selected>' in page
