"""Files of a draft: they arrive once, for those who may change it, and what is published stays as it is."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import attached
from ayni.knowledge.actions import files as actions
from ayni.knowledge.actions.drafts import begin_again
from ayni.knowledge.actions.records import change_visibility, publish
from ayni.knowledge.actions.reviews import reopen, submit, withdraw
from ayni.knowledge.models import Revision, RevisionFile
from ayni.knowledge.queries import files as queries
from ayni.knowledge.tasks import sweep_unused_files
from ayni.registry.actions import uploads
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.filing import shelf
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import File, Upload
from ayni.registry.states import Role
from tests import worlds
from tests.pictures import PDF, encoded, photo, written

JPEG = encoded(photo())
MARK = "0123456789abcdef"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def draft(world) -> Revision:
    return world.draft.revisions.get()


def sent(by, draft, content=JPEG, name="a.jpg", mark=MARK):
    """All of it is here, not finished yet."""
    upload = actions.begin_upload(by=by, revision=draft, name=name, size=len(content), fingerprint=mark)
    return uploads.add_piece(by=by, upload=upload, offset=0, piece=content)


def received(world, draft, tmp_path, content=JPEG, name="a.jpg"):
    return actions.receive(by=world.author, revision=draft, path=written(tmp_path, content), name=name)


def test_an_upload_becomes_one_file_of_the_draft(world, draft, django_capture_on_commit_callbacks):
    upload = sent(world.author, draft)
    row = actions.finish_upload(by=world.author, upload=upload)
    assert (row.revision, row.file.name, row.file.created_by) == (draft, "a.webp", world.author)
    assert not shelf.arriving(upload.uid).exists()
    again = actions.finish_upload(by=world.author, upload=Upload.objects.get())
    assert again == row
    assert (File.objects.count(), RevisionFile.objects.count(), len(list(shelf.stored()))) == (1, 1, 1)


def test_the_same_file_chosen_again_is_there_already(world, draft):
    row = actions.finish_upload(by=world.author, upload=sent(world.author, draft))
    upload = actions.begin_upload(
        by=world.author, revision=draft, name="a.jpg", size=len(JPEG), fingerprint=MARK
    )
    assert (upload.state, upload.file) == ("done", row.file)


def test_taken_off_and_chosen_again_it_is_sent_again(world, draft):
    actions.detach(
        by=world.author, row=actions.finish_upload(by=world.author, upload=sent(world.author, draft))
    )
    row = actions.finish_upload(by=world.author, upload=sent(world.author, draft))
    assert [one.file for one in attached.files_of(draft)] == [row.file]


def test_the_same_bytes_by_another_way_are_one_file(world, draft, tmp_path):
    first = received(world, draft, tmp_path)
    again = received(world, draft, tmp_path, name="b.jpg")
    assert (again, len(list(shelf.stored()))) == (first, 1)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_finish_at_once_make_one_file(world, draft):
    upload = sent(world.author, draft)
    found, at_once = [], threading.Barrier(2)

    def finish() -> None:
        mine = Upload.objects.get(pk=upload.pk)
        at_once.wait()
        try:
            found.append(actions.finish_upload(by=world.author, upload=mine).pk)
        finally:
            connection.close()

    tabs = [threading.Thread(target=finish) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert (File.objects.count(), RevisionFile.objects.count(), len(list(shelf.stored()))) == (1, 1, 1)


def test_a_bad_file_is_refused_and_nothing_of_it_is_kept(world, draft, django_capture_on_commit_callbacks):
    upload = sent(world.author, draft, b"<html>", "a.jpg")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused):
        actions.finish_upload(by=world.author, upload=upload)
    upload.refresh_from_db()
    assert (upload.state, upload.fault) == ("refused", "markup")
    assert not shelf.arriving(upload.uid).exists()
    with pytest.raises(Refused) as again:
        actions.finish_upload(by=world.author, upload=upload)
    assert again.value.code == "markup"


def test_only_those_who_may_change_the_draft_begin_or_add(world, draft, tmp_path):
    for person in (world.member, worlds.person("Olga Other")):
        with pytest.raises(NotAllowed):
            actions.begin_upload(by=person, revision=draft, name="a.jpg", size=9, fingerprint=MARK)
        with pytest.raises(NotAllowed):
            actions.receive(by=person, revision=draft, path=written(tmp_path, JPEG), name="a.jpg")
    assert not File.objects.exists()


def test_who_loses_the_right_meanwhile_adds_nothing(world, draft):
    upload = sent(world.author, draft)
    with clock.at(clock.now() - timedelta(days=1)):
        end_role(by=None, membership=world.author.memberships.get())
    author = type(world.author).objects.get(pk=world.author.pk)
    with pytest.raises(NotAllowed):
        actions.finish_upload(by=author, upload=upload)
    upload.refresh_from_db()
    assert (upload.state, upload.fault) == ("refused", "not_yours")
    assert not File.objects.exists()


def test_handed_in_meanwhile_the_bytes_wait_until_the_draft_is_open_again(db):
    room = worlds.review_room()
    draft = room.revision
    upload = sent(room.author, draft)
    submit(by=room.author, revision=draft)
    with pytest.raises(WrongState) as refusal:
        actions.finish_upload(by=room.author, upload=upload)
    assert (refusal.value.code, Upload.objects.get().state) == ("not_editable", "receiving")
    assert not File.objects.exists()
    withdraw(by=room.author, revision=draft)
    reopen(by=room.author, revision=draft)
    assert actions.finish_upload(by=room.author, upload=Upload.objects.get()).revision == draft


def test_an_image_nobody_could_imagine_is_not_handed_in(db, tmp_path):
    room = worlds.review_room()
    path = written(tmp_path, JPEG)
    row = actions.receive(by=room.author, revision=room.revision, path=path, name="a.jpg")
    with pytest.raises(Invalid) as refusal:
        submit(by=room.author, revision=room.revision)
    assert [fault.path for fault in refusal.value.faults] == [f"files.{row.file.uid}.description"]
    actions.describe(
        by=room.author, row=row, caption="", description="A wall.", was=attached.fingerprint_of(row)
    )
    assert submit(by=room.author, revision=room.revision).state == "submitted"


def test_a_draft_takes_only_so_many_files(world, draft, tmp_path, monkeypatch):
    monkeypatch.setattr(actions, "FILES_LIMIT", 1)
    received(world, draft, tmp_path)
    with pytest.raises(Refused):
        received(world, draft, tmp_path, PDF, "b.pdf")
    assert len(list(shelf.stored())) == 1


def test_words_are_cleaned_and_nobody_writes_over_anothers(world, draft, tmp_path):
    row = received(world, draft, tmp_path)
    seen = attached.fingerprint_of(row)
    actions.describe(by=world.author, row=row, caption=" At work\x00 ", description="Pupils write.", was=seen)
    assert (row.caption, row.description) == ("At work", "Pupils write.")
    with pytest.raises(WrongState) as refusal:
        actions.describe(by=world.moderator, row=row, caption="Other words", description="", was=seen)
    assert refusal.value.code == "changed_meanwhile"
    row.refresh_from_db()
    assert row.caption == "At work"


def test_images_without_words_for_those_who_do_not_see_them_are_named(world, draft, tmp_path):
    image = received(world, draft, tmp_path)
    received(world, draft, tmp_path, PDF, "b.pdf")
    faults = attached.missing(draft)
    assert [(fault.path, fault.code) for fault in faults] == [
        (f"files.{image.file.uid}.description", "missing")
    ]
    was = attached.fingerprint_of(image)
    actions.describe(by=world.author, row=image, caption="", description="A wall.", was=was)
    assert attached.missing(draft) == []


def test_files_stand_in_the_order_they_are_put_in(world, draft, tmp_path):
    rows = [received(world, draft, tmp_path, PDF + bytes([n + 65]), f"{n}.pdf") for n in range(3)]
    order = lambda: [one.file.name[0] for one in attached.files_of(draft)]  # noqa: E731
    actions.shift(by=world.author, row=rows[2], up=True)
    assert order() == ["0", "2", "1"]
    actions.shift(by=world.author, row=rows[0], up=True)
    assert order() == ["0", "2", "1"]
    actions.shift(by=world.author, row=rows[0], up=False)
    assert order() == ["2", "0", "1"]


def test_taken_off_and_put_back_where_it_was(world, draft, tmp_path):
    first = received(world, draft, tmp_path)
    received(world, draft, tmp_path, PDF, "b.pdf")
    actions.detach(by=world.author, row=first)
    assert [one.file.name for one in attached.files_of(draft)] == ["b.pdf"]
    for _ in range(2):
        actions.attach(by=world.author, revision=draft, file=first.file, caption="Again", position=0)
    assert [(one.file.name, one.caption) for one in attached.files_of(draft)] == [
        ("a.webp", "Again"),
        ("b.pdf", ""),
    ]


def test_words_about_several_files_are_saved_all_or_none(world, draft, tmp_path):
    first = received(world, draft, tmp_path)
    second = received(world, draft, tmp_path, PDF, "b.pdf")
    seen = {row.file.uid: attached.fingerprint_of(row) for row in (first, second)}
    words = {uid: actions.Words("At work", "", was) for uid, was in seen.items()}
    with pytest.raises(NotAllowed):
        actions.describe_all(by=world.member, revision=draft, words=words)
    actions.describe(
        by=world.moderator, row=second, caption="Other", description="", was=seen[second.file.uid]
    )
    with pytest.raises(WrongState) as refusal:
        actions.describe_all(by=world.author, revision=draft, words=words)
    assert refusal.value.code == "changed_meanwhile"
    assert [row.caption for row in attached.files_of(draft)] == ["", "Other"]
    with pytest.raises(WrongState) as refusal:
        actions.describe_all(
            by=world.author, revision=draft, words=words | {"0" * 12: actions.Words("x", "", "")}
        )
    assert refusal.value.code == "gone"
    as_shown = actions.Words("", "", seen[second.file.uid])
    changed = actions.describe_all(by=world.author, revision=draft, words=words | {second.file.uid: as_shown})
    assert changed == [first]
    assert [row.caption for row in attached.files_of(draft)] == ["At work", "Other"]


def publish_draft(draft: Revision) -> None:
    publish(by=None, revision=draft, as_imported=True)


def test_what_is_published_keeps_its_files(world, draft, tmp_path):
    row = received(world, draft, tmp_path)
    publish_draft(draft)
    for change in (
        lambda: actions.detach(by=world.author, row=row),
        lambda: actions.shift(by=world.author, row=row, up=True),
        lambda: actions.describe(by=world.author, row=row, caption="x", description="", was=""),
        lambda: actions.describe_all(
            by=world.author, revision=draft, words={row.file.uid: actions.Words("x", "", "")}
        ),
        lambda: received(world, draft, tmp_path, PDF, "b.pdf"),
    ):
        with pytest.raises(WrongState):
            change()
    later = begin_again(by=world.author, record=world.draft)
    actions.detach(by=world.author, row=later.files.get())
    assert [one.file for one in attached.files_of(draft)] == [row.file]


def test_a_file_is_everyones_only_while_what_it_belongs_to_is(world, draft, tmp_path):
    file = received(world, draft, tmp_path).file
    who = lambda: [  # noqa: E731
        bool(queries.shown_file(file.uid)),
        *(bool(queries.file_for(person, file.uid)) for person in (None, world.member, world.author)),
    ]
    assert who() == [False, False, False, True]
    publish_draft(draft)
    assert who() == [True, True, True, True]
    later = begin_again(by=world.author, record=world.draft)
    actions.detach(by=world.author, row=later.files.get())
    publish_draft(later)
    assert who() == [False, False, False, True]
    change_visibility(by=None, record=world.draft, name="withdraw", reason="wrong")
    assert who() == [False, False, False, True]


def test_a_file_that_belongs_to_nothing_goes_after_a_week(
    world, draft, tmp_path, django_capture_on_commit_callbacks
):
    kept = received(world, draft, tmp_path)
    off = received(world, draft, tmp_path, PDF, "b.pdf")
    actions.detach(by=world.author, row=off)
    assert sweep_unused_files() == 0
    with clock.at(clock.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        assert sweep_unused_files() == 1
        assert sweep_unused_files() == 0
    assert list(File.objects.all()) == [kept.file]
    assert [uid for uid, _, _ in shelf.stored()] == [kept.file.uid]


@pytest.mark.parametrize("how", ["attach", "describe"])
def test_whoever_adds_a_file_or_its_words_is_an_author(world, draft, tmp_path, how):
    helper = worlds.person("Hana Helper")
    grant_role(by=None, person=helper, institution=world.trust, role=Role.CONTRIBUTOR)
    if how == "attach":
        actions.receive(by=helper, revision=draft, path=written(tmp_path, JPEG), name="a.jpg")
    else:
        row = received(world, draft, tmp_path)
        was = attached.fingerprint_of(row)
        actions.describe(by=helper, row=row, caption="The wall", description="A wall", was=was)
    assert draft.record.authors.filter(person=helper).exists()
