"""What the people at employers sign in to."""

from crm.core.personal_data import SignIn
from crm.core.registry import personal_data
from employers.models import Contact


def ways_in(contact: Contact) -> list[SignIn]:
    """All that a contact signs in to, each with the address that they do it with."""
    ways = (kind().sign_in(contact.pk) for kind in personal_data)
    return [way for way in ways if way is not None]
