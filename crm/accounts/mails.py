"""Mail about accounts that is not sent by allauth."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from crm.identity.models import Institute, User
from crm.identity.roles import Role
from crm.mail.backend import KIND_HEADER

INVITATION = "accounts/email/invitation"


def send_invitation(*, name: str, email: str, role: Role, institute: Institute, by: User) -> None:
    """Tell somebody that they may sign in, where and as what. The same words whether or not they had an account.

    It carries no link that signs in: the address of the sign-in page and nothing secret.
    """
    context = {
        "name": name,
        "email": email,
        "role": role.label,
        "institute": institute.name,
        "by": by.name,
        "site_url": settings.SITE_URL.rstrip("/"),
    }
    subject = _rendered("subject", context)
    EmailMessage(subject, _rendered("message", context), to=[email], headers={KIND_HEADER: INVITATION}).send()


def _rendered(part: str, context: dict[str, Any]) -> str:
    text = render_to_string(f"{INVITATION}_{part}.txt", context).strip()
    return " ".join(text.splitlines()) if part == "subject" else text
