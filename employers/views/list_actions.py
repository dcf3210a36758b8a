"""One fact for many employers: choose, look at what would change, change, undo."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.errors import Conflict
from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from employers.actions import change_in_bulk, name_tag, undo_bulk_change
from employers.forms import BulkForm, EmployerFilters
from employers.models import BulkChange, Employer, Tag
from employers.reads.bulk_changes import MOST, Preview, preview, words_of
from employers.reads.employer_filters import known_ids, known_query
from employers.reads.employer_list import employers_shown

SHOWN = 50  # employers that the page of a change names


class ChangeMany(FormPage):
    """`pk` names employers, or `all` says: everyone the filters in the address show. `fact` is what they get."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/bulk.html"
    form_class = BulkForm
    looked: Preview | None = None
    says = ""

    def prepare(self) -> None:
        asked = self.request.POST or self.request.GET
        fact = asked.get("fact", "")
        self.fact = fact if fact in BulkChange.Fact.values else "owner"
        self.title = {"owner": "Change the owner", "tier": "Change the tier", "tag": "Put on a tag"}.get(
            self.fact, "Take off a tag"
        )
        self.takes_all, self.query = bool(asked.get("all")), asked.get("query", "")[:2000]
        self.ids = [] if self.takes_all else known_ids(asked.getlist("pk")[:MOST])
        self.employers = self._employers()
        self.chosen = self.employers.count()

    def _employers(self) -> QuerySet[Employer]:
        if not self.takes_all:
            return Employer.objects.visible_to(self.request.user).filter(pk__in=self.ids)
        form = EmployerFilters(QueryDict(self.query))
        if not form.is_valid():  # never everybody because a filter is not understood
            raise Http404
        return employers_shown(self.request.user, form.cleaned_data)

    def get_initial(self) -> dict[str, Any]:
        return {"fact": self.fact}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"fact": self.fact}

    def list_url(self) -> str:
        return f"{reverse('employers:list')}?{known_query(self.query)}".rstrip("?")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chosen:
            messages.error(request, "Choose some employers first.")
            return HttpResponseRedirect(self.list_url())
        return super().get(request, *args, **kwargs)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        extra |= {
            "chosen": self.chosen,
            "most": MOST,
            "looked": self.looked,
            "says": self.says,
            "back_url": self.list_url(),
        }
        return super().get_context(ids=self.ids, query=self.query, takes_all=self.takes_all, **extra)

    def act(self, form: BulkForm) -> str | HttpResponse:
        value = form.cleaned_data["to"]
        if "change" not in self.request.POST:
            return self._look(form, value)
        if form.cleaned_data.get("another"):
            value = name_tag(name=form.cleaned_data["another"], by=self.request.user)
        ids = list(self.employers.order_by().values_list("pk", flat=True)[: MOST + 1])
        try:
            change = change_in_bulk(
                employers=ids, fact=self.fact, value=value, expected=form.cleaned_data["expected"], by=self.request.user
            )
        except Conflict:
            self._preview(form, value)
            raise
        return reverse("employers:bulk_change", args=[change.pk])

    def _look(self, form: BulkForm, value: Any) -> HttpResponse:
        """What would change, and the same form once more with a button that does it."""
        named = form.cleaned_data.get("another")
        value = Tag.objects.filter(name__iexact=named).first() or Tag(name=named) if named else value
        self._preview(form, value)
        return self.render(self.get_context(form=form))

    def _preview(self, form: BulkForm, value: Any) -> None:
        self.looked = preview(self.employers, self.fact, value)
        self.says = str(value or {"owner": "Nobody", "tier": "No tier"}[self.fact])
        form.data = form.data.copy()
        form.data["expected"] = str(self.looked.changing)


class ShowBulkChange(Page):
    """What was changed, for whom, and the way back."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/bulk_change.html"

    def prepare(self) -> None:
        changes = BulkChange.objects.visible_to(self.request.user).select_related("by")
        self.change = get_object_or_404(changes, pk=self.kwargs["pk"])
        self.title = words_of(self.change)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        rows = self.change.rows.select_related("employer").order_by("employer__sort_name")[:SHOWN]
        shown = [row.employer for row in rows]
        more = self.change.changed - len(shown)
        return super().get_context(change=self.change, shown=shown, more=more, **extra)


class UndoBulkChange(ActionView):
    """Give back what they had to those that nobody has changed since."""

    permission = Permission.EDIT_EMPLOYERS

    def prepare(self) -> None:
        self.change = get_object_or_404(BulkChange.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def act(self) -> str:
        change = undo_bulk_change(change=self.change, by=self.request.user)
        kept = change.changed - change.restored
        also = f" {kept} changed since and stay as they are." if kept else ""
        messages.success(self.request, f"Undone for {change.restored}.{also}")
        return reverse("employers:bulk_change", args=[change.pk])
