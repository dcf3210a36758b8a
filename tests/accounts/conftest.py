"""Somebody with an account, and a sign-in page that does not wait."""

import pytest

from crm.accounts.views import second_step, sign_in
from tests.factories.identity import make_user


@pytest.fixture
def quick_answers(request, monkeypatch):
    """The answer's fixed length is measured in one test and left out of the others."""
    if "take_the_same_time" not in request.node.name:
        for views in (sign_in, second_step):
            monkeypatch.setattr(views, "ANSWER_SECONDS", 0)


@pytest.fixture
def user(db):
    return make_user("Rosa Klein", "rosa@staff.example")
