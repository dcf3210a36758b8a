"""Rows that belong to one institute."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.functions import Now

from crm.base.context import acting_institute, current_context
from crm.base.ids import new_id


class TenantQuerySet(models.QuerySet):
    """Base of every tenant model's queryset. `visible_to` is the one door for pages and endpoints."""

    def visible_to(self, user: Any) -> "TenantQuerySet":
        """Rows of the institutes in the context. Apps narrow it further where a role sees less."""
        return self.filter(institute_id__in=current_context().institutes)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        for obj in objs:
            obj.belong_to_acting_institute()
        return super().bulk_create(objs, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):
    """Raises NoInstituteContext instead of quietly finding nothing."""

    def get_queryset(self) -> models.QuerySet:
        current_context()
        return super().get_queryset()


class TenantModel(models.Model):
    """A row owned by an institute: UUIDv7 key, row security, uniques and foreign keys that start with the institute.

    Each concrete model needs a `SecureTenantTable` operation in its migration.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institute = models.ForeignKey("identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.belong_to_acting_institute()
        super().save(*args, **kwargs)

    def belong_to_acting_institute(self) -> None:
        """Take the acting institute as owner unless one is set."""
        if self.institute_id is None:
            self.institute_id = acting_institute()


class TimedModel(models.Model):
    """A row that knows when it was last changed (UTC), by whatever. Needs a KeepTime operation in its migration."""

    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class TenantForeignKey(models.ForeignKey):
    """A reference inside one institute.

    Django's own constraint ignores row security (a child of one institute could point at another's parent), so it is
    left out here and SecureTenantTable adds a composite one over (institute_id, id).
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)  # the migration helper indexes (institute_id, key)
        super().__init__(to, on_delete, **kwargs)
