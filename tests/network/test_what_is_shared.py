"""All that can be shared of an employer at once: what is written for colleagues is not among it."""

import datetime as dt

import pytest

from crm.base.clock import academic_year, now, today
from crm.base.context import institute_context
from crm.network.actions import accept_share, propose_share, read_share
from crm.network.actions.shares import Terms
from crm.network.models import SharedCopy
from employers.actions import log_engagement
from employers.actions.skills import close_skills_need, note_skills_need
from employers.models import Employer
from employers.shareables import SharedEmployer
from tests.factories.contributions import make_contribution
from tests.factories.employers import make_contact, make_employer
from tests.factories.facts import make_promise

CANARY = "canary-that-sings"
ALL = [field.name for field in SharedEmployer.fields]


@pytest.fixture
def quickline(inside) -> Employer:
    """An employer with that word in every text that somebody wrote for colleagues."""
    employer = make_employer("Quickline", stage="active", notes=CANARY, owner=inside)
    jo = make_contact(employer, "Jo Marsh", ("main",), email=f"{CANARY}@quickline.example", phone=f"0 {CANARY}")
    for days, kind in ((0, "call"), (0, "call"), (0, "visit"), (0, "note"), (500, "meeting")):
        moment = now() - dt.timedelta(days=days)
        log_engagement(employer=employer, kind=kind, summary=CANARY, happened_at=moment, contacts=[jo], by=inside)
    need = {"employer": employer, "sector": "digital", "level": 4, "needed_by": today(), "by": inside}
    note_skills_need(**need, roles="Network technicians", headcount=3)
    close_skills_need(need=note_skills_need(**need, roles="Splicers", headcount=1), reason=CANARY, by=inside)
    make_promise(employer, inside, what=CANARY)
    make_contribution(inside, employer, title=CANARY, description=CANARY)
    return employer


@pytest.fixture
def shared(quickline, inside, liot, people):
    """Every field of it, accepted by the other institute."""
    terms = Terms(ALL, liot, today() + dt.timedelta(days=30), "One visit instead of two")
    share = propose_share(object_type="employers.employer", object_id=quickline.pk, terms=terms, by=inside)
    with institute_context(liot.pk, user_id=people.at(liot).partnership_manager.pk):
        accept_share(copy=SharedCopy.objects.get(pk=share.pk), by=people.at(liot).partnership_manager)
    return share


def test_how_often_one_spoke_and_whom_they_look_for_is_read_without_a_word_of_it(shared, liot, people):
    reader = people.at(liot).partnership_manager
    with institute_context(liot.pk, user_id=reader.pk):
        content = read_share(copy=SharedCopy.objects.get(pk=shared.pk), by=reader)
    assert content["talks"] == f"{academic_year(today())}: 3 (call: 2, visit: 1)"
    assert content["needs"] == f"3 × Network technicians, level 4, by {today():%-d %b %Y}"
    assert set(content) == set(ALL)
    assert CANARY not in str(content)


def test_neither_page_nor_program_reads_what_was_written_for_colleagues(shared, liot, people, client_for, api_for):
    reader = people.at(liot).partnership_manager
    page = client_for(reader, liot).get(f"/network/shares/read/{shared.pk}/").content.decode()
    assert "Network technicians" in page and CANARY not in page
    api = api_for(reader, liot)
    for told in (api.get("shared-with-us/"), api.post(f"shared-with-us/{shared.pk}/read/")):
        assert told.status_code == 200 and CANARY not in told.content.decode()
