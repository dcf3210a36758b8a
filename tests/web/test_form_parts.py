"""Fields tie label, hint and error to their input; what was typed stays."""

import pytest
from django import forms
from django.template import Context, Template

from crm.base.money import PoundsField
from crm.web.widgets import DayField


class Gift(forms.Form):
    name = forms.CharField(help_text="As on the letterhead.")
    value_pence = PoundsField(label="Value")
    given_on = DayField(required=False)
    kind = forms.ChoiceField(choices=[("a", "Equipment"), ("b", "Time")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="They agreed")

    def clean(self) -> None:
        if self.data.get("name") == "both":
            raise forms.ValidationError("Choose one of the two.")


def shown(source: str, form: forms.Form) -> str:
    return Template(source).render(Context({"form": form}))


@pytest.mark.parametrize("day", ["0001-01-01", "0026-11-22", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_day_of_a_year_that_nobody_means_is_refused_at_its_field(day: str) -> None:
    assert Gift({"given_on": day}).errors["given_on"] == ["Check the year: enter a day from 1900 to 2199."]


@pytest.mark.parametrize("day", ["1900-01-01", "2026-11-22", "2199-12-31", ""])
def test_day_within_three_centuries_is_taken(day: str) -> None:
    assert "given_on" not in Gift({"given_on": day}).errors


def test_field_is_described_by_its_hint_and_its_error_when_invalid() -> None:
    html = shown("{% field form.name %}", Gift({}))
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name-error"' in html
    assert "Fill in “Name”." in html


def test_field_says_that_it_is_optional() -> None:
    assert "(optional)" in shown("{% field form.given_on %}", Gift())
    assert "(optional)" not in shown("{% field form.name %}", Gift())


def test_amount_field_shows_its_currency_and_keeps_what_was_typed() -> None:
    html = shown("{% field form.value_pence %}", Gift({"value_pence": "12.345"}))
    assert ">£<" in html
    assert 'value="12.345"' in html


def test_date_field_gives_the_browser_an_iso_date() -> None:
    html = shown("{% field form.given_on %}", Gift(initial={"given_on": forms.DateField().clean("2026-11-24")}))
    assert 'type="date"' in html
    assert 'value="2026-11-24"' in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = shown("{% field form.kind %}", Gift({}))
    assert "<fieldset" in html and "<legend>Kind" in html
    assert 'aria-describedby="id_kind-error"' in html


def test_error_summary_links_each_problem_to_its_input() -> None:
    html = shown("{% error_summary form %}", Gift({"name": "both"}))
    for anchor in ("#id_value_pence", "#id_kind_0", "#id_agreed"):
        assert f'href="{anchor}"' in html
    assert "<li>Choose one of the two.</li>" in html
    assert "Tick “They agreed”." in html


def test_an_address_that_is_none_is_said_in_our_words_with_an_example() -> None:
    class Invitation(forms.Form):
        email = forms.EmailField()

    for source in ("{% error_summary form %}", "{% field form.email %}"):
        assert "Enter an e-mail address such as" in shown(source, Invitation({"email": "jo@"}))


def test_error_summary_is_silent_for_a_fresh_form() -> None:
    assert shown("{% error_summary form %}", Gift()) == ""


def test_whole_form_has_every_field_and_the_token() -> None:
    html = Template("{% form form 'Record' cancel='/back/' %}").render(Context({"form": Gift(), "csrf_token": "t0k"}))
    assert html.count('class="field') == 5
    assert 'name="csrfmiddlewaretoken" value="t0k"' in html
    assert 'href="/back/"' in html
