"""Every Celery task: take an institute's id, call one function; nothing else."""

import uuid

from crm.audit.seals import seal_entries
from crm.imports import work as imports
from crm.network.actions import close_expired_shares
from crm.network.publishing import publish
from crm.outbox.wake import wake_after_commit
from crm.web import prepared
from crm.web.making_files import make_next_file
from sponsorships.actions import proofs
from workers import employer_health, mail_server_health, pruning, relay, reminders
from workers.mailer import Mailer
from workers.shapes import enumerator, tenant_bound
from workers.ticks import forget_old_ticks


@tenant_bound("workers.drain_outbox", one_transaction=False)
def drain_outbox(institute_id: uuid.UUID) -> None:
    """Hand the institute's recorded facts to their handlers. Woken by each commit that records one."""
    relay.drain(institute_id)


@enumerator("workers.find_outbox_work", kind="outbox", starts=drain_outbox, every=5)
def find_outbox_work() -> None:
    """Find what a lost wake-up left behind, and what is due again after an error."""


@tenant_bound("workers.prune_outbox")
def prune_outbox(institute_id: uuid.UUID) -> None:
    """Remove what has been done for a month."""
    pruning.prune_outbox(institute_id)


@enumerator("workers.find_old_outbox_rows", kind="outbox_prune", starts=prune_outbox, every=24 * 60 * 60)
def find_old_outbox_rows() -> None:
    """Once a day; the ticks themselves grow old as well."""
    forget_old_ticks()


@tenant_bound("workers.send_mail", one_transaction=False)
def send_mail(institute_id: uuid.UUID) -> None:
    """Send what is due. Woken by each commit that stores or releases mail."""
    mailer = Mailer(institute_id)
    mailer.run()
    if mailer.has_more:
        wake_after_commit("workers.send_mail", institute_id)


@enumerator("workers.find_mail", kind="mail", starts=send_mail, every=5)
def find_mail() -> None:
    """Find what is due, and claims whose worker is gone."""


@enumerator("workers.look_at_mail_server", kind="mail", starts=send_mail, every=20)
def look_at_mail_server() -> None:
    """Say hello to it: its trouble is known before there is mail, and mail goes as soon as it is back."""
    mail_server_health.greet_ours()


@tenant_bound("workers.wipe_old_mail")
def wipe_old_mail(institute_id: uuid.UUID) -> None:
    """Forget what old mail said."""
    pruning.wipe_old_mail()


@enumerator("workers.find_old_mail", kind="old_mail", starts=wipe_old_mail, every=24 * 60 * 60)
def find_old_mail() -> None:
    """Once a day."""


@tenant_bound("workers.forget_old_answers")
def forget_old_answers(institute_id: uuid.UUID) -> None:
    """Forget what repeated requests of the API would be answered."""
    pruning.forget_old_answers()


@enumerator("workers.find_old_answers", kind="old_answers", starts=forget_old_answers, every=60 * 60)
def find_old_answers() -> None:
    """Once an hour."""


@tenant_bound("workers.plan_reminders", one_transaction=False)
def plan_reminders(institute_id: uuid.UUID) -> None:
    """Make rows of what the reminders find."""
    reminders.plan(institute_id)


@enumerator("workers.find_reminders", kind="reminders", starts=plan_reminders, every=60)
def find_reminders() -> None:
    """Look at every institute: a day missed must not be a reminder lost."""


@tenant_bound("workers.seal_audit")
def seal_audit(institute_id: uuid.UUID) -> None:
    """Seal the audit entries that are in no seal yet."""
    seal_entries()


@enumerator("workers.find_unsealed_audit", kind="audit", starts=seal_audit, every=5 * 60)
def find_unsealed_audit() -> None:
    """Find institutes where something changed since the last seal."""


@tenant_bound("workers.publish_network_figures")
def publish_network_figures(institute_id: uuid.UUID) -> None:
    """Count what the institute tells its network, and tell it."""
    publish(institute_id)


@enumerator("workers.find_network_figures", kind="network", starts=publish_network_figures, every=60 * 60)
def find_network_figures() -> None:
    """Once an hour, every institute: a number may change by the calendar alone."""


@tenant_bound("workers.refresh_health", one_transaction=False)
def refresh_health(institute_id: uuid.UUID) -> None:
    """Judge relationships anew: a day has come that matters to them, or the rules are new."""
    employer_health.refresh_all_due(institute_id)


@enumerator("workers.find_due_health", kind="health", starts=refresh_health, every=60)
def find_due_health() -> None:
    """Find institutes with an employer that is due. What a changed fact asks for needs no beat."""


@tenant_bound("workers.prove_ledger")
def prove_ledger(institute_id: uuid.UUID) -> None:
    """Add the journal up anew; what differs stands on My day of those who see funds."""
    proofs.prove_ledger(by=None)


@tenant_bound("workers.prove_agreements")
def prove_agreements(institute_id: uuid.UUID) -> None:
    """Compare the agreements led here with their parties' shares; what differs stands on My day."""
    proofs.prove_agreements(by=None)


@enumerator("workers.find_agreements", kind="agreements", starts=prove_agreements, every=24 * 60 * 60)
def find_agreements() -> None:
    """Once a day, every institute that leads a signed agreement."""


@enumerator("workers.find_ledgers", kind="ledger", starts=prove_ledger, every=24 * 60 * 60)
def find_ledgers() -> None:
    """Once a day, every institute that keeps funds."""


@tenant_bound("workers.run_imports", one_transaction=False)
def run_imports(institute_id: uuid.UUID) -> None:
    """Check, apply and undo imports, a chunk in a transaction. Woken by the person's click."""
    if imports.work(institute_id):
        wake_after_commit("workers.run_imports", institute_id)


@enumerator("workers.find_imports", kind="imports", starts=run_imports, every=10)
def find_imports() -> None:
    """Find imports whose worker is gone."""


@tenant_bound("workers.make_files", one_transaction=False)
def make_files(institute_id: uuid.UUID) -> None:
    """Make a long PDF that somebody asked for. Woken by the asking."""
    if make_next_file(institute_id):
        wake_after_commit("workers.make_files", institute_id)


@enumerator("workers.find_files", kind="files", starts=make_files, every=10)
def find_files() -> None:
    """Find files whose worker is gone, or whose asking woke nobody."""


@tenant_bound("workers.forget_old_files")
def forget_old_files(institute_id: uuid.UUID) -> None:
    """Forget files that nobody needs any more."""
    prepared.forget_old_files()


@enumerator("workers.find_old_files", kind="old_files", starts=forget_old_files, every=60 * 60)
def find_old_files() -> None:
    """Once an hour: they hold what a report held, and are promised to be gone after a day."""


@tenant_bound("workers.forget_old_imports")
def forget_old_imports(institute_id: uuid.UUID) -> None:
    """Forget what files said."""
    pruning.forget_old_imports()


@enumerator("workers.find_old_imports", kind="old_imports", starts=forget_old_imports, every=24 * 60 * 60)
def find_old_imports() -> None:
    """Once a day."""


@tenant_bound("workers.close_expired_shares")
def close_shares(institute_id: uuid.UUID) -> None:
    """Close what is shared and past its day; the database has hidden it since midnight."""
    close_expired_shares(by=None)


@enumerator("workers.find_expired_shares", kind="shares", starts=close_shares, every=60 * 60)
def find_expired_shares() -> None:
    """Once an hour: a day ends at midnight in London, whatever the clock of the server."""
