"""How allauth keeps second factors here: their secrets encrypted with a key that is not in the database."""

import base64
import functools
import io

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from qrcode.image.svg import SvgPathFillImage

from crm.identity.models import User

NAME = "Anchorpoint"
_NAMES = {"totp": "Authenticator app", "webauthn": "Passkey", "recovery_codes": "Recovery codes"}


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets go through Fernet (AES-128-CBC with HMAC-SHA256). The first key encrypts, all of them decrypt."""

    def encrypt(self, text: str) -> str:
        return _fernet(tuple(settings.SECOND_FACTOR_KEYS)).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises cryptography.fernet.InvalidToken when none of the keys made it."""
        return _fernet(tuple(settings.SECOND_FACTOR_KEYS)).decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """As allauth's, on a ground of its own: apps read no black squares on a dark page."""
        drawn = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def get_totp_issuer(self) -> str:
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name}

    def _get_site_name(self) -> str:
        return NAME


@functools.lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    """32 bytes for this purpose alone, from a key of any length."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"anchorpoint second factor").derive(key.encode())


def factor_name(factor: Authenticator) -> str:
    """`Authenticator app`, or the name its owner gave a passkey."""
    return factor.data.get("name") or _NAMES[factor.type]
