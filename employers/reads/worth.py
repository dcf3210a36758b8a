"""When two employers are alike enough to ask about, and when to say so at all.

The bars are measured on names that official numbers say belong together, on real names misspelt, and on names of firms
that are strangers to each other (benchmarks/README.md has the counts).
"""

from employers.reads.duplicates import FORMER_NUMBER, SAME_DOMAIN, SAME_NUMBER, SAME_POSTCODE, Candidate
from employers.reads.likeness import telling_words_shared

_ASKED, _ASKED_NEARBY = 0.88, 0.6
_VERY_ALIKE = 0.82  # told whatever their words say
_TOLD, _TELLING = 0.7, 0.5  # told where half the words that tell one of the two from others are in both


def worth_a_look(candidate: Candidate) -> bool:
    """Whether a pair like this belongs in the queue, where nobody is waiting for an answer: likely, and no veto."""
    if candidate.is_other_company:
        return False
    bar = _ASKED_NEARBY if SAME_POSTCODE in candidate.reasons else _ASKED
    return candidate.score >= bar or not {SAME_NUMBER, FORMER_NUMBER, SAME_DOMAIN}.isdisjoint(candidate.reasons)


def worth_a_mention(candidate: Candidate) -> bool:
    """Whether to name it beside a row, where nobody has to answer: less like it than what is worth a look.

    "Better Healthcare" is as like "Thames Healthcare" as a misspelt name is like the right one, but the word they share
    says only what both do.
    """
    if candidate.is_other_company:
        return False
    if candidate.score >= _VERY_ALIKE or SAME_POSTCODE in candidate.reasons:
        return True
    return candidate.score >= _TOLD and telling_words_shared(*candidate.keys) >= _TELLING


def is_very_alike(candidate: Candidate) -> bool:
    """Whether the names alone are much alike, which is said to whoever goes through what is named."""
    return candidate.score >= _VERY_ALIKE
