"""Close every tenant table. The register of organisations is public and stays open to all institutes."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("employers", "0001_initial")]
    operations = [
        SecureTenantTable("Tier"),
        SecureTenantTable("Employer", personal=("notes",)),
        SecureTenantTable("Contact", personal=("name", "email", "email_domain", "phone", "job_title")),
        SecureTenantTable("ContactRole"),
        SecureTenantTable("Engagement", personal=("summary",)),
        SecureTenantTable("EngagementContact"),
        SecureTenantTable("FollowUp", personal=("title", "dropped_reason")),
    ]
