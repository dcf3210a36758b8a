"""The demo is built by the product's own actions, so it must hold like any other data."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from crm.base.context import institute_context
from crm.identity.models import Institute
from crm.imports.models import ImportJob
from employers.models import DuplicatePair
from employers.reads.merging import veto
from sponsorships.models import FundBalance, Instalment


def _counts() -> dict[str, int]:
    found: dict[str, int] = {}
    for institute in Institute.objects.all():
        with institute_context(institute.id):
            for model in apps.get_models():
                if any(field.name == "institute" for field in model._meta.fields):
                    found[f"{institute.code} {model.__name__}"] = model.objects.filter(institute=institute).count()
    return found


@pytest.fixture
def demo(committed):
    call_command("demo", stdout=StringIO())


def test_the_demo_balances_to_the_penny_leaves_something_to_decide_and_a_second_run_changes_nothing(demo):
    before = _counts()
    call_command("demo", stdout=StringIO())
    assert _counts() == before
    call_command("ledger", "verify", stdout=StringIO())  # exits with 1 on trouble
    promised = 0
    for code in ("yhiot", "liot"):
        with institute_context(Institute.objects.get(code=code).id):
            promised += sum(Instalment.objects.values_list("pence", flat=True))
            available = FundBalance.objects.get(fund__kind="bursary", bucket="available").pence
            assert available > 0
    assert promised == 53_000_000
    assert Institute.objects.filter(kind="institute").count() == 21
    with institute_context(Institute.objects.get(code="yhiot").id):
        pairs = DuplicatePair.objects.filter(state="open").select_related("first__organisation", "second__organisation")
        assert sorted(bool(veto(pair.first, pair.second)) for pair in pairs) == [False, True]
        job = ImportJob.objects.get()
        assert job.state == ImportJob.State.CHECKED
        assert job.tally["verdicts"] == {"new": 1, "update": 1, "duplicate": 1, "problem": 4}
