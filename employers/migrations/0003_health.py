"""Close the summaries of health. Every employer gets its summary by a trigger, however it came to be here."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable

# In place of the usual key: a summary goes with its employer.
WITH_EMPLOYER = """
CREATE INDEX employers_employerhealth_employer_id_idx ON employers_employerhealth (institute_id, employer_id);
ALTER TABLE employers_employerhealth ADD CONSTRAINT employers_employerhealth_employer_id_fk
  FOREIGN KEY (institute_id, employer_id) REFERENCES employers_employer (institute_id, id) ON DELETE CASCADE;
"""
# Per statement, so that an import of a hundred thousand pays for one. It runs as whoever adds the employer, under row
# security. The summary takes the employer's id, which is a UUID made in time order already.
OPEN = """
CREATE FUNCTION employers_open_health() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO employers_employerhealth
    (id, institute_id, employer_id, level, score, reasons, rules_version, computed_at, recheck_on)
  SELECT id, institute_id, id, 'none', 100, '[]', 0, NULL, '2000-01-01' FROM new_rows;
  RETURN NULL;
END $$;
CREATE TRIGGER employers_employer_health AFTER INSERT ON employers_employer
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION employers_open_health();
"""
CLOSE = """
DROP TRIGGER employers_employer_health ON employers_employer;
DROP FUNCTION employers_open_health;
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0002_close")]
    operations = [
        # Derived from rows that are audited themselves.
        SecureTenantTable("EmployerHealth", audit=False, references=False),
        migrations.RunSQL(WITH_EMPLOYER, migrations.RunSQL.noop),
        migrations.RunSQL(OPEN, CLOSE),
    ]
