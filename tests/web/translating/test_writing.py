"""Translating side by side: without script, light, and without anybody's words getting lost."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.urls import reverse

from ayni.knowledge.actions import records
from ayni.knowledge.models import Record
from ayni.knowledge.queries import translations as queries
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Person, Translation, TranslationDraft, TranslationJob
from ayni.registry.states import Role
from tests import worlds
from tests.knowledge.test_translations import hand_in, publish_again, write
from tests.web.test_weight import linked, wire_size

FIRST_VISIT = 20_000


@pytest.fixture
def translator(client, world: worlds.ReadingRoom) -> Person:
    person = worlds.person("Tarek Translator", language="ar")
    grant_role(by=None, person=person, institution=world.network, role=Role.CONTRIBUTOR)
    client.force_login(person)
    return person


def address(record, language: str = "ar", name: str = "translate-record") -> str:
    return reverse(name, args=[record.uid, language])


def form_of(response) -> dict[str, str]:
    """What a browser would send back unchanged."""
    html = response.content.decode()
    form = html[html.index('id="sheet"') :]
    fields = dict(re.findall(r'<input type="hidden" name="([a-z]+-?\d*)" value="([^"]*)"', form))
    texts = re.findall(r'<textarea[^>]*name="(text-\d+)"[^>]*>([^<]*)</textarea>', form)
    return fields | dict(texts)


def number_of(form: dict[str, str], path: str) -> str:
    return next(key for key, value in form.items() if value == path).removeprefix("path-")


def test_a_translator_fills_in_saves_and_hands_in(client, world, translator):
    page = client.get(address(world.lesson))
    html = page.content.decode()
    assert html.count("<textarea") == 7
    assert html.count('lang="ar" dir="rtl"') == 7
    assert "0 of 7 passages" in html
    form = form_of(page)
    form[f"text-{number_of(form, 'title')}"] = "هواتف بلا رصيد"
    answer = client.post(address(world.lesson), form | {"do": "save"}, follow=True)
    assert "1 passage saved." in answer.content.decode()
    assert "1 of 7 passages" in answer.content.decode()
    answer = client.post(address(world.lesson), form_of(answer) | {"do": "hand-in"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("translate"))
    assert TranslationDraft.objects.get().handed_in_at


def test_the_one_who_reads_it_publishes_it(client, world, translator):
    write(translator, world.lesson, {"title": "هواتف بلا رصيد"})
    hand_in(translator, world.lesson)
    client.force_login(world.author)
    assert "For you to read" in client.get(reverse("translate")).content.decode()
    page = client.get(address(world.lesson, name="translate-read")).content.decode()
    assert "هواتف بلا رصيد" in page
    paths, was = (
        re.findall(r'name="path" value="([^"]+)"', page),
        re.findall(r'name="was" value="([^"]+)"', page),
    )
    answer = client.post(
        address(world.lesson, name="translate-read"),
        {"path": paths, "was": was, "do": "approve"},
        follow=True,
    )
    assert "1 passage can now be read by everyone." in answer.content.decode()
    shown = client.get(f"/ar/lessons/{world.lesson.uid}/", follow=True).content.decode()
    assert "هواتف بلا رصيد" in shown


def test_a_request_for_changes_needs_words(client, world, translator):
    write(translator, world.lesson, {"title": "هواتف"})
    hand_in(translator, world.lesson)
    client.force_login(world.author)
    here = address(world.lesson, name="translate-read")
    answer = client.post(here, {"do": "back", "note": " "})
    assert answer.status_code == 409
    assert 'aria-describedby="note-fault"' in answer.content.decode()
    assert client.post(here, {"do": "back", "note": "Too long."}).status_code == 302
    assert TranslationDraft.objects.get().handed_in_at is None
    # The translator reads them where they write, and nobody reads them in the news.
    client.force_login(translator)
    assert "<p>Too long.</p>" in client.get(address(world.lesson)).content.decode()
    for page in ("/en/desk/", "/en/notices/"):
        assert "Too long." not in client.get(page).content.decode()
    write(translator, world.lesson, {"title": "هاتف"})
    assert "<p>Too long.</p>" in client.get(address(world.lesson)).content.decode()
    hand_in(translator, world.lesson)
    assert "<p>Too long.</p>" not in client.get(address(world.lesson)).content.decode()


def test_who_translates_reads_nothing_of_their_own(client, world, translator):
    write(world.author, world.lesson, {"title": "هواتف"})
    hand_in(world.author, world.lesson)
    client.force_login(world.author)
    page = client.get(address(world.lesson, name="translate-read")).content.decode()
    assert "your own words" in page
    assert "publish it" not in page


def test_of_two_at_once_both_texts_are_shown_and_the_second_decides(client, world, translator):
    client.force_login(world.author)  # one of those who may approve it
    form = form_of(client.get(address(world.lesson)))
    write(translator, world.lesson, {"title": "نص الآخر"})
    number = number_of(form, "title")
    answer = client.post(address(world.lesson), form | {f"text-{number}": "نصي", "do": "save"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "نص الآخر" in html
    assert form_of(answer)[f"text-{number}"] == "نصي"
    assert TranslationDraft.objects.get().text == "نص الآخر"
    assert client.post(address(world.lesson), form_of(answer) | {"do": "save"}).status_code == 302
    assert TranslationDraft.objects.get().text == "نصي"


def test_of_two_at_once_the_first_goes_on_and_the_second_keeps_their_words(client, world, translator):
    other = worlds.person("Olga Other")
    grant_role(by=None, person=other, institution=world.network, role=Role.CONTRIBUTOR)
    form = form_of(client.get(address(world.lesson)))
    write(other, world.lesson, {"title": "نص الآخر"})
    number = number_of(form, "title")
    for _ in range(2):  # insisting changes nothing
        answer = client.post(address(world.lesson), form | {f"text-{number}": "نصي", "do": "save"})
        assert answer.status_code == 409
        assert "Somebody else is writing this passage" in answer.content.decode()
        assert form_of(answer)[f"text-{number}"] == "نصي"
        form = form_of(answer)
    assert TranslationDraft.objects.get().text == "نص الآخر"
    page = client.get(address(world.lesson))
    assert "readonly" in page.content.decode()
    assert client.post(address(world.lesson), form_of(page) | {"do": "save"}).status_code == 302
    client.force_login(world.author)
    assert "readonly" not in client.get(address(world.lesson)).content.decode()


def test_what_is_too_long_stays_in_its_box_and_says_so(client, world, translator):
    form = form_of(client.get(address(world.lesson)))
    number = number_of(form, "title")
    answer = client.post(address(world.lesson), form | {f"text-{number}": "x" * 700, "do": "save"})
    assert answer.status_code == 409
    assert form_of(answer)[f"text-{number}"] == "x" * 700
    assert 'aria-invalid="true"' in answer.content.decode()


def test_thirty_megabytes_are_refused_and_harm_nothing(client, world, translator):
    write(translator, world.lesson, {"title": "هواتف"})
    form = form_of(client.get(address(world.lesson)))
    answer = client.post(address(world.lesson), form | {"text-0": "x" * 30_000_000})
    assert answer.status_code in {400, 413}
    assert TranslationDraft.objects.get().text == "هواتف"


def test_what_has_changed_in_the_original_is_shown_and_still_right_is_one_click(client, world, translator):
    worlds.translate(world.lesson, "ar", {"title": "هواتف بلا رصيد"})
    publish_again(world, world.lesson, title="Phones without any credit")
    client.force_login(world.author)
    page = client.get(address(world.lesson))
    html = page.content.decode()
    assert "The original has changed" in html
    assert re.search(r"<ins>.*any", html)
    form = form_of(page)
    answer = client.post(address(world.lesson), form | {"keep": number_of(form, "title")}, follow=True)
    assert "Kept as it is" in answer.content.decode()
    assert not Translation.objects.filter(is_stale=True).exists()


def test_a_record_withdrawn_meanwhile_gives_the_words_back(client, world, translator):
    form = form_of(client.get(address(world.lesson)))
    records.change_visibility(by=None, record=world.lesson, name="withdraw", reason="owner-request")
    answer = client.post(address(world.lesson), form | {"text-0": "هواتف بلا رصيد", "do": "save"})
    assert answer.status_code == 410
    assert "هواتف بلا رصيد" in answer.content.decode()
    assert client.get(address(world.lesson)).status_code == 404


def test_a_passage_that_is_gone_meanwhile_is_kept(client, world, translator):
    form = form_of(client.get(address(world.lesson)))
    publish_again(world, world.lesson, body={"why": ""})
    number = number_of(form, "body.why")
    assert (
        client.post(address(world.lesson), form | {f"text-{number}": "سبب", "do": "save"}).status_code == 302
    )
    assert TranslationDraft.objects.get().field == "body.why"


@pytest.mark.parametrize("who", ["member", "operator"])
def test_to_those_who_write_for_nobody_it_is_not_there(client, world, who):
    client.force_login(getattr(world, who))
    assert client.get(address(world.lesson)).status_code == 404
    assert client.get(address(world.lesson, name="translate-read")).status_code == 404
    assert (
        "Help translate this"
        not in client.get(f"/en/lessons/{world.lesson.uid}/", follow=True).content.decode()
    )


def test_the_languages_themselves_are_checked(client, world, translator):
    for language in ("en", "xx", "pt-br"):
        assert client.get(address(world.lesson, language)).status_code == 404


def test_the_record_page_offers_what_is_missing_or_behind(client, world, translator):
    worlds.translate(world.lesson, "ar", {"title": "هواتف"})
    worlds.translate(world.lesson, "fr", {"title": "Téléphones"})
    publish_again(world, world.lesson, title="Phones without any credit")
    worlds.translate(world.lesson, "fr", {"title": "Téléphones sans crédit"})
    html = client.get(f"/en/lessons/{world.lesson.uid}/", follow=True).content.decode()
    offered = re.findall(rf'href="/en/translate/{world.lesson.uid}/(\w+)/"', html)
    assert offered == ["es", "pt", "ru", "ar", "zh"]
    assert html.count("the original has changed") == 1


def test_a_machine_can_be_asked_where_there_is_one(client, world, translator, settings):
    assert "Ask a machine" not in client.get(address(world.lesson)).content.decode()
    settings.TRANSLATOR_URL = "http://127.0.0.1:1"
    assert "Ask a machine" in client.get(address(world.lesson)).content.decode()
    answer = client.post(address(world.lesson, name="translate-machine"), follow=True)
    assert "A machine has been asked" in answer.content.decode()
    assert TranslationJob.objects.get().asked_by_uid == translator.uid


def test_names_of_countries_are_helped_with(client, world, translator):
    record = worlds.published(world.trust, "Wells in Kenya and Mauritania")
    html = client.get(address(record)).content.decode()
    assert "موريتانيا" in html
    assert "كينيا" in html


def test_what_is_wanted_takes_as_many_queries_for_one_as_for_three(
    client, world, translator, django_assert_num_queries
):
    def look(count):
        with django_assert_num_queries(count):
            return client.get(reverse("translate"), {"to": "ar"}).content.decode()

    def begin(*chosen: Record) -> None:
        for record in chosen:
            write(translator, record, {"summary": "ملخص"})

    def wait(*chosen: Record) -> None:
        for record in chosen:
            write(world.author, record, {"title": "عنوان آخر"})
            hand_in(world.author, record)

    theirs = [worlds.published(world.network, f"Practice {number}") for number in range(3)]
    for record in (world.lesson, world.publication, world.snapshot, *theirs):
        worlds.translate(record, "ar", {"title": "عنوان"})
    begin(world.lesson)
    wait(theirs[0])
    client.get(reverse("translate"))
    assert look(WANTED_QUERIES).count('class="card"') == 1
    for number in range(2):
        worlds.published(world.trust, f"Deed {number}")
    begin(world.publication, world.practice)
    wait(*theirs[1:])
    html = look(WANTED_QUERIES)
    assert (html.count('class="card"'), html.count("in draft"), html.count("/read/")) == (3, 3, 3)


WANTED_QUERIES = 9


def test_the_pages_take_as_many_queries_for_one_draft_as_for_three(
    client, world, translator, django_assert_num_queries
):
    def look(count):
        with django_assert_num_queries(count):
            assert client.get(address(world.lesson)).status_code == 200

    write(translator, world.lesson, {"title": "هواتف"})
    client.get(address(world.lesson))
    look(PAGE_QUERIES)
    write(world.author, world.lesson, {"summary": "ملخص", "body.why": "سبب"})
    look(PAGE_QUERIES)


PAGE_QUERIES = 9


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_first_visit_is_light_also_of_a_long_record(client, world, translator, language):
    varied = " ".join(f"Word{number * 7919 % 1000} of a long account {number}." for number in range(600))
    body = worlds.FULL_BODY | {"problem": varied[:18000], "evidence": varied[2000:9000]}
    record = worlds.published(world.trust, "A long and thorough practice", form="full", body=body)
    write(translator, record, {"body.problem": varied[:18000][::-1]})
    parts = 0
    while True:
        parts += 1
        path = f"/{language}/translate/{record.uid}/ar/?part={parts}"
        response = client.get(path, headers={"accept-encoding": "gzip"})
        html = gzip.decompress(response.content).decode()
        first = len(response.content) + sum(wire_size(file) for file in linked(html))
        assert first <= FIRST_VISIT, f"part {parts}: {first} bytes"
        if f"?part={parts + 1}" not in html:
            break
    assert parts > 2
    total = sum(1 for _ in queries.originals_of(record))
    assert total > 30


def test_the_style_sheet_is_small():
    assert wire_size(Path(site_settings.STATICFILES_DIRS[0]) / "translate.css") < 1_000
