"""Promises: note one, change it, kept, let go; and all of them."""

from typing import Any

from django.db.models import QuerySet

from crm.audit.edits import WatchedFormPage
from crm.core.views import ActionView
from crm.identity.roles import Permission
from employers.actions import change_promise, keep_promise, let_promise_go, make_promise
from employers.forms import LetGoForm, PromiseFilters, PromiseForm
from employers.forms.promises import STATES
from employers.models import Promise
from employers.reads.people import colleagues
from employers.reads.promises import promises_shown
from employers.views.facts import FactFormPage, FactList, FactMixin
from employers.views.records import EmployerMixin


class PromiseList(FactList):
    """What is promised between the institute and its employers."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/promises.html"
    title = "Promises"
    here = "employers:promises"
    filter_class = PromiseFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[Promise]:
        return promises_shown(self.request.user, filters)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        owners = colleagues().values_list("pk", "name")
        states = [choice for choice in STATES if choice[0] != Promise.State.OPEN]  # what is shown unless another is
        return super().get_context(states=states, sides=Promise.Side.choices, owners=owners, **extra)


class AddPromise(EmployerMixin, FactFormPage):
    """What one side has just promised."""

    permission = Permission.LOG_ENGAGEMENTS
    form_class = PromiseForm
    submit_label = "Note promise"
    success_message = "Promise noted."

    def heading(self) -> str:
        return f"A promise between {self.employer.name} and us"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer}

    def get_initial(self) -> dict[str, Any]:
        return {"side": Promise.Side.OURS, "owner": self.request.user.pk}

    def do(self, form: PromiseForm) -> None:
        make_promise(employer=self.employer, by=self.request.user, **form.facts())


class PromiseMixin(FactMixin):
    permission = Permission.LOG_ENGAGEMENTS

    def rows(self) -> QuerySet[Promise]:
        return Promise.objects.select_related("employer", "owner", "contact", "settled_by")


class ChangePromise(PromiseMixin, FactFormPage, WatchedFormPage):
    """Other words, another day, another colleague or person."""

    template_name = "employers/promise.html"
    form_class = PromiseForm
    success_message = "Saved."

    def heading(self) -> str:
        return self.row.what

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer, "promise": self.row}

    def facts_now(self) -> dict[str, Any]:
        row = self.row
        return {"what": row.what, "due_on": row.due_on, "owner": row.owner_id, "contact": row.contact_id}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(promise=self.row, **extra)

    def do(self, form: PromiseForm) -> None:
        self.refuse_stale(form)
        change_promise(promise=self.row, by=self.request.user, **form.facts())


class LetPromiseGo(PromiseMixin, FactFormPage):
    """Expected no more, with the reason."""

    form_class = LetGoForm
    submit_label = "Let it go"
    success_message = "Promise let go."

    def heading(self) -> str:
        return self.row.what

    def do(self, form: LetGoForm) -> None:
        let_promise_go(promise=self.row, reason=form.cleaned_data["reason"], by=self.request.user)


class KeepPromise(PromiseMixin, ActionView):
    """Kept."""

    success_message = "Kept."

    def act(self) -> str:
        keep_promise(promise=self.row, by=self.request.user)
        return self.back_url()
