"""Close the new tables, give every employer its name rows, and let names be compared within one institute."""

from django.db import migrations

from crm.base.names import match_key, name_parts
from crm.base.row_security import SecureTenantKey, SecureTenantTable, application_role

INDEXES = """
CREATE INDEX employers_namekey_alike ON employers_namekey USING gin (key gin_trgm_ops);
CREATE INDEX employers_namekey_words ON employers_namekey USING gin (string_to_array(key, ' '));
CREATE INDEX employers_namekey_joined ON employers_namekey (institute_id, replace(key, ' ', ''));
"""

# Names of the acting institute that may be the same as what is asked. Words first, the rarest above all, because they
# tell firms apart; then, for one name being typed, those alike letter by letter. Ids alone: who asks reads the rows
# through row security and decides.
FUNCTION = """
CREATE FUNCTION alike_employer_names(asked uuid[], keys text[], with_typos boolean, how_many int)
RETURNS TABLE (asked_id uuid, name_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET pg_trgm.similarity_threshold = 0.5 AS $$
DECLARE mine uuid := NULLIF(current_setting('app.acting', true), '')::uuid;
BEGIN
  RETURN QUERY
  WITH said AS (SELECT s.id, s.key FROM unnest(asked, keys) AS s(id, key) WHERE s.key <> ''),
  word AS MATERIALIZED (SELECT DISTINCT s.id, w.word FROM said s, unnest(string_to_array(s.key, ' ')) AS w(word)),
  used AS MATERIALIZED (
    SELECT d.word, (SELECT count(*) FROM (
      SELECT FROM employers_namekey n
      WHERE string_to_array(n.key, ' ') @> ARRAY[d.word] AND n.institute_id = mine LIMIT 400) AS hit) AS uses
    FROM (SELECT DISTINCT w.word FROM word w) d),
  known AS MATERIALIZED (
    SELECT w.id, w.word, u.uses, 1 / ln(3 + u.uses) AS weight,
           row_number() OVER (PARTITION BY w.id ORDER BY u.uses, length(w.word) DESC, w.word) AS place
    FROM word w JOIN used u USING (word) WHERE u.uses > 0),
  found AS (
    SELECT k.id, n.id AS name_id, n.key FROM known k CROSS JOIN LATERAL (
      SELECT e.id, e.key FROM employers_namekey e
      WHERE string_to_array(e.key, ' ') @> ARRAY[k.word] AND e.institute_id = mine) n
    WHERE k.uses < 400 AND k.place <= 4
    UNION
    SELECT a.id, n.id, n.key FROM known a JOIN known b ON b.id = a.id AND b.place > a.place AND b.place <= 4
    CROSS JOIN LATERAL (
      SELECT e.id, e.key FROM employers_namekey e
      WHERE string_to_array(e.key, ' ') @> ARRAY[a.word, b.word] AND e.institute_id = mine LIMIT 400) n
    WHERE a.uses >= 400
    UNION
    SELECT s.id, n.id, n.key FROM said s
    JOIN employers_namekey n ON n.institute_id = mine AND replace(n.key, ' ', '') = replace(s.key, ' ', '')),
  ranked AS (
    SELECT f.id, f.name_id, row_number() OVER (PARTITION BY f.id ORDER BY
      h.weight / t.weight + h.chars / greatest(length(replace(f.key, ' ', '')), 1) DESC, f.name_id) AS place
    FROM found f
    JOIN (SELECT k.id, sum(k.weight) AS weight FROM known k GROUP BY k.id) t ON t.id = f.id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(k.weight), 0) AS weight, coalesce(sum(length(k.word)), 0)::float AS chars
      FROM known k WHERE k.id = f.id AND k.word = ANY (string_to_array(f.key, ' '))) h)
  SELECT r.id, r.name_id FROM ranked r WHERE r.place <= how_many
  UNION
  SELECT s.id, n.id FROM said s CROSS JOIN LATERAL (
    SELECT e.id FROM employers_namekey e
    WHERE with_typos AND e.key % s.key AND e.institute_id = mine
    ORDER BY similarity(e.key, s.key) DESC, e.id LIMIT how_many) n;
END $$;
"""
SIGNATURE = "alike_employer_names(uuid[], text[], boolean, int)"


def grant(apps, schema_editor):
    schema_editor.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {application_role()}")


def name_everybody(apps, schema_editor):
    """Run by the owner, whom row security does not bind. Last, because no table may change below waiting checks."""
    Employer, NameKey = (apps.get_model("employers", name) for name in ("Employer", "NameKey"))
    using = schema_editor.connection.alias
    everybody = Employer._base_manager.using(using).select_related("organisation").iterator(2000)
    rows = []
    for employer in everybody:
        names = [("current", employer.name), *(("part", part) for part in name_parts(employer.name))]
        if employer.organisation and employer.organisation.legal_name != employer.name:
            names.append(("legal", employer.organisation.legal_name))
        rows += [
            NameKey(
                institute_id=employer.institute_id, employer=employer, kind=kind, name=name, key=match_key(name)[:200]
            )
            for kind, name in names
        ]
    NameKey._base_manager.using(using).bulk_create(rows, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("employers", "0015_names_and_merges")]
    operations = [
        SecureTenantKey("Employer", "merged_into"),
        SecureTenantTable("EmployerName"),
        SecureTenantTable("FormerNumber"),
        SecureTenantTable("NameKey", audit=False),  # it repeats what the names say
        SecureTenantTable("DuplicatePair"),
        SecureTenantTable("EmployerMerge", append_only=True),
        SecureTenantTable("MergeUndo", append_only=True),
        SecureTenantTable("FactsBeforeMerge", personal=("facts",)),
        migrations.RunSQL(
            INDEXES,
            "DROP INDEX employers_namekey_alike; DROP INDEX employers_namekey_words;"
            "DROP INDEX employers_namekey_joined",
        ),
        migrations.RunSQL(FUNCTION, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunPython(name_everybody, migrations.RunPython.noop),
    ]
