"""The second step of signing in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from crm.accounts.second_factor import proof


class SecondFactorStage(AuthenticateStage):
    """As allauth's; a proof that this way in has brought already is not asked for again."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not proof.is_given(request, self.login.user)
