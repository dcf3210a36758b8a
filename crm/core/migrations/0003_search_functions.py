"""The search's indexes and the two definer functions that may use them (see docs/adr on search).

A search is answered from indexes in their order: what begins so, what holds the words, and only then what is alike.
Comparing letter by letter with all that is a little alike took up to two seconds over 300,000 entries.
"""

from django.db import migrations

from crm.base.row_security import application_role

INDEXES = """
CREATE INDEX core_searchentry_words ON core_searchentry USING gin (words gin_trgm_ops);
CREATE INDEX core_searchentry_match ON core_searchentry USING gin (match_key gin_trgm_ops);
CREATE INDEX core_searchentry_begin ON core_searchentry (institute_id, kind, left(words, 60) text_pattern_ops);
CREATE INDEX core_searchentry_text ON core_searchentry USING gin (to_tsvector('simple', words));
"""

# `query` is crm.base.names.plain: small letters, figures and single spaces alone.
SEARCH = """
CREATE FUNCTION search_entries(query text, wanted text[], how_many int) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.6 AS $$
DECLARE
  mine uuid[] := NULLIF(current_setting('app.institutes', true), '')::uuid[];
  begins text := left(query, 60);
  words_begin tsquery := to_tsquery('simple', replace(query, ' ', ':* & ') || ':*');
  found uuid[];
  held uuid[];
  alike text;
BEGIN
  -- Titles that begin so, of each kind; the index gives them in order.
  SELECT array_agg(t.id ORDER BY t.place, length(t.title), t.title, t.id) INTO found FROM (
    SELECT s.*, row_number() OVER (PARTITION BY s.kind ORDER BY length(s.title), s.title, s.id) AS place
    FROM unnest(mine) AS i(id) CROSS JOIN unnest(wanted) AS k(kind) CROSS JOIN LATERAL (
      SELECT e.id, e.kind, e.title FROM core_searchentry e
      WHERE e.institute_id = i.id AND e.kind = k.kind AND left(e.words, 60) ~>=~ begins AND left(e.words, 60) ~<~ (begins || '~')
      ORDER BY left(e.words, 60) USING ~<~ LIMIT least(how_many, 20)) s) t;
  -- Those that hold every word, by its beginning.
  IF coalesce(cardinality(found), 0) < how_many AND length(query) > 2 THEN
    SELECT array_agg(t.id ORDER BY t.place, length(t.title), t.title, t.id) INTO held FROM (
      SELECT s.*, row_number() OVER (PARTITION BY s.kind ORDER BY length(s.title), s.title, s.id) AS place FROM (
        SELECT e.id, e.kind, e.title FROM core_searchentry e
        WHERE to_tsvector('simple', e.words) @@ words_begin AND e.institute_id = ANY (mine) AND e.kind = ANY (wanted)
          AND e.id <> ALL (coalesce(found, '{}')) LIMIT 1000) s) t;
    found := found || held;
  END IF;
  -- Few by now: it may be misspelt, a little or, where that finds nothing, more.
  IF coalesce(cardinality(found), 0) < 5 AND length(query) > 4 THEN
    FOREACH alike IN ARRAY ARRAY['0.6', '0.5'] LOOP
      PERFORM set_config('pg_trgm.word_similarity_threshold', alike, true);
      SELECT array_agg(t.id ORDER BY t.likeness DESC, t.title, t.id) INTO held FROM (
        SELECT s.id, s.title, word_similarity(query, s.words) AS likeness FROM (
          SELECT e.id, e.title, e.words FROM core_searchentry e
          WHERE query <% e.words AND e.institute_id = ANY (mine) AND e.kind = ANY (wanted)
            AND e.id <> ALL (coalesce(found, '{}')) LIMIT 2000) s) t;
      found := found || held;
      EXIT WHEN coalesce(cardinality(found), 0) > 0;
    END LOOP;
  END IF;
  RETURN QUERY SELECT f.id FROM unnest(found) WITH ORDINALITY AS f(id, place) ORDER BY f.place LIMIT least(how_many, 100);
END $$;
"""

SIMILAR = """
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
        migrations.RunSQL(INDEXES, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, "DROP FUNCTION search_entries(text, text[], int)"),
        migrations.RunSQL(SIMILAR, "DROP FUNCTION similar_entries(text, text, int)"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
