"""The rules by which an institute judges its relationships."""

from django.db import IntegrityError, transaction

from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events import HealthRulesChanged
from employers.models import HealthRules
from employers.reads.health import rules_in_force

MOST_DAYS, MOST_POINTS, MOST_PROMISES = 730, 100, 20
DAYS = ("slows_after_days", "quiet_after_days", "renewal_lead_days")
POINTS = (
    *("slows_points", "quiet_points", "our_promise_points", "their_promise_points", "renewal_points"),
    *("single_contact_points", "watch_below", "attention_below"),
)
NUMBERS = (*DAYS, *POINTS, "most_promises")
_CHANGED = "A colleague has changed the rules meanwhile. Look at them, and decide anew."


@action
def set_health_rules(*, replaces: int, by: User, **numbers: int) -> HealthRules:
    """Put a new version of the rules in force; every employer is judged anew by it in the background.

    `numbers` are days and points as HealthRules has them; those left out stay. Returns the rules in force when nothing
    differs. Raises DomainError at the field, and Conflict unless `replaces` is the version in force.
    """
    before = rules_in_force()
    if before.version != replaces:
        raise Conflict(_CHANGED)
    rules = HealthRules(version=before.version + 1, made_by=by)
    for name in NUMBERS:
        setattr(rules, name, numbers.get(name, getattr(before, name)))
    if all(getattr(rules, name) == getattr(before, name) for name in NUMBERS):
        return before
    _check(rules)
    try:
        with transaction.atomic():
            rules.save()
    except IntegrityError as error:
        if "healthrules_version" not in str(error):
            raise
        raise Conflict(_CHANGED) from error
    record(HealthRulesChanged(rules_id=rules.id, number=rules.version), by=by)
    return rules


def _check(rules: HealthRules) -> None:
    for names, least, most in ((DAYS, 1, MOST_DAYS), (POINTS, 0, MOST_POINTS), (("most_promises",), 1, MOST_PROMISES)):
        for name in names:
            if not least <= getattr(rules, name) <= most:
                raise DomainError(f"Enter a whole number from {least} to {most}.", field=name)
    if rules.quiet_points < 1:
        raise DomainError("Take at least 1 point: the tab “Going quiet” follows this rule.", field="quiet_points")
    if rules.slows_after_days >= rules.quiet_after_days:
        raise DomainError("Choose fewer days than for going quiet.", field="slows_after_days")
    if rules.attention_below > rules.watch_below:
        raise DomainError("Choose no more points than for “Watch”.", field="attention_below")
