"""Addresses of challenges, below /challenges/."""

from django.urls import path, register_converter

from events.views import bookings, challenges, volunteers

app_name = "challenges"


class _OneOf:
    """A path part that is one of a few words; anything else is not found."""

    words: tuple[str, ...] = ()

    def to_python(self, value: str) -> str:
        if value not in self.words:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


class StateConverter(_OneOf):
    regex = "open|closed|held"
    words = ("open", "closed", "held")


class AnswerConverter(_OneOf):
    regex = "yes|no"
    words = ("yes", "no")


register_converter(StateConverter, "challenge_state")
register_converter(AnswerConverter, "yes_or_no")

urlpatterns = [
    path("", challenges.Challenges.as_view(), name="list"),
    path("plan/", challenges.PlanChallenge.as_view(), name="plan"),
    path("<uuid:pk>/", challenges.ShowChallenge.as_view(), name="challenge"),
    path("<uuid:pk>/edit/", challenges.EditChallenge.as_view(), name="edit"),
    path("<uuid:pk>/state/<challenge_state:state>/", challenges.SetState.as_view(), name="state"),
    path("<uuid:pk>/cancel/", challenges.CancelChallenge.as_view(), name="cancel"),
    path("<uuid:pk>/costs/add/", challenges.AddCost.as_view(), name="add_cost"),
    path("<uuid:pk>/encounters.csv", challenges.Encounters.as_view(), name="encounters"),
    path("<uuid:pk>/book/", bookings.ChooseSchool.as_view(), name="choose_school"),
    path("<uuid:pk>/book/add-school/", bookings.AddSchool.as_view(), name="add_school"),
    path("<uuid:pk>/book/<uuid:school>/", bookings.BookGroup.as_view(), name="book"),
    path("<uuid:pk>/volunteers/", volunteers.ChooseVolunteer.as_view(), name="choose_volunteer"),
    path("<uuid:pk>/volunteer-time/", volunteers.CountTime.as_view(), name="count_time"),
    path("<uuid:pk>/volunteers/<uuid:contact>/", volunteers.InviteVolunteer.as_view(), name="invite"),
    path("bookings/<uuid:pk>/numbers/", bookings.ChangeNumbers.as_view(), name="numbers"),
    path("bookings/<uuid:pk>/check-in/", bookings.CheckIn.as_view(), name="check_in"),
    path("bookings/<uuid:pk>/withdraw/", bookings.Withdraw.as_view(), name="withdraw"),
    path("volunteers/<uuid:pk>/answer/<yes_or_no:answer>/", volunteers.Answer.as_view(), name="answer"),
    path("volunteers/<uuid:pk>/check-seen/", volunteers.CheckSeen.as_view(), name="check_seen"),
    path("volunteers/<uuid:pk>/time/", volunteers.RecordTime.as_view(), name="time"),
    path("schools/<uuid:pk>/", bookings.School.as_view(), name="school"),
]
