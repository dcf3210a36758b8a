"""An institute's own labels, and which employers they are on."""

from collections.abc import Collection
from contextlib import AbstractContextManager

from crm.base.errors import Conflict, NotFound
from crm.base.transactions import action, only_one
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.lists import EmployerTagged, TagNamed, TagRemoved
from employers.models import Employer, EmployerTag, Tag
from employers.querysets import EmployerQuerySet
from employers.validators import clean_line

TAKEN = "Another tag has this name already."


@action
def name_tag(*, name: str, by: User | None) -> Tag:
    """The tag of that name, made if there is none; case does not tell tags apart. Raises DomainError without a name."""
    name = _name(name)
    if found := _called(name):
        return found
    try:
        with _only_one():
            tag = Tag.objects.create(name=name)
    except Conflict:  # somebody named it this very moment
        if found := _called(name):
            return found
        raise
    record(TagNamed(tag_id=tag.id, name=tag.name), by=by)
    return tag


@action
def rename_tag(*, tag: Tag, name: str, by: User) -> Tag:
    """Call a tag otherwise; its employers keep it. Raises Conflict when another has that name."""
    name = _name(name)
    tag = _lock(tag)
    if Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).exists():
        raise Conflict(TAKEN, field="name")
    tag.name = name
    with _only_one():
        tag.save(update_fields=["name"])
    _having(tag).touch()
    record(TagNamed(tag_id=tag.id, name=tag.name), by=by)
    return tag


@action
def remove_tag(*, tag: Tag, by: User) -> None:
    """Take a tag away, off every employer that has it."""
    tag = _lock(tag)
    tag_id, name = tag.id, tag.name
    _having(tag).touch()
    taken_off, _ = EmployerTag.objects.filter(tag=tag).delete()
    tag.delete()
    record(TagRemoved(tag_id=tag_id, name=name, taken_off=taken_off), by=by)


@action
def set_tags(*, employer: Employer, tags: Collection[Tag], by: User | None) -> Employer:
    """Leave exactly these tags on an employer. Records nothing when they are those it has."""
    employer = Employer.objects.lock(employer)
    links = {link.tag_id: link for link in EmployerTag.objects.filter(employer=employer).select_related("tag")}
    wanted = {tag.id: tag for tag in tags}
    put_on = [tag for tag_id, tag in wanted.items() if tag_id not in links]
    taken_off = [link for tag_id, link in links.items() if tag_id not in wanted]
    if not put_on and not taken_off:
        return employer
    EmployerTag.objects.bulk_create(EmployerTag(employer=employer, tag=tag) for tag in put_on)
    EmployerTag.objects.filter(pk__in=[link.pk for link in taken_off]).delete()
    Employer.objects.filter(pk=employer.pk).touch()
    names = {"put_on": sorted(tag.name for tag in put_on), "taken_off": sorted(link.tag.name for link in taken_off)}
    record(EmployerTagged(employer_id=employer.id, **names), by=by)
    return employer


def _having(tag: Tag) -> EmployerQuerySet:
    return Employer.objects.filter(pk__in=EmployerTag.objects.filter(tag=tag).values("employer"))


def _called(name: str) -> Tag | None:
    return Tag.objects.filter(name__iexact=name).first()


def _only_one() -> AbstractContextManager[None]:
    return only_one("employers_tag_once", TAKEN, field="name")


def _name(name: str) -> str:
    return clean_line(name, field="name", limit=40, needed="Enter the tag.")


def _lock(tag: Tag) -> Tag:
    locked = Tag.objects.select_for_update().filter(pk=tag.pk).first()
    if locked is None:
        raise NotFound("There is no such tag in this institute.")
    return locked
