"""Bodies of the institute, seats of employers in them, and who came."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.core.views import FormPage
from crm.identity.roles import Permission
from employers.actions.governance import change_seat, give_seat, name_body, record_meeting
from employers.forms.facts import BodyForm, ChangeSeatForm, MeetingForm, SeatFilters, SeatForm
from employers.models import Attendance, Body, Seat
from employers.reads.facts import bodies_shown, seats_held, seats_shown
from employers.views.facts import FactFormPage, FactList, FactMixin
from employers.views.records import EmployerMixin


class SeatList(FactList):
    """Who sits where."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/seats.html"
    title = "Governance"
    here = "employers:seats"
    filter_class = SeatFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[Seat]:
        return seats_shown(self.request.user, filters)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        bodies = bodies_shown(self.request.user)
        choices = [(body.pk, body.name) for body in bodies]
        return super().get_context(
            bodies=bodies, body_choices=choices, ended=[("all", "With those that ended")], **extra
        )


class GiveSeat(EmployerMixin, FactFormPage):
    """A person of the employer takes a seat, in a body that may be new."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/give_seat.html"
    form_class = SeatForm
    submit_label = "Give seat"
    success_message = "Seat given."
    field_names = {"name": "new_body"}

    def heading(self) -> str:
        return f"A seat for {self.employer.name}"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        nobody = not extra["form"].fields["contact"].queryset.exists()
        return super().get_context(nobody=nobody, **extra)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer}

    def do(self, form: SeatForm) -> None:
        facts = form.facts()
        new, body = facts.pop("new_body"), facts.pop("body", None)
        body = body or Body.objects.filter(name__iexact=new).first() or name_body(name=new, by=self.request.user)
        give_seat(body=body, by=self.request.user, **facts)


class ChangeSeat(FactMixin, FactFormPage, WatchedFormPage):
    """Another role, other days, or the end of it."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/seat.html"
    form_class = ChangeSeatForm
    success_message = "Saved."

    def rows(self) -> QuerySet[Seat]:
        return Seat.objects.select_related("body", "contact", "employer")

    def heading(self) -> str:
        return f"{self.row.contact.name} in {self.row.body.name}"

    def facts_now(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in ("role", "starts_on", "ends_on")}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        attendance = Attendance.objects.filter(seat=self.row).select_related("meeting").order_by("-meeting__held_on")
        return super().get_context(seat=self.row, attendance=attendance, **extra)

    def do(self, form: ChangeSeatForm) -> None:
        self.refuse_stale(form)
        change_seat(seat=self.row, by=self.request.user, **form.facts())


class _BodyPage(FormPage):
    """Base of what is done with one body (`self.body`)."""

    permission = Permission.EDIT_EMPLOYERS

    def prepare(self) -> None:
        self.body = get_object_or_404(Body.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def back(self) -> str:
        return f"{reverse('employers:seats')}?body={self.body.pk}"


class RenameBody(_BodyPage):
    """What it is called."""

    template_name = "web/form_page.html"
    form_class = BodyForm
    success_message = "Saved."

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.body.name}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=self.body.name, submit_label="Save", back_url=self.back(), **extra)

    def act(self, form: BodyForm) -> str:
        name_body(name=form.cleaned_data["name"], body=self.body, by=self.request.user)
        return self.back()


class RecordMeeting(_BodyPage):
    """Who came."""

    template_name = "employers/meeting.html"
    form_class = MeetingForm
    success_message = "Attendance recorded."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"body": self.body}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        met = self.body.meetings.all()[:12]
        title = f"A meeting of {self.body.name}"
        has_seats = seats_held().filter(body=self.body).exists()
        return super().get_context(
            title=title, body=self.body, met=met, has_seats=has_seats, back_url=self.back(), **extra
        )

    def act(self, form: MeetingForm) -> str:
        record_meeting(body=self.body, by=self.request.user, **form.cleaned_data)
        return self.back()
