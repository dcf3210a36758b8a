"""Promises on either side."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Person, Ref, Text
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import change_promise, keep_promise, let_promise_go, make_promise
from employers.api.contacts import Named
from employers.forms import PromiseFilters
from employers.models import Contact, Employer, Promise
from employers.reads.people import colleagues
from employers.reads.promises import promises_shown


class PromiseAnswer(Answer):
    """What one side promised the other, until when, and what became of it."""

    id = serializers.UUIDField()
    employer = Named()
    side = Choice(Promise.Side.choices)
    what = serializers.CharField()
    due_on = serializers.DateField()
    owner = Person()
    contact = Named(allow_null=True)
    state = Choice(Promise.State.choices)
    reason = serializers.CharField()
    created_at = Moment()
    settled_at = Moment(allow_null=True)
    settled_by = Person(allow_null=True)
    updated_at = Moment()


class PromiseFacts(Body):
    """Facts of an open promise; those left out stay as they are."""

    what = Text()
    due_on = Day()
    owner = Ref(colleagues)
    contact = Ref(lambda: Contact.objects.all(), required=False, allow_null=True)


class NewPromise(PromiseFacts):
    """Seen to by `owner`, or else by whoever notes it. The day may be past."""

    employer = Ref(lambda: Employer.objects.all())
    side = Choice(Promise.Side.choices)
    owner = Ref(colleagues, required=False)


class LetGoBody(Body):
    reason = Text()


@api_resources.register
class Promises(Resource):
    """What employers and the institute promised each other, the first due first."""

    path, label, order = "promises", "Promises", 16
    permission = Permission.SEE_EMPLOYERS
    answer = PromiseAnswer
    filter_class = PromiseFilters

    def rows(self) -> QuerySet[Promise]:
        return promises_shown(self.user, {"state": "all"})

    def shown(self, filters: dict[str, Any]) -> QuerySet[Promise]:
        return promises_shown(self.user, filters)

    @creates(NewPromise, permission=Permission.LOG_ENGAGEMENTS)
    def create(self, facts: dict[str, Any]) -> Promise:
        """Note a promise."""
        return make_promise(by=self.user, **{"owner": self.user, **facts})

    @changes(PromiseFacts, permission=Permission.LOG_ENGAGEMENTS)
    def change(self, promise: Promise, facts: dict[str, Any]) -> Promise:
        """Change an open promise."""
        return change_promise(promise=promise, by=self.user, **facts)

    @acts("keep", permission=Permission.LOG_ENGAGEMENTS)
    def keep(self, promise: Promise) -> Promise:
        """Say that a promise was kept."""
        return keep_promise(promise=promise, by=self.user)

    @acts("let-go", permission=Permission.LOG_ENGAGEMENTS, body=LetGoBody)
    def let_go(self, promise: Promise, facts: dict[str, Any]) -> Promise:
        """Expect a promise no more, saying why."""
        return let_promise_go(promise=promise, by=self.user, **facts)
