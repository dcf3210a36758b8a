"""What people type in sentences may name somebody, so it is kept in the erasable part of the audit."""

from django.apps import apps
from django.db import connections, models

from tests.architecture.catalogue import kept_as_facts

# Long texts that name a thing and say nothing about a person. What is not here is personal: say so in the migration
# (SecureTenantTable or PersonalColumns), or an erased person would stay in the audit for good.
NAMES_OF_THINGS = {
    "employers_body": {"name"},
    "employers_curriculuminput": {"course"},
    "employers_employer": {"name", "website", "domain", "town", "local_authority", "lsip_area"},
    "employers_employername": {"name"},
    "employers_liveproject": {"title", "funder"},
    "employers_savedview": {"columns"},
    "employers_skillsneed": {"roles"},
    "events_challenge": {"title", "source"},
    "imports_importjob": {"reading", "headers", "columns", "tally", "effects", "trouble"},
    "imports_importmapping": {"columns"},
    "network_share": {"label", "fields"},
    "network_shareask": {"label"},
    "network_sharedcopy": {"label", "fields"},
    "network_sharerequest": {"label"},
    "sponsorships_agreement": {"title", "source"},
    "sponsorships_agreementshare": {"title", "sponsor_name", "source"},
    "sponsorships_fund": {"name"},
}
LONG = 100


def _is_free_text(field: models.Field) -> bool:
    if field.choices:
        return False
    is_long_line = isinstance(field, models.CharField) and field.max_length >= LONG
    return is_long_line or isinstance(field, models.TextField | models.JSONField)


def test_free_text_is_personal_in_every_audited_table(committed):
    with connections["owner"].cursor() as cursor:
        facts = kept_as_facts(cursor)
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        texts = {f.column for f in model._meta.local_concrete_fields if _is_free_text(f)}
        if stays := texts & facts.get(table, set()):
            found[table] = stays
    assert {table: found[table] - NAMES_OF_THINGS.get(table, set()) for table in found} == dict.fromkeys(found, set())
    assert set(NAMES_OF_THINGS) - set(found) == set()
