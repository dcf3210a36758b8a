"""The database's own copy of what must hold in the ledger.

Both functions run with the owner's rights, so that the application needs none to change a balance. They touch only
rows of the fund that the statement itself was allowed to write.
"""

from django.db import migrations

from crm.base.row_security import application_role

# A fund comes with its balances and its place in the roll-up, whoever inserts it.
OPEN_FUND = """
CREATE FUNCTION sponsorships_open_fund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO sponsorships_fundbalance (id, institute_id, fund_id, bucket, pence)
  SELECT gen_random_uuid(), NEW.institute_id, NEW.id, bucket, 0
  FROM unnest(ARRAY['external', 'promised', 'available', 'committed', 'paid', 'spent', 'shortfall']) AS bucket;
  INSERT INTO sponsorships_fundrollup (id, institute_id, fund_id, folded_sequence)
  VALUES (gen_random_uuid(), NEW.institute_id, NEW.id, 0);
  RETURN NULL;
END $$;

CREATE TRIGGER sponsorships_fund_open AFTER INSERT ON sponsorships_fund
FOR EACH ROW EXECUTE FUNCTION sponsorships_open_fund();
"""

# Once per statement: entries balance and are whole, balances move with their postings. CHECK keeps them above zero.
MOVE_BALANCES = """
CREATE FUNCTION sponsorships_move_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE crooked uuid; places bigint; moved bigint;
BEGIN
  SELECT entry_id INTO crooked FROM new_rows GROUP BY entry_id HAVING sum(pence) <> 0 LIMIT 1;
  IF crooked IS NOT NULL THEN
    RAISE EXCEPTION 'journal entry %: its postings do not sum to zero', crooked USING ERRCODE = 'check_violation';
  END IF;

  SELECT n.entry_id INTO crooked
  FROM (SELECT institute_id, entry_id, count(*) AS lines FROM new_rows GROUP BY 1, 2) n
  WHERE n.lines <> (SELECT count(*) FROM sponsorships_posting p
                    WHERE p.institute_id = n.institute_id AND p.entry_id = n.entry_id)
  LIMIT 1;
  IF crooked IS NOT NULL THEN
    RAISE EXCEPTION 'journal entry % is written already: post a new one', crooked USING ERRCODE = 'restrict_violation';
  END IF;

  WITH sums AS (
    SELECT institute_id, fund_id, bucket, sum(pence) AS pence FROM new_rows GROUP BY 1, 2, 3
  ), changed AS (
    UPDATE sponsorships_fundbalance b SET pence = b.pence + s.pence FROM sums s
    WHERE b.institute_id = s.institute_id AND b.fund_id = s.fund_id AND b.bucket = s.bucket
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM sums), (SELECT count(*) FROM changed) INTO places, moved;
  IF places <> moved THEN
    RAISE EXCEPTION 'a posting names a fund without balances' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER sponsorships_posting_balances AFTER INSERT ON sponsorships_posting
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sponsorships_move_balances();
"""

DROP = """
DROP TRIGGER IF EXISTS sponsorships_posting_balances ON sponsorships_posting;
DROP TRIGGER IF EXISTS sponsorships_fund_open ON sponsorships_fund;
DROP FUNCTION sponsorships_move_balances;
DROP FUNCTION sponsorships_open_fund;
"""


def keep_balances_from_the_application(apps, schema_editor):
    schema_editor.execute(f"REVOKE INSERT, UPDATE, DELETE ON sponsorships_fundbalance FROM {application_role()}")
    schema_editor.execute(f"REVOKE INSERT, DELETE ON sponsorships_fundrollup FROM {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("sponsorships", "0002_close")]
    operations = [
        migrations.RunSQL(OPEN_FUND + MOVE_BALANCES, DROP),
        migrations.RunPython(keep_balances_from_the_application, migrations.RunPython.noop),
    ]
