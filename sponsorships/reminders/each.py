"""Several people of one row."""

from django.db.models import Func


class Each(Func):
    """`unnest`: a row per element. Several beside one another in a SELECT step together."""

    function = "unnest"
    set_returning = True
