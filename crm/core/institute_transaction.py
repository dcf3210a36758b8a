"""One transaction around the whole response, rendering included, in the institute of the path."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from crm.base.context import institute_context
from crm.identity.models import Institute, Membership
from crm.identity.roles import Permission, Role, permissions_of


class InstituteTransactionMiddleware:
    """Sets `request.institute`, `.memberships`, `.roles` and `.may(permission)`, and the context of row security.

    A path with an institute acts and reads there, for those with a role in it; for others it does not exist (404).
    A path without one (account pages, the sponsor portal) writes nowhere and reads the institutes that the person is
    a sponsor's contact of.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.institute, request.memberships, request.roles = None, [], set()
        request.has_transaction = request.user.is_authenticated
        request.may = lambda permission: permission in rights_of(request)
        _read_whole(request)
        if not request.has_transaction:
            return self.get_response(request)
        with institute_context(None, user_id=request.user.id):
            request.memberships = list(
                Membership.objects.in_force().filter(user=request.user).select_related("institute")
            )
            acting, read = self._institutes(request)
            with institute_context(acting, read=read, user_id=request.user.id):
                response = self.get_response(request)
            # COMMIT comes next. Should the connection break there, nobody knows on which side of it.
            request.may_be_saved = request.method not in ("GET", "HEAD", "OPTIONS")
            return response

    def _institutes(self, request: HttpRequest) -> tuple[object, list[object]]:
        if not request.institute_code:
            sponsored = [m.institute_id for m in request.memberships if m.role == Role.SPONSOR_CONTACT]
            request.roles = {Role.SPONSOR_CONTACT} if sponsored else set()
            return None, sponsored
        here = [m for m in request.memberships if m.institute.code == request.institute_code]
        request.roles = {m.role for m in here if m.role != Role.SPONSOR_CONTACT}
        if not request.roles:
            raise Http404("No role in that institute")
        request.institute = here[0].institute
        return request.institute.id, [request.institute.id]

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A view that raised must leave nothing behind, though Django has already made a response of it."""
        if request.has_transaction and transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)


def _read_whole(request: HttpRequest) -> None:
    """Before the transaction: a slow upload must not hold one open.

    Files of somebody signed in go to a temporary place on disk, up to UPLOAD_MAX_SIZE; everything else stays in memory
    and is held to Django's DATA_UPLOAD_MAX_MEMORY_SIZE. Raises RequestDataTooBig (400).
    """
    if request.content_type != "multipart/form-data" or not request.user.is_authenticated:
        request.body  # noqa: B018
        return
    said = request.META.get("CONTENT_LENGTH") or ""
    if said.isascii() and said.isdigit() and int(said) > settings.UPLOAD_MAX_SIZE:
        raise RequestDataTooBig("This upload is larger than any page takes.")
    request.POST  # noqa: B018


def rights_of(request: HttpRequest) -> frozenset[Permission]:
    """What the request may do: the rights of the person's roles here, and of a token no more than its scopes."""
    rights = permissions_of(request.roles)
    token = getattr(request, "api_token", None)
    return rights & token.rights if token else rights


def homes(request: HttpRequest) -> list[Institute]:
    """The institutes this person works in, once each."""
    found = {m.institute_id: m.institute for m in request.memberships if m.role != Role.SPONSOR_CONTACT}
    return list(found.values())


def may_template(request: HttpRequest) -> dict[str, bool]:
    """`may.edit_employers` for templates."""
    rights = permissions_of(getattr(request, "roles", set()))
    return {permission.name.lower(): permission in rights for permission in Permission}
