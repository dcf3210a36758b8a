"""Addresses of this app. Those that allauth looks up by name stand alone; nothing else of allauth is reachable."""

from django.conf import settings
from django.urls import include, path

from crm.accounts.views import (
    demo,
    landing,
    people,
    reset_factor,
    second_factor,
    second_step,
    sessions,
    sign_in,
    single_sign_on,
    tokens,
)

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
    path("people/<uuid:pk>/second-factor/reset/", reset_factor.ResetFactors.as_view(), name="reset_factors"),
    path("second-factor/", second_factor.SecondFactor.as_view(), name="second_factor"),
    path("second-factor/app/", second_factor.AddApp.as_view(), name="add_app"),
    path("second-factor/passkey/", second_factor.AddPasskey.as_view(), name="add_passkey"),
    path("second-factor/codes/", second_factor.RecoveryCodes.as_view(), name="recovery_codes"),
    path("second-factor/confirm/", second_factor.Confirm.as_view(), name="confirm"),
    path("second-factor/again/", second_factor.SignInAgain.as_view(), name="sign_in_again"),
    path("second-factor/<int:pk>/remove/", second_factor.RemoveFactor.as_view(), name="remove_factor"),
    path("single-sign-on/<slug:key>/", single_sign_on.Begin.as_view(), name="single_sign_on"),
    path("single-sign-on/<slug:key>/answer/", single_sign_on.Answer.as_view(), name="single_sign_on_answer"),
    path("login/passkey/", second_step.PasskeySignIn.as_view(), name="passkey_sign_in"),
    path("roles/<uuid:pk>/end/", people.EndRole.as_view(), name="end_role"),
]
if settings.DEMO:
    own.append(path("demo/<str:token>/", demo.UseDemoLink.as_view(), name="demo_link"))

urlpatterns = [
    path("", include((own, "accounts"))),
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("login/", sign_in.SignIn.as_view(), name="account_request_login_code"),
    path("login/code/", sign_in.TypeCode.as_view(), name="account_confirm_login_code"),
    path("login/second-factor/", second_step.SecondStep.as_view(), name="mfa_authenticate"),
    path("logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sessions/", sessions.Sessions.as_view(), name="usersessions_list"),
]
