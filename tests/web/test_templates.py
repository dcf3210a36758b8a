"""No page of the shell names a value that is not there."""

import pytest
from django.template import engines

PATHS = ["/", "/search/", "/search/?q=my", "/search/palette/?q=zz", "/settings/roles/", "/shortcuts/"]
PATHS += ["/dev/components/", "/dev/components/portal/", "/no/such/page/"]


class Missing(str):
    """Stands for `string_if_invalid`: Django formats it with the variable's name."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template names {name}, which nobody gave it")


@pytest.fixture
def strict(monkeypatch) -> None:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Missing("%s"))


@pytest.mark.parametrize("path", PATHS)
def test_every_value_a_page_names_is_given(client_for, yhiot, people, strict, path) -> None:
    assert client_for(people.partnership_manager, yhiot).get(path).status_code in (200, 404)


def test_every_value_a_refused_form_names_is_given(client_for, yhiot, people, strict) -> None:
    assert client_for(people.partnership_manager, yhiot).post("/dev/components/", {}).status_code == 422
