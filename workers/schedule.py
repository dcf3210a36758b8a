"""The beat table: one line per periodic task, with its reason.

Times of day and days off are never decided here. The beat only knocks, in UTC; the task takes its period in the
database (workers.ticks) or finds the rows that are due, so a knock too many does nothing and a missed one is made up
for by the next.
"""

from typing import Any

from celery.beat import Scheduler


def every(seconds: int, task: str) -> dict[str, Any]:
    """Knock each `seconds`. A knock that no worker took in time is dropped, so none pile up while they are away."""
    return {"task": task, "schedule": float(seconds), "options": {"expires": seconds, "retry": False}}


BEAT: dict[str, dict[str, Any]] = {
    # Wake-ups are hints and may be lost; this bounds how long a recorded fact waits.
    "outbox": every(5, "workers.find_outbox_work"),
    # Sign-in codes are waited for; this bounds the wait when a wake-up is lost. Also finds claims of dead workers.
    "mail": every(5, "workers.find_mail"),
    # A mail server that is down is named within a minute and used again as soon as it is back.
    "mail server": every(20, "workers.look_at_mail_server"),
    # An import goes on when its worker was killed.
    "imports": every(10, "workers.find_imports"),
    # Somebody waits for a file: this bounds the wait when a wake-up is lost or a worker was killed.
    "files": every(10, "workers.find_files"),
    # A follow-up made due today should be seen on "What goes out" soon; what is planned goes when it is due.
    "reminders": every(60, "workers.find_reminders"),
    # What a changed history can be found by; until then an entry is only guarded by rights and triggers.
    "audit seals": every(60, "workers.find_unsealed_audit"),
    # The task itself takes one period an hour; a new installation has its figures within a minute.
    "network figures": every(60, "workers.find_network_figures"),
    # For the passing of days, employers that an import brought, and new rules: each summary names its next day.
    "employer health": every(60, "workers.find_due_health"),
    # Once a day, for the same reason as below: money changed behind the application's back is known by the next day.
    "ledger proofs": every(60, "workers.find_ledgers"),
    # Once a day: no context sees a master and its shares together, so no action can notice that they differ.
    "agreement proofs": every(60, "workers.find_agreements"),
    # The task itself takes one period a day; knocking each minute makes up for a beat that was away at midnight.
    "old outbox rows": every(60, "workers.find_old_outbox_rows"),
    "old mail": every(60, "workers.find_old_mail"),
    "old files": every(60, "workers.find_old_files"),
    "old imports": every(60, "workers.find_old_imports"),
    "expired shares": every(60, "workers.find_expired_shares"),
    "old answers": every(60, "workers.find_old_answers"),
}


class Timetable(Scheduler):
    """Keeps the table in memory. What has run is known to the database, so there is no file to lose."""

    def setup_schedule(self) -> None:
        """Load the table above."""
        self.install_default_entries(self.data)
        self.update_from_dict(BEAT)
