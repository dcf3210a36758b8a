"""Refusals: what an action raises when a rule says no. The message is a sentence for the person at the page."""


class DomainError(Exception):
    """A rule refused the change. Nothing was written.

    `message` says what to do about it; `field` names the form field it belongs to, if one.
    """

    code = "invalid"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code:
            self.code = code


class NotAllowed(DomainError):
    """This person may not do this, for instance approve their own valuation."""

    code = "not_allowed"


class OverLimit(DomainError):
    """More was asked for than is left: pence in a fund, places at a challenge."""

    code = "over_limit"


class Conflict(DomainError):
    """The thing changed, or exists already."""

    code = "conflict"


class NotFound(DomainError):
    """There is no such thing in the institutes this person may see."""

    code = "not_found"
