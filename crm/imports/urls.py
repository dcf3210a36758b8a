"""Addresses of this app."""

from django.urls import path

from crm.imports.views import buttons, jobs, lists

app_name = "imports"
urlpatterns = [
    path("", lists.Imports.as_view(), name="list"),
    path("new/", lists.Start.as_view(), name="start"),
    path("<uuid:pk>/", jobs.Job.as_view(), name="job"),
    path("<uuid:pk>/columns/", jobs.Match.as_view(), name="match"),
    path("<uuid:pk>/columns/again/", buttons.MatchAgain.as_view(), name="again"),
    path("<uuid:pk>/reading/", buttons.ReadOtherwise.as_view(), name="reading"),
    path("<uuid:pk>/progress/", jobs.Progress.as_view(), name="progress"),
    path("<uuid:pk>/rejected.csv", jobs.Rejected.as_view(), name="rejected"),
    path("<uuid:pk>/rows/<int:number>/fix/", buttons.FixRow.as_view(), name="fix"),
    path("<uuid:pk>/rows/<int:number>/choice/", buttons.ChooseForRow.as_view(), name="choose"),
    path("<uuid:pk>/apply/", buttons.Apply.as_view(), name="apply"),
    path("<uuid:pk>/resume/", buttons.Resume.as_view(), name="resume"),
    path("<uuid:pk>/undo/", buttons.Undo.as_view(), name="undo"),
    path("<uuid:pk>/drop/", buttons.Drop.as_view(), name="drop"),
]
