"""Addresses of this app."""

from django.urls import path

from crm.mail.views import decisions, mailbox, outgoing

app_name = "mail"
urlpatterns = [
    path("", outgoing.Outgoing.as_view(), name="outgoing"),
    path("demo/", mailbox.DemoMailbox.as_view(), name="demo"),
    path("demo/<str:name>", mailbox.DemoLetter.as_view(), name="letter"),
    path("<uuid:pk>/", outgoing.OneMail.as_view(), name="message"),
    path("<uuid:pk>/html/", outgoing.MailHtml.as_view(), name="html"),
    path("<uuid:pk>/hold/", decisions.Hold.as_view(), name="hold"),
    path("<uuid:pk>/release/", decisions.Release.as_view(), name="release"),
    path("<uuid:pk>/now/", decisions.SendNow.as_view(), name="now"),
    path("<uuid:pk>/again/", decisions.SendAgain.as_view(), name="again"),
    path("<uuid:pk>/arrived/", decisions.Confirm.as_view(), name="arrived"),
    path("<uuid:pk>/allow/", decisions.Allow.as_view(), name="allow"),
    path("<uuid:pk>/dismiss/", decisions.Dismiss.as_view(), name="dismiss"),
]
