"""The functions that write the audit. They run as the owner; nothing else may write these tables.

Definer functions, each with its reason:
- audit_changes: the trigger of every audited table; the application may not write audit rows itself.
- seal_audit_entries: seals the acting institute's entries; a seal the application could write would prove nothing.
- erase_audit_personal: erases personal values in the acting institute and leaves an entry that says so.
"""

from django.db import migrations

from crm.base.row_security import application_role

# UUIDv7 for PostgreSQL before 18: a random UUID whose first six bytes are the milliseconds and whose version is 7.
NEW_ID = """
CREATE FUNCTION audit_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
    'hex')::uuid
$$;
"""

# What a seal covers of an entry: everything but the personal values, which the digest stands for.
HASHES = """
CREATE FUNCTION audit_leaf(e audit_auditentry) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(jsonb_build_array(e.id, e.institute_id, extract(epoch FROM e.at), e.actor_id, e.request_id,
    e.table_name, e.row_id, e.action, e.facts, encode(e.digest, 'hex'))::text, 'UTF8'))
$$;
CREATE FUNCTION audit_digest(salt uuid, personal jsonb) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN personal IS NULL THEN ''::bytea ELSE sha256(convert_to(salt::text || personal::text, 'UTF8')) END
$$;
CREATE FUNCTION audit_seal_hash(previous bytea, number bigint, leaves bytea[]) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(previous || int8send(number) || string_agg(leaf, ''::bytea ORDER BY place))
  FROM unnest(leaves) WITH ORDINALITY AS l(leaf, place)
$$;
"""

# When a row was changed is the entry's own `at`, and what the database generates from another column is no change of
# its own: `updated_at` and `sort_name` are left out.
#
# A row added or removed is kept whole: facts and, apart, the personal values that are not empty.
WHOLE = """
    WITH rows AS MATERIALIZED (SELECT r.institute_id, r.id AS row_id, to_jsonb(r) - '{{updated_at,sort_name}}'::text[] AS content FROM {source} r
    ), changed AS MATERIALIZED (
      SELECT audit_id() AS id, gen_random_uuid() AS salt, institute_id, row_id,
        content - (personal || ARRAY['id', 'institute_id']) AS facts,
        (SELECT jsonb_object_agg(c, content -> c) FROM unnest(personal) c WHERE content ->> c <> '') AS hidden
      FROM rows
    )"""

# Of a changed row only what changed, old and new. An update that changed nothing leaves no entry.
DIFFERENCE = """
    WITH pairs AS MATERIALIZED (
      SELECT n.institute_id, n.id AS row_id, to_jsonb(o) - '{updated_at,sort_name}'::text[] AS before, to_jsonb(n) - '{updated_at,sort_name}'::text[] AS after
      FROM old_rows o JOIN new_rows n ON n.id = o.id
    ), differences AS MATERIALIZED (
      SELECT institute_id, row_id, (
        SELECT jsonb_build_object(
          'facts', jsonb_object_agg(key, pair) FILTER (WHERE key <> ALL (personal)),
          'personal', jsonb_object_agg(key, pair) FILTER (WHERE key = ANY (personal)))
        FROM (SELECT key, jsonb_build_array(before -> key, value) AS pair FROM jsonb_each(after)
              WHERE value IS DISTINCT FROM before -> key) AS column_pairs) AS split
      FROM pairs WHERE before <> after
    ), changed AS MATERIALIZED (
      SELECT audit_id() AS id, gen_random_uuid() AS salt, institute_id, row_id,
        coalesce(NULLIF(split -> 'facts', 'null'), '{}') AS facts, NULLIF(split -> 'personal', 'null') AS hidden
      FROM differences
    )"""

WRITE = """, told AS (
      INSERT INTO audit_auditentry
        (id, institute_id, at, actor_id, request_id, table_name, row_id, action, facts, digest)
      SELECT id, institute_id, moment, actor, request, TG_TABLE_NAME, row_id, lower(TG_OP), facts,
        audit_digest(salt, hidden)
      FROM changed
    )
    INSERT INTO audit_auditpersonal (id, institute_id, salt, values)
    SELECT id, institute_id, salt, hidden FROM changed WHERE hidden IS NOT NULL;
"""

# Moments in facts are written in UTC whatever the connection shows. Nested loops are off because a plan is kept per
# connection: one made for a single row would compare ten thousand old rows with ten thousand new ones.
CHANGES = f"""
CREATE OR REPLACE FUNCTION audit_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC' SET enable_nestloop = off AS $$
DECLARE
  personal text[] := coalesce(string_to_array(TG_ARGV[0], ','), '{{}}');
  moment timestamptz := clock_timestamp();
  actor uuid := NULLIF(current_setting('app.user', true), '')::uuid;
  request text := coalesce(current_setting('app.request', true), '');
BEGIN
  IF TG_OP = 'INSERT' THEN{WHOLE.format(source="new_rows")}{WRITE}
  ELSIF TG_OP = 'UPDATE' THEN{DIFFERENCE}{WRITE}
  ELSE{WHOLE.format(source="old_rows")}{WRITE}
  END IF;
  RETURN NULL;
END $$;
"""

ACTING = "NULLIF(current_setting('app.acting', true), '')::uuid"

# A transaction may commit after later ones were sealed, so each seal looks back a day from the newest entry sealed.
SEAL = f"""
CREATE FUNCTION seal_audit_entries(how_many int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine uuid := {ACTING};
  last audit_auditseal;
  next audit_auditseal;
  ids uuid[];
  leaves bytea[];
BEGIN
  IF mine IS NULL THEN
    RAISE EXCEPTION 'no institute acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('audit seal ' || mine, 0));
  SELECT * INTO last FROM audit_auditseal WHERE institute_id = mine ORDER BY number DESC LIMIT 1;
  SELECT array_agg(w.id ORDER BY w.id), array_agg(w.leaf ORDER BY w.id), max(w.at), count(*)
  INTO ids, leaves, next.newest_at, next.entries FROM (
    SELECT e.id, e.at, audit_leaf(e) AS leaf FROM audit_auditentry e
    WHERE e.institute_id = mine AND e.at >= coalesce(last.newest_at - interval '1 day', '-infinity')
      AND NOT EXISTS (SELECT FROM audit_auditsealed s WHERE s.institute_id = mine AND s.id = e.id)
    ORDER BY e.at, e.id LIMIT how_many) w;
  IF next.entries = 0 THEN
    RETURN 0;
  END IF;
  next.id := audit_id();
  next.number := coalesce(last.number, 0) + 1;
  next.previous := coalesce(last.hash, ''::bytea);
  next.hash := audit_seal_hash(next.previous, next.number, leaves);
  INSERT INTO audit_auditseal (id, institute_id, number, sealed_at, newest_at, entries, previous, hash)
  VALUES (next.id, mine, next.number, clock_timestamp(), greatest(next.newest_at, last.newest_at), next.entries,
          next.previous, next.hash);
  INSERT INTO audit_auditsealed (id, institute_id, seal_id, leaf)
  SELECT i, mine, next.id, l FROM unnest(ids, leaves) AS u(i, l);
  RETURN next.entries;
END $$;
"""

ERASE = f"""
CREATE FUNCTION erase_audit_personal(wanted_table text, wanted_row uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine uuid := {ACTING};
  erased int;
BEGIN
  DELETE FROM audit_auditpersonal p USING audit_auditentry e
  WHERE p.institute_id = mine AND e.institute_id = mine AND e.id = p.id
    AND e.table_name = wanted_table AND e.row_id = wanted_row;
  GET DIAGNOSTICS erased = ROW_COUNT;
  IF erased > 0 THEN
    INSERT INTO audit_auditentry (id, institute_id, at, actor_id, request_id, table_name, row_id, action, facts, digest)
    VALUES (audit_id(), mine, clock_timestamp(), NULLIF(current_setting('app.user', true), '')::uuid,
      coalesce(current_setting('app.request', true), ''), wanted_table, wanted_row, 'erase',
      jsonb_build_object('entries', erased), ''::bytea);
  END IF;
  RETURN erased;
END $$;
"""

SIGNATURES = (
    "audit_leaf(audit_auditentry)",
    "audit_digest(uuid, jsonb)",
    "audit_seal_hash(bytea, bigint, bytea[])",
    "seal_audit_entries(int)",
    "erase_audit_personal(text, uuid)",
)


def grant(apps, schema_editor):
    for signature in SIGNATURES:
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_close")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (NEW_ID, HASHES, CHANGES, SEAL, ERASE)
    ] + [migrations.RunPython(grant, migrations.RunPython.noop)]
