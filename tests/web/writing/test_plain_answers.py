"""What the pages say is so: who sees a draft, who reads it next, what is asked, what is not taken for granted."""

import re
from datetime import timedelta

import pytest

from ayni.kernel import clock, guarded
from ayni.knowledge import drafts
from ayni.knowledge.actions.drafts import save_draft
from ayni.knowledge.drafts import Edit, values_of
from ayni.knowledge.models import ApprovalStep, Revision
from ayni.registry.actions.people import end_role
from ayni.registry.models import Person
from ayni.registry.states import Role
from ayni.web.addresses import record_path
from tests import worlds
from tests.web.pages import text_of
from tests.web.writing.conftest import Browser, Form, fresh, path_of
from tests.worlds import ReviewRoom


def test_what_a_partner_did_is_chosen_by_the_writer(browser, draft):
    form = browser.form(path_of(draft, "where"))
    page = browser.send(form, partners__0__name="Valley Nursing School", partners__0__role="")
    html = page.content.decode()
    assert page.status_code == 422
    assert 'id="f-partners-0-role-fault"' in html
    assert Form(html).fields["partners.0.name"] == ["Valley Nursing School"]
    assert "partners" not in values_of(fresh(draft))
    browser.send(Form(html), partners__0__role="provider")
    (kept,) = values_of(fresh(draft))["partners"]
    assert kept["role"] == "provider"


def test_nobody_can_be_asked_until_yesterday(browser, draft):
    day = (clock.today() - timedelta(days=1)).isoformat()
    form = browser.form(path_of(draft, "where"))
    page = browser.send(form, standing__contact_email="office@example.org", standing__contact_until=day)
    assert page.status_code == 422
    html = page.content.decode()
    assert 'id="f-standing-contact_until-fault"' in html
    assert "This day is over. Choose a later one." in html
    assert Form(html).fields["standing.contact_until"] == [day]


@pytest.mark.parametrize(("days", "codes"), [(-1, ["in_the_past"]), (0, [])])
def test_a_day_that_went_by_meanwhile_is_named_when_it_is_handed_in(days, codes):
    values = {"standing.contact_until": (clock.today() + timedelta(days=days)).isoformat()}
    faults = drafts.missing(values, "practice", "snapshot")
    assert [fault.code for fault in faults if fault.path == "standing.contact_until"] == codes


def preview(room: ReviewRoom) -> str:
    browser = Browser(room.author)
    return text_of(browser.client.get(f"/en/write/{room.revision.record.uid}/preview/").content.decode())


def test_the_preview_says_who_sees_it_and_who_reads_it_next(room: ReviewRoom):
    said = preview(room)
    assert (
        "those who write or review for its institution, and the moderators and readers of this site" in said
    )
    assert "Then it is read by: a reviewer of the institution, this site." in said


def test_the_preview_names_the_institution_s_own_steps(room: ReviewRoom):
    owner = room.revision.record.owner
    names = ("Colleague of another team", "Head of the house")
    with guarded.writing():
        for position, name in enumerate(names, 1):
            ApprovalStep.objects.create(institution=owner, position=position, name=name, role=Role.REVIEWER)
    assert f"Then it is read by: {names[0]}, {names[1]}, this site." in preview(room)
    with guarded.writing():
        type(owner).objects.filter(pk=owner.pk).update(trusted_since=clock.today())
    assert f"Then it is read by: {names[0]}, {names[1]}." in preview(room)


def test_a_text_far_longer_than_asked_is_hinted_at_only(world, browser, draft):
    address = path_of(draft, "preview")
    edits = [Edit("body.problem", "x" * 1200, "")]
    save_draft(by=world.author, revision=fresh(draft), edits=edits)
    assert 'id="long"' not in browser.client.get(address).content.decode()
    edits = [Edit("body.what_changed", "x" * 4000, "")]
    save_draft(by=world.author, revision=fresh(draft), edits=edits)
    assert "this is long." in browser.client.get(address).content.decode()


def test_title_and_summary_tell_the_browser_how_much_the_server_takes(browser, draft):
    pages = "".join(
        browser.client.get(path_of(draft, name)).content.decode() for name in ("title", "where", "summary")
    )
    assert ('maxlength="300"' in pages, 'maxlength="600"' in pages) == (True, True)


def test_every_page_of_an_adaptation_leads_to_the_original(world):
    browser = Browser(world.author)
    browser.client.post(f"/en/write/adaptation/{world.practice.uid}/", {"language": "fr"})
    made = Revision.objects.select_related("record").get(state="draft", record__adapted_from=world.practice)
    html = browser.client.get(path_of(made, "problem")).content.decode()
    assert "You adapt:" in html
    (link,) = re.findall(r'You adapt: <a href="([^"]+)"', html)
    practice = world.practice
    assert link == record_path(practice.kind, practice.uid, practice.published.title)
    other = worlds.ready(world.author, world.trust, "Another")
    assert "You adapt:" not in browser.client.get(path_of(other, "problem")).content.decode()


def test_logging_in_says_nothing_in_english(client, world):
    world.author.set_password("a-long-password-of-hers")
    with guarded.writing():
        world.author.save()
    sent = {"login": world.author.email, "password": "a-long-password-of-hers"}
    answer = client.post("/ar/accounts/login/", sent, follow=True)
    assert answer.redirect_chain
    assert "Successfully signed in" not in answer.content.decode()


def test_who_writes_is_told_when_there_are_not_enough_readers(room: ReviewRoom):
    said = "This site does not have enough reviewers for this yet"
    for person in (room.reader, room.admin):
        end_role(by=None, membership=person.memberships.get())
    assert (
        "Then it is read by: this site, because nobody at the institution can read it, this site."
        in preview(room)
    )
    assert said not in preview(room)
    with guarded.writing():
        Person.objects.filter(pk=room.moderator.pk).update(is_active=False)
    assert said in preview(room)
