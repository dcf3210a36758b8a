"""How alike two names of firms are, as numbers from 0 to 1.

Compared are keys (`crm.base.names.match_key`), word by word: a word counts the less, the more firms have it in their
names, and counts in part when it is nearly the same. A name inside a longer one is nearly as good as the same name,
because people write "Hill & Smith" for "Hill & Smith Infrastructure".
"""

from difflib import SequenceMatcher
from functools import lru_cache

from crm.base.names import plain

SAME, JOINED = 1.0, 0.99  # the same key; the same but for where the spaces are
_INSIDE, _BACK, _START = 0.62, 0.33, 0.03  # what it weighs to lie in the other, to be covered by it, to start alike
_NEARLY = 0.72  # words less alike than this are two words
_SAME_WORD = 0.6  # a misspelt word is at least so like the right one
_LETTERS, _LETTER_WEIGHT = 0.8, 0.96  # names less alike than this, letter by letter, are only compared by words

_JOINING = frozenset("and of for in on at to by com".split())  # words between words, and what is left of an address
# Words that say what a firm does, not which one it is.
_ORDINARY = frozenset(
    "association bros brothers build builders building business care centre central charitable cleaning commercial"
    " communications community construction consultancy consultants consulting contractors council delivery design"
    " development developments direct east education electrical emea energy engineering england environmental"
    " equipment europe european family finance financial fm food foods foundation general global great britain green"
    " health healthcare heating hire home homes hospital hotel hotels house housing industrial industries insurance"
    " interiors international investments kingdom learning leisure living local logistics london maintenance"
    " management manufacturing marketing media medical midlands motors multi national network networks new north"
    " northern nursery nursing office one operations partners partnership plant primary print products professional"
    " project projects properties property recruitment repairs residential resources retail royal safety schools"
    " security service services social society software solutions south southern specialist sports st supplies"
    " support surfacing systems technical technologies technology trading training transport travel united west"
    " wholesale works world yorkshire young".split()
)
# Words that say what kind of body it is: a school is not the firm of the same name.
_BODIES = {
    "academy": "school", "academies": "school", "school": "school", "college": "school", "university": "school",
    "council": "council", "church": "church", "nhs": "nhs", "trust": "trust", "foundation": "trust", "charity": "trust",
}  # fmt: skip
_FULL_WEIGHT, _ORDINARY_WEIGHT, _JOINING_WEIGHT = 1.0, 0.45, 0.15
_OTHER_BODY = 0.06
_SHORT, _OTHER_SHORT_WORD = 4, 0.94  # GSM and GEM are two names rather than one misspelt: there letters say less
_WHOLE = 0.03  # "Sun Healthcare" is more likely Sun Healthcare Supported Living than Scan Healthcare
# What keys leave out tells firms with like keys apart, the rarer the better. Most are limited: that says nothing.
_FORMS = {
    "group": 0.07, "holding": 0.07, "holdings": 0.07, "uk": 0.03, "plc": 0.1, "llp": 0.1, "cic": 0.1, "lp": 0.1,
    "inc": 0.1, "corp": 0.1, "llc": 0.1, "gmbh": 0.1, "bv": 0.1, "nv": 0.1,
}  # fmt: skip


def likeness(one: str, other: str) -> float:
    """Of two keys. 1 is the same; below about 0.6 a person sees two firms."""
    if not one or not other:
        return 0.0
    if one == other:
        return SAME
    if one.replace(" ", "") == other.replace(" ", ""):
        return JOINED
    words, others = one.split(), other.split()
    covered, covers = _cover(words, others), _cover(others, words)
    by_words = _INSIDE * max(covered, covers) + _BACK * min(covered, covers)
    if words[0] == others[0]:
        by_words += _START
    if _bodies(words) != _bodies(others):
        by_words -= _OTHER_BODY
    return max(by_words, _by_letters(one, other, by_words))


def preference(one: tuple[str, str], other: tuple[str, str]) -> float:
    """Of two names, each with its key: what puts one before others that are as alike, and proves nothing.

    Both say "Group", or "PLC", which keys leave out; or one begins with two words or more that the other all has.
    """
    said = set(plain(one[0]).split()) & set(plain(other[0]).split())
    form = max((_FORMS[word] for word in said & _FORMS.keys()), default=0.0)
    shorter, longer = sorted((one[1].split(), other[1].split()), key=len)
    is_whole = len(shorter) > 1 and shorter[0] == longer[0] and set(shorter) <= set(longer)
    return form + (_WHOLE if is_whole else 0.0)


def telling_words_shared(one: str, other: str) -> float:
    """Of two keys: how much of the words that say which firm it is, not what it does, the other has too, right or
    misspelt; the better way round, because a name may be written short. 0 where neither has such a word.
    """
    words, others = one.split(), other.split()
    return max(_telling_part(words, others), _telling_part(others, words))


def _telling_part(words: list[str], others: list[str]) -> float:
    telling = [word for word in words if _weight(word) == _FULL_WEIGHT]
    if not telling:
        return 0.0
    return sum(max(_ratio(word, other, _SAME_WORD) for other in others) for word in telling) / len(telling)


def _cover(words: list[str], others: list[str]) -> float:
    """How much of the first words is in the others."""
    found = whole = 0.0
    for word in words:
        weight = _weight(word)
        whole += weight
        found += weight if word in others else weight * max([_alike(word, other) for other in others])
    return found / whole


def _weight(word: str) -> float:
    if word in _JOINING:
        return _JOINING_WEIGHT
    return _ORDINARY_WEIGHT if word in _ORDINARY or word in _BODIES else _FULL_WEIGHT


@lru_cache(maxsize=50_000)  # a word of the name that is typed meets the same few words again and again
def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter):  # "comms" is not, "commun" is
        return max(0.8, len(shorter) / len(longer))
    if len(shorter) < 4 or word[0] != other[0] and len(shorter) < 5:
        return 0.0
    return _ratio(word, other, _NEARLY)


def _by_letters(one: str, other: str, at_least: float) -> float:
    weight = _LETTER_WEIGHT
    if any(len(word) < _SHORT for word in set(one.split()) ^ set(other.split())):
        weight *= _OTHER_SHORT_WORD
    return weight * _ratio(one, other, max(_LETTERS, at_least / weight))


def _ratio(one: str, other: str, at_least: float) -> float:
    """Of letters in common, in order; 0 below `at_least`, which is mostly seen without comparing them in order."""
    length = len(one) + len(other)
    if 2 * min(len(one), len(other)) < at_least * length:
        return 0.0
    letters, others = set(one), set(other)
    if 2 * min(sum(c in others for c in one), sum(c in letters for c in other)) < at_least * length:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < at_least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= at_least else 0.0


def _bodies(words: list[str]) -> set[str]:
    return {_BODIES[word] for word in words if word in _BODIES}
