"""Adding, removing and resetting second factors. Each is written down where the person works, and mailed to them."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount

from crm.accounts.second_factor import mails
from crm.accounts.second_factor.adapter import factor_name
from crm.accounts.second_factor.changes import note, role_needs_factor
from crm.accounts.second_factor.models import FactorLock, SecondFactorChange
from crm.accounts.sessions import end_sessions_of
from crm.base.errors import Conflict, DomainError, NotAllowed
from crm.base.transactions import action
from crm.identity.models import User

Kind = SecondFactorChange.Kind
MOST_PASSKEYS = 10


@action
def add_app(*, secret: str, step: int, by: User) -> Authenticator:
    """Take an authenticator app that has shown the right code for `secret`; that code's half-minute is used up.

    The first factor brings recovery codes with it. Raises Conflict when there is an app already.
    """
    _locked(by)
    if Authenticator.objects.filter(user=by, type=Authenticator.Type.TOTP).exists():
        raise Conflict("You have an authenticator app already. Remove it first to use another one.")
    factor = TOTP.activate(by, secret).instance
    factor.data["last_step"] = step
    factor.save(update_fields=["data"])
    return _added(factor, by)


@action
def add_passkey(*, name: str, credential: dict[str, Any], by: User) -> Authenticator:
    """Keep a passkey whose registration has been verified. The first factor brings recovery codes with it.

    Raises DomainError when the name is taken or missing, or when there are ten already.
    """
    _locked(by)
    mine = [factor.data["name"] for factor in _of(by).filter(type=Authenticator.Type.WEBAUTHN)]
    if not name.strip() or name.strip() in mine:
        raise DomainError("Give the passkey a name that none of your others has.", field="name")
    if len(mine) >= MOST_PASSKEYS:
        raise Conflict(f"You have {MOST_PASSKEYS} passkeys. Remove one first.")
    return _added(WebAuthn.add(by, name.strip(), credential).instance, by)


@action
def remove_factor(*, factor: Authenticator, by: User) -> None:
    """Take one of one's own factors away; with the last one the recovery codes go too.

    Raises NotAllowed for the last one of somebody whose role needs one, and for what is not one's own.
    """
    _locked(by)
    others = _real(by).exclude(pk=factor.pk)
    if factor.user_id != by.id or factor.type == Authenticator.Type.RECOVERY_CODES:
        raise NotAllowed("Recovery codes go with the last of your factors.")
    if not others.exists() and role_needs_factor(by):
        raise NotAllowed("Your role needs a second factor. Add another one before you remove this.")
    name = factor_name(factor)
    factor.delete()
    if not others.exists():
        _of(by).delete()
    note(by, Kind.REMOVED, factor=name, by=by)
    mails.tell(by, "A second factor was removed", what=f"{name} was removed from how you sign in to Anchorpoint.")


@action
def make_recovery_codes(*, by: User) -> Authenticator:
    """Ten new codes; the old ones end. Raises NotAllowed without a second factor that they could stand in for."""
    _locked(by)
    if not _real(by).exists():
        raise NotAllowed("Add an authenticator app or a passkey first.")
    _of(by).filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(by).instance
    note(by, Kind.CODES_MADE, by=by)
    mails.tell(by, "New recovery codes", what="New recovery codes were made for you. The old ones no longer work.")
    return codes


@action
def reset_factors(*, user: User, reason: str, by: User) -> None:
    """Take all factors of somebody away who has lost them, sign them out everywhere, and lift a lock.

    A college's sign-in is unbound too: the next one under their address binds it anew.

    They then sign in with a code by mail and, if their role needs it, are led to set up a new factor. Raises
    NotAllowed for oneself, DomainError without a reason, Conflict when there is nothing to reset.
    """
    if user == by:
        raise NotAllowed("Ask another administrator to reset your own second factor.")
    if not reason.strip():
        raise DomainError("Say why, for whoever reads the audit.", field="reason")
    _locked(user)
    gone, _ = _of(user).delete()
    unbound, _ = SocialAccount.objects.filter(user=user).delete()
    lifted, _ = FactorLock.objects.filter(user=user, locked_until__isnull=False).delete()
    if not gone and not lifted and not unbound:
        raise Conflict("This person has neither a second factor nor a college's sign-in.")
    end_sessions_of(user)
    note(user, Kind.RESET, reason=reason.strip()[:300], by=by)
    what = f"{by.name} has reset your second factor and signed you out everywhere. Sign in and set up a new one."
    mails.tell(user, "Your second factor was reset", what=what)


def _added(factor: Authenticator, by: User) -> Authenticator:
    name = factor_name(factor)
    RecoveryCodes.activate(by)  # keeps those that there are
    note(by, Kind.ADDED, factor=name, by=by)
    mails.tell(by, "A second factor was added", what=f"{name} was added to how you sign in to Anchorpoint.")
    return factor


def _locked(user: User) -> None:
    """One change of a person's factors at a time."""
    User.objects.select_for_update().get(pk=user.pk)


def _of(user: User) -> Any:
    return Authenticator.objects.filter(user=user)


def _real(user: User) -> Any:
    return _of(user).exclude(type=Authenticator.Type.RECOVERY_CODES)
