"""Let the worker of imports have the planner look at tables that it has just filled.

Definer function, with its reason:
- refresh_statistics: only a table's owner may analyse it. It takes no argument, reads no row for the caller and answers
  how many tables it looked at.

A table that nobody has analysed is planned for as if an institute had one row in it: each foreign key then reads all of
the institute's rows for every row that comes in. Autovacuum looks once a minute, which is tens of thousands of rows
later.
"""

from typing import Any

from django.db import migrations

from crm.base.row_security import application_role

FUNCTION = """
CREATE FUNCTION refresh_statistics() RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  grown regclass;
  found int := 0;
BEGIN
  FOR grown IN
    SELECT c.oid FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relowner = current_user::regrole
      AND pg_relation_size(c.oid) / current_setting('block_size')::int > 2 * c.relpages + 8
    ORDER BY c.relname
  LOOP
    EXECUTE format('ANALYZE %s', grown);
    found := found + 1;
  END LOOP;
  RETURN found;
END $$;
REVOKE ALL ON FUNCTION refresh_statistics() FROM PUBLIC;
"""


def grant(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION refresh_statistics() TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_close")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refresh_statistics()"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
