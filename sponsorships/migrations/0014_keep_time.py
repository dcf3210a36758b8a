"""Let the database say when a row was last changed."""

from django.db import migrations

from crm.base.row_security import KeepTime


class Migration(migrations.Migration):
    dependencies = [
        ("sponsorships", "0013_when_changed"),
        ("base", "0002_touch_row"),
        ("audit", "0005_leave_out_the_clock"),
    ]
    operations = [
        KeepTime("Agreement"),
        KeepTime("Benefit"),
        KeepTime("Award"),
        KeepTime("AwardInstalment"),
        KeepTime("Contribution"),
        KeepTime("ContributionLine"),
        KeepTime("Valuation"),
        KeepTime("Fund"),
        KeepTime("Receipt"),
        KeepTime("AgreementShare"),
        KeepTime("Instalment"),
        KeepTime("Waiver"),
    ]
