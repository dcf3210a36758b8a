"""Rows that know when they were last changed, however they were changed."""

from django.db import migrations

# The moment of the change itself, not of its transaction's begin: a long import does not backdate what it writes.
TOUCH_ROW = """
CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;
"""

# A trigger's WHEN may not look at a row of a table with generated columns, and before the row is written they are not
# worked out yet: so those that are named are left out of the comparison, here.
TOUCH_CHANGED_ROW = """
CREATE FUNCTION touch_changed_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [
        migrations.RunSQL(TOUCH_ROW, "DROP FUNCTION touch_row"),
        migrations.RunSQL(TOUCH_CHANGED_ROW, "DROP FUNCTION touch_changed_row"),
    ]
