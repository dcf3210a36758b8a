"""The institute's tags, and those on one employer."""

from typing import Any

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from employers.actions import name_tag, remove_tag, rename_tag, set_tags
from employers.forms import TagForm, TagsForm
from employers.models import Tag
from employers.views.records import EmployerMixin


class Tags(FormPage):
    """Every tag with how many employers have it, and a form for one more."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/tags.html"
    title = "Tags"
    form_class = TagForm
    success_message = "Saved. It can be put on employers now."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        tags = Tag.objects.visible_to(self.request.user).annotate(held_by=Count("links"))
        return super().get_context(tags=tags, **extra)

    def act(self, form: TagForm) -> str:
        name_tag(name=form.cleaned_data["name"], by=self.request.user)
        return reverse("employers:tags")


class _TagPage(Page):
    """Base of what is done with one tag (`self.tag`)."""

    permission = Permission.EDIT_EMPLOYERS

    def prepare(self) -> None:
        self.tag = get_object_or_404(Tag.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def back_url(self) -> str:
        return reverse("employers:tags")


class EditTag(_TagPage, FormPage):
    template_name = "web/form_page.html"
    title = "Rename a tag"
    form_class = TagForm
    success_message = "Saved. Its employers keep it."

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.tag.name}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Save", back_url=self.back_url(), **extra)

    def act(self, form: TagForm) -> str:
        rename_tag(tag=self.tag, name=form.cleaned_data["name"], by=self.request.user)
        return self.back_url()


class RemoveTag(_TagPage, ActionView):
    success_message = "The tag is gone, off every employer."

    def act(self) -> str:
        remove_tag(tag=self.tag, by=self.request.user)
        return self.back_url()


class TagEmployer(EmployerMixin, WatchedFormPage):
    """The tags on one employer."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/form_page.html"
    form_class = TagsForm
    success_message = "Saved."

    def prepare(self) -> None:
        super().prepare()
        self.row = self.employer

    def facts_now(self) -> dict[str, Any]:
        return {"tags": list(Tag.objects.filter(links__employer=self.employer).values_list("pk", flat=True))}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=f"Tags of {self.employer.name}", submit_label="Save", **extra)

    def act(self, form: TagsForm) -> str:
        self.refuse_stale(form)
        tags = list(form.cleaned_data["tags"])
        if form.cleaned_data["another"]:
            tags.append(name_tag(name=form.cleaned_data["another"], by=self.request.user))
        set_tags(employer=self.employer, tags=tags, by=self.request.user)
        return self.record_url()
