"""What a person may ask for: all that is held of them, and to be forgotten.

Sources: UK GDPR article 15 (access) and article 17 (erasure). Money, dates and counts are kept for other duties
(article 17(3)(b)) and name nobody afterwards.
"""

import uuid
from collections.abc import Collection

from crm.audit.actions import erase_personal, erase_texts
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core.registry import personal_data
from crm.identity.models import User
from crm.outbox.record import record
from employers.actions.files import remove_file
from employers.domain_events.people import PersonErased, PersonExported
from employers.models import Contact, RightsEntry
from employers.reads.doubts import employers_of, pattern
from employers.reads.rights import Inventory, inventory, person_of, words_of
from employers.rollups.shares import refresh_shares_of
from employers.validators.words import lone_names


@action
def export_person(*, contact: Contact, reason: str = RightsEntry.Reason.ASKED, by: User) -> Inventory:
    """Hand out everything held of a person, and keep that it was. Raises Conflict for who was erased."""
    _refuse_erased(contact, reason)
    held = inventory(person_of(contact))
    counts = {kind.label: len(kind.rows) for kind in held.kinds if kind.rows}
    _note(RightsEntry.Kind.EXPORT, held, reason, counts, by)
    employers = employers_of(held.person)
    record(PersonExported(contact_id=held.person.person_id, employer_ids=employers), by=by)
    return held


@action
def erase_person(
    *,
    contact: Contact,
    reason: str,
    seen: str,
    blank: Collection[str] = (),
    remove: Collection[uuid.UUID] = (),
    by: User,
) -> RightsEntry:
    """Take who somebody is out of everything the institute holds; ids, days, amounts and counts stay.

    `seen` is the digest of the inventory that was shown: what came since is shown first. All in one transaction: rows,
    search, mail that is planned or sent, access and sessions, texts everywhere, earlier values in the audit.

    What a program cannot judge is chosen: `blank` names texts of the inventory in which one word of the name stands
    alone, `remove` files of the employers they were at. Nothing else of these is touched.

    Raises Conflict when more is held than was shown, when a message is just leaving or they were erased already;
    DomainError at `blank` or `remove` for what was not shown.
    """
    _refuse_erased(contact, reason)
    for row in Contact.objects.of_person(contact.person_id).order_by("id"):
        Contact.objects.lock(row)
    held = inventory(person_of(contact))
    if seen != held.digest:
        raise Conflict("What is held has changed since you looked. Look again before you erase it.")
    employers, words = employers_of(held.person), words_of(held.person)
    chosen = {"Texts with one word of the name": _blank(held, blank, by), "Files": _remove(held, remove, by)}
    counts = {kind.label: kind().erase(held.person, by) for kind in personal_data}
    counts |= {**chosen, "Other texts": erase_texts(words=words, by=by)}
    for employer_id in employers:  # other institutes hold copies of what is shared of them
        refresh_shares_of(employer_id, by)
    entry = _note(RightsEntry.Kind.ERASURE, held, reason, {label: n for label, n in counts.items() if n}, by)
    record(PersonErased(contact_id=held.person.person_id, employer_ids=employers), by=by)
    return entry


def _blank(held: Inventory, keys: Collection[str], by: User) -> int:
    """Put "[erased]" for the words that stand alone, and forget the text as it was before."""
    known = {doubt.key: doubt for doubt in held.doubts}
    if unknown := set(keys) - known.keys():
        raise DomainError(f"No such text was shown: {min(unknown)[:80]}.", field="blank")
    lone = pattern(lone_names(held.person.names))
    for doubt in (known[key] for key in keys):
        model, field = doubt.about.model, doubt.about.field
        row = model._default_manager.select_for_update(of=("self",)).get(pk=doubt.row_id)
        model._default_manager.filter(pk=row.pk).update(**{field: lone.sub("[erased]", getattr(row, field))})
        erase_personal(table=model._meta.db_table, row_id=row.pk, by=by)
    return len(set(keys))


def _remove(held: Inventory, ids: Collection[uuid.UUID], by: User) -> int:
    known = {file.pk: file for file in held.files}
    if set(ids) - known.keys():
        raise DomainError("No such file was shown.", field="remove")
    for pk in set(ids):
        remove_file(file=known[pk], reason="Removed with somebody who was erased", by=by)
    return len(set(ids))


def _refuse_erased(contact: Contact, reason: str) -> None:
    if reason not in RightsEntry.Reason.values:
        raise DomainError("Choose one of the reasons.", field="reason")
    if contact.erased_at:
        raise Conflict("This person was erased already.")


def _note(kind: str, held: Inventory, reason: str, counts: dict[str, int], by: User) -> RightsEntry:
    return RightsEntry.objects.create(kind=kind, contact_id=held.person.person_id, reason=reason, by=by, counts=counts)
