"""What an erasure leaves to a person: texts with one word of a name, and files; on the page and by API."""

import pytest

from crm.audit.models import AuditPersonal
from crm.base.errors import Conflict, DomainError
from employers.actions import erase_person, log_engagement
from employers.models import Contact, Engagement, RecordFile
from employers.reads.rights import inventory, person_of
from employers.validators.words import lone_names
from sponsorships.models import Contribution
from tests.factories.contributions import make_contribution
from tests.factories.employers import make_contact, make_employer
from tests.factories.facts import PDF, make_file, make_promise

NAME = "Zara Quillfeather"


@pytest.fixture
def zara(inside) -> Contact:
    return make_contact(make_employer("Quickline"), NAME, email="zara@quickline.example")


@pytest.fixture
def short(inside, zara):
    """Texts that call somebody Zara, of which only the first two mean her; and one somewhere else."""
    say = {"kind": "call", "by": inside}
    own = log_engagement(**say, employer=zara.employer, summary="Zara will ask her board. zara prefers mornings.")
    promise = make_promise(zara.employer, inside, what="Send Quillfeather the dates")
    shop = log_engagement(**say, employer=zara.employer, summary="Meets us at the Zara shop")
    log_engagement(**say, employer=zara.employer, summary=f"{zara.name} rang about bizarazaras")
    log_engagement(**say, employer=make_employer("Festo"), summary="Zara of Festo rang")
    return own, promise, shop


def test_texts_with_one_word_of_the_name_are_shown_and_only_those_ticked_are_blanked(inside, zara, short):
    held = inventory(person_of(zara))
    assert [(doubt.before, doubt.word, doubt.after) for doubt in held.doubts] == [
        ("Meets us at the ", "Zara", " shop"),
        ("", "Zara", " will ask her board. zara prefers mornings."),
        ("Send ", "Quillfeather", " the dates"),
    ]
    about_her = [held.doubts[1].key, held.doubts[2].key]
    entry = erase_person(contact=zara, reason="asked", seen=held.digest, blank=about_her, by=inside)
    for row in short:
        row.refresh_from_db()
    own, promise, shop = short
    assert own.summary == "[erased] will ask her board. [erased] prefers mornings."
    assert (promise.what, shop.summary) == ("Send [erased] the dates", "Meets us at the Zara shop")
    assert not AuditPersonal.objects.filter(values__summary__icontains="zara will").exists()
    assert Engagement.objects.filter(summary="Zara of Festo rang").exists()
    assert entry.counts["Texts with one word of the name"] == 2


def test_files_of_where_they_were_are_shown_and_only_those_ticked_go(inside, zara):
    letter = make_file(zara.employer, inside, "letter.pdf")
    minutes = make_file(zara.employer, inside, "minutes.pdf", PDF + b"\n% another")
    elsewhere = make_file(make_employer("Festo"), inside, "festo.pdf")
    held = inventory(person_of(zara))
    assert held.files == [letter, minutes]
    erase_person(contact=zara, reason="asked", seen=held.digest, remove=[letter.pk], by=inside)
    assert [file.name for file in RecordFile.objects.kept().order_by("id")] == ["minutes.pdf", "festo.pdf"]
    assert not letter.contents.exists() and elsewhere.contents.exists()


def test_what_was_not_shown_cannot_be_ticked(inside, zara, short):
    elsewhere = make_file(make_employer("Arco"), inside, "arco.pdf")
    strange = f"employers.engagement.summary.{Engagement.objects.get(summary='Zara of Festo rang').pk}"
    seen = inventory(person_of(zara)).digest
    for chosen in ({"blank": [strange]}, {"remove": [elsewhere.pk]}):
        with pytest.raises(DomainError):
            erase_person(contact=zara, reason="asked", seen=seen, **chosen, by=inside)
    log_engagement(employer=zara.employer, kind="call", summary="Zara again", by=inside)
    with pytest.raises(Conflict, match="has changed since you looked"):
        erase_person(contact=zara, reason="asked", seen=seen, by=inside)
    zara.refresh_from_db()
    assert zara.erased_at is None


def test_what_they_gave_is_among_the_texts(inside, zara):
    gift = make_contribution(inside, zara.employer, description="Zara's old headsets")
    held = inventory(person_of(zara))
    [doubt] = held.doubts
    erase_person(contact=zara, reason="asked", seen=held.digest, blank=[doubt.key], by=inside)
    assert Contribution.objects.get(pk=gift.pk).description == "[erased]'s old headsets"


def test_a_whole_name_that_others_have_too_is_left_to_judge(inside, zara):
    make_contact(make_employer("Festo"), NAME)
    log_engagement(employer=zara.employer, kind="call", summary=f"{NAME} rang", by=inside)
    assert [doubt.word for doubt in inventory(person_of(zara)).doubts] == ["Zara"]


@pytest.mark.parametrize(
    "names, lone",
    [
        (["Zara Quillfeather"], ["Zara", "Quillfeather"]),
        (["Dr. J. Anne O'Neill", "Anne Hill"], ["Anne", "O'Neill", "Hill"]),
        (["Mr X"], []),
        (["Zoë"], ["Zoë"]),
    ],
)
def test_words_of_a_name_by_which_people_go(names, lone):
    assert lone_names(names) == lone


def test_the_page_ticks_nothing_beforehand_and_does_what_is_ticked(client_for, people, yhiot, inside, zara, short):
    letter = make_file(zara.employer, inside, "letter.pdf")
    client, path = client_for(people.institute_administrator, yhiot), f"/employers/contacts/{zara.pk}/erase/"
    page = client.get(path)
    held, text = page.context["held"], page.content.decode()
    assert "<mark>Zara</mark> will ask her board" in text and "letter.pdf" in text and " checked" not in text
    ticked = {"blank": [held.doubts[1].key], "remove": [str(letter.pk)], "reason": "asked", "seen": held.digest}
    refused = client.post(path, {**ticked, "name": "Somebody else"})
    assert refused.status_code == 422 and refused.content.decode().count(" checked") == 2
    assert client.post(path, {**ticked, "name": NAME}).status_code == 302
    assert short[0].__class__.objects.get(pk=short[0].pk).summary.startswith("[erased] will ask")
    assert not RecordFile.objects.kept().exists()


def test_the_api_shows_and_takes_the_same(api_for, people, yhiot, inside, zara, short):
    letter = make_file(zara.employer, inside, "letter.pdf")
    api, path = api_for(people.institute_administrator, yhiot), f"contacts/{zara.pk}"
    held = api.get(f"{path}/erasure-preview/").json()
    assert [(each["word"], each["where"].split(",")[0]) for each in held["doubts"]][2] == ("Quillfeather", "Promise")
    assert held["files"] == [{"id": str(letter.pk), "name": "letter.pdf"}]
    body = {"reason": "asked", "seen": held["seen"], "remove": [str(letter.pk)]}
    refused = api.post(f"{path}/erase/", {**body, "blank": ["employers.engagement.summary.x"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/blank")
    erased = api.post(f"{path}/erase/", {**body, "blank": [held["doubts"][2]["key"]]})
    assert erased.json()["counts"]["Texts with one word of the name"] == 1
    assert not RecordFile.objects.kept().exists()
