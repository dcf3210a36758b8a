"""Invite volunteers, note their answer, check and time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from employers.models import Contact
from events import reads
from events.actions.volunteer_gifts import count_volunteer_time
from events.actions.volunteers import answer_invitation, invite_volunteer, note_check_seen, record_volunteer_time
from events.forms import CountTimeForm, InvitationForm, TimeForm
from events.models import Volunteer
from events.views.challenges import ChallengePage

SHOWN = 20


class ChooseVolunteer(ChallengePage):
    """Step one: whom to ask? People marked as volunteers come first."""

    permission = Permission.EDIT_CHALLENGES
    template_name = "events/choose_volunteer.html"
    title = "Whom do you invite?"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.get("q", "")
        people = reads.people_to_ask(query)[:SHOWN]
        partial = f"{self.template_name}#results" if request.htmx else ""
        return self.render(self.get_context(query=query, people=people), template=partial)


class InviteVolunteer(ChallengePage, FormPage):
    """Step two: to do what?"""

    permission = Permission.EDIT_CHALLENGES
    template_name = "events/invitation_form.html"
    title = "Invite a volunteer"
    form_class = InvitationForm
    success_message = "On the list as invited. Mark them as coming when they say yes."

    def prepare(self) -> None:
        super().prepare()
        people = Contact.objects.visible_to(self.request.user).filter(employer__isnull=False)
        self.contact = get_object_or_404(people.select_related("employer"), pk=self.kwargs["contact"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(contact=self.contact, **extra)

    def act(self, form: InvitationForm) -> str:
        invite_volunteer(challenge=self.challenge, contact=self.contact, **form.cleaned_data, by=self.request.user)
        return self.challenge_url()


class CountTime(ChallengePage, FormPage):
    """After the day: what each volunteer's time is worth, for a second person to approve."""

    permission = Permission.EDIT_CHALLENGES
    template_name = "events/count_time.html"
    title = "Count volunteer time in kind"
    form_class = CountTimeForm
    success_message = "Recorded in kind. It counts once somebody else approves the value."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"volunteers": reads.time_to_count(self.challenge), "day": self.challenge.day}

    def act(self, form: CountTimeForm) -> str:
        for volunteer, rate_code in form.chosen():
            count_volunteer_time(volunteer=volunteer, rate_code=rate_code, by=self.request.user)
        return self.challenge_url()


class VolunteerPage(Page):
    """Base of what is done with one volunteer (`self.volunteer`)."""

    permission = Permission.EDIT_CHALLENGES

    def prepare(self) -> None:
        visible = Volunteer.objects.visible_to(self.request.user).select_related("challenge", "contact__employer")
        self.volunteer = get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(volunteer=self.volunteer, back_url=self.challenge_url(), **extra)

    def challenge_url(self) -> str:
        return reverse("challenges:challenge", args=[self.volunteer.challenge_id])


class Answer(VolunteerPage, ActionView):
    def act(self) -> str:
        answer_invitation(volunteer=self.volunteer, is_coming=self.kwargs["answer"] == "yes", by=self.request.user)
        return self.challenge_url()


class CheckSeen(VolunteerPage, ActionView):
    success_message = "Noted that you saw the check today."

    def act(self) -> str:
        note_check_seen(volunteer=self.volunteer, by=self.request.user)
        return self.challenge_url()


class RecordTime(VolunteerPage, FormPage):
    template_name = "events/time_form.html"
    title = "Time given"
    form_class = TimeForm
    success_message = "Thank you noted."

    def act(self, form: TimeForm) -> str:
        minutes = int(form.cleaned_data["hours"] * 60)
        record_volunteer_time(volunteer=self.volunteer, minutes=minutes, by=self.request.user)
        return self.challenge_url()
