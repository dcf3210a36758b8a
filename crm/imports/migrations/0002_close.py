"""Close the tables of imports.

Staged rows, files and what a source said are no acts of a person: the audit tells of the import and, column by column,
of every record that it changes. Keeping them there too would double each import and outlive the rows' own deletion.
"""

from django.db import migrations

from crm.base.row_security import KeepTime, SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("base", "0002_touch_row")]
    operations = [
        SecureTenantTable("ImportJob", personal=("file_name", "sample")),
        SecureTenantTable("ImportFile", audit=False),
        SecureTenantTable("ImportRow", audit=False),
        SecureTenantTable("ImportMapping"),
        SecureTenantTable("SourceRecord", audit=False),
        KeepTime("ImportJob"),
        KeepTime("ImportMapping"),
    ]
