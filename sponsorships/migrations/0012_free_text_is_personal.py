"""What is typed in sentences may name a person: it is kept where it can be erased."""

from django.db import migrations

from crm.base.row_security import PersonalColumns


class Migration(migrations.Migration):
    dependencies = [("sponsorships", "0011_portal_of_contact"), ("audit", "0005_leave_out_the_clock")]
    operations = [
        PersonalColumns("Agreement", ("illustrative_note", "termination_reason", "termination_evidence")),
        PersonalColumns("AgreementComponent", ("vat_note",)),
        PersonalColumns("Benefit", ("what",)),
        PersonalColumns("AgreementShare", ("illustrative_note", "termination_reason")),
        PersonalColumns("Fund", ("restriction",)),
        PersonalColumns("Contribution", ("title", "description", "state_reason")),
        PersonalColumns("ContributionLine", ("item",)),
        PersonalColumns("Valuation", ("note", "decision_reason")),
        PersonalColumns("Evidence", ("reference",)),
        PersonalColumns("Receipt", ("payer", "reference")),
        PersonalColumns("Waiver", ("reason", "decision_reason")),
    ]
