import io
import json
import threading
from dataclasses import replace
from html import unescape

import docx
import pytest
from django.test import Client

from ayni.kernel import guarded
from ayni.knowledge.actions import files as attaching
from ayni.knowledge.actions.drafts import begin_again, save_draft
from ayni.knowledge.actions.records import add_revision, change_visibility, publish
from ayni.knowledge.attached import fingerprint_of
from ayni.knowledge.drafts import Edit, fingerprint, values_of
from ayni.knowledge.texts import Partner, Text
from ayni.web.handing_on import making
from tests import pictures, worlds


@pytest.fixture(autouse=True)
def _nothing_made_before():
    making.forget()
    yield
    making.forget()


def address(record, name="ayni.docx", query=""):
    return f"/en/practices/{record.uid}/take/{name}{query}"


def words(response) -> str:
    word = docx.Document(io.BytesIO(response.content))
    return "\n".join(one.text for one in word.paragraphs)


@pytest.mark.parametrize("order", ["ayni", "galaxy", "panorama", "desa"])
def test_everyone_may_take_a_public_record_along(client, world, order):
    response = client.get(address(world.practice, f"{order}.docx"))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    assert response["X-Robots-Tag"] == "noindex"
    text = words(response)
    for told in (
        "Pupil-led water committees",
        "Rural Water Trust",
        "Taveta County",
        "Kenya",
        "CC BY 4.0",
        "Final report",
    ):
        assert told in text
    assert f"/id/{world.practice.uid}/" in text
    assert "ask@water-trust.example" in text


def test_what_is_invented_says_so_first(client, world):
    said = "Demo: invented to show how this site works."
    assert said not in words(client.get(address(world.practice)))
    with guarded.writing():
        type(world.practice).objects.filter(pk=world.practice.pk).update(is_demo=True)
    text = words(client.get(address(world.practice)))
    assert text.index(said) < text.index(world.practice.published.summary)


def test_pdf_of_each_kind(client, world):
    for record in (world.practice, world.snapshot, world.lesson, world.publication, world.activity):
        response = client.get(address(record, "ayni.pdf"))
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        assert response.content.startswith(b"%PDF-1.7")


def test_it_is_named_after_its_title_in_any_script(client, world):
    name = client.get(address(world.practice, "galaxy.pdf"))["Content-Disposition"]
    assert name == 'attachment; filename="pupil-led-water-committees-galaxy.pdf"'
    record = worlds.published(world.trust, "لجان المياه", language="ar")
    assert "filename*=utf-8''%D9%84%D8%AC%D8%A7%D9%86" in client.get(address(record))["Content-Disposition"]


def test_language_chosen_or_of_the_page_or_of_the_original(client, world):
    assert "Water accounts on the wall" in words(client.get(address(world.snapshot)))
    french = words(client.get(address(world.snapshot, query="?lang=fr")))
    assert "Les comptes de l’eau sur le mur" in french
    assert "Translated from" not in french
    english = words(client.get(address(world.snapshot)))
    assert "Translated from French." in english
    assert "Huit ménages sur dix paient." in english  # not translated: as the original has it


def test_who_has_it_already_is_not_sent_it_again(client, world):
    path = address(world.practice)
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    text = replace(
        Text(title="Pupil-led water committees"), summary="Changed.", body=worlds.FULL_BODY, form="full"
    )
    publish(by=None, revision=add_revision(by=None, record=world.practice, text=text), as_imported=True)
    changed = client.get(path, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert "Changed." in words(changed)


def test_head_says_the_same_and_makes_nothing(client, world):
    path = address(world.practice, "ayni.pdf")
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == client.get(path)["ETag"]
    assert client.post(path).status_code == 405


def test_drafts_are_for_those_who_may_read_them_and_say_so(client, world):
    path = address(world.draft, query="?draft=yes")
    assert client.get(path).status_code == 404
    client.force_login(world.member)
    assert client.get(path).status_code == 404
    client.force_login(world.author)
    response = client.get(path)
    assert response.status_code == 200
    assert "Draft, not published" in words(response)
    assert "A draft nobody else sees" in words(response)
    assert f"/id/{world.draft.uid}/" not in words(response)  # it leads nowhere yet
    assert client.get(address(world.draft)).status_code == 404  # without asking for the draft: not published


def test_what_is_written_anew_stays_apart_from_what_is_public(client, world):
    revision = begin_again(by=world.author, record=world.practice)
    assert revision is not None
    client.force_login(world.author)
    assert "Draft, not published" not in words(client.get(address(world.practice)))
    assert "Draft, not published" in words(client.get(address(world.practice, query="?draft=yes")))
    assert Client().get(address(world.practice, query="?draft=yes")).status_code == 404


def test_every_format_of_a_draft_says_what_the_draft_says(client, world):
    """Also of source, licence and contact, which readers see with the publication only."""
    draft = begin_again(by=world.author, record=world.practice)
    was = fingerprint(values_of(draft)["standing.contact_email"])
    save_draft(
        by=world.author, revision=draft, edits=[Edit("standing.contact_email", "new@trust.example", was)]
    )
    client.force_login(world.author)
    told = json.loads(client.get(address(world.practice, "ayni.json", "?draft=yes")).content)
    assert told["contact"]["email"] == "new@trust.example"
    assert "new@trust.example" in words(client.get(address(world.practice, query="?draft=yes")))
    public = json.loads(client.get(address(world.practice, "ayni.json")).content)
    assert public["contact"]["email"] == "ask@water-trust.example"


def test_pictures_and_documents_come_along(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    revision = world.draft.revisions.get()
    for name, content in (("a.jpg", pictures.encoded(pictures.photo())), ("b.pdf", pictures.PDF)):
        path = pictures.written(tmp_path, content)
        row = attaching.receive(by=world.author, revision=revision, path=path, name=name)
        attaching.describe(
            by=world.author,
            row=row,
            caption=f"Seen in {name}",
            description="A red wall",
            was=fingerprint_of(row),
        )
    client.force_login(world.author)
    word = docx.Document(io.BytesIO(client.get(address(world.draft, query="?draft=yes")).content))
    (shape,) = word.inline_shapes
    assert shape._inline.docPr.get("descr") == "A red wall"
    said = "\n".join(one.text for one in word.paragraphs)
    assert said.count("Seen in a.jpg") == said.count("Seen in b.pdf") == 1
    pdf = client.get(address(world.draft, "galaxy.pdf", "?draft=yes"))
    assert pdf.status_code == 200
    assert b"/Image" in pdf.content
    told = json.loads(client.get(address(world.draft, "ayni.json", "?draft=yes")).content)["about"]["files"]
    assert [one["caption"] for one in told] == ["Seen in a.jpg", "Seen in b.pdf"]
    assert all(one["link"].startswith("http://") for one in told)


def test_withdrawn_says_what_its_page_says(client, world):
    change_visibility(by=None, record=world.practice, name="withdraw", reason="owner-request")
    for name in ("ayni.docx", "ayni.json", "choose/"):
        response = client.get(address(world.practice, name))
        assert response.status_code == 410
        assert b"repair fund" not in response.content


def test_a_withdrawn_original_is_not_named(client, world):
    assert "Pupil-led water committees" in words(client.get(address(world.snapshot)))
    change_visibility(by=None, record=world.practice, name="withdraw", reason="wrong")
    assert "Pupil-led water committees" not in words(client.get(address(world.snapshot)))
    assert (
        json.loads(client.get(address(world.snapshot, "ayni.json")).content)["about"]["adapted_from"] is None
    )


def test_the_page_asks_and_leads_to_the_file(client, world):
    page = unescape(client.get(f"/id/{world.snapshot.uid}/", follow=True).content.decode())
    assert f'action="/en/practices/{world.snapshot.uid}/take/choose/"' in page
    chosen = client.get(address(world.snapshot, "choose/", "?format=pdf&order=galaxy&lang=fr"))
    assert (chosen.status_code, chosen["Location"]) == (
        302,
        address(world.snapshot, "galaxy.pdf", "?lang=fr"),
    )
    assert client.get(address(world.snapshot, "choose/", "?format=json&order=desa"))["Location"] == address(
        world.snapshot, "ayni.json"
    )
    assert client.get(address(world.snapshot, "choose/", "?format=exe")).status_code == 200
    assert client.get(address(world.snapshot, "galaxy.json")).status_code == 404
    assert client.get(address(world.snapshot, "ours.pdf")).status_code == 404


@pytest.mark.parametrize("name", ["galaxy.docx", "ayni.json"])
def test_queries_do_not_grow_with_what_is_said(
    client, world, django_assert_num_queries, django_assert_max_num_queries, name
):
    path = address(world.practice, name)
    client.get(path)
    with django_assert_max_num_queries(16) as seen:
        client.get(path)
    text = Text(
        title="Pupil-led water committees", body=worlds.FULL_BODY, form="full",
        terms=worlds.terms("sdg/6", "sdg/6.1", "sdg/3", "countries/KE", "countries/NP"),
        partners=tuple(Partner(f"P{n}", "both", worlds.institution(f"P {n}")) for n in range(3)),
    )  # fmt: skip
    publish(by=None, revision=add_revision(by=None, record=world.practice, text=text), as_imported=True)
    with django_assert_num_queries(len(seen)):
        client.get(path)


def test_files_are_made_in_turn_and_who_waits_too_long_is_asked_to_come_again(world, client, monkeypatch):
    monkeypatch.setattr(making.turns, "_patience", 0.01)
    with making.turns.turn():
        response = client.get(address(world.practice))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Try again in a moment." in response.content.decode()
    assert client.get(address(world.practice)).status_code == 200
    assert threading.active_count() < 50
