"""Is it them? Codes and passkeys are checked here and nowhere else, each try under the person's lock.

Five wrong tries in a row lock the second factor for a quarter of an hour, and each further five for twice as long, up
to a day. A right one forgets them all. Nobody can lock another out: the step is reached only with a code from that
person's mailbox, their passkey or their college's sign-in.
"""

import datetime as dt
import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import transaction

from crm.accounts.second_factor import mails
from crm.accounts.second_factor.changes import note
from crm.accounts.second_factor.models import FactorLock, SecondFactorChange
from crm.base.clock import now
from crm.identity.models import User

TRIES = 5
FIRST_LOCK = dt.timedelta(minutes=15)
LONGEST_LOCK = dt.timedelta(days=1)

WRONG_CODE = "That is not the code. Type the one your app shows now, or a recovery code that you have not used."
WRONG_PASSKEY = "That passkey is not known here. Try another one, or type a code."
# What a browser may send instead of a credential, and what reading it then raises.
MALFORMED = (ValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)
MALFORMED += (UnsupportedAlgorithm,)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """The factor that was shown, or a sentence that says why none was accepted."""

    factor: Authenticator | None = None
    refusal: str = ""


def try_code(user: User, code: str) -> Tried:
    """Try what was typed as a code of the app and as a recovery code. Each is good once."""
    return _try(user, lambda: _factor_of_code(user, code), WRONG_CODE)


def try_passkey(user: User, response: Any) -> Tried:
    """Try what a browser says one of the person's passkeys signed, for the challenge of this session."""
    return _try(user, lambda: _factor_of_passkey(user, response), WRONG_PASSKEY)


def passkey_of_anybody(response: Any) -> Authenticator | None:
    """The passkey behind an answer that names its own person: the first step of signing in.

    Not counted against that person: whoever sends rubbish in their name must not lock them out.
    """
    try:
        return _factor_of_passkey(webauthn.extract_user_from_response(response), response)
    except MALFORMED:
        return None


def step_of(secret: str, code: str, *, after: int = 0) -> int | None:
    """The half-minute whose code this is, of the last, this and the next one; None for a wrong code.

    Steps up to `after` are used up: a code that was read over somebody's shoulder is worth nothing.
    """
    for step in yield_hotp_counters_from_time():
        if step > after and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def _try(user: User, find: Callable[[], Authenticator | None], refusal: str) -> Tried:
    with transaction.atomic():
        lock = _lock_of(user)
        if lock.locked_until and lock.locked_until > now():
            return Tried(refusal=_locked(lock))
        factor = find()
        if factor is None:
            return Tried(refusal=_count_wrong(lock) or refusal)
        FactorLock.objects.filter(pk=lock.pk).update(wrong=0, locks=0, locked_until=None)
        factor.record_usage()
        return Tried(factor)


def _lock_of(user: User) -> FactorLock:
    """The person's row, held until the try is over: tries at the same moment wait for each other and each counts."""
    FactorLock.objects.get_or_create(user=user)
    return FactorLock.objects.select_for_update(of=("self",)).select_related("user").get(user=user)


def _count_wrong(lock: FactorLock) -> str:
    """Count a wrong try. The sentence that says so when it was the one that locks, else ""."""
    lock.wrong += 1
    if lock.wrong >= TRIES:
        lock.locked_until = now() + min(FIRST_LOCK * 2 ** min(lock.locks, 10), LONGEST_LOCK)
        lock.wrong, lock.locks = 0, lock.locks + 1
        note(lock.user, SecondFactorChange.Kind.LOCKED)
        mails.tell_locked(lock.user, until=lock.locked_until)
    lock.save()
    return "" if lock.wrong else _locked(lock)


def _locked(lock: FactorLock) -> str:
    return f"There were too many wrong tries. You can try again from {mails.shown(lock.locked_until)}."


def _factor_of_code(user: User, code: str) -> Authenticator | None:
    for factor in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN):
        try:
            if _accepts(factor, code):
                return factor
        except InvalidToken:
            log.error("A second factor cannot be decrypted: SECOND_FACTOR_KEY is not the one it was encrypted with.")
    return None


def _accepts(factor: Authenticator, code: str) -> bool:
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        return factor.wrap().validate_code(code)
    step = step_of(decrypt(factor.data["secret"]), code, after=factor.data.get("last_step", 0))
    if step is None:
        return False
    factor.data["last_step"] = step
    factor.save(update_fields=["data"])
    return True


def _factor_of_passkey(user: User, response: Any) -> Authenticator | None:
    try:
        webauthn.parse_authentication_response(response)
        return webauthn.complete_authentication(user, response)
    except MALFORMED:
        return None
