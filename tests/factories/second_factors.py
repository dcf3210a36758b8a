"""Second factors for tests."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from crm.identity.models import User


def give_app(user: User) -> Authenticator:
    """An authenticator app with its recovery codes, as if set up long ago."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, generate_totp_secret()).instance


def code_of(app: Authenticator | str) -> str:
    """What the app shows now."""
    secret = app if isinstance(app, str) else decrypt(app.data["secret"])
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def recovery_codes_of(user: User) -> list[str]:
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
