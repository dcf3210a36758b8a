"""Functions and tables that everything else stands on."""

from django.db import migrations

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
"""

# The application has no right to change append-only rows; the owner may, while it erases a person, and then only update.
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('app.erasing', true) = 'on'
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: record a correction instead', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

# The audit app gives it its body; it exists from the start so that any app may close its tables in any order.
AUDIT_PLACE = """
CREATE FUNCTION audit_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
"""

# Django's database cache: sign-in limits only.
CACHE = """
CREATE TABLE base_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX base_cache_expires ON base_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION refuse_change"),
        migrations.RunSQL(AUDIT_PLACE, "DROP FUNCTION audit_changes"),
        migrations.RunSQL(CACHE, "DROP TABLE base_cache"),
    ]
