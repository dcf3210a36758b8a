"""Making two employers one, and taking that back."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Field, Q

from crm.base.clock import now
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.merging import EmployersMerged, MergeTakenBack
from employers.models import DuplicatePair, Employer, EmployerMerge, FactsBeforeMerge, MergeUndo, NameKey
from employers.reads.attachments import Attachment, attachments
from employers.reads.merging import FOLLOWS, attached_ids, chosen_facts, veto
from employers.rollups import index_employer, index_people_at, keep_former_name


@action
def merge_employers(*, kept: Employer, merged: Employer, taken: Collection[str] = (), by: User) -> EmployerMerge:
    """Make `merged` a part of `kept`: everything that hangs on it moves with all its columns, and its id redirects.

    `taken` names the facts that `kept` takes over from it. Amounts are not touched: only which employer rows belong to
    changes. Rows that `kept` has already (the same tag, say) and rows written for good stay where they are, behind the
    redirect. Raises Conflict when both have a company number and they differ, DomainError for a fact unknown.
    """
    kept, merged = _locked(kept, merged)
    if problem := veto(kept, merged):
        raise Conflict(problem)
    called, before = kept.name, _take_facts(kept, merged, _known_facts(taken))
    moved = {a.name: ids for a in attachments() if not a.stays and (ids := _move(a, merged.pk, kept.pk))}
    merged.merged_into = kept
    merged.save(update_fields=["merged_into", "organisation"])
    kept.save()
    if kept.name != called:
        keep_former_name(kept, called)
    _index(kept, merged)
    _settle_pairs(kept, merged, by)
    merge = EmployerMerge.objects.create(
        kept=kept,
        merged=merged,
        kept_name=kept.name,
        merged_name=merged.name,
        taken=sorted(taken),
        moved=moved,
        attached=attached_ids(kept.pk),
        by=by,
        at=now(),
    )
    FactsBeforeMerge.objects.create(merge=merge, facts=before)
    rows = sum(len(ids) for ids in moved.values())
    record(EmployersMerged(employer_id=kept.pk, merged_id=merged.pk, merged_name=merged.name, rows=rows), by=by)
    return merge


@action
def undo_merge(*, merge: EmployerMerge, by: User) -> Employer:
    """Take a merge back: its rows, and the facts that nobody changed since, are as they were. Returns the employer.

    Raises Conflict when it was taken back already, or when something new hangs on the kept employer.
    """
    kept = Employer.with_merged.lock(Employer(pk=merge.kept_id))  # of two who take it back, the second waits here
    if merge.undone.exists():
        raise Conflict("This merge was taken back already.")
    merged = Employer.with_merged.lock(Employer(pk=merge.merged_id))
    if kept.merged_into_id:
        raise Conflict(f"{kept.name} was merged itself since. Take that back first.")
    _refuse_new(merge)
    for attachment in attachments():
        ids = merge.moved.get(attachment.name, [])
        if ids:
            attachment.rows(kept.pk).filter(pk__in=ids).update(**attachment.to(merged.pk))
    _give_facts_back(merge, kept, merged)
    _index(merged)
    _index(kept)
    DuplicatePair.objects.filter(_between(kept, merged)).update(state="open", decided_at=None, decided_by=None)
    MergeUndo.objects.create(merge=merge, by=by, at=now())
    record(MergeTakenBack(employer_id=kept.pk, merged_id=merged.pk, merged_name=merged.name), by=by)
    return merged


def _locked(kept: Employer, merged: Employer) -> tuple[Employer, Employer]:
    """In the order of their ids, so that two merges at once cannot wait for each other."""
    if kept.pk == merged.pk:
        raise DomainError("Choose another employer: this is the same one.")
    rows = {row.pk: Employer.objects.lock(row) for row in sorted((kept, merged), key=lambda row: row.pk)}
    return rows[kept.pk], rows[merged.pk]


def _known_facts(taken: Collection[str]) -> set[str]:
    unknown = set(taken) - {field.name for field in chosen_facts()}
    if unknown:
        raise DomainError(f"An employer has no fact called {min(unknown)}.", field="taken")
    return {*taken, *(name for fact in taken for name in FOLLOWS.get(fact, ()))}


def _take_facts(kept: Employer, merged: Employer, taken: set[str]) -> dict[str, Any]:
    """Write onto `kept`, not saved yet; return what it said before as JSON."""
    before: dict[str, Any] = {}
    latest = max(filter(None, (kept.last_contact_on, merged.last_contact_on)), default=None)
    new = {name: getattr(merged, Employer._meta.get_field(name).attname) for name in taken}
    if latest != kept.last_contact_on:
        new["last_contact_on"] = latest
    if merged.organisation_id and not kept.organisation_id:
        new["organisation"] = merged.organisation_id
    for name, value in new.items():
        field = Employer._meta.get_field(name)
        if getattr(kept, field.attname) != value:
            before[name] = field.value_to_string(kept) if getattr(kept, field.attname) is not None else None
            setattr(kept, field.attname, value)
    if "organisation" in new:  # it belongs to one employer of an institute; kept is what it was of, to be given back
        before["organisation"], merged.organisation = str(merged.organisation_id), None
    return before


def _move(attachment: Attachment, old: uuid.UUID, new: uuid.UUID) -> list[str]:
    """Let the rows hang on `new`. Returns the ids of those that do; the others have their like there already."""
    ids = list(attachment.rows(old).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not ids or _moved(attachment, old, new, ids):
        return [str(pk) for pk in ids]
    return [str(pk) for pk in ids if _moved(attachment, old, new, [pk])]


def _moved(attachment: Attachment, old: uuid.UUID, new: uuid.UUID, ids: list[uuid.UUID]) -> bool:
    try:
        with transaction.atomic():
            attachment.rows(old).filter(pk__in=ids).update(**attachment.to(new))
    except IntegrityError:
        return False
    return True


def _index(employer: Employer, gone: Employer | None = None) -> None:
    if gone:
        search.unindex(kind="employer", object_id=gone.pk)
        NameKey.objects.filter(employer=gone).delete()
    index_employer(employer)
    index_people_at([employer])


def _between(one: Employer, other: Employer) -> Q:
    first, second = sorted((one.pk, other.pk))
    return Q(first=first, second=second)


def _settle_pairs(kept: Employer, merged: Employer, by: User) -> None:
    """The pair is settled; what was decided or found about the merged one holds for the kept one."""
    DuplicatePair.objects.filter(_between(kept, merged)).update(state="merged", decided_at=now(), decided_by=by)
    theirs = DuplicatePair.objects.filter(Q(first=merged) | Q(second=merged)).exclude(state="merged")
    copies = []
    for pair in theirs:
        other = pair.second_id if pair.first_id == merged.pk else pair.first_id
        pair.first_id, pair.second_id = sorted((kept.pk, other))
        facts = {name: getattr(pair, name) for name in ("reasons", "score", "state", "decided_at", "decided_by_id")}
        copies.append(DuplicatePair(first_id=pair.first_id, second_id=pair.second_id, **facts))
    DuplicatePair.objects.bulk_create(copies, ignore_conflicts=True)


def _refuse_new(merge: EmployerMerge) -> None:
    now_there = attached_ids(merge.kept_id)
    labels = {attachment.name: attachment.label for attachment in attachments()}
    new = {labels[name]: len(set(ids) - set(merge.attached.get(name, []))) for name, ids in now_there.items()}
    said = ", ".join(f"{label} ({count})" for label, count in new.items() if count)
    if said:
        raise Conflict(f"Something new was recorded with {merge.kept_name} since: {said}. It cannot be taken back now.")


def _give_facts_back(merge: EmployerMerge, kept: Employer, merged: Employer) -> None:
    """What the merge wrote and nobody has changed since is as it was before."""
    back: dict[str, Any] = {}
    for before in merge.before.all():
        for name, text in before.facts.items():
            field = Employer._meta.get_field(name)
            if name == "organisation":
                _give_company_back(kept, merged, text)
            elif name == "last_contact_on" or _is_as_taken(name, kept, merged):
                back[field.attname] = _as_it_was(field, text)
        before.delete()
    for attname, value in back.items():
        setattr(kept, attname, value)
    merged.merged_into = None
    kept.save()
    kept.other_names.filter(name__iexact=kept.name).delete()  # the present name is no former one
    merged.save(update_fields=["merged_into", "organisation"])


def _give_company_back(kept: Employer, merged: Employer, company: str | None) -> None:
    """One that was linked to the kept one since stays there, and what another has by now stays with that one. Merges of
    long ago do not say which company it was."""
    theirs = uuid.UUID(company) if company else kept.organisation_id
    if kept.organisation_id == theirs:
        kept.organisation_id = None
    others = Employer.with_merged.filter(organisation=theirs).exclude(pk__in=(kept.pk, merged.pk))
    merged.organisation_id = None if others.exists() else theirs


def _is_as_taken(name: str, kept: Employer, merged: Employer) -> bool:
    """Whether a fact is still as the merge wrote it, and the one that it follows too."""
    leaders = [leader for leader, following in FOLLOWS.items() if name in following]
    columns = [Employer._meta.get_field(each).attname for each in (name, *leaders)]
    return all(getattr(kept, column) == getattr(merged, column) for column in columns)


def _as_it_was(field: Field, text: str | None) -> Any:
    """What the kept one said before; nothing where that was a tier which has been removed since."""
    value = None if text is None else field.to_python(text)
    if field.is_relation and not field.related_model.objects.filter(pk=value).exists():
        return None
    return value
