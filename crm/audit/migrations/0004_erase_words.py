"""Erasing a person from the texts of an institute, wherever they stand.

Definer function, with its reason:
- personal_words: counts or erases names, addresses and numbers of one person in the acting institute's texts, those of
  append-only rows and of the erasable part of the audit included, which the application may not write.

Nothing but texts is touched: no amount, no day, no reference. Of audited tables only the personal columns are, so that
the entry telling of the erasure keeps nothing either.
"""

from django.db import migrations

from crm.base.row_security import application_role

# Words are taken as they are, never as patterns: a name with any white space between its parts, an address that is not
# the end of a longer one, a number however its digits are grouped and with or without the country's code.
PATTERN = r"""
CREATE FUNCTION personal_pattern(words text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  word text;
  digits text;
  parts text[] := '{}';
BEGIN
  FOREACH word IN ARRAY words LOOP
    digits := regexp_replace(regexp_replace(word, '\D', '', 'g'), '^(0044|44|0)', '');
    IF word ~ '^[+0-9 ()./-]+$' AND length(digits) >= 6 THEN
      parts := parts || ('(?<![[:alnum:]])(?:\+?44|0044|0)?[ ()./-]*'
        || regexp_replace(digits, '(\d)(?=\d)', '\1[ ()./-]*', 'g') || '(?![[:alnum:]])');
    ELSIF length(word) >= 5 AND word ~ '[[:alpha:]]' THEN
      word := regexp_replace(word, '([.*+?^${}()|[\]\\-])', '\\\1', 'g');
      parts := parts || CASE WHEN position('@' IN word) > 0
        THEN '(?<![[:alnum:].+_-])' || word || '(?![[:alnum:]-]|\.[[:alnum:]])'
        ELSE '(?<![[:alnum:]])' || regexp_replace(word, '\s+', '\s+', 'g') || '(?![[:alnum:]])' END;
    ELSE
      RAISE EXCEPTION 'too short to be looked for' USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END LOOP;
  RETURN array_to_string(parts, '|');
END $$;
"""

SQUEEZED = r"""
CREATE FUNCTION personal_squeezed(words text[], spacing text) RETURNS text[] LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT array_agg('%' || replace(replace(replace(
    CASE WHEN w ~ '^[+0-9 ()./-]+$' THEN regexp_replace(regexp_replace(w, '\D', '', 'g'), '^(0044|44|0)', '')
         ELSE lower(translate(w, spacing, '')) END, '\', '\\'), '%', '\%'), '_', '\_') || '%')
  FROM unnest(words) AS w
$$;
"""

# The names of other people and of organisations are no text about this one.
WORDS = r"""
CREATE FUNCTION personal_words(words text[], erase boolean) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine uuid := NULLIF(current_setting('app.acting', true), '')::uuid;
  pattern text := personal_pattern(words);
  -- Without these characters and in lower case a text that matches holds the word: a cheaper look, before the pattern.
  spacing text := ' ()./-' || chr(9) || chr(10) || chr(13) || chr(160);
  squeezed text[] := personal_squeezed(words, spacing);
  target record;
  hits int;
  total int := 0;
BEGIN
  IF mine IS NULL THEN
    RAISE EXCEPTION 'no institute acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF coalesce(pattern, '') = '' THEN
    RETURN 0;
  END IF;
  PERFORM set_config('app.erasing', CASE WHEN erase THEN 'on' ELSE '' END, true);
  FOR target IN
    SELECT c.oid::regclass::text AS place,
      string_agg(format('(lower(translate(%1$I::text, $3, '''')) LIKE ANY ($4) AND %1$I::text ~* $1)', a.attname),
        ' OR ' ORDER BY a.attnum) AS holds,
      string_agg(format(
        CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN '%1$I = left(regexp_replace(%1$I, $1, ''[erased]'', ''gi''), %3$s)'
             ELSE '%1$I = regexp_replace(%1$I::text, $1, ''[erased]'', ''gi'')::%2$s' END,
        a.attname, format_type(a.atttypid, NULL), a.atttypmod - 4), ', ' ORDER BY a.attnum) AS cleaned
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = c.relname || '_audit_update'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
      AND c.relname NOT LIKE 'audit\_%'
      AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'text[]'::regtype, 'varchar[]'::regtype)
      AND (t.oid IS NULL OR a.attname = ANY (string_to_array(rtrim(encode(t.tgargs, 'escape'), '\0'), ',')))
      AND (c.relname, a.attname) NOT IN (('employers_contact', 'name'), ('accounts_invitation', 'name'),
        ('outbox_timelineitem', 'actor_name'))
    GROUP BY c.oid ORDER BY 1
  LOOP
    IF erase THEN
      EXECUTE format('UPDATE %s SET %s WHERE institute_id = $2 AND (%s)', target.place, target.cleaned, target.holds)
        USING pattern, mine, spacing, squeezed;
      GET DIAGNOSTICS hits = ROW_COUNT;
    ELSE
      EXECUTE format('SELECT count(*) FROM %s WHERE institute_id = $2 AND (%s)', target.place, target.holds)
        INTO hits USING pattern, mine, spacing, squeezed;
    END IF;
    total := total + hits;
  END LOOP;
  PERFORM set_config('app.erasing', '', true);
  IF erase THEN
    DELETE FROM core_idempotencykey
    WHERE institute_id = mine AND status IS NOT NULL AND convert_from(body, 'UTF8') ~* pattern;
    WITH gone AS (
      DELETE FROM audit_auditpersonal p WHERE p.institute_id = mine AND p.values::text ~* pattern RETURNING p.id
    )
    INSERT INTO audit_auditentry (id, institute_id, at, actor_id, request_id, table_name, row_id, action, facts, digest)
    SELECT audit_id(), mine, clock_timestamp(), NULLIF(current_setting('app.user', true), '')::uuid,
      coalesce(current_setting('app.request', true), ''), e.table_name, e.row_id, 'erase',
      jsonb_build_object('entries', count(*)), ''::bytea
    FROM gone JOIN audit_auditentry e ON e.id = gone.id AND e.institute_id = mine
    GROUP BY e.table_name, e.row_id;
  END IF;
  RETURN total;
END $$;
"""


def grant(apps, schema_editor):
    for signature in ("personal_pattern(text[])", "personal_squeezed(text[], text)", "personal_words(text[], boolean)"):
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_functions"), ("core", "0002_close")]
    operations = [
        migrations.RunSQL([PATTERN], "DROP FUNCTION personal_pattern"),
        migrations.RunSQL([SQUEEZED], "DROP FUNCTION personal_squeezed"),
        migrations.RunSQL([WORDS], "DROP FUNCTION personal_words"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
