"""Addresses of this app."""

from django.urls import path

from employers.views import (
    adding,
    contacts,
    conversations,
    follow_ups,
    health,
    list_files,
    lists,
    promises,
    records,
    tiers,
)

app_name = "employers"

urlpatterns = [
    path("", lists.EmployerList.as_view(), name="list"),
    path("employers.csv", list_files.ListCsv.as_view(), name="list_csv"),
    path("employers.xlsx", list_files.ListXlsx.as_view(), name="list_xlsx"),
    path("add/", adding.AddEmployer.as_view(), name="add"),
    path("add/candidates/", adding.Candidates.as_view(), name="candidates"),
    path("levels/", tiers.Tiers.as_view(), name="tiers"),
    path("levels/<uuid:pk>/", tiers.EditTier.as_view(), name="tier"),
    path("levels/<uuid:pk>/remove/", tiers.RemoveTier.as_view(), name="remove_tier"),
    path("health/", health.ShowHealthRules.as_view(), name="health_rules"),
    path("health/change/", health.ChangeHealthRules.as_view(), name="change_health_rules"),
    path("log/", conversations.LogConversation.as_view(), name="log"),
    path("log/choices/", conversations.ChooseEmployer.as_view(), name="choices"),
    path("log/next-step/", conversations.NextStepPreview.as_view(), name="next_step"),
    path("promises/", promises.PromiseList.as_view(), name="promises"),
    path("promises/<uuid:pk>/", promises.ChangePromise.as_view(), name="promise"),
    path("promises/<uuid:pk>/kept/", promises.KeepPromise.as_view(), name="promise_kept"),
    path("promises/<uuid:pk>/let-go/", promises.LetPromiseGo.as_view(), name="promise_let_go"),
    path("<uuid:pk>/promises/add/", promises.AddPromise.as_view(), name="add_promise"),
    path("<uuid:pk>/", records.EmployerRecord.as_view(), name="record"),
    path("<uuid:pk>/edit/", records.EditEmployer.as_view(), name="edit"),
    path("<uuid:pk>/link/", records.LinkEmployer.as_view(), name="link"),
    path("<uuid:pk>/stage/", records.ChangeStage.as_view(), name="stage"),
    path("<uuid:pk>/contacts/add/", contacts.AddContact.as_view(), name="add_contact"),
    path("<uuid:pk>/next-step/", follow_ups.AddFollowUp.as_view(), name="add_follow_up"),
    path("contacts/<uuid:pk>/", contacts.EditContact.as_view(), name="contact"),
    path("contacts/<uuid:pk>/left/", contacts.ContactLeft.as_view(), name="contact_left"),
    path("next-steps/<uuid:pk>/", follow_ups.ChangeFollowUp.as_view(), name="follow_up"),
    path("next-steps/<uuid:pk>/done/", follow_ups.CompleteFollowUp.as_view(), name="follow_up_done"),
    path("next-steps/<uuid:pk>/snooze/", follow_ups.SnoozeFollowUp.as_view(), name="follow_up_snooze"),
    path("next-steps/<uuid:pk>/drop/", follow_ups.DropFollowUp.as_view(), name="follow_up_drop"),
]
