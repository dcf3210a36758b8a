"""What a provider's claims mean here."""

from typing import Any

from crm.accounts.single_sign_on.provider import Provider, Refused


def address_of(provider: Provider, claims: dict[str, Any]) -> str:
    """The person's address as the provider has verified it. Entra says so by xms_edov, others by email_verified."""
    email = str(claims.get("email") or "").strip().lower()
    is_verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")
    if not email or not is_verified:
        sentence = f"{provider.name} did not say that your e-mail address is yours. Ask for a code by mail instead."
        raise Refused(sentence, reason="address: unverified")
    if email.rpartition("@")[2] not in provider.domains:
        sentence = f"{provider.name} does not speak for addresses like {email}. Ask for a code by mail instead."
        raise Refused(sentence, reason="address: domain")
    return email


def shows_second_factor(provider: Provider, claims: dict[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor, in a word that the settings let count."""
    said = claims.get("amr") or []
    words = {str(word) for word in said} if isinstance(said, list) else {str(said)}
    return bool(provider.second_factor & (words | {str(claims.get("acr"))}))
