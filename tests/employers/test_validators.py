"""Values as typed: what is stored, and what is refused with which words."""

import pytest

from crm.base.errors import DomainError
from employers.validators import (
    clean_email,
    clean_line,
    clean_phone,
    clean_postcode,
    clean_text,
    clean_website,
    email_domain,
    website_domain,
)


def test_a_line_is_trimmed_and_its_spaces_made_single():
    assert clean_line("  Siemens \t Energy\n", field="name") == "Siemens Energy"


@pytest.mark.parametrize("bad", ["a\x00b", "Quick\u202eenil", "a\u2066b", "a\x1bb", "a\ud800"])
def test_text_is_refused_when_it_hides_control_characters(bad):
    for clean in (clean_line, clean_text):
        with pytest.raises(DomainError) as refused:
            clean(bad, field="name")
        assert refused.value.field == "name"
        assert "invisible" in refused.value.message


def test_a_line_is_refused_when_longer_than_its_limit():
    assert len(clean_line("x" * 200, field="name")) == 200
    with pytest.raises(DomainError, match="200 characters; it has 201"):
        clean_line("x" * 201, field="name")


def test_names_in_other_scripts_and_emoji_are_kept():
    for name in ("Ørsted East Coast", "Łódź Sp. z o.o.", "東京エレクトロン", "👩‍🔧 Works"):
        assert clean_line(name, field="name") == name


@pytest.mark.parametrize(
    ("clean", "typed", "stored"),
    [
        (clean_email, " Jo.Marsh@Quickline.EXAMPLE ", "jo.marsh@quickline.example"),
        (clean_phone, "(01522) 876000 ext 12", "(01522) 876000 ext 12"),
        (clean_phone, "+44 1522 876000", "+44 1522 876000"),
        (clean_website, "www.quickline.example", "https://www.quickline.example"),
        (clean_website, "http://quickline.example/a", "http://quickline.example/a"),
        (clean_postcode, "dn365tr", "DN36 5TR"),
        (clean_postcode, "EC1A 1BB", "EC1A 1BB"),
        (clean_email, "", ""),
        (clean_phone, " ", ""),
        (clean_website, "", ""),
        (clean_postcode, "", ""),
    ],
)
def test_addresses_are_stored_in_one_form(clean, typed, stored):
    assert clean(typed) == stored


@pytest.mark.parametrize(
    ("clean", "typed"),
    [
        (clean_email, "jo at quickline"),
        (clean_email, "jo@quickline"),
        (clean_email, "a@b.example, c@d.example"),
        (clean_phone, "12345"),
        (clean_phone, "call me"),
        (clean_phone, "٠١٥٢٢٨٧٦٠٠٠"),
        (clean_website, "javascript://x.example/%0aalert(1)"),
        (clean_website, "quickline"),
        (clean_website, "q.example/" + "x" * 195),
        (clean_postcode, "DN36"),
        (clean_postcode, "1234 567"),
    ],
)
def test_addresses_are_refused_with_what_to_do(clean, typed):
    with pytest.raises(DomainError, match="^Enter|^Shorten"):
        clean(typed)


def test_domains_tell_firms_apart_and_shared_ones_are_none():
    assert website_domain("https://www.quickline.example/about") == "quickline.example"
    assert website_domain("https://www.facebook.com/quickline") == ""
    assert email_domain("jo@quickline.example") == "quickline.example"
    assert email_domain("jo@gmail.com") == ""
