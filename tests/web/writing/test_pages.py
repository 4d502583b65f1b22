"""Each writing page: light, with a constant number of queries, saved with a script and without."""

import gzip
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ayni.kernel import clock
from ayni.knowledge import drafts
from ayni.knowledge.actions.drafts import begin, save_draft, set_form
from ayni.knowledge.drafts import Edit, fingerprint, values_of
from ayni.registry.models import Person
from ayni.web.writing.pages import page_of, pages_of
from tests import worlds
from tests.web.test_weight import linked, wire_size
from tests.web.writing.conftest import Form, fresh, path_of

SORTS = [
    ("practice", "snapshot"),
    ("practice", "full"),
    ("lesson", ""),
    ("publication", ""),
    ("activity", ""),
]
FIRST_VISIT = 20_000
NOT_WRITTEN_HERE = {"tags.regions", "tags.sectors"}


@pytest.fixture
def full(world, draft):
    """A full description with everything in it."""
    set_form(by=world.author, revision=fresh(draft), form="full")
    edits = [Edit(f"body.{name}", value, "") for name, value in worlds.FULL_BODY.items()]
    edits += [
        Edit("summary", "Accounts on the wall.", ""),
        Edit("tags.countries", ["KE", "ET"], ""),
        Edit("tags.sdg", ["6", "6.1"], ""),
        Edit("tags.themes", ["health"], ""),
        Edit(
            "partners",
            [{"name": world.network.name, "role": "provider", "institution": world.network.uid}],
            "",
        ),
    ]
    saved = save_draft(by=world.author, revision=fresh(draft), edits=edits)
    assert saved.faults == []
    return fresh(draft)


@pytest.mark.parametrize(("kind", "form"), SORTS)
def test_every_field_has_its_page(kind, form):
    pages = pages_of(kind, form)
    written = [path for page in pages for path in page.paths]
    assert len(written) == len(set(written))
    rest = {
        path for path in drafts.paths_of(kind, form) - set(written) if not path.startswith("standing.source")
    }
    assert rest <= NOT_WRITTEN_HERE | {"tags.exchange_types", "started", "ended"}
    assert {path for path in drafts.paths_of(kind, form) if path.startswith("body.")} <= set(written)
    assert page_of("body.results.0.what", "practice", "full").name == "results"


def names(form):
    return ["start", *(page.name for page in pages_of("practice", form)), "preview", "authors", "discard"]


@pytest.mark.parametrize("name", dict.fromkeys(names("full")))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_light_on_slow_lines(browser, full, name, language):
    where = "" if name == "start" else f"{full.record.uid}/{name}/"
    page = browser.client.get(f"/{language}/write/{where}", headers={"accept-encoding": "gzip"})
    assert page.status_code == 200
    files = linked(gzip.decompress(page.content).decode())
    assert len(page.content) + sum(wire_size(file) for file in files) <= FIRST_VISIT


@pytest.mark.parametrize("page", pages_of("practice", "full"), ids=lambda page: page.name)
def test_continue_without_a_change_changes_nothing(browser, full, page):
    """What the form shows is what is stored: nothing is lost on the way there and back."""
    before = values_of(full)
    form = browser.form(path_of(full, page.name))
    assert browser.send(form).status_code == 302
    after = values_of(fresh(full))
    proposed = {"standing.licence", "standing.contact_email", "standing.contact_until"}
    assert {path: value for path, value in after.items() if path not in proposed} == before


def test_queries_do_not_grow_with_what_is_written(browser, draft, full):
    def count(path):
        browser.client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.client.get(path).status_code == 200
        return len(queries)

    other = begin(
        by=Person.objects.get(pk=draft.created_by_id), kind="practice", language="en", owner=draft.record.owner,
        title="Nothing in it", form="full",
    )  # fmt: skip
    for page in ("problem", "where", "results", "blocks"):
        assert count(path_of(full, page)) == count(path_of(other, page)), page


def test_autosave_asks_little_of_the_database(browser, full):
    """What it costs is measured by `make bench`; here, that nothing is added to it unnoticed."""
    form = browser.form(path_of(full, "problem"))
    browser.send(form, body__problem="To begin the sitting.", json=True)
    form = browser.form(path_of(full, "problem"))
    with CaptureQueriesContext(connection) as queries:
        told = browser.send(form, body__problem="Some words more.", json=True)
    assert told.status_code == 200
    assert len(queries) <= 16, [query["sql"][:90] for query in queries]


def test_rows_are_written_without_a_script(browser, full):
    form = browser.form(path_of(full, "links"))
    row = {"body__links__1__title": "A film", "body__links__1__url": "https://example.org/film"}
    answer = browser.send(form, go="more:f-body-links", **row)
    assert answer["Location"] == f"{path_of(full, 'links')}?more=1#f-body-links"
    assert [link["title"] for link in fresh(full).body["links"]] == ["The repair book as a form", "A film"]
    more = browser.form(answer["Location"].partition("#")[0])
    assert "body.links.6.title" in more.fields  # two there, two empty ones, three more
    emptied = browser.send(more, body__links__0__title="", body__links__0__url="")
    assert emptied.status_code == 302
    assert [link["title"] for link in fresh(full).body["links"]] == ["A film"]


def test_what_is_wrong_in_a_row_is_said_beside_it(browser, full):
    form = browser.form(path_of(full, "links"))
    page = browser.send(form, body__links__1__title="A film", body__links__1__url="no address")
    assert page.status_code == 422
    html = page.content.decode()
    assert 'href="#f-body-links-1-url"' in html
    assert "Where to read more, row 2: Web address" in html
    assert Form(html).fields["body.links.1.url"] == ["no address"]
    assert len(fresh(full).body["links"]) == 1


def test_a_partner_stays_linked_until_its_name_is_changed(world, browser, full):
    form = browser.form(path_of(full, "where"))
    browser.send(form, partners__1__name="Taveta County", partners__1__role="funder")
    kept = {"name": world.network.name, "role": "provider", "institution": world.network.uid}
    added = {"name": "Taveta County", "role": "funder", "institution": ""}
    assert values_of(fresh(full))["partners"] == [kept, added]
    form = browser.form(path_of(full, "where"))
    browser.send(form, partners__0__name="Another network")
    assert values_of(fresh(full))["partners"][0] == kept | {"name": "Another network", "institution": ""}


def test_the_draft_is_resumed_where_something_is_missing(browser, draft):
    assert browser.client.get(f"/en/write/{draft.record.uid}/")["Location"] == (
        f"{path_of(draft, 'problem')}#f-body-problem"
    )


def test_a_photo_is_added_once_the_words_beside_it_are_saved(browser, draft):
    """On a page of its own: without a script, words typed beside a second form would be lost with it."""
    form = browser.form(path_of(draft, "changed"))
    answer = browser.send(form, body__what_changed="They pay.", go="files")
    assert fresh(draft).body["what_changed"] == "They pay."
    page = browser.client.get(answer["Location"]).content.decode()
    assert "Add a photo or a document" in page
    assert 'name="do" value="continue"' in page


def test_a_snapshot_grows_and_shrinks(browser, draft):
    uid = draft.record.uid
    before = browser.client.get(path_of(draft, "preview")).content.decode()
    assert "Tell more" in before
    assert "15 pages instead of 5; what you have written stays." in before
    assert browser.client.post(f"/en/write/{uid}/form/", {"form": "full"})["Location"] == path_of(
        draft, "setting"
    )
    assert "Make it a snapshot again" in browser.client.get(path_of(draft, "preview")).content.decode()
    browser.client.post(f"/en/write/{uid}/form/", {"form": "snapshot"})
    assert fresh(draft).form == "snapshot"


def test_handing_in_what_is_not_complete_says_what_is_missing(browser, draft):
    page = browser.client.post(f"/en/write/{draft.record.uid}/hand-in/", follow=True).content.decode()
    assert "It is not handed in yet" in page
    assert f'href="{path_of(draft, "done")}#f-body-what_was_done"' in page
    assert fresh(draft).state == "draft"


def test_what_is_published_is_worked_on_again(world, browser):
    path = f"/en/write/again/{world.practice.uid}/"
    assert "You change a copy." in browser.client.get(path).content.decode()
    assert world.practice.revisions.count() == 1
    assert browser.client.post(path)["Location"] == f"/en/write/{world.practice.uid}/preview/"
    assert world.practice.revisions.count() == 2


def test_source_licence_and_contact_of_a_public_record_wait_for_publication(world, browser):
    """Saved by the script while one writes: readers see nothing of it, the preview does."""
    record = world.practice
    browser.client.post(f"/en/write/again/{record.uid}/")
    for name, changes in {
        "where": {"standing.licence": "CC0-1.0", "standing.contact_email": "new@water-trust.example"},
        "source": {"standing.source_title": "Later report"},
    }.items():
        form = browser.form(f"/en/write/{record.uid}/{name}/")
        written = {path.replace(".", "__"): value for path, value in changes.items()}
        assert browser.send(form, json=True, **written).status_code == 200
        shown = browser.client.get(f"/en/write/{record.uid}/{name}/").content.decode()
        assert "hold at once" not in shown
        assert all(value in shown for value in changes.values())
    public = browser.client.get(f"/en/practices/{record.uid}/", follow=True).content.decode()
    preview = browser.client.get(f"/en/write/{record.uid}/preview/").content.decode()
    words = ["ask@water-trust.example", "new@water-trust.example", "Final report", "Later report"]
    assert [word in public for word in words] == [True, False, True, False]
    assert [word in preview for word in words] == [False, True, False, True]


def test_putting_away_asks_first_and_can_be_undone(browser, draft):
    path = path_of(draft, "discard")
    assert "Put this draft away?" in browser.client.get(path).content.decode()
    assert fresh(draft).state == "draft"
    assert "Fetch it back" in browser.client.post(path).content.decode()
    assert browser.client.get(path_of(draft, "preview")).status_code == 404
    browser.client.post(f"/en/write/again/{draft.record.uid}/")
    assert fresh(draft).state == "draft"


def test_goals_and_their_targets_stay_both(browser, full):
    form = browser.form(path_of(full, "where"))
    assert form.fields["tags.sdg"] == ["6", "6.1"]


def test_a_preview_says_whom_readers_will_ask_and_does_not_send_them_away(browser, draft):
    until = (clock.today() + timedelta(days=9)).isoformat()
    given = {"standing.contact_email": "office@example.org", "standing.contact_until": until}
    edits = [Edit(path, value, fingerprint("")) for path, value in given.items()]
    save_draft(by=draft.created_by, revision=draft, edits=edits)
    shown = browser.client.get(path_of(draft, "preview")).content.decode()
    assert "Readers will be able to ask you here until" in shown
    assert "Ask the institution." not in shown
