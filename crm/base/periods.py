"""Periods in days, as PostgreSQL compares them."""

from django.contrib.postgres.fields import DateRangeField
from django.db.models import Func


class Days(Func):
    """From a day to another one; without the second, for ever: `Days("starts_on", "ends_on", RangeBoundary(…))`."""

    function = "DATERANGE"
    output_field = DateRangeField()
