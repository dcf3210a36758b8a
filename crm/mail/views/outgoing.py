"""What goes out, what went and why, and what needs a person."""

from typing import Any

from csp.decorators import csp
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from crm.core.registry import reminders
from crm.core.views import ListPage, Page
from crm.identity.roles import Permission
from crm.mail.forms import TABS, MailFilters
from crm.mail.models import Occurrence, Suppression
from crm.mail.reads import counts, label_of, labelled, last_look, mail_shown, resting_server
from crm.mail.render import Rendered, shown

# The preview's own policy: nothing is loaded, nothing runs, its styles are its own.
PREVIEW_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [],
}


class Outgoing(ListPage):
    """Tabs over one list: next, needs attention, sent, all."""

    permission = Permission.SEE_MAIL
    template_name = "mail/outgoing.html"
    title = "What goes out"
    filter_class = MailFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        tab = filters.get("show") or "next"
        return mail_shown(self.request.user, tab, filters.get("q", ""))

    def get_context(self, **extra: Any) -> dict[str, Any]:
        page, filters = extra["page"], extra["filters"]
        page.object_list = labelled(page.object_list)
        current = filters.get("show") or "next"
        numbers = counts()
        tabs = [
            {"label": label, "url": f"?show={name}", "current": name == current, "count": numbers.get(name)}
            for name, label in TABS
        ]
        facts = {"tabs": tabs, "current": current, "last_look": last_look(), "server": resting_server()}
        return super().get_context(**extra, **facts, query=filters.get("q", ""))


class _OneMail(Page):
    """A page about one occurrence of this institute."""

    permission = Permission.SEE_MAIL

    def prepare(self) -> None:
        mails = Occurrence.objects.visible_to(self.request.user).select_related("held_by")
        self.occurrence = get_object_or_404(mails, pk=self.kwargs["pk"])

    def shown(self) -> Rendered | None:
        """What it says. None when there is nothing to show (any more), or when it cannot be rendered."""
        self.render_error = ""
        try:
            with transaction.atomic():
                return shown(self.occurrence)
        except DatabaseError:
            raise
        except Exception as error:  # a template or a record that is broken must not hide the page that says so
            self.render_error = type(error).__name__
            return None


class OneMail(_OneMail):
    """One message: why it goes, what it says, every try, and what a person may do with it."""

    template_name = "mail/message.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        occurrence = self.occurrence
        reminder = reminders.get(occurrence.rule)
        message = self.shown()
        return super().get_context(
            **extra | {"title": label_of(occurrence.rule) + (f": {occurrence.about}" if occurrence.about else "")},
            occurrence=occurrence,
            reminder=reminder,
            message=message,
            render_error=self.render_error,
            attempts=occurrence.attempts.all(),
            suppression=Suppression.objects.filter(email=occurrence.recipient_email, lifted_at=None).first(),
            subject_url=reminder().url(occurrence) if reminder and message else "",
            html_url=reverse("mail:html", args=[occurrence.pk]),
        )


@method_decorator(csp(PREVIEW_POLICY), name="dispatch")
@method_decorator(xframe_options_sameorigin, name="dispatch")
class MailHtml(_OneMail):
    """The HTML of one message, for the frame on its page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        message = self.shown()
        if message is None or not message.html:  # said inside the frame: the page of a 404 refuses to be framed
            return HttpResponse("Its text is not kept.", status=404, content_type="text/plain")
        return HttpResponse(message.html)
