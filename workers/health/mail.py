"""Does mail leave, and does anything wait for a person?"""

from typing import Any

from django.conf import settings

from crm.core.health.checks import Finding, HealthCheck, Level, Look, ago, limit
from crm.core.registry import health_checks
from crm.mail.server import parse_email_url

_ROW = """
SELECT failures, last_error, extract(epoch FROM clock_timestamp() - answered_at)::float
FROM mail_mailserver WHERE address = %s
"""


@health_checks.register
class MailServerAnswers(HealthCheck):
    name, label, order = "mail_server", "Mail server", 65

    def facts(self, look: Look) -> dict[str, Any]:
        """What the workers noted: a page opens no connection to it."""
        failures, last_error, age = look.row(_ROW, [parse_email_url(settings.EMAIL_URL).address]) or (0, "", None)
        return {"failures": failures, "last_error": last_error, "answered": age}

    def judge(self, *, failures: int, last_error: str, answered: float | None) -> Finding:
        """A worker says hello every twenty seconds; two failures since its last answer are no accident."""
        is_silent = answered is None or answered > limit("mail_server_seconds")
        measures = {"mail_server_failures": failures, "mail_server_up": float(not (failures >= 2 and is_silent))}
        if failures >= 2 and is_silent:
            return Finding(
                Level.WRONG,
                f"The mail server does not answer. It last said: {last_error or 'nothing'}",
                "See that the server of EMAIL_URL runs, and that its name, port, user and password are right. "
                "Mail waits and goes by itself.",
                measures,
            )
        if answered is None:
            return Finding(Level.OK, "Nobody has had to ask the mail server yet.", measures=measures)
        return Finding(Level.OK, f"It answered {ago(answered)} ago.", measures=measures)


@health_checks.register
class MailLeaves(HealthCheck):
    name, label, order = "mail", "Mail", 66
    numbers = ("mail_urgent_oldest", "mail_waiting", "mail_abandoned")

    def judge(self, *, mail_urgent_oldest: int, mail_waiting: int, mail_abandoned: int) -> Finding:
        measures = {
            "mail_urgent_oldest_seconds": mail_urgent_oldest,
            "mail_waiting": mail_waiting,
            "mail_abandoned": mail_abandoned,
        }
        if mail_urgent_oldest > limit("mail_urgent_seconds"):
            says = f"A message that should go at once, perhaps a sign-in code, has waited {ago(mail_urgent_oldest)}."
            return Finding(Level.WRONG, says, "See workers, broker and mail server on this page.", measures)
        if mail_abandoned:
            says = f"{mail_abandoned} message(s) were taken up by a worker that has gone, and are still open."
            return Finding(Level.WRONG, says, "A living worker takes them back within seconds: see workers.", measures)
        return Finding(Level.OK, f"{mail_waiting} due." if mail_waiting else "Nothing is late.", measures=measures)


@health_checks.register
class MailDecisions(HealthCheck):
    name, label, order = "mail_undecided", "Mail that needs a person", 67
    numbers = ("mail_undecided",)

    def judge(self, *, mail_undecided: int) -> Finding:
        measures = {"mail_undecided": mail_undecided}
        if not mail_undecided:
            return Finding(Level.OK, "None failed without being seen to.", measures=measures)
        says = f"{mail_undecided} message(s) failed for good, or may have arrived and nobody knows."
        to_do = "On the page What goes out, decide for each: send again, it arrived, or dismiss."
        return Finding(Level.WARNING, says, to_do, measures)
