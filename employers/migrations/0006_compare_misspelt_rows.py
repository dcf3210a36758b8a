"""Let names of a file be compared letter by letter too, where their words cannot find a misspelt one."""

from django.db import migrations

# The setting below is pg_trgm's own: a session that has not loaded it may not name it.
LOAD = "SELECT show_trgm('')"

# As in 0005, but for two things. Of many names at once some are compared letter by letter as well: those of one word or
# two, for when such a word is misspelt nothing else finds the name; and those with fewer than two words that tell firms
# apart, if they have a word of letters alone that hardly any name here has, for a misspelt word is one of these. Names of
# branches, such as "Aire Care Homes 1234", have none. And a name that differs in its spaces alone comes first.
FUNCTION = """
CREATE OR REPLACE FUNCTION alike_employer_names(asked uuid[], keys text[], with_typos boolean, how_many int)
RETURNS TABLE (asked_id uuid, name_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET pg_trgm.similarity_threshold = 0.45 AS $$
DECLARE mine uuid := NULLIF(current_setting('app.acting', true), '')::uuid;
DECLARE common CONSTANT int := CASE WHEN with_typos THEN 400 ELSE 150 END;
BEGIN
  RETURN QUERY
  WITH said AS MATERIALIZED (SELECT s.id, s.key FROM unnest(asked, keys) AS s(id, key) WHERE s.key <> ''),
  word AS MATERIALIZED (SELECT DISTINCT s.id, w.word FROM said s, unnest(string_to_array(s.key, ' ')) AS w(word)),
  hit AS MATERIALIZED (
    SELECT d.word, n.id, n.key FROM (SELECT DISTINCT w.word FROM word w) d
    CROSS JOIN LATERAL (
      SELECT e.id, e.key FROM employers_namekey e
      WHERE string_to_array(e.key, ' ') @> ARRAY[d.word] AND e.institute_id = mine LIMIT common) n),
  used AS MATERIALIZED (SELECT h.word, count(*) AS uses FROM hit h GROUP BY h.word),
  known AS MATERIALIZED (
    SELECT w.id, w.word, u.uses, 1 / ln(3 + u.uses) AS weight,
           row_number() OVER (PARTITION BY w.id ORDER BY u.uses, length(w.word) DESC, w.word) AS place
    FROM word w JOIN used u USING (word)),
  found AS MATERIALIZED (
    SELECT k.id, h.id AS name_id, h.key FROM known k JOIN hit h USING (word) WHERE k.uses < common AND k.place <= 4
    UNION
    SELECT a.id, n.id, n.key FROM known a JOIN known b ON b.id = a.id AND b.place > a.place AND b.place <= 4
    CROSS JOIN LATERAL (
      SELECT e.id, e.key FROM employers_namekey e
      WHERE string_to_array(e.key, ' ') @> ARRAY[a.word, b.word] AND e.institute_id = mine LIMIT common) n
    WHERE a.uses >= common
    UNION
    SELECT s.id, n.id, n.key FROM said s
    JOIN employers_namekey n ON n.institute_id = mine AND replace(n.key, ' ', '') = replace(s.key, ' ', '')),
  total AS MATERIALIZED (SELECT k.id, sum(k.weight) AS weight FROM known k GROUP BY k.id),
  shared AS MATERIALIZED (
    SELECT f.id, f.name_id, sum(k.weight) AS weight, sum(length(k.word))::float AS chars
    FROM (SELECT f.id, f.name_id, unnest(string_to_array(f.key, ' ')) AS word FROM found f OFFSET 0) f
    JOIN known k ON k.id = f.id AND k.word = f.word GROUP BY f.id, f.name_id),
  ranked AS (
    SELECT f.id, f.name_id, row_number() OVER (PARTITION BY f.id ORDER BY
      replace(f.key, ' ', '') = replace(s.key, ' ', '') DESC,
      coalesce(h.weight / t.weight, 1) + coalesce(h.chars / greatest(length(replace(f.key, ' ', '')), 1), 1) DESC,
      f.name_id) AS place
    FROM found f JOIN said s USING (id) LEFT JOIN shared h USING (id, name_id) LEFT JOIN total t USING (id))
  SELECT r.id, r.name_id FROM ranked r WHERE r.place <= how_many
  UNION
  SELECT s.id, n.id FROM said s CROSS JOIN LATERAL (
    SELECT e.id FROM employers_namekey e
    WHERE (with_typos OR cardinality(string_to_array(s.key, ' ')) < 3
           OR (SELECT count(*) FROM known k WHERE k.id = s.id AND k.uses < common) < 2
              AND EXISTS (SELECT FROM word w LEFT JOIN used u USING (word)
                          WHERE w.id = s.id AND w.word ~ '^[a-z]{4,}$' AND coalesce(u.uses, 0) <= 3))
      AND e.key % s.key AND e.institute_id = mine
    ORDER BY similarity(e.key, s.key) DESC, e.id LIMIT how_many) n;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0005_compare_names")]
    operations = [
        migrations.RunSQL(LOAD, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
