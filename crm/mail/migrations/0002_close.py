from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]
    operations = [
        # Not audited: the row is its own record, and what a person does to it is recorded as a domain event.
        SecureTenantTable("Occurrence", audit=False),
        SecureTenantTable("Message", audit=False),
        SecureTenantTable("DeliveryAttempt", append_only=True),
        SecureTenantTable("Suppression", personal=("email", "detail")),
        SecureTenantTable("Sweep", audit=False),
        # Not audited: a counter of the day, forgotten after it.
        SecureTenantTable("Allowance", audit=False),
        SecureTenantTable("MessagePreference", append_only=True),
    ]
