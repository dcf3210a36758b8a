"""What My day shows of employers."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from crm.core.registry import panels
from crm.identity.roles import Permission
from crm.mail.reads import labelled
from employers.models import EmployerHealth, Promise
from employers.reads.employer_filters import narrowed
from employers.reads.facts import facts_of
from employers.reads.health import health_shown
from employers.reads.mail_in_my_name import mail_in_my_name
from employers.reads.network import known_in_network, shared_of
from employers.reads.next_steps import HowMany, how_many, next_steps_in, with_hand_to
from employers.reads.promises import promises_shown

MOST = 25  # rows of a panel; a longer list is for the list page
SHOWN_QUIET = 5


@panels.register
class OwedCalls:
    """Who do I owe a call: my next steps that are due, the longest overdue first."""

    slot, order = "home", 10
    permission = Permission.LOG_ENGAGEMENTS
    template = "employers/panels/owed_calls.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something: the way to log a call stands here too."""
        count = how_many(request.user, "due")
        due = with_hand_to(next_steps_in(request.user, "due")[:MOST], request.user) if count.all else []
        aside = f"{count.overdue} of {count.all} overdue" if count.overdue else ""
        return {"due": due, "count": count, "aside": aside, "headline": _sentence(count)}


def _sentence(count: HowMany) -> str:
    if not count.all:
        return ""
    steps = "1 next step is" if count.all == 1 else f"{count.all} next steps are"
    return f"{steps} due" + (f", {count.overdue} overdue" if count.overdue else "")


@panels.register
class InMyName:
    """What goes to the people of my employers in the coming days, each to be looked at, held or let go."""

    slot, order = "home", 15
    permission = Permission.SEE_MAIL
    template = "employers/panels/in_my_name.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing is planned."""
        planned = mail_in_my_name(request.user)
        count = planned.count()
        if not count:
            return None
        messages = "1 message goes" if count == 1 else f"{count} messages go"
        return {
            "mails": labelled(planned[:MOST]),
            "count": count,
            "headline": f"{messages} out in your name within a week",
        }


@panels.register
class ThisWeek:
    """My next steps of the coming seven days."""

    slot, order = "home", 20
    permission = Permission.LOG_ENGAGEMENTS
    template = "employers/panels/this_week.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing comes."""
        count = how_many(request.user, "coming")
        return {"coming": next_steps_in(request.user, "coming")[:MOST], "count": count} if count.all else None


@panels.register
class DuePromises:
    """Promises I see to that are due, theirs and ours: the first page of the list it leads to."""

    slot, order = "home", 17
    permission = Permission.LOG_ENGAGEMENTS
    template = "employers/panels/due_promises.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        return {"due": promises_shown(request.user, self._filters(request))[: MOST + 1]}

    def context(self, request: HttpRequest, subject: Any, due: list[Promise]) -> dict[str, Any] | None:
        """None when nothing is due."""
        if not due:
            return None
        many = f"{MOST} promises or more are" if len(due) > MOST else f"{len(due)} promises are"
        said = "1 promise is due" if len(due) == 1 else f"{many} due"
        return {"due": due[:MOST], "query": f"?{urlencode(self._filters(request))}", "headline": said}

    def _filters(self, request: HttpRequest) -> dict[str, Any]:
        return {"state": "due", "owner": request.user.pk}


@panels.register
class GoneQuiet:
    """Anchor partners that are going quiet, and for who looks after employers their own."""

    slot, order = "home_side", 20
    permission = Permission.SEE_EMPLOYERS
    template = "employers/panels/gone_quiet.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nobody has gone quiet."""
        views = {"anchor": "Anchor partners going quiet"}
        if request.may(Permission.EDIT_EMPLOYERS):
            views["mine"] = "Yours going quiet"
        groups: list[dict[str, Any]] = []
        seen: set[uuid.UUID] = set()
        for view, title in views.items():
            filters = {"view": view, "health": "quiet"}
            quiet = narrowed(request.user, filters)
            count = quiet.count()
            rows = list(quiet.exclude(pk__in=seen).order_by("last_contact_on", "id")[:SHOWN_QUIET]) if count else []
            seen |= {row.pk for row in rows}
            if rows:
                groups.append({"title": title, "count": count, "quiet": rows, "query": urlencode(filters)})
        return {"groups": groups} if groups else None


@panels.register
class RelationshipHealth:
    """On the record: how the relationship stands, and why."""

    slot, order = "employer", 5
    permission = Permission.SEE_EMPLOYERS
    template = "employers/panels/health.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        return {"summary": EmployerHealth.objects.filter(employer=subject)}

    def context(self, request: HttpRequest, subject: Any, summary: list[EmployerHealth]) -> dict[str, Any]:
        """Always something."""
        return {"health": health_shown(summary[0], may=request.may)}


@panels.register
class SharedWithOthers:
    """On the record: with whom facts of it are shared, and whether another institute knows the company."""

    slot, order = "employer", 60
    permission = Permission.SEE_SHARES
    template = "employers/panels/shared.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        return shared_of(subject)

    def context(self, request: HttpRequest, subject: Any, known: list[Any], **shown: list[Any]) -> dict[str, Any]:
        """Always something: the way to share stands here."""
        return {"employer": subject, "is_known": bool(known), **shown}


@panels.register
class KnownInTheNetwork:
    """Among the results of a search: a company another institute knows, named by number or whole name."""

    slot, order = "search", 10
    permission = Permission.SEE_EMPLOYERS
    template = "employers/known.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None for what is typed in part, and for what we have ourselves."""
        known = known_in_network(str(subject))
        return {"known": known} if known else None


@panels.register
class Facts:
    """On the record: what the partnership is made of, and the way to add to it. Kinds with nothing take no room."""

    slot, order = "employer", 50
    permission = Permission.SEE_EMPLOYERS
    template = "employers/panels/facts.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        return facts_of(subject)

    def context(self, request: HttpRequest, subject: Any, **facts: list[Any]) -> dict[str, Any]:
        """Always something: the way to add stands here."""
        only_theirs = f"?state=all&employer={subject.pk}"
        return {"employer": subject, "only_theirs": only_theirs, "has_facts": any(facts.values()), **facts}
