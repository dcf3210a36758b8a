"""Pages of what is shared: offered to us, asked of us, given by us, read by us."""

import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.errors import NotFound
from crm.core.registry import shareables
from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from crm.network.actions import (
    accept_share,
    answer_request,
    decline_share,
    propose_share,
    read_share,
    return_share,
    revoke_share,
)
from crm.network.forms import ShareForm
from crm.network.models import Share, SharedCopy, ShareRead, ShareRequest, ShareState
from crm.network.share_reads import shares_shown
from crm.network.sharing import labelled, labels_of

MOST_READS = 50


class Shares(Page):
    """Everything that crosses the line between institutes, in both directions."""

    permission = Permission.SEE_SHARES
    template_name = "network/shares.html"
    title = "Shared between institutes"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(shown=shares_shown(self.request.user), **extra)


class ShareMixin:
    """Loads a share that this institute gives."""

    def prepare(self) -> None:
        shares = Share.objects.visible_to(self.request.user).select_related("receiver", "proposed_by")
        self.share = get_object_or_404(shares, pk=self.kwargs["pk"])


class CopyMixin:
    """Loads what another institute offers or shares."""

    def prepare(self) -> None:
        copies = SharedCopy.objects.visible_to(self.request.user).select_related("giver")
        self.copy = get_object_or_404(copies, pk=self.kwargs["pk"])

    def copy_url(self) -> str:
        return reverse("network:shared", args=[self.copy.pk])


class Given(ShareMixin, Page):
    """One share of ours: what, to whom, until when, and when it was read."""

    permission = Permission.SEE_SHARES
    template_name = "network/given.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        kind = shareables.get(self.share.object_type)
        return super().get_context(
            title=self.share.label,
            share=self.share,
            labels=labels_of(self.share.object_type, self.share.fields),
            reads=ShareRead.objects.filter(share_id=self.share.pk)[:MOST_READS],
            record_url=reverse(kind.url_name, args=[self.share.object_id]),
            **{"is_open": self.share.state in (ShareState.PROPOSED, ShareState.ACTIVE), **extra},
        )


class Shared(CopyMixin, Page):
    """What another institute offers, or the facts it shares. Reading them is kept on both sides."""

    permission = Permission.SEE_SHARES
    template_name = "network/shared.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        copy = self.copy
        facts = []
        if copy.is_in_force:
            try:
                facts = labelled(copy.object_type, read_share(copy=copy, by=self.request.user))
            except NotFound:
                facts = []
        labels = labels_of(copy.object_type, copy.fields)
        return super().get_context(title=copy.label, copy=copy, facts=facts, labels=labels, **extra)


class Propose(FormPage):
    """Offer facts of a record."""

    permission = Permission.SHARE
    template_name = "network/propose.html"
    form_class = ShareForm
    success_message = "Offered. They read it once they have accepted."
    field_names = {"fields": "fields_shared"}

    def prepare(self) -> None:
        kind = shareables.get(self.kwargs["object_type"])
        self.kind = kind() if kind else None
        self.row = self.kind.find(self.kwargs["pk"]) if kind else None
        if self.row is None:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"shareable": self.kind}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        back_url = reverse(self.kind.url_name, args=[self.kwargs["pk"]])
        title = f"Share {self.kind.title(self.row)}"
        return super().get_context(title=title, submit_label="Offer it", back_url=back_url, **extra)

    def act(self, form: ShareForm) -> str:
        object_id: uuid.UUID = self.kwargs["pk"]
        about = {"object_type": self.kind.name, "object_id": object_id}
        share = propose_share(**about, terms=form.as_terms(), by=self.request.user)
        return reverse("network:given", args=[share.pk])


class Revoke(ShareMixin, ActionView):
    permission = Permission.SHARE
    success_message = "Ended. They can read nothing of it any more."

    def act(self) -> str:
        revoke_share(share=self.share, by=self.request.user)
        return reverse("network:given", args=[self.share.pk])


class Accept(CopyMixin, ActionView):
    permission = Permission.SHARE
    success_message = "Accepted."

    def act(self) -> str:
        accept_share(copy=self.copy, by=self.request.user)
        return self.copy_url()


class Decline(CopyMixin, ActionView):
    permission = Permission.SHARE
    success_message = "Declined."

    def act(self) -> str:
        decline_share(copy=self.copy, by=self.request.user)
        return reverse("network:shares")


class GiveBack(CopyMixin, ActionView):
    permission = Permission.SHARE
    success_message = "Ended. The copy is gone."

    def act(self) -> str:
        return_share(copy=self.copy, by=self.request.user)
        return reverse("network:shares")


class DeclineRequest(ActionView):
    permission = Permission.SHARE
    success_message = "Declined. They are not told."

    def act(self) -> str:
        requests = ShareRequest.objects.visible_to(self.request.user)
        answer_request(request=get_object_or_404(requests, pk=self.kwargs["pk"]), granted=False, by=self.request.user)
        return reverse("network:shares")
