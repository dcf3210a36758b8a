"""Which employers may be the same: by number, by domain, by name; and how well names do on real pairs."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from employers.reads.duplicates import (
    DIFFERENT_NUMBER,
    SAME_DOMAIN,
    SAME_NAME,
    SAME_NUMBER,
    SIMILAR_NAME,
    possible_duplicates,
)
from tests.factories.employers import make_contact, make_employer, make_organisation


def found(**typed):
    return [candidate.employer.name for candidate in possible_duplicates(**{"name": "Unlike Anything", **typed})]


@pytest.mark.parametrize(
    "typed",
    [
        "quickline communications",
        "Quickline Communications PLC",
        "The Quickline Communications Group",
        "Quickline Comunications",
        "QUICKLINE",
        "Quickline Communications t/a Fastnet",
        "Fastnet trading as Quickline Communications",
    ],
)
def test_an_employer_is_suggested_for_a_name_like_its_own(inside, typed):
    make_employer("Quickline Communications Ltd")
    assert found(name=typed) == ["Quickline Communications Ltd"]


@pytest.mark.parametrize("typed", ["Siemens Energy", "Q", "", "Communications Workers Union", "  "])
def test_no_employer_is_suggested_for_another_name(inside, typed):
    make_employer("Quickline")
    assert found(name=typed) == []


def test_the_reasons_are_said_and_the_certain_comes_first(inside):
    make_employer("Quickline Limited")
    make_employer("Fastnet", domain="quickline.example")
    make_employer("Slowline", organisation=make_organisation("Slowline Ltd", company_number="04123456"))
    candidates = possible_duplicates(
        name="Quickline", company_number="04123456", website="https://www.quickline.example/"
    )
    assert [(c.employer.name, c.reasons) for c in candidates] == [
        ("Slowline", (SAME_NUMBER,)),
        ("Fastnet", (SAME_DOMAIN,)),
        ("Quickline Limited", (SAME_NAME,)),
    ]
    assert [c.is_certain for c in candidates] == [True, False, False]


def test_an_employer_is_suggested_by_the_addresses_of_its_people_but_not_by_free_mail(inside):
    make_contact(make_employer("Fastnet"), email="jo@quickline.example", email_domain="quickline.example")
    make_contact(make_employer("Sole Trader"), email="ann@gmail.com", email_domain="")
    assert found(website="https://quickline.example") == ["Fastnet"]
    assert found(email="ade@quickline.example") == ["Fastnet"]
    assert found(email="bob@gmail.com") == []


def test_two_different_official_numbers_are_two_companies_whatever_their_names(inside):
    make_employer("Barclays Bank PLC", organisation=make_organisation(company_number="01026167"))
    known = possible_duplicates(name="Barclays Bank UK PLC", company_number="09740322")
    assert [(c.reasons, c.is_other_company) for c in known] == [((SAME_NAME, DIFFERENT_NUMBER), True)]
    unknown = possible_duplicates(name="Barclays Bank UK PLC")
    assert [(c.reasons, c.is_other_company) for c in unknown] == [((SAME_NAME,), False)]


def test_an_employer_is_no_duplicate_of_itself_nor_of_another_institutes(inside, theirs):
    mine = make_employer("Quickline")
    assert possible_duplicates(name="Quickline", exclude=mine.pk) == []
    assert found(name=theirs.name) == []


def test_the_reason_of_a_like_name_is_said(inside):
    make_employer("Quickline Communications")
    assert possible_duplicates(name="Quickline Comms")[0].reasons == (SIMILAR_NAME,)


def real_pairs():
    folder = os.environ.get("REAL_DATA_DIR")
    path = Path(folder or "") / "duplicate-pairs" / "company_pairs_dev.csv"
    if not folder or not path.exists():
        pytest.skip("no labelled pairs: name the folder of public data in REAL_DATA_DIR")
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


# One name written in two ways. Of the rest, `partial` shares a word at most and `rename-or-miskeyed` none: there only
# a number, a domain or a former name can tell.
WRITTEN_TWICE = {"case", "legal-suffix", "punctuation", "subset/extra-words", "typo/truncation"}


@pytest.mark.real_data
def test_names_find_the_same_company_in_real_registers(inside, capsys):
    """Recall and precision on pairs labelled by official numbers, among all the names of the file."""
    pairs = real_pairs()
    number_of = {}
    for pair in pairs:
        numbers = pair["company_number"].split("|")
        number_of.setdefault(pair["name_b"], numbers[-1])
    for name, number in number_of.items():
        make_employer(name[:200], notes=number)
    hits, totals, shown, right = defaultdict(int), defaultdict(int), 0, 0
    for pair in pairs:
        numbers = pair["company_number"].split("|")
        candidates = possible_duplicates(name=pair["name_a"][:200])
        kind = pair["kind"]
        totals[kind] += 1
        hits[kind] += pair["name_b"][:200] in {c.employer.name for c in candidates}
        shown += len(candidates)
        right += sum(c.employer.notes == numbers[0] for c in candidates)
    with capsys.disabled():
        print()
        for kind in totals:
            print(f"{kind:22} {hits[kind]:4} of {totals[kind]:4} found ({hits[kind] / totals[kind]:.1%})")
        print(f"shown {shown}, the same company {right} ({right / shown:.1%}), {shown / len(pairs):.2f} a name")
    assert recall(hits, totals, WRITTEN_TWICE) >= 0.97
    assert right / shown >= 0.5  # a suggestion is looked at by a person; more would cost recall


def recall(hits, totals, kinds):
    return sum(hits[kind] for kind in kinds) / sum(totals[kind] for kind in kinds)
