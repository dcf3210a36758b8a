"""Keep EmployerHealth up with the facts.

A run locks the summaries first and reads the facts afterwards, so that of two runs at once the later one sees what the
earlier one saw and more. The number of queries does not depend on the number of employers.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from crm.base.clock import now, today
from crm.core.registry import relationship_sources
from crm.core.relationships import DatedFact
from employers.models import Contact, Employer, EmployerHealth, Engagement, HealthRules
from employers.reads.health import rules_in_force
from employers.reads.judging import Facts, judge
from employers.validators.kinds import SPEAKING

AT_ONCE = 500
_MERGED = Facts(stage="merged")  # what was merged into another is that one's past, and not judged itself
_KEPT = ["level", "score", "reasons", "rules_version", "computed_at", "recheck_on"]


def mark_health_due(employer_ids: Iterable[uuid.UUID]) -> int:
    """Say that something about these employers changed: the next run works them out. Returns how many were not due.

    A run that is working one out is waited for, so that a fact it may not have seen is never lost.
    """
    wanted = EmployerHealth.objects.filter(employer_id__in=set(employer_ids), recheck_on__gt=today())
    return wanted.update(recheck_on=today())


def refresh_health(employer_ids: Iterable[uuid.UUID]) -> int:
    """Work out the health of these employers of the acting institute. Returns how many there were; safe to repeat."""
    wanted = EmployerHealth.objects.filter(employer_id__in=set(employer_ids)).order_by("employer_id")
    return _work_out(list(wanted.select_for_update()), rules_in_force())


def refresh_due_health(*, at_most: int = AT_ONCE) -> int:
    """Work out those for whom a day that matters has come, or the rules are newer. Returns how many; 0 when none is.

    Those that somebody else is working on are passed over.
    """
    rules = rules_in_force()
    free = EmployerHealth.objects.select_for_update(skip_locked=True)
    due = list(free.filter(recheck_on__lte=today()).order_by("recheck_on")[:at_most])
    due = due or list(free.filter(rules_version__lt=rules.version).order_by("rules_version")[:at_most])
    return _work_out(due, rules)


def _work_out(rows: Sequence[EmployerHealth], rules: HealthRules) -> int:
    facts = _facts_of([row.employer_id for row in rows]) if rows else {}
    for row in rows:
        verdict = judge(facts.get(row.employer_id, _MERGED), rules, today=today())
        row.level, row.score, row.recheck_on = verdict.level, verdict.score, verdict.recheck_on
        row.reasons = [reason.stored() for reason in verdict.reasons]
        row.rules_version, row.computed_at = rules.version, now()
    EmployerHealth.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["institute", "employer"], update_fields=_KEPT
    )
    return len(rows)


def _facts_of(ids: list[uuid.UUID]) -> dict[uuid.UUID, Facts]:
    said, people, dated = _last_conversations(ids), _people(ids), _dated(ids)
    known = Employer.objects.filter(pk__in=ids).values_list("pk", "stage", "last_contact_on")
    return {pk: Facts(stage, spoken, said.get(pk), people[pk], dated[pk]) for pk, stage, spoken in known}


def _last_conversations(ids: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    spoken = Engagement.objects.filter(employer_id__in=ids, kind__in=SPEAKING)
    latest = spoken.order_by("employer_id", "-happened_at", "-id").distinct("employer_id")
    return dict(latest.values_list("employer_id", "pk"))


def _people(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    there = Contact.objects.still_there().filter(employer_id__in=ids).order_by("id")
    for employer_id, contact_id in there.values_list("employer_id", "pk"):
        found[employer_id].append(contact_id)
    return found


def _dated(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[DatedFact]]:
    found: dict[uuid.UUID, list[DatedFact]] = defaultdict(list)
    for source in relationship_sources:
        for fact in source().facts(ids):
            found[fact.employer_id].append(fact)
    return found
