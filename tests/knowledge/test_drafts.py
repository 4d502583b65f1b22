"""Writing a draft: field by field, by several people at once, again and anew."""

import threading

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import drafts
from ayni.knowledge.actions.drafts import (
    add_author,
    begin,
    begin_again,
    choose,
    discard,
    save_draft,
    set_form,
)
from ayni.knowledge.actions.reviews import submit
from ayni.knowledge.drafts import Edit, fingerprint, stamp_of_choice, values_of
from ayni.knowledge.models import Record, Revision, Variant
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Person
from ayni.registry.states import Role
from tests import worlds


@pytest.fixture
def room(world):
    """A second author beside the first, and a draft of theirs with its problem written."""
    second = worlds.person("Sita Second")
    grant_role(by=None, person=second, institution=world.trust, role=Role.CONTRIBUTOR)
    draft = begin(
        by=world.author, kind="practice", language="en", owner=world.trust, title="Water on the wall"
    )
    save(world.author, draft, problem="Pumps broke.")
    return world, second, draft


def save(person, draft, was=None, **fields):
    """Save body fields; by default as somebody who has just seen what is there."""
    now = values_of(fresh(draft))
    edits = [
        Edit(f"body.{name}", text, fingerprint(now.get(f"body.{name}")) if was is None else was)
        for name, text in fields.items()
    ]
    return save_draft(by=anew(person), revision=fresh(draft), edits=edits)


def fresh(draft):
    return Revision.objects.select_related("record").get(pk=draft.pk)


def anew(person):
    """As at the next request: without what rules remember of the person."""
    return Person.objects.get(pk=person.pk)


def body(draft):
    return fresh(draft).body


def test_a_draft_begins_with_its_title_and_its_author(world):
    draft = begin(by=world.author, kind="lesson", language="fr", owner=world.trust, title="  Des  tablettes ")
    assert (draft.title, draft.state, draft.form) == ("Des tablettes", "draft", "")
    assert [(row.person, row.institution) for row in draft.record.authors.all()] == [
        (world.author, world.trust)
    ]


def test_a_form_sent_twice_begins_one_draft(world):
    wanted = {
        "by": world.author,
        "kind": "practice",
        "language": "en",
        "owner": world.trust,
        "title": "Twice",
    }
    first = begin(**wanted)
    assert begin(**wanted) == first
    save(world.author, first, problem="Now it is more than begun.")
    assert begin(**wanted) != first


def test_nobody_begins_for_an_institution_they_do_not_write_for(world):
    with pytest.raises(NotAllowed):
        begin(by=world.author, kind="practice", language="en", owner=world.network, title="Not ours")
    with pytest.raises(NotAllowed):
        begin(by=world.member, kind="practice", language="en", owner=world.network, title="I only take part")
    assert not Record.objects.filter(state="unpublished").exclude(pk=world.draft.pk).exists()


def test_on_behalf_of_a_partner_the_record_says_so(world):
    draft = begin(
        by=world.author,
        kind="practice",
        language="en",
        owner=world.network,
        stand_in=world.trust,
        title="Theirs",
    )
    assert (draft.record.owner, draft.record.stand_in) == (world.network, world.trust)


def test_what_is_wrong_is_told_and_the_rest_is_stored(room):
    world, _, draft = room
    saved = save_draft(
        by=world.author,
        revision=fresh(draft),
        edits=[Edit("title", "x" * 301, fingerprint(draft.title)), Edit("summary", "Short.", "")],
    )
    assert [(fault.path, fault.code) for fault in saved.faults] == [("title", "too_long")]
    assert saved.changed == ["summary"]
    assert saved.was == {"summary": fingerprint("Short.")}
    assert (fresh(draft).title, fresh(draft).summary) == ("Water on the wall", "Short.")


def test_two_authors_of_different_fields_do_not_disturb_each_other(room):
    world, second, draft = room
    assert save(world.author, draft, what_was_done="We painted.").clashes == []
    assert save(second, draft, was="", what_changed="They pay.").clashes == []
    assert body(draft) == {
        "problem": "Pumps broke.",
        "what_was_done": "We painted.",
        "what_changed": "They pay.",
    }


def test_the_second_of_two_in_one_field_is_kept_beside_the_first(room):
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Pumps broke often.")
    saved = save(second, draft, was=seen, problem="Pumps broke, and nobody came.")
    assert body(draft)["problem"] == "Pumps broke often."
    kept = Variant.objects.get()
    assert (kept.path, kept.value, kept.by) == ("body.problem", "Pumps broke, and nobody came.", second)
    assert saved.clashes == [kept]


def test_a_variant_sent_again_or_written_on_stays_one(room):
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Pumps broke often.")
    first = save(second, draft, was=seen, problem="And nobody").was["body.problem"]
    save(second, draft, was=seen, problem="And nobody")
    save(second, draft, was=first, problem="And nobody came.")
    assert [kept.value for kept in Variant.objects.all()] == ["And nobody came."]


def test_to_empty_a_field_that_another_changed_is_a_wish_to_choose_from(room):
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Pumps broke often.")
    (kept,) = save(second, draft, was=seen, problem="").clashes
    assert body(draft)["problem"] == "Pumps broke often."
    choose(by=anew(second), variant=kept, keep="variant")
    assert "problem" not in body(draft)


@pytest.mark.parametrize(
    ("keep", "text"),
    [("there", "Mine."), ("variant", "Yours."), ("both", "Mine.\n\nYours.")],
)
def test_choosing_between_the_two(room, keep, text):
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Mine.")
    (kept,) = save(second, draft, was=seen, problem="Yours.").clashes
    choose(by=anew(world.author), variant=kept, keep=keep)
    assert body(draft)["problem"] == text
    assert not Variant.objects.exists()


@pytest.mark.parametrize("keep", ["there", "variant"])
@pytest.mark.parametrize("writes_on", ["there", "beside"])
def test_no_words_are_given_up_that_the_one_who_chooses_has_not_seen(room, keep, writes_on):
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Mine.")
    (kept,) = save(second, draft, was=seen, problem="Yours.").clashes
    saw = stamp_of_choice("Mine.", "Yours.")
    if writes_on == "there":
        save(world.author, draft, problem="Mine, and an hour's work more.")
    else:
        save(second, draft, was=fingerprint("Yours."), problem="Yours, and an hour's work more.")
    there, beside = body(draft)["problem"], Variant.objects.get().value
    with pytest.raises(WrongState, match="words_changed"):
        choose(by=anew(world.author), variant=kept, keep=keep, saw=saw)
    assert (body(draft)["problem"], Variant.objects.get().value) == (there, beside)
    choose(by=anew(world.author), variant=kept, keep="both", saw=saw)  # loses nothing, whatever they say
    assert body(draft)["problem"] == f"{there}\n\n{beside}"


def test_what_is_no_choice_chooses_nothing(room):
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Mine.")
    (kept,) = save(second, draft, was=seen, problem="Yours.").clashes
    with pytest.raises(Invalid):
        choose(by=anew(world.author), variant=kept, keep="neither")
    assert (body(draft)["problem"], Variant.objects.get().value) == ("Mine.", "Yours.")


def test_a_field_that_only_another_changed_keeps_the_writers_fingerprint(room):
    """Else their next save would put the old words over the new ones."""
    world, second, draft = room
    seen = fingerprint("Pumps broke.")
    save(world.author, draft, was=seen, problem="Pumps broke often.")
    assert save(second, draft, was=seen, problem="Pumps broke.").was == {}
    assert body(draft)["problem"] == "Pumps broke often."


NAMES = ("problem", "what_was_done")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(NAMES), st.booleans()), max_size=12))
def test_in_whatever_order_two_write_every_text_ends_in_a_field_or_beside_it(room, steps):
    """Each step: who writes, in which field, and whether they look at the page anew before.

    A text may go only when somebody who had it before their eyes wrote another in its place.
    """
    world, second, draft = room
    eyes = {who: dict.fromkeys(NAMES, ("", "")) for who in (True, False)}
    alive = {name: set() for name in NAMES}
    draft = begin(by=anew(world.author), kind="practice", language="en", owner=world.trust)
    for number, (who, name, looks) in enumerate(steps):
        person = world.author if who else second
        if looks:
            now = body(draft).get(name, "")
            eyes[who][name] = (now, fingerprint(now))
        before, was = eyes[who][name]
        text = f"Text number {number}."
        saved = save(person, draft, was=was, **{name: text})
        alive[name] = (alive[name] - {before}) | {text}
        eyes[who][name] = (text, saved.was[f"body.{name}"])
    for name in NAMES:
        beside = draft.variants.filter(path=f"body.{name}").values_list("value", flat=True)
        assert alive[name] <= {body(draft).get(name), *beside}


def test_a_snapshot_becomes_a_full_description_and_back_unless_words_would_be_lost(room):
    world, _, draft = room
    set_form(by=world.author, revision=fresh(draft), form="full")
    save(world.author, draft, what_did_not_work="A feast.")
    with pytest.raises(Invalid) as refused:
        set_form(by=anew(world.author), revision=fresh(draft), form="snapshot")
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("body.what_did_not_work", "would_be_lost")
    ]
    save(world.author, draft, what_did_not_work="")
    assert set_form(by=anew(world.author), revision=fresh(draft), form="snapshot").form == "snapshot"
    assert body(draft) == {"problem": "Pumps broke."}


def test_what_is_with_its_reviewers_is_not_written_in(room):
    world, _, draft = room
    save(world.author, draft, what_was_done="We painted.", what_changed="They pay.")
    edits = [Edit("summary", "Accounts on the wall.", ""), Edit("tags.countries", ["KE"], "")]
    save_draft(by=anew(world.author), revision=fresh(draft), edits=edits)
    submit(by=world.author, revision=fresh(draft))
    with pytest.raises(WrongState):
        save(world.author, draft, problem="Too late.")
    assert body(draft)["problem"] == "Pumps broke."


def test_a_draft_put_away_is_found_again(room):
    world, _, draft = room
    discard(by=world.author, revision=fresh(draft))
    again = begin_again(by=anew(world.author), record=draft.record)
    assert (again.pk, again.state, again.body) == (draft.pk, "draft", {"problem": "Pumps broke."})


def test_what_is_published_is_worked_on_in_a_draft_that_says_the_same(world):
    again = begin_again(by=world.author, record=world.practice)
    assert again.number == 2
    assert values_of(again) == values_of(world.practice.published)
    assert begin_again(by=anew(world.author), record=world.practice) == again


def test_a_co_author_from_elsewhere_writes_until_it_is_published(room):
    world, _, draft = room
    guest = worlds.person("Gita Guest")
    grant_role(by=None, person=guest, institution=world.network, role=Role.CONTRIBUTOR)
    with pytest.raises(Invalid):
        add_author(by=world.author, record=draft.record, person=guest, institution=world.trust)
    add_author(by=world.author, record=draft.record, person=guest, institution=world.network)
    add_author(by=world.author, record=draft.record, person=guest, institution=world.network)
    assert draft.record.authors.filter(person=guest).count() == 1
    assert save(guest, draft, what_changed="It helps us too.").changed == ["body.what_changed"]


def test_what_is_missing_and_what_is_wrong_is_named(room):
    _, _, draft = room
    values = values_of(fresh(draft)) | {"started": "2021-03", "ended": "2020"}
    assert [(fault.path, fault.code) for fault in drafts.missing(values, "practice", "snapshot")] == [
        ("summary", "missing"),
        ("tags.countries", "missing"),
        ("body.what_changed", "missing"),
        ("body.what_was_done", "missing"),
        ("ended", "ends_before_start"),
    ]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_begin_one_draft():
    trust, author = worlds.institution("Trust at once"), worlds.person("Ana Author")
    grant_role(by=None, person=author, institution=trust, role=Role.CONTRIBUTOR)
    together = threading.Barrier(4)

    def click() -> None:
        try:
            person = anew(author)
            together.wait(10)
            begin(by=person, kind="practice", language="en", owner=trust, title="Water on the wall")
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert Revision.objects.count() == 1
