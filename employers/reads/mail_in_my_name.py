"""What is about to be sent to the people of one's employers."""

import datetime as dt

from django.db.models import QuerySet

from crm.base.clock import now
from crm.identity.models import User
from crm.mail.models import Occurrence
from crm.mail.states import State
from employers.models import Contact

AHEAD = dt.timedelta(days=7)


def mail_in_my_name(user: User) -> QuerySet[Occurrence]:
    """Planned messages of the coming seven days to contacts of the employers that this person looks after."""
    theirs = Contact.objects.visible_to(user).filter(employer__owner=user).values("pk")
    planned = Occurrence.objects.visible_to(user).filter(state=State.PLANNED, not_before__lte=now() + AHEAD)
    mine = planned.filter(recipient_type="employers.contact", recipient_id__in=theirs)
    return mine.select_related("held_by").order_by("not_before", "id")
