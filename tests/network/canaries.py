"""A row in every tenant table of an institute, with a text of its own in every column that can hold text.

Written by the owner of a throw-away database after its checks and references were dropped, so that no table is left
out because its rows are hard to make; rows still point at each other as real ones do.
"""

import datetime as dt
import itertools
import uuid
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models

from crm.base.ids import new_id
from crm.base.tenancy import TenantModel
from crm.identity.models import Institute, Provider, User
from crm.network.models import NetworkFigure
from employers.models import Organisation

_PLAIN = {
    models.BooleanField: True,
    models.IntegerField: 1,
    models.FloatField: 0.5,
    models.DecimalField: 1,
    models.DateTimeField: dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC),
    models.DateField: dt.date(2026, 11, 2),
    models.BinaryField: b"zq",
}


class Planter:
    """Plants one row per tenant model in `institute`. `.texts` is every canary and the column it was put in."""

    def __init__(self, institute: Institute) -> None:
        self.institute = institute
        self.id = new_id()  # of every row, so that an address with an id has only to be asked for once
        self.texts: dict[str, str] = {}
        self.ids: dict[type[models.Model], Any] = {}
        self._numbers = itertools.count(100)

    def plant(self) -> None:
        with connections["owner"].cursor() as cursor:
            _open_up(cursor)
        user = User(name=self._text("User.name", 120), email=self._text("User.email", 200) + "@x.example")
        for public in (user, Provider(name="Public college"), Organisation(legal_name="Public company")):
            public.pk = self.id
            public.save(using="owner", force_insert=True)
            self.ids[type(public)] = public.pk
        self.ids[Institute] = self.institute.pk
        tenant = [m for m in apps.get_models() if issubclass(m, TenantModel) and m is not NetworkFigure]
        for model in tenant:
            self.ids[model] = self.id if isinstance(model._meta.pk, models.UUIDField) else 1
        for model in tenant:
            values = {field.attname: self._value(model, field) for field in _written(model)}
            model(**values).save_base(using="owner", force_insert=True, raw=True)

    def _value(self, model: type[models.Model], field: models.Field) -> Any:
        if field.primary_key:
            return self.ids[model]
        if isinstance(field, models.ForeignKey):
            if field.related_model is model and field.null:
                return None  # a row that stands for itself, not for one it was merged into
            return self.ids[field.related_model]
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, models.JSONField):
            return {"planted": self._text(f"{model.__name__}.{field.name}", 20)}
        if isinstance(field, models.CharField | models.TextField):
            return self._text(f"{model.__name__}.{field.name}", field.max_length or 20)
        if isinstance(field, models.UUIDField):
            return uuid.uuid4()
        if isinstance(field, ArrayField):
            return [self._text(f"{model.__name__}.{field.name}", 20)]
        return next(value for kind, value in _PLAIN.items() if isinstance(field, kind))

    def _text(self, column: str, room: int) -> str:
        text = f"zq{next(self._numbers)}canary"[:room]
        self.texts[text] = column
        return text


def _written(model: type[models.Model]) -> list[models.Field]:
    return [f for f in model._meta.local_concrete_fields if not isinstance(f, models.GeneratedField)]


def _open_up(cursor: Any) -> None:
    """Drop every check and reference, and switch our own triggers off."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'f')"
        " AND connamespace = 'public'::regnamespace AND conparentid = 0"
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    for (table,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
