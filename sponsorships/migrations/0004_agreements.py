"""Agreements, receipts and contributions: sums that the database checks itself.

Whole and parts are compared when an action ends (deferred triggers, made immediate by `check_constraints_now`), in the
institute whose rows they are: elsewhere the parent is hidden, which counts as a fault of the caller, not as agreement.
"""

from django.db import migrations

from crm.base.row_security import application_role

PARTS_ADD_UP = """
CREATE FUNCTION sponsorships_parts_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: the whole's table and column, the parts' table, key and column.
DECLARE changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
DECLARE fired_by_whole boolean := TG_TABLE_NAME = TG_ARGV[0];
DECLARE parent uuid := (changed ->> CASE WHEN fired_by_whole THEN 'id' ELSE TG_ARGV[3] END)::uuid;
DECLARE whole bigint; parts bigint;
BEGIN
  IF parent IS NULL THEN RETURN NULL; END IF;
  EXECUTE format('SELECT %I FROM %I WHERE institute_id = $1 AND id = $2', TG_ARGV[1], TG_ARGV[0])
    INTO whole USING (changed ->> 'institute_id')::uuid, parent;
  IF whole IS NULL THEN
    IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
    RAISE EXCEPTION '% of %: not to be seen from here, so not to be checked', TG_ARGV[0], parent
      USING ERRCODE = 'check_violation';
  END IF;
  EXECUTE format('SELECT coalesce(sum(%I), 0) FROM %I WHERE institute_id = $1 AND %I = $2',
                 TG_ARGV[4], TG_ARGV[2], TG_ARGV[3])
    INTO parts USING (changed ->> 'institute_id')::uuid, parent;
  IF whole <> parts THEN
    RAISE EXCEPTION '% %: % is %, its parts in % add up to %', TG_ARGV[0], parent, TG_ARGV[1], whole, TG_ARGV[2], parts
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""

# whole table, whole column, parts table, key of the parts
SUMS = (
    ("agreement", "total_pence", "agreementcomponent", "agreement_id"),
    ("agreement", "total_pence", "agreementparty", "agreement_id"),
    ("agreementcomponent", "pence", "plannedinstalment", "component_id"),
    ("agreementshare", "pence", "sharecomponent", "share_id"),
    ("sharecomponent", "pence", "instalment", "component_id"),
    ("receipt", "settled_pence", "receiptmatch", "receipt_id"),
    ("instalment", "paid_pence", "receiptmatch", "instalment_id"),
)


def _triggers():
    for whole, column, parts, key in SUMS:
        arguments = f"'sponsorships_{whole}', '{column}', 'sponsorships_{parts}', '{key}', 'pence'"
        for table, when in ((whole, f"INSERT OR UPDATE OF {column}"), (parts, f"INSERT OR DELETE OR UPDATE OF pence, {key}")):
            yield (
                f"CREATE CONSTRAINT TRIGGER sponsorships_{whole}_{parts}_on_{table} AFTER {when}"
                f" ON sponsorships_{table} DEFERRABLE INITIALLY DEFERRED"
                f" FOR EACH ROW EXECUTE FUNCTION sponsorships_parts_add_up({arguments});"
            )


# Definer: it compares rows of several institutes, which no context may read together. It returns ids only.
OUT_OF_STEP = """
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
    # Trigger functions run with the rights of whoever writes, so the application must be allowed to run this one.
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION sponsorships_parts_add_up() TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("sponsorships", "0003_ledger")]
    operations = [
        migrations.RunSQL(PARTS_ADD_UP, "DROP FUNCTION sponsorships_parts_add_up CASCADE"),
        migrations.RunSQL("\n".join(_triggers()), migrations.RunSQL.noop),
        migrations.RunSQL(OUT_OF_STEP, "DROP FUNCTION agreements_out_of_step"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
