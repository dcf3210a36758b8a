"""One at a time in an institute: fan-outs and claims."""

import uuid
from typing import Any

from crm.base.context import TELL, settings_for
from crm.base.kept_statements import BY_INDEX, Kept, run_together

# It costs milliseconds and keeps order: two fan-outs at once could make the delivery of a later fact before that of an
# earlier one, and what another claim is about to take would look free to be overtaken.
_ENTER = f"SELECT {TELL}, {BY_INDEX}, pg_advisory_xact_lock(hashtext('outbox'), hashtext(%(acting)s))"


def in_turn(institute_id: uuid.UUID, *several: Kept) -> list[list[tuple[Any, ...]]]:
    """Run kept statements inside an institute in one transaction, when it is our turn there. Returns their rows.

    Everything between a fact and its handler is done here, in one round trip. Raises what `run_together` does.
    """
    return run_together(Kept(_ENTER, settings_for(institute_id)), *several)[1:]
