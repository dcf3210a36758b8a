"""The one error of this package."""


class EmbeddedError(Exception):
    """Something on this machine stops an embedded server. The message is for a person and says what to do."""
