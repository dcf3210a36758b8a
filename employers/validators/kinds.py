"""Which kinds of engagement are what."""

# Talking with somebody. A note is not contact, and automatic mail is no engagement at all.
SPEAKING = frozenset({"call", "meeting", "visit"})
