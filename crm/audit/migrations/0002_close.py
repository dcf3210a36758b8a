"""The application reads the audit of its institutes. It writes none of it: the functions of 0003 do."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable, application_role

TABLES = ("audit_auditentry", "audit_auditpersonal", "audit_auditseal", "audit_auditsealed")


def only_read(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("base", "0001_initial")]
    operations = [
        SecureTenantTable("AuditEntry", append_only=True),
        SecureTenantTable("AuditPersonal", audit=False),  # erasable
        SecureTenantTable("AuditSeal", append_only=True),
        SecureTenantTable("AuditSealed", append_only=True),
        migrations.RunPython(only_read, migrations.RunPython.noop),
    ]
