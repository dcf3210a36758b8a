"""Finding the provider that is paid, by what somebody types."""

from django.db.models import QuerySet

from crm.base.names import match_key, plain
from crm.identity.models import Provider
from employers.reads.likeness import likeness

_ALIKE = 0.6  # names less like what was typed are not suggested, as with employers


def recipients() -> QuerySet[Provider]:
    """Colleges, universities and training providers; a sponsor pays no school."""
    return Provider.objects.exclude(kind=Provider.Kind.SCHOOL).order_by("name", "id")


def find_recipients(typed: str, *, limit: int = 6) -> list[Provider]:
    """Providers that `typed` may mean, likeliest first, by present and former names; none for nothing.

    All that hold the words come before those that are only spelt alike. There are a few hundred, so they are compared
    here.
    """
    words = plain(typed)
    if not words:
        return []
    ranked = [(max(_likeness(words, name) for name in (one.name, *one.former_names)), one) for one in recipients()]
    found = sorted((pair for pair in ranked if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    return [provider for _, provider in found[:limit]]


def _likeness(words: str, name: str) -> float:
    """3 for the name itself, 2 where it begins so, 1 where each word begins one of its words; else how like it is."""
    known = plain(name)
    if known == words:
        return 3.0
    if known.startswith(words):
        return 2.0
    if all(any(part.startswith(word) for part in known.split()) for word in words.split()):
        return 1.0
    return min(likeness(match_key(words), match_key(name)), 0.99)
