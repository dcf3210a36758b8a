"""Which employers may be the same: by number, by domain, by name; and how well names do on real pairs."""

import pytest

from benchmarks import names
from crm.base.names import normalise_company_number
from employers.actions import add_former_number, add_other_name
from employers.models import Employer
from employers.reads.duplicates import (
    DIFFERENT_NUMBER,
    FORMER_NUMBER,
    OTHER_NAME,
    SAME_DOMAIN,
    SAME_NAME,
    SAME_NUMBER,
    SAME_POSTCODE,
    SIMILAR_NAME,
    Known,
    duplicates_of_rows,
    possible_duplicates,
)
from employers.reads.worth import worth_a_look, worth_a_mention
from employers.rollups import index_employers
from tests.factories.employers import make_contact, make_employer, make_organisation
from tests.queries import own_queries


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


def test_a_name_of_two_misspelt_words_is_found(inside):
    make_employer("Reeds Rains Limited")
    assert found(name="Reed Raines") == ["Reeds Rains Limited"]


@pytest.mark.parametrize(
    "typed, meant", [("Dell Group Ltd", "Dell Nursery Group"), ("Dell PLC", "Dell Fuel Works PLC")]
)
def test_of_many_firms_with_one_word_in_common_the_one_with_the_same_form_comes_first(inside, typed, meant):
    for work in ("Direct", "Hire", "Homes", "Interiors", "Print", "Repairs", "Travel"):
        make_employer(f"Dell {work} Ltd")
    make_employer(meant)
    assert meant in found(name=typed)


def test_a_name_with_all_the_words_comes_before_one_with_another_short_word(inside):
    for name in ("Gem Association", "Gmr Association", "GSM Mou Association"):
        make_employer(name)
    assert found(name="GSM Association")[0] == "GSM Mou Association"


def test_what_puts_a_name_first_makes_no_pair_of_it(inside):
    make_employer("Dell Nursery Group")
    [candidate] = possible_duplicates(name="Dell Group")
    assert candidate.place > candidate.score and not worth_a_look(candidate)


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


@pytest.mark.parametrize("typed", ["4123456", "04123456", " 0412 3456"])
def test_lost_zeros_of_a_number_are_no_hindrance(inside, typed):
    make_employer("Slowline", organisation=make_organisation("Slowline Ltd", "04123456"))
    assert found(company_number=normalise_company_number(typed)) == ["Slowline"]


@pytest.mark.parametrize(("typed", "number"), [("sc12345", "SC012345"), ("NI 1234", "NI001234"), ("oc301", "OC000301")])
def test_prefixes_of_numbers_are_understood(inside, typed, number):
    make_employer("Slowline", organisation=make_organisation("Slowline Ltd", number))
    assert found(company_number=normalise_company_number(typed)) == ["Slowline"]


def test_former_names_and_numbers_find_an_employer_and_say_so(inside):
    slowline = make_employer("Slowline")
    add_other_name(employer=slowline, kind="trading", name="Fibre Folk", by=inside)
    add_former_number(employer=slowline, number="123456", by=inside)
    [by_name] = possible_duplicates(name="Fibre Folk Ltd")
    [by_number] = possible_duplicates(name="Unlike Anything", company_number="00123456")
    assert (by_name.reasons, by_number.reasons) == ((OTHER_NAME,), (FORMER_NUMBER,))


def test_at_the_same_postcode_a_less_alike_name_will_do(inside):
    make_employer("Humber Steel Fabrication", postcode="HU1 2PA")
    assert found(name="Humber Metalworks") == []
    [near] = possible_duplicates(name="Humber Metalworks", postcode="HU1 2PA")
    assert near.reasons == (SIMILAR_NAME, SAME_POSTCODE)


def test_rows_of_a_file_get_their_candidates_in_a_fixed_number_of_queries(inside):
    for name in ("Quickline", "Arco", "Siemens Energy"):
        make_employer(name, domain=f"{name.split()[0].lower()}.example")
    rows = [Known(name="QUICKLINE LTD"), Known(name="Nobody"), Known(website="https://arco.example"), Known()]
    with own_queries() as few:
        first = duplicates_of_rows(rows)
    with own_queries() as many:
        duplicates_of_rows(rows * 20)
    assert [[c.employer.name for c in row] for row in first] == [["Quickline"], [], ["Arco"], []]
    assert len(few) == len(many)


@pytest.mark.parametrize(
    "written, meant",
    [
        ("Quicklne", "Quickline Limited"),  # no word of it is right
        ("Reed Raines", "Reeds Rains Limited"),
        ("Cera Homecare", "CRG Homecare"),
        ("Human Kind Charity", "Humankind Charity"),
        ("Alzheimer's Society", "ALZHEIMERS SOCIETY"),
        ("Quickilne Care Services Yorkshire", "Quickline Care Services Yorkshire"),
    ],
)
def test_rows_of_a_file_find_a_misspelt_name_as_typing_it_does(inside, written, meant):
    for name in ("Reed Care", "Reed Society", "Quick Care Services", "Humankind Works", meant):
        make_employer(name)
    [[likeliest, *_]] = duplicates_of_rows([Known(name=written)])
    assert likeliest.employer.name == meant
    assert possible_duplicates(name=written)[0].employer.name == meant


def test_a_misspelt_word_is_found_among_hundreds_of_names_of_the_same_other_words(inside):
    crowd = [Employer(name=f"{letter}{number} Care Services") for letter in "abcdefgh" for number in range(20, 40)]
    index_employers(Employer.objects.bulk_create([*crowd, Employer(name="Quickline Care Services")]))
    assert [c.employer.name for c in duplicates_of_rows([Known(name="Quickilne Care Services")])[0]][0] == (
        "Quickline Care Services"
    )


def test_the_reason_of_a_like_name_is_said(inside):
    make_employer("Quickline Communications")
    assert possible_duplicates(name="Quickline Comms")[0].reasons == (SIMILAR_NAME,)


def mentioned(name, *, ours):
    make_employer(ours)
    [candidate] = [c for c in possible_duplicates(name=name) if c.employer.name == ours]
    return worth_a_mention(candidate)


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("Reed Raines", "Reeds Rains Limited"),
        ("Cera Homecare Limited", "CRG Homecare Limited"),
        ("E-AqT", "E-ACT"),
        ("Northwood & Wepa Limited", "Wepa UK Ltd"),
        ("Diocese of Leeds", "The Church of England Diocese of Leeds"),
    ],
)
def test_a_name_written_in_another_way_is_worth_a_mention(inside, written, ours):
    assert mentioned(written, ours=ours)


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("Thames Healthcare Ltd", "Medacs Healthcare PLC"),
        ("ERC Construction Ltd", "ESH Construction Limited"),
        ("Bethell Construction Ltd", "British Construction Limited"),
        ("Link Global Services Ltd", "Cleveland Global Services Ltd"),
    ],
)
def test_a_name_that_shares_only_what_firms_do_is_not_worth_a_mention(inside, written, ours):
    assert not mentioned(written, ours=ours)


def test_at_the_same_postcode_a_less_alike_name_is_worth_a_mention(inside):
    make_employer("Humber Steel Fabrication", postcode="HU1 2PA")
    [near] = possible_duplicates(name="Humber Metalworks", postcode="HU1 2PA")
    assert worth_a_mention(near)


def test_another_company_by_its_number_is_not_worth_a_mention(inside):
    make_employer("Reeds Rains Limited", organisation=make_organisation("Reeds Rains Limited", "06823498"))
    [other] = possible_duplicates(name="Reed Raines", company_number="01026167")
    assert not worth_a_mention(other)


# benchmarks/duplicates.py does the same with all pairs among 100,000 names, and prints more.
@pytest.mark.real_data
def test_names_find_the_same_company_in_real_registers(inside, capsys):
    """Recall on pairs labelled by official numbers, among names put together from the parts of real ones."""
    data = names.folder()
    if data is None:
        pytest.skip("no labelled pairs: name the folder of public data in REAL_DATA_DIR")
    pairs = [pair for pair in names.labelled_pairs(data) if pair.kind in names.WRITTEN_TWICE][::4]
    made = names.names_of_parts(names.real_names(data), how_many=500, seed=7)
    employers = [Employer(name=name) for name in [*made, *sorted({pair.name_b for pair in pairs})]]
    index_employers(Employer.objects.bulk_create(employers))
    found = duplicates_of_rows([Known(name=pair.name_a) for pair in pairs], limit=5)
    hits = sum(pair.name_b in {c.employer.name for c in row} for pair, row in zip(pairs, found, strict=True))
    with capsys.disabled():
        print(f"\nas rows {hits} of {len(pairs)}, {sum(map(len, found)) / len(pairs):.2f} suggestions a name")
    assert hits / len(pairs) >= 0.97
    typed = pairs[::10]
    hits = sum(pair.name_b in {c.employer.name for c in possible_duplicates(name=pair.name_a)} for pair in typed)
    assert hits / len(typed) >= 0.95


@pytest.mark.real_data
def test_like_names_of_two_companies_are_marked_as_different(inside):
    data = names.folder()
    if data is None:
        pytest.skip("no labelled pairs: name the folder of public data in REAL_DATA_DIR")
    negatives = [pair for pair in names.labelled_pairs(data) if pair.kind == names.HARD_NEGATIVE][:20]
    for pair in negatives:
        make_employer(pair.name_b, organisation=make_organisation(pair.name_b, pair.number_b))
    shown = 0
    for pair in negatives:
        for candidate in possible_duplicates(name=pair.name_a, company_number=pair.number_a, limit=50):
            assert candidate.is_other_company == (candidate.employer.organisation.company_number != pair.number_a)
            shown += candidate.employer.name == pair.name_b
    assert shown >= 15
