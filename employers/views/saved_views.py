"""Views of the list that are kept."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from employers.actions import keep_view, remove_view
from employers.forms import ViewForm
from employers.models import SavedView
from employers.reads.saved_views import counts_of, kept_views, opened, views_shown


class KeepView(FormPage):
    """A name for what the list shows now; `query` and `columns` are those of the list one comes from."""

    permission = Permission.LOG_ENGAGEMENTS
    template_name = "web/form_page.html"
    title = "Keep this view"
    form_class = ViewForm
    success_message = "Kept. It stands above the list."

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {"query": asked.get("query", "")[:2000], "columns": asked.get("columns", "")[:500]}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Keep it", back_url=reverse("employers:list"), **extra)

    def act(self, form: ViewForm) -> str:
        facts = form.cleaned_data
        view = keep_view(
            name=facts["name"],
            query=facts["query"],
            columns=facts["columns"].split(".") if facts["columns"] else (),
            is_shared=facts["is_shared"],
            by=self.request.user,
        )
        return f"{reverse('employers:list')}?{opened(view)}"


class RemoveView(ActionView):
    """Take away a view of one's own, or a shared one."""

    permission = Permission.LOG_ENGAGEMENTS
    success_message = "The view is gone."

    def prepare(self) -> None:
        views = SavedView.objects.visible_to(self.request.user)
        self.view = get_object_or_404(views, pk=self.kwargs["pk"])

    def act(self) -> str:
        remove_view(view=self.view, by=self.request.user)
        return reverse("employers:list")


class ViewCounts(Page):
    """The views with how many employers each shows now. Asked for once the list stands, which waits for no count."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/view_tabs.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        open_view = self.request.GET.get("saved", "")
        views = views_shown(kept_views(self.request.user), open_view=open_view)
        counts = counts_of([shown.view for shown in views], self.request.user)
        for shown in views:
            shown.view.count = counts.get(shown.view.pk)
        return super().get_context(views=views, open_view=open_view, **extra)
