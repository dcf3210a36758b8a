"""What institutes know of each other's employers: whether, and how many. Never who, never what.

Definer functions, each with its reason:
- organisations_known_elsewhere: which of some organisations another institute has as an employer.
- institutes_to_ask: where a request to share is delivered; no page shows it.
- institutes_in_touch: how many institutes spoke with an organisation between two moments.
- organisations_in_touch: with which organisations at least so many institutes spoke between two moments.
"""

from django.db import migrations

from crm.base.context import NETWORK_ID
from crm.base.row_security import application_role

SAFE = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
ACTING = "NULLIF(current_setting('app.acting', true), '')::uuid"

# Institute by institute, so that the index that begins with the institute serves it.
KNOWN = f"""
CREATE FUNCTION organisations_known_elsewhere(wanted uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE {SAFE} AS $$
  SELECT o.id FROM unnest(wanted[1:50]) AS o(id)
  WHERE EXISTS (SELECT FROM identity_institute i WHERE i.is_live AND i.id <> {ACTING} AND EXISTS (
    SELECT FROM employers_employer e WHERE e.institute_id = i.id AND e.organisation_id = o.id))
  AND EXISTS (SELECT FROM employers_organisation r WHERE r.id = o.id
    AND (r.company_number <> '' OR r.charity_number <> ''))
$$;
"""
TO_ASK = f"""
CREATE FUNCTION institutes_to_ask(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE {SAFE} AS $$
  SELECT i.id FROM identity_institute i WHERE i.is_live AND i.id <> {ACTING} AND EXISTS (
    SELECT FROM employers_employer e WHERE e.institute_id = i.id AND e.organisation_id = wanted)
  ORDER BY i.id
$$;
"""
# For the network's lead alone, who acts in the Network.
LEAD_ACTS = f"{ACTING} = '{NETWORK_ID}'::uuid"
SPOKE = """EXISTS (
    SELECT FROM employers_employer e JOIN employers_engagement g
      ON g.institute_id = e.institute_id AND g.employer_id = e.id
    WHERE e.institute_id = i.id AND e.organisation_id = wanted
      AND g.kind <> 'note' AND g.happened_at >= since AND g.happened_at < until)"""
IN_TOUCH = f"""
CREATE FUNCTION institutes_in_touch(wanted uuid, since timestamptz, until timestamptz) RETURNS int
LANGUAGE sql STABLE {SAFE} AS $$
  SELECT count(*)::int FROM identity_institute i WHERE {LEAD_ACTS} AND i.is_live AND {SPOKE}
$$;
"""
MOST_ASKED = f"""
CREATE FUNCTION organisations_in_touch(since timestamptz, until timestamptz, at_least int) RETURNS SETOF uuid
LANGUAGE sql STABLE {SAFE} AS $$
  SELECT e.organisation_id
  FROM employers_engagement g
  JOIN employers_employer e ON e.institute_id = g.institute_id AND e.id = g.employer_id
  JOIN identity_institute i ON i.id = e.institute_id AND i.is_live
  WHERE {LEAD_ACTS} AND g.kind <> 'note' AND g.happened_at >= since AND g.happened_at < until
    AND e.organisation_id IS NOT NULL
  GROUP BY e.organisation_id HAVING count(DISTINCT e.institute_id) >= at_least
  ORDER BY count(DISTINCT e.institute_id) DESC, e.organisation_id LIMIT 200
$$;
"""
SIGNATURES = {
    "organisations_known_elsewhere(uuid[])": KNOWN,
    "institutes_to_ask(uuid)": TO_ASK,
    "institutes_in_touch(uuid, timestamptz, timestamptz)": IN_TOUCH,
    "organisations_in_touch(timestamptz, timestamptz, int)": MOST_ASKED,
}


def grant(apps, schema_editor):
    for signature in SIGNATURES:
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("employers", "0003_health")]
    operations = [
        *(migrations.RunSQL(sql, f"DROP FUNCTION {signature}") for signature, sql in SIGNATURES.items()),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
