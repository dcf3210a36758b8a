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


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [migrations.RunSQL(TOUCH_ROW, "DROP FUNCTION touch_row")]
