"""Taking a person out of the accounts."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat, Now

from crm.accounts.domain_events import AccountErased
from crm.accounts.models import DemoLink, FactorLock, Invitation
from crm.accounts.sessions import end_sessions_of
from crm.audit.actions import erase_personal, erase_texts
from crm.base.context import NETWORK_ID, acting_institute, institute_context
from crm.base.transactions import action
from crm.core.personal_data import ERASED
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from crm.mail.models import Message, Occurrence
from crm.mail.states import State
from crm.outbox.record import record


@action
def erase_account(*, user: User, by: User) -> bool:
    """Erase the account of a sponsor's contact: sessions, factors, addresses and the name go, the id stays.

    Returns False, and touches nothing, when the account is not this institute's alone to erase: the person works here,
    or has or had a role elsewhere in the network. End their access first (close_portal).
    """
    if _is_used_otherwise(user):
        return False
    end_sessions_of(user)
    for kept in (EmailAddress, Authenticator, SocialAccount, FactorLock, DemoLink):
        kept.objects.filter(user=user).delete()
    _forget_invitations(user, by)
    _forget_sign_in_mail(user.email)
    facts = {"name": ERASED, "email": f"{user.id}@erased.invalid", "is_active": False, "password": make_password(None)}
    User.objects.filter(pk=user.pk).update(**facts)
    record(AccountErased(user_id=user.id), by=by)
    return True


def _is_used_otherwise(user: User) -> bool:
    """Asked as that person: row security shows everybody their own memberships, wherever they are."""
    with institute_context(acting_institute(), user_id=user.id):
        return (
            Membership.objects.filter(user=user)
            .exclude(institute_id=acting_institute(), role=Role.SPONSOR_CONTACT)
            .exists()
        )


def _forget_invitations(user: User, by: User) -> None:
    invitations = Invitation.objects.filter(membership__user=user)
    invitations.update(name=ERASED)
    for pk in invitations.values_list("pk", flat=True):
        erase_personal(table=Invitation._meta.db_table, row_id=pk, by=by)


def _forget_sign_in_mail(address: str) -> None:
    """Mail of the framework belongs to the Network: codes, invitations, news about factors."""
    with institute_context(NETWORK_ID):
        letters = Occurrence.objects.filter(recipient_email=address)
        letters.filter(state=State.PLANNED).update(state=State.CANCELLED, settled_at=Now())
        Message.objects.filter(occurrence__in=letters.values("pk")).update(subject="", text="", html="", wiped_at=Now())
        erase_texts(words=[address], by=None)
        nobody = Concat(Cast("pk", CharField()), Value("@erased.invalid"))
        letters.update(recipient_email=nobody, recipient_name="")
