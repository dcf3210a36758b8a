"""The states of an occurrence and the moves between them. Nothing else in the product decides what may follow what."""

from django.db import models


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    CLAIMED = "claimed", "Being prepared"
    HANDED_OVER = "handed_over", "Being handed over"
    SENT = "sent", "Sent"
    UNKNOWN = "unknown", "May have arrived"
    SKIPPED = "skipped", "Skipped"
    FAILED = "failed", "Failed"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"


S = State

# From each state to those it may turn into, with the one who moves it.
MOVES: dict[State, frozenset[State]] = {
    # the mailer claims; the planner cancels; a person's hold lets it expire; in a restored copy that is let go, what
    # was due may have been sent by the system it was copied from
    S.PLANNED: frozenset({S.CLAIMED, S.SKIPPED, S.CANCELLED, S.MISSED, S.UNKNOWN}),
    # the mailer goes on, finds it unwanted, is refused, or loses its lease; nothing has left yet; or as above
    S.CLAIMED: frozenset({S.HANDED_OVER, S.PLANNED, S.SKIPPED, S.FAILED, S.MISSED, S.UNKNOWN}),
    # the mail server answered (sent, planned again, failed) or did not (unknown)
    S.HANDED_OVER: frozenset({S.SENT, S.PLANNED, S.FAILED, S.UNKNOWN}),
    # a late answer of the mail server, or a person says it arrived or sends it again
    S.UNKNOWN: frozenset({S.SENT, S.PLANNED, S.FAILED}),
    # a person sends it again
    S.FAILED: frozenset({S.PLANNED}),
    # the planner finds it due again
    S.CANCELLED: frozenset({S.PLANNED}),
    S.SENT: frozenset(),
    S.SKIPPED: frozenset(),
    S.MISSED: frozenset(),
}

OPEN = frozenset({S.PLANNED, S.CLAIMED, S.HANDED_OVER})
FINAL = frozenset(State) - OPEN
# It left, or may have: a moved date never touches these.
GONE = frozenset({S.HANDED_OVER, S.SENT, S.UNKNOWN})
NEEDS_ATTENTION = frozenset({S.UNKNOWN, S.FAILED, S.MISSED})

# How a state looks on a page.
TONES = {S.SENT: "ok", S.UNKNOWN: "warn", S.MISSED: "warn", S.FAILED: "bad"}


def sources_of(target: State) -> frozenset[State]:
    """The states that may turn into `target`."""
    return frozenset(state for state, targets in MOVES.items() if target in targets)
