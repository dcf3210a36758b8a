"""What institutes tell the network, and what one lets another read."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from crm.identity.models import Institute, User


class NetworkFigure(TenantModel):
    """One number about an institute. The row belongs to the Network, never to the institute it is about.

    `as_of` is when the number became what it is: publishing the same number again writes nothing.
    """

    about_institute = models.ForeignKey(
        "identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10)
    value = models.BigIntegerField()
    as_of = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "about_institute", "name"], name="network_figure_once"),
        ]


class ShareState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    ACTIVE = "active", "Shared"
    DECLINED = "declined", "Declined"
    REVOKED = "revoked", "Ended by who shares"
    RETURNED = "returned", "Ended by who reads"
    EXPIRED = "expired", "Ended on its day"


OPEN_SHARE = (ShareState.PROPOSED, ShareState.ACTIVE)


class ShareQuerySet(TenantQuerySet):
    def open(self) -> "ShareQuerySet":
        """Proposed or shared, and the day has not passed."""
        return self.filter(state__in=OPEN_SHARE, until__gte=today())

    def in_force(self) -> "ShareQuerySet":
        """What may be read today."""
        return self.filter(state=ShareState.ACTIVE, until__gte=today())

    def over(self) -> "ShareQuerySet":
        """Still open though the day has passed: to be closed."""
        return self.filter(state__in=OPEN_SHARE, until__lt=today())


class _ShareTerms(TenantModel):
    """What both sides of a share hold: each in its own row, so that neither needs to see the other's."""

    label = models.CharField(max_length=200)  # what the giver calls the record
    object_type = models.CharField(max_length=60)  # "employers.employer"
    fields = models.JSONField()  # names of what is shared, in order
    purpose = models.CharField(max_length=300, blank=True)
    until = models.DateField()  # the last day
    state = models.CharField(max_length=10, choices=ShareState.choices, default=ShareState.PROPOSED)
    proposed_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(ShareQuerySet)()

    class Meta:
        abstract = True

    @property
    def is_in_force(self) -> bool:
        """As the queryset's in_force, for a row at hand."""
        return self.state == ShareState.ACTIVE and self.until >= today()

    @property
    def state_in_words(self) -> str:
        """Its state as of today, whether or not the day's closing has run."""
        is_over = self.state in OPEN_SHARE and self.until < today()
        return ShareState.EXPIRED.label if is_over else self.get_state_display()


class Share(_ShareTerms):
    """Some facts of one record that this institute lets another, or the network's lead, read until a day."""

    object_id = models.UUIDField()
    receiver = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "object_type", "object_id", "receiver"],
                condition=Q(state__in=OPEN_SHARE),
                name="network_share_once",
            ),
        ]


class SharedCopy(_ShareTerms):
    """The receiver's side of a share, with the same id as the giver's row. What is shared stands in `SharedContent`."""

    giver = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="+", db_index=False)
    about_id = models.UUIDField(null=True)  # what both institutes know it by: the register's row of the company
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-proposed_at", "-id"]


class SharedContent(TenantModel):
    """The facts themselves, as the giver published them last. Gone when the share ends.

    The database shows a row up to its last day and no longer, whatever the application asks.
    """

    copy = TenantForeignKey(SharedCopy, related_name="contents")
    until = models.DateField()
    values = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "copy"], name="network_shared_content_once")]


class ShareRead(TenantModel):
    """Somebody read what is shared. Append-only; a row with the reader, and one without a name with the giver."""

    share_id = models.UUIDField()
    reader = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="+", db_index=False)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    fields = models.JSONField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["institute", "share_id", "-at"], name="network_share_read_latest")]


class ShareAsk(TenantModel):
    """This institute asked whoever knows an organisation to share it. Says nothing of who that is."""

    object_type = models.CharField(max_length=60)  # "employers.organisation"
    object_id = models.UUIDField()
    label = models.CharField(max_length=200)
    message = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["institute", "object_id"], name="network_ask_about")]


class ShareRequest(TenantModel):
    """Another institute asks this one to share what it knows of an organisation."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        GRANTED = "granted", "Shared"
        DECLINED = "declined", "Declined"

    ask_id = models.UUIDField()  # the asking institute's row
    asking = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="+", db_index=False)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    label = models.CharField(max_length=200)
    message = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "ask_id"], name="network_request_once"),
        ]
