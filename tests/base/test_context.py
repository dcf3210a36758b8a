import pytest
from django.db import connection

from crm.base.context import NoInstituteContext, institute_context
from crm.base.ids import new_id
from crm.core import search
from crm.core.models import SearchEntry


def _entry(title: str) -> SearchEntry:
    object_id = new_id()
    search.index(kind="employers.employer", object_id=object_id, title=title)
    return SearchEntry.objects.get(object_id=object_id)


def test_tenant_rows_raise_without_a_context(db):
    with pytest.raises(NoInstituteContext):
        SearchEntry.objects.count()


def test_rows_of_another_institute_are_invisible(yhiot, liot):
    with institute_context(yhiot.id):
        _entry("Quickline Communications")
    with institute_context(liot.id):
        assert SearchEntry.objects.count() == 0
        assert search.find("quickline", kinds=["employers.employer"]) == []
    with institute_context(None, read=[yhiot.id, liot.id]):
        assert SearchEntry.objects.count() == 1


def test_the_application_role_is_bound_by_row_security(yhiot):
    with institute_context(yhiot.id):
        _entry("Quickline Communications")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_searchentry")
        assert cursor.fetchone() == (0,)


def test_contexts_nest_and_the_outer_one_returns(yhiot, liot):
    with institute_context(yhiot.id):
        _entry("Croda")
        with institute_context(liot.id):
            assert SearchEntry.objects.count() == 0
            _entry("Siemens")
        assert [e.title for e in SearchEntry.objects.all()] == ["Croda"]


def test_search_finds_a_misspelt_name(inside):
    _entry("Quickline Communications Limited")
    _entry("Siemens Energy")
    hits = search.similar("Qickline Comunications", kind="employers.employer")
    assert [hit.title for hit in hits] == ["Quickline Communications Limited"]
    assert [h.title for h in search.find("siem", kinds=["employers.employer"])] == ["Siemens Energy"]
