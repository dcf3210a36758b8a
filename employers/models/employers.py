"""An institute's employers, in its own words."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from crm.core.reference.shipped import IS8_SECTORS, SIC_SECTIONS
from employers.models.organisations import Organisation
from employers.querysets import IN_PLAY, EmployerQuerySet


class Tier(TenantModel):
    """What the institute calls a level of partnership, and what that is on the network's scale."""

    class Scale(models.TextChoices):
        ANCHOR = "anchor", "Anchor"
        CORE = "core", "Core"
        ASSOCIATE = "associate", "Associate"
        SUPPORTER = "supporter", "Supporter"

    label = models.CharField(max_length=60)
    scale = models.CharField(max_length=10, choices=Scale.choices)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "label", "id"]
        constraints = [
            models.UniqueConstraint(F("institute"), Lower("label"), name="employers_tier_once"),
        ]

    def __str__(self) -> str:
        return self.label


class EmployerManager(TenantManager.from_queryset(EmployerQuerySet)):
    """Employers that were not merged into another: what every list, count and search means by an employer."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(merged_into__isnull=True)


def _listed(name: str, *columns: Any) -> models.Index:
    """An index of the list, which never shows an employer that was merged into another."""
    columns = [F(column) if isinstance(column, str) else column for column in columns]
    return models.Index(F("institute"), *columns, name=name, condition=Q(merged_into__isnull=True))


class Employer(TimedModel, TenantModel):
    """An organisation that an institute works with or would like to.

    The stage says how far the conversation is; the tier, apart from it, how close the partnership is.
    """

    class Stage(models.TextChoices):
        PROSPECT = "prospect", "Prospect"
        IN_CONVERSATION = "in_conversation", "In conversation"
        ACTIVE = "active", "Active"
        DORMANT = "dormant", "Dormant"
        ENDED = "ended", "Ended"

    class SizeBand(models.TextChoices):
        """People employed: the bands of the gender pay gap service, and below them those of the ONS."""

        MICRO = "1-9", "1 to 9"
        SMALL = "10-49", "10 to 49"
        MEDIUM = "50-249", "50 to 249"
        FROM_250 = "250-499", "250 to 499"
        FROM_500 = "500-999", "500 to 999"
        FROM_1000 = "1000-4999", "1,000 to 4,999"
        FROM_5000 = "5000-19999", "5,000 to 19,999"
        FROM_20000 = "20000+", "20,000 or more"

    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.PROSPECT)
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="employers")
    owner = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sector = models.CharField(max_length=80, blank=True)  # in the institute's words
    is8_sector = models.CharField("IS-8 sector", max_length=30, choices=IS8_SECTORS.items(), blank=True)
    sic_section = models.CharField("SIC section", max_length=1, choices=SIC_SECTIONS.items(), blank=True)
    size_band = models.CharField("size", max_length=12, choices=SizeBand.choices, blank=True)
    website = models.CharField(max_length=200, blank=True)
    domain = models.CharField(max_length=200, blank=True)  # of the website; duplicates are found by it
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    # From the postcode's district where the reference lists know it; the region else as typed.
    local_authority = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=40, blank=True)
    lsip_area = models.CharField("LSIP area", max_length=100, blank=True)
    since_on = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)  # kept by log_engagement; automatic mail never counts
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # The redirect of an employer that was merged: its row stays for good, for what cannot move and for old links.
    merged_into = TenantForeignKey("self", null=True, blank=True, related_name="+", editable=False)
    # Under row security an index serves `sort_name > …`, and never `lower(name) > …`: lower is not leakproof.
    sort_name = models.GeneratedField(
        expression=Lower("name"), output_field=models.CharField(max_length=200), db_persist=True
    )

    objects = EmployerManager()
    with_merged = TenantManager.from_queryset(EmployerQuerySet)()

    class Meta:
        ordering = ["sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "organisation"],
                condition=Q(organisation__isnull=False),
                name="employers_employer_organisation_once",
            ),
        ]
        indexes = [
            # Those of the list have no redirects in them, so that counting reads the index alone.
            _listed("employers_employer_sorted", "sort_name", "id"),
            _listed("employers_employer_by_contact", F("last_contact_on").asc(nulls_first=True), "id"),
            models.Index(  # the tab "Going quiet" and its count
                fields=["institute", "last_contact_on"],
                name="employers_employer_in_play",
                condition=Q(stage__in=IN_PLAY, merged_into__isnull=True),
            ),
            _listed("employers_employer_by_change", "updated_at", "id"),  # an import changes many at one moment
            _listed("employers_employer_by_owner", "owner", "last_contact_on"),
            _listed("employers_employer_by_tier", "tier"),
            _listed("employers_employer_by_sector", "sector", "sort_name", "id"),
            _listed("employers_employer_by_stage", "stage"),
            _listed("employers_employer_by_is8", "is8_sector"),
            _listed("employers_employer_by_sic", "sic_section"),
            _listed("employers_employer_by_size", "size_band"),
            _listed("employers_employer_by_region", "region", "sort_name", "id"),
            _listed("employers_employer_by_lsip", "lsip_area"),
            # Where duplicates are looked for by more than their names.
            models.Index(fields=["institute", "domain"], name="employers_employer_by_domain", condition=~Q(domain="")),
            models.Index(
                fields=["institute", "postcode"], name="employers_employer_by_postcode", condition=~Q(postcode="")
            ),
        ]

    def __str__(self) -> str:
        return self.name
