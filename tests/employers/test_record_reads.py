"""How often an employer's record asks the database, and that rows read together are those read one by one."""

from types import SimpleNamespace

import pytest

from crm.audit.models import AuditEntry
from crm.base.clock import today
from crm.base.ids import new_id
from crm.core.registry import panels
from crm.core.together import HowMany, OneValue, Statement, read_together
from crm.imports.models import SourceRecord
from employers.actions import add_follow_up, log_engagement
from employers.models import Contact, Employer, EmployerTag, Tag
from employers.rollups.health import refresh_health
from events.models import Volunteer
from tests.factories.agreements import make_signed, make_sponsor
from tests.factories.contributions import make_counted
from tests.factories.employers import make_contact, make_employer, make_organisation
from tests.factories.events import make_challenge
from tests.factories.facts import make_facts, make_promise
from tests.factories.shares import make_shares
from tests.queries import own_queries

PAGE = 8  # session, person, roles, employer, the page's own rows, timeline, colleagues to hand to, all panels
WITH_REASONS = PAGE + 1  # the rows behind the reasons of its health


@pytest.fixture
def partner(inside, people, yhiot):
    """An employer with one of everything that its record shows."""
    partner = make_sponsor("Quickline Communications")
    Employer.objects.filter(pk=partner.pk).update(organisation=make_organisation(), owner=inside)
    make_signed(inside, people.director, [yhiot], partner)
    make_counted(inside, people.director, employer=partner)
    make_facts(partner, inside)
    make_shares(partner, inside)
    make_promise(partner, inside, what="Late", due_on=today().replace(year=today().year - 1))
    jo = make_contact(partner, "Jo Marsh", roles=("main", "finance"))
    Volunteer.objects.create(challenge=make_challenge(inside), contact=jo, role="judge")
    log_engagement(employer=partner, kind="call", summary="Spoke", contacts=[jo], by=inside)
    add_follow_up(title="Call again", due_on=today(), owner=inside, employer=partner, by=inside)
    EmployerTag.objects.create(employer=partner, tag=Tag.objects.create(name="T Level host"))
    SourceRecord.objects.create(
        kind="employers", source="Register", key="1", object_id=partner.pk, facts={"name": "Q"}, listed_on=today(),
        job_id=new_id(),
    )  # fmt: skip
    refresh_health([partner.pk])
    return Employer.objects.with_quiet().select_related("organisation").get(pk=partner.pk)


def asked_by(client, employer):
    with own_queries() as asked:
        assert client.get(f"/employers/{employer.pk}/").status_code == 200
    return len(asked)


def test_a_record_asks_as_often_with_one_of_everything_as_with_nothing(manager, inside, partner):
    bare = make_employer("Bare")
    manager.get("/")  # the first page of a session notes the visit
    assert (asked_by(manager, bare), asked_by(manager, partner)) == (PAGE, WITH_REASONS)


def test_rows_read_together_are_those_read_one_by_one(inside, partner):
    request = SimpleNamespace(user=inside, may=lambda right: True)
    here = [panel() for panel in panels if hasattr(panel, "rows")]  # of the record, and of My day
    asked = {(panel.slot, type(panel), name): q for panel in here for name, q in panel.rows(request, partner).items()}
    with own_queries() as queries:
        found = read_together(asked)
    assert len(queries) == 1
    empty = {name for (slot, _, name), rows in found.items() if slot == "employer" and not rows}
    assert empty == {"copies", "known", "grants"}
    assert {key: told(rows) for key, rows in found.items()} == {key: told(rows) for key, rows in asked.items()}


def told(rows):
    """Everything that is in the rows and in those related to them, down to the types."""
    return [_told(vars(row)) for row in rows]


def _told(facts):
    related = facts["_state"].fields_cache
    own = {name: (type(value), value) for name, value in facts.items() if name != "_state"}
    return own | {name: row and _told(vars(row)) for name, row in related.items()}


def test_what_cannot_match_is_not_asked_for(inside):
    with own_queries() as queries:
        assert read_together({"nobody": Contact.objects.none()}) == {"nobody": []}
        assert read_together({}) == {}
    assert queries == []


def test_names_and_texts_come_back_as_they_are_written(inside):
    name = 'O\'Brien & Söhne 100% "%s" \\u0041 Ltd 🚂\n'
    make_employer(name, notes="line one\n\tline two")
    [employer] = read_together({"all": Employer.objects.filter(name__contains='100% "%s')})["all"]
    assert (employer.name, employer.notes) == (name, "line one\n\tline two")


def test_a_related_row_that_is_not_there_is_none(inside):
    make_employer("Nobody's", owner=None)
    [employer] = read_together({"all": Employer.objects.select_related("owner", "organisation")})["all"]
    with own_queries() as queries:
        assert (employer.owner, employer.organisation, employer.owner_id) == (None, None, None)
    assert queries == []


def test_rows_that_need_another_query_are_refused(inside):
    with pytest.raises(ValueError, match="prefetch_related"):
        read_together({"people": Contact.objects.prefetch_related("roles")})


def test_columns_that_json_cannot_carry_are_refused(inside):
    with pytest.raises(ValueError, match="read together"):
        read_together({"audit": AuditEntry.objects.all()})


def test_counts_pairs_and_values_are_read_with_rows(inside):
    make_employer("Alpha", sector="Rail"), make_employer("Beta", sector="Food")
    employers = Employer.objects.order_by("name")
    with own_queries() as queries:
        found = read_together(
            {
                "count": HowMany(employers.select_related("owner")),
                "none": HowMany(Employer.objects.none()),
                "pairs": employers.values_list("name", "id")[:1],
                "nobody": employers.none().values_list("name"),
                "value": OneValue("SELECT %s + 1", [1]),
            }
        )
    assert len(queries) == 1
    assert found == {"count": 2, "none": 0, "pairs": [["Alpha", str(employers[0].pk)]], "nobody": [], "value": 2}


def test_a_statement_asked_again_answers_what_is_so_now(inside):
    statement = Statement.of({"count": HowMany(Employer.objects.all()), "rows": Employer.objects.all()})
    assert statement.read() == {"count": 0, "rows": []}
    employer = make_employer("Alpha")
    assert statement.read() == {"count": 1, "rows": [employer]}
