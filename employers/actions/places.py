"""Where employers are, by the lists at hand."""

from django.db import connection

from crm.base.context import acting_institute
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.lists import EmployersPlaced

_PLACE = """UPDATE employers_employer e SET local_authority = r.name, lsip_area = r.area,
 region = CASE WHEN r.parent = '' THEN e.region ELSE r.parent END
FROM core_referencerow r JOIN core_referenceedition k ON k.id = r.edition_id AND k.kind = 'outcode' AND k.is_current
WHERE e.institute_id = %s AND e.postcode <> '' AND r.code = split_part(e.postcode, ' ', 1)
AND (e.local_authority, e.lsip_area, e.region)
 IS DISTINCT FROM (r.name, r.area, CASE WHEN r.parent = '' THEN e.region ELSE r.parent END)"""


@action
def place_employers(*, by: User | None) -> int:
    """Give every employer of the acting institute the authority, region and LSIP area of its postcode's district.

    In one statement; those whose district the list does not have stay as they are. Returns how many were changed.
    """
    institute = acting_institute()
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [institute])
        changed = cursor.rowcount
    if changed:
        record(EmployersPlaced(institute_id=institute, changed=changed), by=by)
    return changed
