"""Asking the other institutes about a company they know, and answering such a request."""

import datetime as dt
from collections.abc import Collection

from django.db import connection

from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.network.actions import answer_request, deliver_ask, give_what_was_asked
from crm.network.actions.shares import Terms
from crm.network.models import Share, ShareAsk, ShareRequest
from employers.models import Employer, Organisation
from employers.reads.network import ORGANISATION, is_known_elsewhere


@action
def ask_to_share(*, organisation: Organisation, message: str = "", by: User) -> ShareAsk:
    """Ask every institute that knows the company to share it. Who they are, and how many, is not told.

    Raises DomainError when no other institute knows it, Conflict when it was asked within a month.
    """
    if not is_known_elsewhere(organisation):
        raise DomainError("No other institute has this company. There is nobody to ask.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM institutes_to_ask(%s)", [organisation.pk])
        to = [row[0] for row in cursor.fetchall()]
    about = {"object_type": ORGANISATION, "object_id": organisation.pk, "label": organisation.legal_name}
    return deliver_ask(**about, message=message, to=to, by=by)


@action
def grant_request(
    *, request: ShareRequest, fields: Collection[str], until: dt.date, purpose: str = "", by: User
) -> Share:
    """Share the employer that was asked for with who asked, at once. Raises as give_what_was_asked and answer_request.

    Raises Conflict when no employer here is that company any more.
    """
    employer = Employer.objects.filter(organisation=request.object_id).first()
    if employer is None:
        raise Conflict("No employer here is linked to this company any more.")
    answer_request(request=request, granted=True, by=by)
    terms = Terms(fields=fields, receiver=request.asking, until=until, purpose=purpose)
    return give_what_was_asked(object_type="employers.employer", object_id=employer.pk, terms=terms, by=by)
