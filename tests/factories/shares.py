"""One of each thing that passes between an institute and the network's lead."""

import datetime as dt
from typing import Any

from crm.base.clock import today
from crm.base.context import NETWORK_ID
from crm.base.ids import new_id
from crm.identity.models import Institute, User
from crm.network.models import Share, SharedContent, SharedCopy, ShareRequest, ShareState
from employers.models import Employer


def make_shares(employer: Employer, manager: User) -> dict[str, Any]:
    """A share offered, a copy that may be read, and a request that waits."""
    network = Institute.objects.get(id=NETWORK_ID)
    until = today() + dt.timedelta(days=30)
    facts = {"object_type": "employers.employer", "fields": ["name"], "until": until}
    copy = SharedCopy.objects.create(label="Festo", giver=network, state=ShareState.ACTIVE, **facts)
    SharedContent.objects.create(copy=copy, until=until, values={"name": "Festo"})
    return {
        "given": Share.objects.create(
            label=employer.name, object_id=employer.pk, receiver=network, proposed_by=manager, **facts
        ),
        "shared_copy": copy,
        "share_request": ShareRequest.objects.create(
            ask_id=new_id(), asking=network, object_type="employers.organisation", object_id=new_id(), label="Festo Ltd"
        ),
    }
