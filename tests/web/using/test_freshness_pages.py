"""Is this still true? In the browser: opening changes nothing, one button answers, and the page says so."""

from datetime import date, timedelta

import pytest

from ayni.discovery import indexing
from ayni.kernel import clock, guarded
from ayni.knowledge.actions import freshness
from ayni.knowledge.actions.freshness import Contact
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.tasks import keep_fresh
from ayni.registry.models import AuditEntry, Mail
from ayni.web.using.forms import ContactForm


@pytest.fixture
def asked(world):
    """A year and more later its people have been asked. Everything in the test happens on that day."""
    with clock.at(clock.now() + timedelta(days=400)):
        keep_fresh()
        yield Record.objects.get(pk=world.practice.pk)


def secret(record):
    return Mail.objects.filter(template="still-true", params__title=record.published.title)[0].params[
        "secret"
    ]


def link(record, language="en"):
    return f"/{language}/still-true/{secret(record)}/"


ANSWER = {"may_ask": "on", "contact_email": "ask@water-trust.example", "contact_until": "2099-01-01"}


def test_opening_the_link_changes_nothing(client, asked):
    before = (Record.objects.values().get(pk=asked.pk), AuditEntry.objects.count())
    for _ in range(2):
        response = client.get(link(asked))
        assert response.status_code == 200
    client.head(link(asked))
    assert (Record.objects.values().get(pk=asked.pk), AuditEntry.objects.count()) == before
    html = response.content.decode()
    assert "Pupil-led water committees" in html
    for words in ("It still holds", "It goes on, but differently", "It is no longer done"):
        assert f">{words}</button>" in html
    assert 'value="2099-12-31"' in html  # what was promised already is not shortened
    assert 'name="robots" content="noindex"' in html
    assert "no-store" in response["Cache-Control"]


def test_who_promised_less_is_offered_a_year_from_now():
    day = clock.today()
    for promised in (None, day - timedelta(days=1)):
        assert ContactForm.of(Record(contact_until=promised), day).initial["contact_until"] == day


def test_it_still_holds(client, asked):
    address = link(asked)
    response = client.post(address, ANSWER | {"answer": "holds"})
    assert (response.status_code, response["Location"]) == (302, address)
    assert "It still holds" in client.get(address).content.decode()
    asked.refresh_from_db()
    assert (asked.last_confirmed_on, asked.asked_on) == (clock.today(), None)
    assert asked.contact_until.year == 2099
    page = client.get(f"/en/practices/{asked.uid}/", follow=True).content.decode()
    assert clock.today().strftime("Confirmed in %B %Y") in page


def test_a_used_link_says_what_was_answered_and_changes_nothing(client, asked):
    address = link(asked)
    client.post(address, ANSWER | {"answer": "changed"})
    response = client.post(address, ANSWER | {"answer": "ended"}, follow=True)
    html = response.content.decode()
    assert "It goes on, but differently" in html
    assert f'href="/en/records/{asked.uid}/manage/"' in html
    asked.refresh_from_db()
    assert asked.state == "public"


def test_what_is_no_longer_done_stays_readable_and_says_so(client, asked):
    client.post(link(asked), {"answer": "ended"})
    response = client.get(f"/en/practices/{asked.uid}/", follow=True)
    assert response.status_code == 200
    assert "Its people say that this is no longer done." in response.content.decode()


def test_what_is_wrong_is_said_beside_the_field_and_on_top(client, asked):
    wrong = {"may_ask": "on", "contact_email": "nobody", "contact_until": "2001-01-01", "answer": "holds"}
    response = client.post(link(asked), wrong)
    assert response.status_code == 422
    html = response.content.decode()
    assert '<a href="#id_contact_email">' in html
    response = client.post(link(asked), wrong | {"contact_email": "a@example.org"})
    assert response.status_code == 422
    assert "Choose a day that is still to come." in response.content.decode()
    assert client.post(link(asked), ANSWER).status_code == 422
    assert not FreshnessCheck.objects.filter(answered_at__isnull=False).exists()


@pytest.mark.parametrize("made_up", ["x", "a" * 200, "%00"])
def test_a_link_that_leads_nowhere_says_what_may_be_the_matter(client, asked, made_up):
    response = client.get(f"/en/still-true/{made_up}/")
    assert response.status_code == 404
    assert "copy the whole of it" in response.content.decode()


def test_the_link_of_what_was_withdrawn_meanwhile_leads_to_a_plain_page(client, asked):
    from ayni.knowledge.actions.records import change_visibility

    address = link(asked)
    change_visibility(by=None, record=asked, name="withdraw", reason="wrong")
    response = client.get(address)
    assert response.status_code == 404
    assert "This link does not work any more" in response.content.decode()


def test_the_page_is_in_the_reader_s_language_and_the_title_in_its_own(client, asked):
    html = client.get(link(asked, "ar")).content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert ' lang="en" dir="ltr">Pupil-led water committees</a>' in html


def test_those_who_write_for_it_answer_logged_in(client, world):
    client.force_login(world.author)
    address = f"/en/records/{world.practice.uid}/confirm/"
    assert client.get(address).status_code == 200
    response = client.post(address, {"answer": "holds"})
    assert response["Location"] == f"/en/records/{world.practice.uid}/manage/"
    check = FreshnessCheck.objects.get()
    assert (check.answer, check.answered_by) == ("holds", world.author)
    world.practice.refresh_from_db()
    assert world.practice.contact_email == ""  # the tick was taken away


def shown(client, address):
    """What the page sends back when nobody touches it."""
    initial = client.get(address).context["form"].initial
    return {name: str(value) for name, value in initial.items() if name != "may_ask"} | {"may_ask": "on"}


def newer(record, email="new@water-trust.example"):
    contact = Contact(email, date(2098, 5, 1) if email else None)
    freshness.answer(by=None, record=Record.objects.get(pk=record.pk), answer="holds", contact=contact)


@pytest.mark.parametrize("email", ["new@water-trust.example", ""])
def test_a_page_that_was_open_for_long_leaves_a_newer_contact(client, world, email):
    client.force_login(world.author)
    address = f"/en/records/{world.practice.uid}/confirm/"
    given = shown(client, address)
    newer(world.practice, email)
    assert client.post(address, given | {"answer": "changed"}).status_code == 302
    world.practice.refresh_from_db()
    assert world.practice.contact_email == email
    assert FreshnessCheck.objects.latest("pk").answer == "changed"


def test_untouched_it_promises_another_year(client, world):
    with guarded.writing():
        Record.objects.filter(pk=world.practice.pk).update(contact_until=clock.today())
    client.force_login(world.author)
    address = f"/en/records/{world.practice.uid}/confirm/"
    client.post(address, shown(client, address) | {"answer": "holds"})
    world.practice.refresh_from_db()
    assert world.practice.contact_until.year == clock.today().year + 1


@pytest.mark.parametrize("is_by_link", [False, True])
def test_where_both_have_changed_both_are_shown_and_the_second_yes_decides(client, world, asked, is_by_link):
    client.force_login(world.author)
    address = link(asked) if is_by_link else f"/en/records/{world.practice.uid}/confirm/"
    given = shown(client, address) | {"answer": "holds", "contact_email": "mine@water-trust.example"}
    with guarded.writing():  # a later draft that was published says another one, and answers no question
        Record.objects.filter(pk=asked.pk).update(
            contact_email="new@water-trust.example", contact_until=date(2098, 5, 1)
        )
    response = client.post(address, given)
    html = response.content.decode()
    assert response.status_code == 422
    assert "new@water-trust.example – They agreed to answer until May 1, 2098." in html
    assert 'value="mine@water-trust.example"' in html
    world.practice.refresh_from_db()
    assert world.practice.contact_email == "new@water-trust.example"
    again = given | {"seen": response.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    world.practice.refresh_from_db()
    assert world.practice.contact_email == "mine@water-trust.example"


def test_pages_and_cards_say_that_nobody_has_answered(client, asked):
    with clock.at(clock.now() + timedelta(days=61)):
        keep_fresh()
        indexing.rebuild(processes=1)
        asked.refresh_from_db()
        said = asked.asked_on.strftime("Asked in %B %Y, nobody has answered yet")
        assert said in client.get(f"/en/practices/{asked.uid}/", follow=True).content.decode()
        assert said in client.get("/en/search/?q=committees").content.decode()


def test_links_with_secrets_are_not_logged(client, asked, caplog):
    client.get(link(asked))
    client.get("/en/claim/a-secret/")
    client.get("/en/what-came-of-it/a-secret/")
    assert "/still-true/..." in caplog.text
    assert secret(asked) not in caplog.text
    assert "a-secret" not in caplog.text
