import json
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from ayni.kernel import guarded
from ayni.knowledge.actions.records import add_revision, change_visibility, confirm, publish, remove
from ayni.knowledge.documents import fields_of
from ayni.knowledge.texts import Partner, Standing, Text
from ayni.registry.models import FormerId
from ayni.web import addresses
from tests import worlds

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def path_of(record, language="en"):
    with translation.override(language):
        return addresses.record_url(record)


def page(client, record, language="en", query=""):
    response = client.get(path_of(record, language) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_full_practice_says_everything_in_reading_order(client, world):
    html = unescape(page(client, world.practice))
    told = [
        "Pupil-led water committees", "Parents pay into a repair fund", "Three dry districts", "Pumps broke and",
        "Pupils of 41 schools", "founded water committees", "The wall of figures", "A wall and paint.", "One day",
        "runs again after three days", "Pupils who miss school", "31 %", "9 %", "registers", "The county compared",
        "only men", "Where there is no school nearby", "A market committee", "4,000 dollars", "Two technicians",
        "pays for repairs since", "Taveta County", "The repair book as a form",
    ]  # fmt: skip
    places = [html.index(text, html.index("<h1")) for text in told]
    assert places == sorted(places)


def test_full_practice_says_who_stands_for_it(client, world):
    html = page(client, world.practice)
    assert f'href="/en/ask/{world.practice.uid}/"' in html
    assert "ask@water-trust.example" in html
    assert "They agreed to answer until" in html
    assert "Confirmed in May 2026" in html
    assert "Own evaluation" in html
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in html
    assert 'href="https://example.org/report"' in html
    assert "March 2019 – 2023" in html
    assert "achieve universal and equitable access to safe and affordable drinking water for all" in html
    with translation.override("en"):
        assert addresses.institution_url(world.network) in html


def test_markdown_becomes_html_and_links_are_not_followed(client, world):
    html = page(client, world.practice)
    assert "<strong>nobody</strong>" in html
    assert "<li>they read the meter</li>" in html


def test_every_kind_has_its_page(client, world):
    assert "What we would do now" in page(client, world.lesson)
    publication = page(client, world.publication)
    assert "Amina Example" in publication
    assert "Guideline" in publication
    assert "Open the publication" in publication
    activity = page(client, world.activity)
    assert "As published by <bdi>Agency of Example</bdi>." in activity
    assert "Not reviewed here." in activity
    assert "Under way" in activity


def test_translation_says_what_it_is_and_marks_what_is_still_in_the_original(client, world):
    html = page(client, world.snapshot)
    assert "Translated from French." in html
    assert "Households did not pay for water." in html
    assert '<div class="foreign" lang="fr" dir="ltr"><p>Huit ménages sur dix paient.</p></div>' in html
    assert '<a href="?lang=fr" hreflang="fr">Read the original</a>' in html


def test_original_can_be_read_under_another_site_language(client, world):
    html = page(client, world.snapshot, query="?lang=fr")
    assert '<h1><span lang="fr" dir="ltr">Les comptes' in html
    assert "You are reading this in French." in html


def test_untranslated_record_says_so_and_marks_its_language(client, world):
    html = page(client, world.lesson, "ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert '<div lang="en" dir="ltr"><p>A ministry wanted' in html
    assert 'class="note"' in html
    french = worlds.published(world.network, "Sans traduction", language="fr")
    assert "You are reading the original, in French." in page(client, french)


def test_machine_and_stale_translations_are_named(client, world):
    french = worlds.published(world.network, "Traduit par une machine", language="fr")
    worlds.translate(french, "en", {"title": "Translated by a machine"}, status="machine")
    assert "Translated from French by a machine; nobody has checked it." in page(client, french)
    text = Text(title="Un autre titre", body=worlds.SNAPSHOT_BODY)
    publish(by=None, revision=add_revision(by=None, record=world.snapshot, text=text), as_imported=True)
    world.snapshot.refresh_from_db()
    assert "Parts of the original have changed since." in page(client, world.snapshot)


def test_contact_is_offered_only_while_they_agreed(client, world):
    html = page(client, world.snapshot)
    assert "mailto:bureau@reseau.example" not in html
    assert "agreed to answer until" in html
    assert "Not confirmed for more than a year" in html


def test_confirming_shows_at_once(client, world):
    assert "Not confirmed for more than a year" in page(client, world.snapshot)
    confirm(by=None, record=world.snapshot)
    assert "Not confirmed for more than a year" not in page(client, world.snapshot)


def test_neighbours_of_a_record(client, world):
    assert path_of(world.practice) in page(client, world.snapshot)  # adapted from
    html = page(client, world.practice)
    assert "Done elsewhere too" in html
    assert "Water accounts on the wall" in html
    assert "Phones without credit" in html  # of the same institution
    worlds.published(world.network, "Rainwater  for Schools!", kind="activity", body=worlds.ACTIVITY_BODY)
    assert "The same, told by others" in page(client, world.activity)


def test_foreign_slug_and_kind_lead_to_the_canonical_address(client, world):
    uid = world.practice.uid
    for wrong in (f"/en/practices/{uid}/", f"/en/practices/{uid}/other-words/", f"/en/lessons/{uid}/x/"):
        response = client.get(wrong + "?lang=en")
        assert response.status_code == 301
        assert response["Location"] == path_of(world.practice) + "?lang=en"


def test_slug_keeps_the_letters_of_its_script(client, db):
    record = worlds.published(worlds.institution("جمعية"), "مياه المدارس", language="ar")
    assert addresses.slug_of("مياه المدارس") == "مياه-المدارس"
    assert "مياه المدارس" in page(client, record)
    assert addresses.slug_of("🌊") == "-"
    assert page(client, worlds.published(record.owner, "🌊"))


def test_short_address_leads_to_the_readers_language(client, world):
    response = client.get(f"/id/{world.practice.uid}/", headers={"accept-language": "fr"})
    assert response["Location"] == path_of(world.practice, "fr")
    assert "Accept-Language" in response["Vary"]


def test_unknown_and_others_drafts_look_alike(client, world):
    draft = client.get(f"/en/practices/{world.draft.uid}/a-draft-nobody-else-sees/")
    unknown = client.get("/en/practices/zzzzzzzzzzzz/a-draft-nobody-else-sees/")
    assert draft.status_code == unknown.status_code == 404
    assert draft.content.replace(world.draft.uid.encode(), b"") == unknown.content.replace(
        b"zzzzzzzzzzzz", b""
    )
    client.force_login(world.member)
    assert client.get(f"/id/{world.draft.uid}/").status_code == 404


def test_withdrawn_record_leaves_a_tombstone(client, world):
    path = path_of(world.lesson)
    assert client.get(path).status_code == 200
    change_visibility(by=world.moderator, record=world.lesson, name="withdraw", reason="owner-request")
    response = client.get(path)
    assert response.status_code == 410
    assert "asked for its removal" in response.content.decode()
    assert "Phones without credit" not in response.content.decode()
    client.force_login(world.moderator)
    assert client.get(path).status_code == 200


def test_removed_record_leaves_a_tombstone_or_leads_on(client, world):
    uid = world.activity.uid
    remove(by=None, record=world.activity, reason="import-undone")
    response = client.get(f"/en/activities/{uid}/x/")
    assert response.status_code == 410
    assert "The import that brought it here was undone." in response.content.decode()
    with guarded.writing():  # no action of today makes this row; merges of records will
        FormerId.objects.filter(target=f"knowledge.record:{uid}").update(
            now=f"knowledge.record:{world.practice.uid}"
        )
    assert client.get(f"/id/{uid}/")["Location"] == f"/id/{world.practice.uid}/"


def test_archived_record_stays_readable_and_says_so(client, world):
    change_visibility(by=world.moderator, record=world.practice, name="archive")
    assert "Nobody stands for this record today." in page(client, world.practice)


def test_linked_data_describes_each_kind(client, world):
    def data(record):
        html = page(client, record)
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1))

    practice = data(world.practice)
    assert practice["@type"] == "Article"
    assert practice["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {"@type": "Country", "name": "Kenya"} in practice["spatialCoverage"]
    assert data(world.publication)["@type"] == "Report"
    assert data(world.activity)["@type"] == "Project"
    assert data(world.lesson)["@id"].endswith(f"/id/{world.lesson.uid}/")


def test_share_links_carry_the_short_address(client, world):
    html = unescape(page(client, world.practice))
    short = addresses.short_url(world.practice)
    assert f'<bdi class="copy">{short}</bdi>' in html
    assert html.count(f"/id/{world.practice.uid}/") >= 4
    assert "https://wa.me/?text=" in html
    assert "https://t.me/share/url?" in html


def nasty_body(kind, form):
    def value(field):
        if field.type == "rows":
            return [{inner.name: value(inner) for inner in field.rows}]
        if field.type == "lines":
            return [NASTY]
        if field.type == "choice":
            return field.choices[0]
        if field.type == "year":
            return 2024
        return "https://example.org/?" + NASTY.replace(" ", "+") if field.type == "url" else NASTY

    return {field.name: value(field) for field in fields_of(kind, form)}


@pytest.mark.parametrize(
    ("kind", "form"),
    [("practice", "full"), ("practice", "snapshot"), ("lesson", ""), ("publication", ""), ("activity", "")],
)
def test_html_in_every_field_shows_as_text(client, db, kind, form):
    owner = worlds.institution(NASTY, about=NASTY, city=NASTY, source_title=NASTY)
    record = worlds.published(
        owner, NASTY, kind=kind, body=nasty_body(kind, form), form=form, summary=NASTY,
        partners=(Partner(NASTY, "funder"),),
        standing=Standing(source_title=NASTY, source_publisher=NASTY, licence="<b>", last_confirmed_on=date(2026, 1, 1)),
    )  # fmt: skip
    worlds.translate(record, "fr", {"title": NASTY})
    for language in ("en", "fr"):
        html = page(client, record, language)
        assert "<script>alert" not in html
        assert "<img" not in html
        assert html.count("<script") == 1  # the linked data
        assert NASTY in unescape(html)
    with translation.override("en"):
        assert "<img" not in client.get(addresses.institution_url(owner)).content.decode()


def test_links_in_text_are_safe(client, db):
    text = "[good](https://example.org) [bad](javascript:alert(1)) ![x](https://example.org/x.png)\n\n# Loud"
    record = worlds.published(worlds.institution("A"), "T", body={"problem": text, "what_was_done": "x"})
    html = page(client, record)
    assert '<a href="https://example.org" rel="nofollow noopener">good</a>' in html
    assert 'href="javascript:' not in html
    assert "<img" not in html
    assert "<h4>Loud</h4>" in html


def test_names_are_isolated_and_foreign_text_is_marked(client, world):
    html = page(client, world.practice)
    assert "<bdi>Rural Water Trust</bdi>" in html
    assert '<bdi lang="fr" dir="ltr">Réseau des comptes ouverts</bdi>' in html
    assert "<bdi>Taveta County</bdi>" in html


def test_queries_do_not_grow_with_what_is_shown(
    world, django_assert_num_queries, django_assert_max_num_queries
):
    member = Client()
    member.force_login(world.member)  # pages of logged-in people are never kept
    path = path_of(world.practice)
    member.get(path)
    with django_assert_max_num_queries(24) as seen:
        member.get(path)
    before = len(seen)
    for number in range(2):
        partner = worlds.institution(f"Partner {number}")
        worlds.published(
            world.trust,
            f"Another {number}",
            terms=worlds.terms("sdg/6"),
            partners=(Partner(partner.name, "both", partner),),
        )
        worlds.published(partner, f"Adapted {number}", standing=Standing(adapted_from=world.practice))
    text = Text(
        title="Pupil-led water committees", body=worlds.FULL_BODY, form="full", terms=worlds.terms("sdg/6", "sdg/6.1"),
        partners=tuple(Partner(f"P{number}", "both", worlds.institution(f"P {number}")) for number in range(3)),
    )  # fmt: skip
    publish(by=None, revision=add_revision(by=None, record=world.practice, text=text), as_imported=True)
    member.get(path)
    with django_assert_num_queries(before):
        member.get(path)


@pytest.mark.parametrize("query", ["", "?lang=fr"])
def test_an_id_in_capitals_leads_to_the_page(client, world, query):
    path, uid = path_of(world.practice), world.practice.uid
    response = client.get(path.replace(uid, uid.upper()) + query)
    assert (response.status_code, response["Location"]) == (301, path + query)
    short = client.get(f"/id/{uid.upper()}/")
    assert (short.status_code, short["Location"]) == (302, path)


def test_kept_page_costs_one_query_and_is_dropped_by_any_change(client, world, django_assert_num_queries):
    path = path_of(world.practice)
    first = client.get(path)
    with django_assert_num_queries(1):
        assert client.get(path).content == first.content
    text = replace(
        Text(title="Pupil-led water committees"), summary="Changed.", body=worlds.FULL_BODY, form="full"
    )
    publish(by=None, revision=add_revision(by=None, record=world.practice, text=text), as_imported=True)
    assert "Changed." in client.get(path).content.decode()


def test_kept_pages_never_reach_people_with_a_session(client, world):
    path = path_of(world.practice)
    client.get(path)
    client.force_login(world.operator)
    assert "Omar Operator" in client.get(path).content.decode()
    client.logout()
    assert "Omar Operator" not in Client().get(path).content.decode()


def test_a_label_in_another_language_says_so(client, world):
    page = client.get(
        f"/id/{world.practice.uid}/", headers={"accept-language": "ar"}, follow=True
    ).content.decode()
    assert '<bdi lang="en" dir="ltr">Basic drinking water supply and basic sanitation</bdi>' in page
