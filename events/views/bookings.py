"""Book a school's group, change its numbers, check it in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.core import search
from crm.core.views import ActionView, FormPage, Page
from crm.identity.models import Provider
from crm.identity.roles import Permission
from employers.actions.contacts import add_contact, give_contact_role
from employers.models import Contact
from events import reads
from events.actions.bookings import book_group, change_group, record_attendance, withdraw_group
from events.actions.schools import add_school
from events.forms import AttendanceForm, BookingForm, ChangedNumbersForm, NumbersForm, SchoolForm
from events.models import GroupBooking
from events.views.challenges import ChallengePage


class ChooseSchool(ChallengePage):
    """Step one of a booking: which school?"""

    permission = Permission.EDIT_CHALLENGES
    template_name = "events/choose_school.html"
    title = "Which school comes?"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.get("q", "")
        hits = search.find(query, kinds=["school"], limit=20)
        partial = f"{self.template_name}#results" if request.htmx else ""
        return self.render(self.get_context(query=query, hits=hits), template=partial)


class AddSchool(ChallengePage, FormPage):
    permission = Permission.EDIT_CHALLENGES
    template_name = "events/school_form.html"
    title = "Add a school"
    form_class = SchoolForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.request.GET.get("name", "")}

    def act(self, form: SchoolForm) -> str:
        school = add_school(**form.cleaned_data, by=self.request.user)
        return reverse("challenges:book", args=[self.challenge.pk, school.pk])


class BookGroup(ChallengePage, FormPage):
    """Step two: how many, and whom to write to."""

    permission = Permission.EDIT_CHALLENGES
    template_name = "events/booking_form.html"
    title = "Book a group"
    form_class = BookingForm
    field_names = {"name": "contact_name", "email": "contact_email"}
    success_message = "Booked. The lead teacher gets a reminder 14 and 2 days before."

    def prepare(self) -> None:
        super().prepare()
        kinds = [Provider.Kind.SCHOOL, Provider.Kind.UTC]
        self.school = get_object_or_404(Provider, pk=self.kwargs["school"], kind__in=kinds)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"school_id": self.school.pk}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        left = max(0, self.challenge.places - self.challenge.groups)
        return super().get_context(school=self.school, places_left=left, **extra)

    def act(self, form: BookingForm) -> str:
        facts = dict(form.cleaned_data)
        name, email = facts.pop("contact_name"), facts.pop("contact_email")
        if facts["contact"] is None:
            facts["contact"] = self._new_teacher(name, email)
        book_group(challenge=self.challenge, school=self.school, **facts, by=self.request.user)
        return self.challenge_url()

    def _new_teacher(self, name: str, email: str) -> Contact:
        teacher = add_contact(provider=self.school, name=name, email=email, by=self.request.user)
        give_contact_role(contact=teacher, role="teacher", by=self.request.user)
        return teacher


class BookingPage(Page):
    """Base of pages about one booking (`self.booking`)."""

    permission = Permission.EDIT_CHALLENGES

    def prepare(self) -> None:
        visible = GroupBooking.objects.visible_to(self.request.user).select_related("school", "challenge")
        self.booking = get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            booking=self.booking, challenge=self.booking.challenge, back_url=self.challenge_url(), **extra
        )

    def challenge_url(self) -> str:
        return reverse("challenges:challenge", args=[self.booking.challenge_id])


class ChangeNumbers(BookingPage, WatchedFormPage):
    template_name = "events/numbers_form.html"
    title = "Change numbers"
    form_class = ChangedNumbersForm
    success_message = "Numbers changed."

    def prepare(self) -> None:
        super().prepare()
        self.row = self.booking

    def facts_now(self) -> dict[str, Any]:
        return {name: getattr(self.booking, name) for name in NumbersForm.base_fields}

    def act(self, form: ChangedNumbersForm) -> str:
        self.refuse_stale(form)
        numbers = {name: form.cleaned_data[name] for name in NumbersForm.base_fields}
        change_group(booking=self.booking, **numbers, by=self.request.user)
        return self.challenge_url()


class CheckIn(BookingPage, FormPage):
    template_name = "events/numbers_form.html"
    title = "Check in"
    form_class = AttendanceForm
    success_message = "Checked in."

    def get_initial(self) -> dict[str, Any]:
        known = self.booking.attended_pupils
        return {"attended_pupils": self.booking.pupils if known is None else known}

    def act(self, form: AttendanceForm) -> str:
        record_attendance(booking=self.booking, pupils=form.cleaned_data["attended_pupils"], by=self.request.user)
        return self.challenge_url()


class Withdraw(BookingPage, ActionView):
    """Asks first."""

    template_name = "web/confirm.html"
    http_method_names = ["get", "post"]
    success_message = "Withdrawn. A group that was waiting has moved up, if there was one."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        question = f"Withdraw {self.booking.school.name}?"
        return super().get_context(
            title=question,
            question=question,
            detail="Its place goes to the first group on the waiting list.",
            label="Withdraw the group",
            look="danger",
            **extra,
        )

    def act(self) -> str:
        withdraw_group(booking=self.booking, by=self.request.user)
        return self.challenge_url()


class School(Page):
    """A school: whom we know there and when it came."""

    permission = Permission.SEE_CHALLENGES
    template_name = "events/school.html"

    def prepare(self) -> None:
        kinds = [Provider.Kind.SCHOOL, Provider.Kind.UTC]
        self.school = get_object_or_404(Provider, pk=self.kwargs["pk"], kind__in=kinds)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            school=self.school,
            title=self.school.name,
            contacts=Contact.objects.visible_to(self.request.user).filter(provider=self.school).still_there(),
            bookings=reads.bookings_of_school(self.school.pk),
            **extra,
        )
