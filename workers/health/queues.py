"""What waits in the tables that workers keep: recorded facts, audit seals, reminders, proofs of the ledger."""

from crm.core.health.checks import Finding, HealthCheck, Level, ago, limit
from crm.core.registry import health_checks

HOUR = 60 * 60


@health_checks.register
class Relay(HealthCheck):
    name, label, order = "relay", "Recorded facts", 60
    numbers = ("outbox_oldest", "outbox_open")

    def judge(self, *, outbox_oldest: int, outbox_open: int) -> Finding:
        measures = {"outbox_oldest_seconds": outbox_oldest, "outbox_open": outbox_open}
        if outbox_oldest <= limit("relay_warning_seconds"):
            return Finding(Level.OK, "Facts reach their handlers within seconds.", measures=measures)
        level = Level.WARNING if outbox_oldest <= limit("relay_wrong_seconds") else Level.WRONG
        says = f"The oldest fact that could be handled has waited for {ago(outbox_oldest)}; {outbox_open} are open."
        to_do = (
            "With a worker alive, manage.py outbox list names it: a fact of a newer release waits for that release,"
            " a long queue for more workers, anything else for a restart of the worker."
        )
        return Finding(level, says, to_do, measures)


@health_checks.register
class DeadLetters(HealthCheck):
    name, label, order = "parked", "Parked facts", 61
    numbers = ("outbox_parked",)

    def judge(self, *, outbox_parked: int) -> Finding:
        measures = {"outbox_parked": outbox_parked}
        if not outbox_parked:
            return Finding(Level.OK, "No fact was given up.", measures=measures)
        says = f"{outbox_parked} fact(s) failed on every try. Later ones about the same records wait behind them."
        to_do = (
            "manage.py outbox list --parked says why. Mend the cause, then outbox retry; or outbox drop with a reason."
        )
        return Finding(Level.WRONG, says, to_do, measures)


@health_checks.register
class Reminders(HealthCheck):
    name, label, order = "reminders", "Planning of reminders", 72
    numbers = ("reminders_oldest_look",)

    def judge(self, *, reminders_oldest_look: int) -> Finding:
        measures = {"reminders_oldest_look_seconds": reminders_oldest_look}
        if reminders_oldest_look <= limit("reminders_seconds"):
            return Finding(Level.OK, "What is due is looked for every minute.", measures=measures)
        says = f"Nobody has looked for due reminders for {ago(reminders_oldest_look)}."
        to_do = "See workers and schedule above. If they are well, the worker's log names the reminder that fails."
        return Finding(Level.WRONG, says, to_do, measures)


@health_checks.register
class AuditSeals(HealthCheck):
    name, label, order = "seals", "Audit seals", 75
    numbers = ("audit_unsealed_oldest",)

    def judge(self, *, audit_unsealed_oldest: int) -> Finding:
        measures = {"audit_unsealed_oldest_seconds": audit_unsealed_oldest}
        if audit_unsealed_oldest <= limit("seal_seconds"):
            return Finding(Level.OK, "Changes are sealed within minutes.", measures=measures)
        says = f"The oldest change that is in no seal is {ago(audit_unsealed_oldest)} old."
        to_do = "With a worker alive: manage.py audit seal, and the worker's log says why it could not."
        return Finding(Level.WARNING, says, to_do, measures)


@health_checks.register
class Ledger(HealthCheck):
    """The stored result of the daily proof: balances and roll-ups against the journal, summed anew."""

    name, label, order = "ledger", "Ledger", 70
    numbers = ("ledgers_wrong", "ledgers_oldest_proof")

    def judge(self, *, ledgers_wrong: int, ledgers_oldest_proof: int) -> Finding:
        measures = {"ledgers_wrong": ledgers_wrong, "ledgers_oldest_proof_seconds": ledgers_oldest_proof}
        if ledgers_wrong:
            says = f"In {ledgers_wrong} institute(s) the last proof found that journal, balances or roll-ups disagree."
            to_do = (
                "manage.py ledger verify names the rows. A roll-up: manage.py rollup rebuild. Anything else: find who "
                "wrote past the application (Who changed what), correct it by new entries. Then manage.py ledger prove."
            )
            return Finding(Level.WRONG, says, to_do, measures)
        if ledgers_oldest_proof > limit("proof_hours") * HOUR:
            says = f"The oldest proof of a ledger is {ago(ledgers_oldest_proof)} old; there should be one a day."
            return Finding(
                Level.WARNING, says, "See workers and schedule above, or run manage.py ledger prove.", measures
            )
        return Finding(Level.OK, "Journal, balances and roll-ups agree.", measures=measures)
