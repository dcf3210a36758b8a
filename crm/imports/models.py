"""A file on its way into the product: the file, its rows, how its columns were matched, and what a source said."""

from django.db import models
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel, TimedModel


class ImportJob(TimedModel, TenantModel):
    """One file, from its upload to its undoing.

    `columns` says which column (counted from 0) holds which field. With a `source` the import speaks for that source:
    it overwrites what the source said before. `is_snapshot`: the file lists all that the source has, so what it no
    longer lists is marked. `as_of` is the day whose state the file shows. `tally` counts rows by what became of them.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Columns to match"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked: nothing is saved yet"
        APPLYING = "applying", "Being imported"
        APPLIED = "applied", "Imported"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Could not be read"
        STOPPED = "stopped", "Stopped half-way"
        DROPPED = "dropped", "Given up"

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    reading = models.JSONField(default=dict)  # format, encoding, separator, sheet, header row: see crm.imports.files
    headers = models.JSONField(default=list)
    sample = models.JSONField(default=list)  # the first rows, shown where columns are matched
    layout = models.CharField(max_length=64)  # of the headers: files alike are matched alike
    columns = models.JSONField(default=dict)
    source = models.CharField(max_length=80, blank=True)
    as_of = models.DateField(null=True, blank=True)
    is_snapshot = models.BooleanField(default=False)
    overwrites = models.BooleanField(default=False)  # replace also what the source did not say: off, only fill gaps
    total_rows = models.PositiveIntegerField(default=0)  # read, without empty ones
    tally = models.JSONField(default=dict)
    effects = models.JSONField(default=list)  # sentences: what else will follow
    trouble = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    rows_forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["institute", "-created_at"], name="imports_job_latest"),
            models.Index(
                fields=["institute", "state"],
                name="imports_job_at_work",
                condition=models.Q(state__in=["checking", "applying", "undoing"]),
            ),
            models.Index(fields=["institute", "kind", "source", "as_of"], name="imports_job_of_source"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(TenantModel):
    """The bytes that were uploaded, apart from the job so that no list loads them. Forgotten with the rows."""

    job = TenantForeignKey(ImportJob, on_delete=models.CASCADE, related_name="files")
    content = models.BinaryField()  # compressed with zlib

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "job"], name="imports_file_once")]


class ImportRow(TenantModel):
    """One row of the file: what it says, what the check found, what became of it.

    `cells` are as read, `fixes` what a person typed over them ({field: text}), `facts` the clean values. `changes` is
    {field: [old, new]}. `target_id` is the record it is about, made up front for a new one so that a repeat after a
    crash makes no second. `key` is the same for rows about the same thing, here and under the same source.
    """

    class Verdict(models.TextChoices):
        NEW = "new", "New"
        UPDATE = "update", "Update"
        UNCHANGED = "unchanged", "Unchanged"
        REPEAT = "repeat", "Repeats another row"
        DUPLICATE = "duplicate", "Possible duplicate"
        PROBLEM = "problem", "Problem"
        SKIP = "skip", "Left out by you"

    class Outcome(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        UNCHANGED = "unchanged", "Unchanged"
        REJECTED = "rejected", "Not imported"
        UNDONE = "undone", "Undone"
        KEPT = "kept", "Could not be undone"

    job = TenantForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as a spreadsheet counts: the header is row 1
    cells = models.JSONField()
    fixes = models.JSONField(default=dict)
    key = models.CharField(max_length=300, blank=True)
    repeats = models.PositiveIntegerField(null=True)  # the number of the first row with this key
    facts = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    faults = models.JSONField(default=list)  # [{"field", "label", "value", "reason"}]
    notes = models.JSONField(default=list)  # sentences: what was passed over, and why
    changes = models.JSONField(default=dict)
    candidates = models.JSONField(default=list)  # [{"id", "name", "reason", "perhaps"…}]: see kinds.candidate
    choice = models.CharField(max_length=40, blank=True)  # "", "new", "skip" or the id of a candidate
    target_id = models.UUIDField(null=True)
    said_before = models.JSONField(null=True)  # what the source said of the target until this import
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    remark = models.CharField(max_length=300, blank=True)  # why it was not imported, or not undone

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "job", "number"], name="imports_row_once"),
        ]
        indexes = [
            models.Index(fields=["institute", "job", "verdict", "number"], name="imports_row_by_verdict"),
            models.Index(fields=["institute", "job", "outcome", "number"], name="imports_row_by_outcome"),
            models.Index(fields=["institute", "target_id"], name="imports_row_of_target"),
            models.Index(fields=["institute", "job", "key"], name="imports_row_by_key"),
        ]


class ImportMapping(TimedModel, TenantModel):
    """How the columns of a layout were matched the last time, and what was said about its source."""

    kind = models.CharField(max_length=20)
    layout = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    source = models.CharField(max_length=80, blank=True)
    is_snapshot = models.BooleanField(default=False)
    overwrites = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "kind", "layout"], name="imports_mapping_once")]


class SourceRecord(TenantModel):
    """What a named source last said about one of our records, under the key it uses.

    `unlisted_on` is set when a newer snapshot of the source no longer lists it; the record itself stays.
    """

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=80)
    key = models.CharField(max_length=300)
    object_id = models.UUIDField()
    facts = models.JSONField(default=dict)
    listed_on = models.DateField()
    job_id = models.UUIDField()  # the import that said it
    unlisted_on = models.DateField(null=True, blank=True)
    unlisted_by = models.UUIDField(null=True, blank=True)  # the job that marked it, so that undo can take it back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "kind", "source", "key"], name="imports_source_record_once")
        ]
        indexes = [models.Index(fields=["institute", "kind", "object_id"], name="imports_source_record_of")]
