"""Addresses of this app. Those that allauth looks up by name stand alone; nothing else of allauth is reachable."""

from django.conf import settings
from django.urls import include, path

from crm.accounts.views import demo, landing, people, sessions, sign_in, tokens

own = [
    path("", landing.Landing.as_view(), name="landing"),
    path("sessions/others/end/", sessions.EndOtherSessions.as_view(), name="end_other_sessions"),
    path("sessions/<int:pk>/end/", sessions.EndSession.as_view(), name="end_session"),
    path("people/", people.People.as_view(), name="people"),
    path("people/invite/", people.Invite.as_view(), name="invite"),
    path("people/<uuid:pk>/", people.PersonPage.as_view(), name="person"),
    path("people/<uuid:pk>/end/", people.EndAllRoles.as_view(), name="end_all_roles"),
    path("tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/add/", tokens.AddToken.as_view(), name="add_token"),
    path("tokens/add-program/", tokens.AddProgram.as_view(), name="add_program"),
    path("tokens/<uuid:pk>/replace/", tokens.ReplaceToken.as_view(), name="replace_token"),
    path("tokens/<uuid:pk>/revoke/", tokens.RevokeToken.as_view(), name="revoke_token"),
    path("roles/<uuid:pk>/end/", people.EndRole.as_view(), name="end_role"),
]
if settings.DEMO:
    own.append(path("demo/<str:token>/", demo.UseDemoLink.as_view(), name="demo_link"))

urlpatterns = [
    path("", include((own, "accounts"))),
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("login/", sign_in.SignIn.as_view(), name="account_request_login_code"),
    path("login/code/", sign_in.TypeCode.as_view(), name="account_confirm_login_code"),
    path("logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sessions/", sessions.Sessions.as_view(), name="usersessions_list"),
]
