"""People, institutes, providers, and who holds which role where."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from crm.base.clock import today
from crm.base.ids import new_id
from crm.base.tenancy import TenantModel, TenantQuerySet
from crm.identity.roles import Role


class UserManager(BaseUserManager):
    def create_user(self, email: str, name: str, **fields: object) -> "User":
        """A person without a password: sign-in is by a code sent to `email` (stored in lower case)."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who can sign in. What they may do is said by their memberships alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_service = models.BooleanField(default=False)  # another program: it holds tokens and never signs in
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="identity_user_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """First letters of the first and last name, for the avatar."""
        words = self.name.split() or ["?"]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


class Provider(models.Model):
    """A college, university, training provider or school. One row for all institutes; public facts only."""

    class Kind(models.TextChoices):
        FE = "fe", "Further-education college"
        HE = "he", "University"
        ITP = "itp", "Training provider"
        SCHOOL = "school", "School"
        UTC = "utc", "University technical college"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    ukprn = models.CharField("UKPRN", max_length=8, blank=True)
    urn = models.CharField("URN", max_length=7, blank=True)
    town = models.CharField(max_length=100, blank=True)
    local_authority = models.CharField(max_length=100, blank=True)
    former_names = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=500, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ukprn"], condition=~models.Q(ukprn=""), name="identity_provider_ukprn"),
            models.UniqueConstraint(fields=["urn"], condition=~models.Q(urn=""), name="identity_provider_urn"),
        ]

    def __str__(self) -> str:
        return self.name


class Institute(models.Model):
    """A licensed partnership; the tenant. NETWORK_ID is the synthetic one that owns what belongs to no institute."""

    class Kind(models.TextChoices):
        INSTITUTE = "institute", "Institute of Technology"
        NETWORK = "network", "Network"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=12, unique=True)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60)
    former_names = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INSTITUTE)
    area = models.CharField(max_length=120, blank=True)
    wave = models.PositiveSmallIntegerField(null=True, blank=True)
    lead = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="leads")
    is_live = models.BooleanField(default=True)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class InstituteProvider(models.Model):
    """A provider's part in a partnership, over time. Public."""

    class Part(models.TextChoices):
        LEAD = "lead", "Lead"
        CORE = "core", "Core partner"
        ASSOCIATE = "associate", "Associate"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="provider_parts")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="institute_parts")
    part = models.CharField(max_length=10, choices=Part.choices)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["part", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "provider", "part"],
                condition=models.Q(ends_on__isnull=True),
                name="identity_institute_provider_once",
            ),
            models.UniqueConstraint(
                fields=["institute"],
                condition=models.Q(part="lead", ends_on__isnull=True),
                name="identity_institute_one_lead",
            ),
        ]


class MembershipQuerySet(TenantQuerySet):
    def in_force(self) -> "MembershipQuerySet":
        """Active on today's date in London."""
        day = today()
        return self.filter(
            models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day), is_active=True, starts_on__lte=day
        )


class Membership(TenantModel):
    """A role of a person in an institute. Read by the person themselves and by the institute."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)

    # Read before an institute is known (which institutes may this person enter?), so not the tenant manager;
    # row security shows a person their own rows and those of the institutes in the context.
    objects = models.Manager.from_queryset(MembershipQuerySet)()

    class Meta:
        ordering = ["role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "user", "role"], name="identity_membership_once"),
        ]

    def is_in_force(self) -> bool:
        """As the queryset's in_force, for a row at hand."""
        day = today()
        return self.is_active and self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)
