"""The daily comparison of agreements with their shares, kept for good; and its function for one lead at a time."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.base.ids
from crm.base.row_security import SecureTenantTable, application_role

# Definer: it compares rows of several institutes, which no context may read together. It returns ids only.
OUT_OF_STEP = """
DROP FUNCTION agreements_out_of_step();
CREATE FUNCTION agreements_out_of_step(lead uuid) RETURNS TABLE (lead_id uuid, agreement_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.institute_id, a.id FROM sponsorships_agreement a
  WHERE a.state <> 'draft' AND (lead IS NULL OR a.institute_id = lead) AND (
    EXISTS (
      SELECT FROM sponsorships_agreementparty p
      LEFT JOIN sponsorships_agreementshare s ON s.institute_id = p.party_id AND s.agreement_id = a.id
      WHERE p.agreement_id = a.id AND p.pence IS DISTINCT FROM s.pence
    ) OR EXISTS (
      SELECT FROM sponsorships_agreementshare s
      WHERE s.agreement_id = a.id AND NOT EXISTS (
        SELECT FROM sponsorships_agreementparty p WHERE p.agreement_id = a.id AND p.party_id = s.institute_id)
    ) OR EXISTS (
      SELECT FROM sponsorships_agreementcomponent c
      JOIN sponsorships_plannedinstalment planned ON planned.component_id = c.id
      LEFT JOIN sponsorships_sharecomponent sc ON sc.component_id = c.id
      LEFT JOIN sponsorships_instalment i ON i.component_id = sc.id AND i.number = planned.number
      WHERE c.agreement_id = a.id
      GROUP BY planned.id
      HAVING planned.pence <> coalesce(sum(i.pence), 0) OR bool_or(i.due_on <> planned.due_on)
    )
  )
  ORDER BY 1, 2
$$;
"""


def grant(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION agreements_out_of_step(uuid) FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION agreements_out_of_step(uuid) TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_close"), ("sponsorships", "0007_ledgerproof")]
    operations = [
        migrations.CreateModel(
            name="AgreementsProof",
            fields=[
                ("id", models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("proven_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("agreements", models.PositiveIntegerField()),
                ("faults", models.JSONField(default=list)),
                (
                    "institute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.institute",
                    ),
                ),
            ],
            options={
                "ordering": ["-proven_at"],
                "indexes": [models.Index(fields=["institute", "-proven_at"], name="sponsorships_agreements_proven")],
            },
        ),
        SecureTenantTable("AgreementsProof", append_only=True),
        migrations.RunSQL(OUT_OF_STEP, migrations.RunSQL.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
