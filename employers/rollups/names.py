"""The names that an employer gives up, kept as former ones."""

from crm.base.names import match_key
from employers.models import Employer, EmployerName


def keep_former_name(employer: Employer, called: str) -> None:
    """Who knows an employer by its former name finds it still; another way to write the same name is no other name."""
    employer.other_names.filter(name__iexact=employer.name).delete()
    if match_key(called) != match_key(employer.name):
        former = EmployerName(employer=employer, kind=EmployerName.Kind.FORMER, name=called)
        EmployerName.objects.bulk_create([former], ignore_conflicts=True)
