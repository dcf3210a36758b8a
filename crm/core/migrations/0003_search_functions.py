"""Trigram indexes and the two definer functions that may use them (see docs/adr on search)."""

from django.db import migrations

from crm.base.row_security import application_role

INDEXES = """
CREATE INDEX core_searchentry_words ON core_searchentry USING gin (words gin_trgm_ops);
CREATE INDEX core_searchentry_match ON core_searchentry USING gin (match_key gin_trgm_ops);
"""

FUNCTIONS = """
CREATE FUNCTION search_entries(query text, wanted text[], how_many int) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.5 AS $$
DECLARE mine uuid[] := NULLIF(current_setting('app.institutes', true), '')::uuid[];
DECLARE pattern text := '%' || replace(replace(replace(query, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
  RETURN QUERY
  SELECT e.id FROM core_searchentry e
  WHERE e.institute_id = ANY (mine) AND e.kind = ANY (wanted) AND (e.words LIKE pattern OR query <% e.words)
  ORDER BY (e.words LIKE substr(pattern, 2)) DESC, (e.words LIKE pattern) DESC,
           word_similarity(query, e.words) DESC, e.title, e.id
  LIMIT least(how_many, 100);
END $$;

CREATE FUNCTION similar_entries(sought text, wanted text, how_many int) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET pg_trgm.similarity_threshold = 0.35 SET pg_trgm.word_similarity_threshold = 0.6 AS $$
DECLARE mine uuid[] := NULLIF(current_setting('app.institutes', true), '')::uuid[];
BEGIN
  RETURN QUERY
  SELECT e.id FROM core_searchentry e
  WHERE e.institute_id = ANY (mine) AND e.kind = wanted
    AND (e.match_key % sought OR sought <% e.match_key)
  ORDER BY greatest(similarity(e.match_key, sought), word_similarity(sought, e.match_key) * 0.9) DESC, e.title, e.id
  LIMIT least(how_many, 50);
END $$;
"""


def grant(apps, schema_editor):
    for signature in ("search_entries(text, text[], int)", "similar_entries(text, text, int)"):
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_close")]
    operations = [
        migrations.RunSQL(INDEXES, "DROP INDEX core_searchentry_words; DROP INDEX core_searchentry_match"),
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION search_entries(text, text[], int); DROP FUNCTION similar_entries(text, text, int)",
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
