"""Likely duplicates: the queue, two side by side, merging them and taking it back; other names of an employer."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.errors import DomainError
from crm.core.views import ActionView, FormPage, ListPage, Moved, Page
from crm.identity.roles import Permission
from employers.actions import (
    add_former_number,
    add_other_name,
    merge_employers,
    pair_up,
    remove_former_number,
    remove_other_name,
    say_different,
    undo_merge,
)
from employers.forms.merging import MergeForm, OtherNameForm, PairFilters
from employers.models import DuplicatePair, Employer, EmployerMerge, EmployerName, FormerNumber
from employers.reads.choosing import find_employers
from employers.reads.duplicates import possible_duplicates
from employers.reads.merging import facts_of_both, rows_of, veto
from employers.reads.pairs import merges_shown, pairs_shown
from employers.reads.redirects import left_of
from employers.views.records import EmployerMixin


def _tabs(here: str) -> list[dict[str, Any]]:
    queue = reverse("employers:duplicates")
    tabs = [
        ("open", "To look at", queue),
        ("different", "Not the same", f"{queue}?state=different"),
        ("merges", "Merged", reverse("employers:merges")),
    ]
    return [{"label": label, "url": url, "current": name == here} for name, label, url in tabs]


class DuplicateQueue(ListPage):
    """Pairs that a worker or a colleague put forward."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/duplicates.html"
    title = "Duplicates"
    filter_class = PairFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[DuplicatePair]:
        return pairs_shown(self.request.user, filters)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        state = extra["filters"].get("state") or "open"
        return super().get_context(state=state, siblings=_tabs(state), **extra)


class Merges(ListPage):
    """What was merged, by whom and when."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/merges.html"
    title = "Duplicates"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[EmployerMerge]:
        return merges_shown(self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(siblings=_tabs("merges"), **extra)


class PairMixin:
    """Loads the pair of the address. One whose employers were merged meanwhile leads to the record."""

    pair: DuplicatePair

    def prepare(self) -> None:
        pairs = DuplicatePair.objects.visible_to(self.request.user)
        self.pair = get_object_or_404(pairs, pk=self.kwargs["pk"])


class ComparePair(PairMixin, FormPage):
    """Two employers side by side: which one is kept, which facts it takes over, and every row that will move."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/compare.html"
    form_class = MergeForm

    def prepare(self) -> None:
        super().prepare()
        ids = (self.pair.first_id, self.pair.second_id)
        found = Employer.objects.select_related("organisation", "owner", "tier").in_bulk(ids)
        if len(found) < 2:
            raise Moved(reverse("employers:record", args=[left_of(ids)[ids[0]]]))
        wanted = self.request.POST.get("keep") or self.request.GET.get("keep") or str(ids[0])
        kept = ids[1] if wanted == str(ids[1]) else ids[0]
        self.kept, self.other = found.pop(kept), next(iter(found.values()))
        self.facts = facts_of_both(self.kept, self.other)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"facts": self.facts}

    def get_initial(self) -> dict[str, Any]:
        return {"keep": self.kept.pk}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        moving = rows_of(self.other)
        return super().get_context(
            title="Are these the same?",
            pair=self.pair,
            kept=self.kept,
            other=self.other,
            swap_url=f"?keep={self.other.pk}",
            problem=veto(self.kept, self.other),
            both=(self.kept, self.other),
            alike=[fact for fact in self.facts if not fact.differs and fact.kept],
            moving=[each for each in moving if not each.stays],
            staying=[each for each in moving if each.stays],
            back_url=reverse("employers:duplicates"),
            **extra,
        )

    def act(self, form: MergeForm) -> str:
        merge_employers(kept=self.kept, merged=self.other, taken=form.taken(), by=self.request.user)
        messages.success(
            self.request, f"{self.other.name} is now a part of {self.kept.name}. Undo it under Duplicates, Merged."
        )
        return reverse("employers:record", args=[self.kept.pk])


class SayDifferent(PairMixin, ActionView):
    """Not the same: remembered."""

    permission = Permission.EDIT_EMPLOYERS
    success_message = "Noted. These two are not put forward again."

    def act(self) -> str:
        say_different(pair=self.pair, by=self.request.user)
        return reverse("employers:duplicates")


class UndoMerge(ActionView):
    """Two employers again."""

    permission = Permission.EDIT_EMPLOYERS

    def prepare(self) -> None:
        self.merge = get_object_or_404(merges_shown(self.request.user), pk=self.kwargs["pk"])

    def back_url(self) -> str:
        return reverse("employers:merges")

    def act(self) -> str:
        again = undo_merge(merge=self.merge, by=self.request.user)
        messages.success(self.request, f"{again.name} is an employer of its own again.")
        return reverse("employers:record", args=[again.pk])


class MergeWith(EmployerMixin, Page):
    """Which other employer this one is the same as: likely ones, or those found by a name."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/merge_with.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        typed = self.request.GET.get("q", "").strip()
        found = find_employers(typed, user=self.request.user, limit=10) if typed else self._likely()
        others = [employer for employer in found if employer.pk != self.employer.pk]
        return super().get_context(title=f"Merge {self.employer.name} with", others=others, typed=typed, **extra)

    def _likely(self) -> list[Employer]:
        known = possible_duplicates(name=self.employer.name, website=self.employer.website, exclude=self.employer.pk)
        return [candidate.employer for candidate in known]


class PairUp(EmployerMixin, ActionView):
    """Put this employer and another side by side."""

    permission = Permission.EDIT_EMPLOYERS

    def act(self) -> str:
        wanted = self.request.POST.get("other", "")
        if not wanted:
            raise DomainError("Choose the other employer.")
        other = get_object_or_404(Employer.objects.visible_to(self.request.user), pk=_id(wanted))
        pair = pair_up(one=self.employer, other=other, by=self.request.user)
        return f"{reverse('employers:compare', args=[pair.pk])}?keep={self.employer.pk}"


class OtherNames(EmployerMixin, FormPage):
    """By which other names and numbers an employer is found."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/other_names.html"
    form_class = OtherNameForm
    field_names = {"number": "name"}
    success_message = "Noted."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        names = {"names": self.employer.other_names.all(), "numbers": self.employer.former_numbers.all()}
        return super().get_context(title=f"Other names of {self.employer.name}", **names, **extra)

    def act(self, form: OtherNameForm) -> str:
        kind, text = form.cleaned_data["kind"], form.cleaned_data["name"]
        if kind == form.FORMER_NUMBER:
            add_former_number(employer=self.employer, number=text, by=self.request.user)
        else:
            add_other_name(employer=self.employer, kind=kind, name=text, by=self.request.user)
        return reverse("employers:other_names", args=[self.employer.pk])


class RemoveOtherName(ActionView):
    """Found by it no more."""

    permission = Permission.EDIT_EMPLOYERS
    success_message = "Taken away."

    def prepare(self) -> None:
        rows = EmployerName.objects.visible_to(self.request.user).select_related("employer")
        self.row = get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self) -> str:
        remove_other_name(other_name=self.row, by=self.request.user)
        return reverse("employers:other_names", args=[self.row.employer_id])


class RemoveFormerNumber(ActionView):
    """Found by it no more."""

    permission = Permission.EDIT_EMPLOYERS
    success_message = "Taken away."

    def prepare(self) -> None:
        rows = FormerNumber.objects.visible_to(self.request.user).select_related("employer")
        self.row = get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self) -> str:
        remove_former_number(former_number=self.row, by=self.request.user)
        return reverse("employers:other_names", args=[self.row.employer_id])


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
