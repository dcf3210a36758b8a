"""The one door for what institutes share.

Both sides' rows change in one transaction, each written in its own institute; who takes locks takes the giver's first.
"""

from crm.network.actions.asking import answer_request, deliver_ask
from crm.network.actions.shares import (
    accept_share,
    close_expired_shares,
    decline_share,
    give_what_was_asked,
    propose_share,
    read_share,
    refresh_shares,
    return_share,
    revoke_share,
)

__all__ = [
    "accept_share",
    "answer_request",
    "close_expired_shares",
    "decline_share",
    "deliver_ask",
    "give_what_was_asked",
    "propose_share",
    "read_share",
    "refresh_shares",
    "return_share",
    "revoke_share",
]
