"""The network's figures, at once instead of at the next hour."""

from crm.base.context import institute_context
from crm.identity.models import Institute
from crm.network.publishing import publish
from sponsorships.rollups import fold_fund_usage


def load_figures() -> None:
    """Fold what the demo moved in the journal, which figures of money are read from, then publish."""
    for institute in Institute.objects.filter(kind=Institute.Kind.INSTITUTE, is_live=True):
        with institute_context(institute.id):
            fold_fund_usage()
        publish(institute.id)
