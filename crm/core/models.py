"""The search index, what the product remembers of its own upkeep, and what the API keeps about requests."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from crm.base.tenancy import TenantModel


class SearchEntry(TenantModel):
    """Written by each app's actions through crm.core.search, erased with its object."""

    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, blank=True)
    words = models.TextField()  # what is searched: plain, lower case
    match_key = models.CharField(max_length=300, blank=True)  # what duplicates are found by

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "kind", "object_id"], name="core_searchentry_once"),
        ]


class BackupRun(models.Model):
    """A backup or a restore drill that succeeded. Belongs to no institute."""

    class Kind(models.TextChoices):
        BACKUP = "backup", "Backup"
        DRILL = "drill", "Restore drill"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.CharField(max_length=300)
    size = models.BigIntegerField()  # bytes
    seconds = models.FloatField()
    finished_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-finished_at"]


class Freeze(models.Model):
    """One row while nothing may leave: no mail is sent and no recorded fact is handled. See crm.core.freeze."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="core_freeze_one_row")]


class ApiUse(models.Model):
    """How much a token asked in its latest minute, and when it was last used. Counted before any institute is known.

    `token_id` is a token of crm.accounts, which this layer does not know.
    """

    token_id = models.UUIDField(primary_key=True)
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField()
    last_used_at = models.DateTimeField()


class IdempotencyKey(TenantModel):
    """A POST of the API that was sent with a key: in progress while `status` is NULL, else its answer.

    `claim` says who works on it, so that somebody thought dead cannot store an answer after another took over.
    """

    token_id = models.UUIDField()
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField()  # SHA-256 of method, path and body
    claim = models.UUIDField()
    taken_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "token_id", "key"], name="core_idempotencykey_once"),
        ]
        indexes = [
            models.Index(fields=["institute", "claim"], name="core_idempotencykey_claim"),
            models.Index(fields=["institute", "taken_at"], name="core_idempotencykey_age"),
        ]


class PreparedFile(TenantModel):
    """A PDF of a report that takes longer than a page may: asked for, made by a worker, kept for a day.

    `asked` is the query string that the report is narrowed by. Whoever may see the report may have the file, for the
    same question gives everybody the same rows. Not audited: it holds nothing that the report does not.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for its turn"
        WORKING = "working", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"

    report = models.CharField(max_length=60)
    asked = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)  # while a worker is at it; over: it is gone
    ready_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)  # bytes
    content = models.BinaryField(default=b"")

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["institute", "asked_at"],
                name="core_preparedfile_to_make",
                condition=models.Q(state__in=["waiting", "working"]),
            ),
            models.Index(fields=["institute", "report", "asked"], name="core_preparedfile_asked"),
        ]

    @property
    def is_open(self) -> bool:
        """Still to be made."""
        return self.state in (self.State.WAITING, self.State.WORKING)


class ReferenceEdition(models.Model):
    """A public list as it stood when it was taken over, such as SIC 2007. One of a kind is current; old ones stay, so
    that a code they alone know can still be named. Belongs to no institute. See crm.core.reference."""

    class Kind(models.TextChoices):
        SIC_SECTION = "sic_section", "SIC sections"
        SIC_DIVISION = "sic_division", "SIC divisions"
        SIC_CODE = "sic_code", "SIC codes"
        IS8_SECTOR = "is8_sector", "Sectors of the Industrial Strategy (IS-8)"
        ROUTE = "route", "Technical routes"
        REGION = "region", "Regions and nations"
        LSIP_AREA = "lsip_area", "Areas of local skills improvement plans"
        LOCAL_AUTHORITY = "local_authority", "Local authorities"
        OUTCODE = "outcode", "Postcode districts"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    version = models.CharField(max_length=60)
    source = models.CharField(max_length=500, blank=True)
    is_current = models.BooleanField(default=True)
    loaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["kind", "-loaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="core_referenceedition_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(is_current=True), name="core_referenceedition_one_current"
            ),
        ]


class ReferenceRow(models.Model):
    """A line of an edition: a code, its name, and what it belongs to.

    `parent` is the section of a SIC division or code, the region of a local authority or a postcode district. The name
    of a postcode district is that of its local authority; `area` is the LSIP area of both.
    """

    edition = models.ForeignKey(ReferenceEdition, on_delete=models.CASCADE, related_name="rows", db_index=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    parent = models.CharField(max_length=200, blank=True)
    area = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["edition", "code"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="core_referencerow_once")]
