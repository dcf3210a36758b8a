"""Bases of every page: closed by default, scoped by default.

A view names its `permission`; one without fails the tests. Objects come from `visible_to` querysets through
`get_object_or_404`, so an unknown id and another institute's id give the same answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from crm.base.errors import DomainError, NotFound
from crm.core.redirects import lead_on
from crm.identity.roles import Permission


@contextmanager
def not_found_is_404() -> Iterator[None]:
    """An action that found no such row answers like a page that found none."""
    try:
        yield
    except NotFound as error:
        raise Http404(error.message) from error


class Moved(Exception):
    """Raised in `prepare` where what the address names is somewhere else now, for good."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Page(View):
    """A page behind one permission. `needs_institute` is False only for account pages and the portal."""

    permission: Permission | None = None
    needs_institute = True
    template_name = ""
    title = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.permission is None:
            raise ImproperlyConfigured(f"{type(self).__name__} names no permission")
        if not request.user.is_authenticated:
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
        if self.needs_institute and request.institute is None:
            raise Http404
        if self.permission is not Permission.SIGN_IN and not request.may(self.permission):
            raise PermissionDenied
        if self.needs_institute:
            lead_on(request)
        try:
            self.prepare()
        except Moved as moved:  # a form that is sent late is sent again to the right place
            return HttpResponsePermanentRedirect(moved.url, preserve_request=request.method != "GET")
        response = super().dispatch(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def prepare(self) -> None:
        """Load what every method of the view needs (`self.kwargs` is set). Raise Http404 or Moved here."""

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"view": self, "title": self.title, **extra}

    def render(self, context: dict[str, Any], *, status: int = 200, template: str = "") -> HttpResponse:
        return TemplateResponse(self.request, template or self.template_name, context, status=status)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(self.get_context())


class ListPage(Page):
    """A filtered, ordered, paged list. htmx gets the `results` partial of the same template, others the whole page.

    Set `filter_class` (a form bound to the query string) and override `get_queryset(filters)`.
    """

    filter_class: type[forms.Form] | None = None
    per_page = 25

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.filter_class(request.GET) if self.filter_class else None
        filters = form.cleaned_data if form and form.is_valid() else {}
        paginator = Paginator(self.get_queryset(filters), self.per_page)
        page = paginator.get_page(request.GET.get("page"))
        context = self.get_context(filter_form=form, page=page, filters=filters, query_string=self._query_string())
        partial = f"{self.template_name}#results" if request.htmx and not request.htmx.boosted else ""
        return self.render(context, template=partial)

    def _query_string(self) -> str:
        """The filters in force without the page, for links to other pages of the list."""
        query = self.request.GET.copy()
        query.pop("page", None)
        return query.urlencode()


class FormPage(Page):
    """A form whose valid data goes to one action. A refusal by the action becomes an error at its field (422)."""

    form_class: type[forms.Form]
    success_message = ""
    # Where the form calls a field otherwise than the action: {"email": "contact_email"}.
    field_names: dict[str, str] = {}

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return self.form_class(data, files, initial=self.get_initial(), **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def act(self, form: forms.Form) -> str | HttpResponse:
        """Call the action; return where to go next (URL) or a response."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(self.get_context(form=self.get_form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST, request.FILES)
        if form.is_valid():
            try:
                with not_found_is_404(), transaction.atomic():  # several actions in one step stand or fall together
                    done = self.act(form)
            except DomainError as refusal:
                field = self.field_names.get(refusal.field, refusal.field)
                form.add_error(field if field in form.fields else None, refusal.message)
            else:
                return self._succeed(done)
        return self.render(self.get_context(form=form), status=422)

    def _succeed(self, done: str | HttpResponse) -> HttpResponse:
        if isinstance(done, HttpResponse):
            return done
        if self.success_message:
            messages.success(self.request, self.success_message)
        return HttpResponseRedirect(resolve_url(done))


class ActionView(Page):
    """A button: POST only. A refusal is shown as a message on the page the person came from."""

    http_method_names = ["post"]
    success_message = ""

    def act(self) -> str:
        """Call the action; return the URL to go to."""
        raise NotImplementedError

    def back_url(self) -> str:
        """Where a refusal is shown."""
        came_from = self.request.META.get("HTTP_REFERER", "")
        hosts = {self.request.get_host()}
        safe = url_has_allowed_host_and_scheme(came_from, hosts, require_https=self.request.is_secure())
        return came_from if safe else reverse("home")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with not_found_is_404(), transaction.atomic():
                url = self.act()
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(self.back_url())
        if self.success_message:
            messages.success(request, self.success_message)
        return HttpResponseRedirect(url)
