"""Close every table to its institute, and let the database say when a row was last changed."""

from django.db import migrations

from crm.base.row_security import KeepTime, SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("sponsorships", "0001_initial"), ("employers", "0002_close"), ("base", "0002_touch_row")]
    operations = [
        SecureTenantTable("Fund", personal=("restriction",)),
        # Derived from the journal, which is its own record.
        SecureTenantTable("FundBalance", audit=False),
        SecureTenantTable("JournalEntry", append_only=True),
        SecureTenantTable("Posting", append_only=True),
        SecureTenantTable("FundMonth", audit=False),
        SecureTenantTable("FundRollup", audit=False),
        SecureTenantTable("LearnerRef", personal=("pseudonym", "reference_hash", "course")),
        SecureTenantTable("Award", personal=("reason",)),
        SecureTenantTable("AwardInstalment"),
        SecureTenantTable("Agreement", personal=("illustrative_note", "termination_reason", "termination_evidence")),
        SecureTenantTable("AgreementParty"),
        SecureTenantTable("AgreementComponent", personal=("vat_note",)),
        SecureTenantTable("PlannedInstalment"),
        SecureTenantTable("Benefit", personal=("what",)),
        SecureTenantTable("Amendment", append_only=True),
        SecureTenantTable("AgreementShare", personal=("illustrative_note", "termination_reason")),
        SecureTenantTable("ShareComponent"),
        SecureTenantTable("Instalment"),
        SecureTenantTable("ShareAmendment", append_only=True),
        SecureTenantTable("Receipt", personal=("payer", "reference")),
        SecureTenantTable("ReceiptMatch", append_only=True),
        SecureTenantTable("Contribution", personal=("title", "description", "state_reason")),
        SecureTenantTable("ContributionLine", personal=("item",)),
        SecureTenantTable("Valuation", personal=("note", "decision_reason")),
        SecureTenantTable("Evidence", personal=("reference",)),
        SecureTenantTable("PortalGrant"),
        SecureTenantTable("LedgerProof", append_only=True),
        SecureTenantTable("AgreementsProof", append_only=True),
        SecureTenantTable("Waiver", personal=("reason", "decision_reason")),
        SecureTenantTable("PartyWriteOff", append_only=True),
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
