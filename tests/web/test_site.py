import re
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import translation

from ayni.knowledge.queries import records
from ayni.language.codes import SITE_LANGUAGES
from ayni.registry.models import Institution
from ayni.web import middleware, words
from ayni.web.site import errors, health, machines
from tests import worlds


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-FR,fr;q=0.9", "fr"),
        ("pt", "pt-br"),
        ("zh-CN", "zh-hans"),
        ("ar-EG", "ar"),
        ("tlh,eo;q=.5", "en"),
        ("", "en"),
    ],
)
def test_bare_address_leads_to_a_language_the_reader_speaks(client, db, accepted, language):
    response = client.get("/", headers={"accept-language": accepted})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_home_in_every_language(client, world, language):
    html = client.get(f"/{language}/").content.decode()
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert html.count('rel="alternate"') == len(SITE_LANGUAGES)
    assert html.count("<main") == html.count("<h1") == 1


def test_home_counts_what_is_there(client, world):
    html = client.get("/en/").content.decode()
    for told in ("2 good practices", "1 lesson learned", "2 institutions", "4 countries", "1 publication"):
        assert told in html
    assert "1 activity record as others published it" in html
    assert "Pupil-led water committees" in html
    assert "Rainwater for schools" not in html  # activities are not offered as practices


def test_language_switcher_keeps_page_and_query(client, world):
    html = client.get("/en/institutions/?country=KE&type=ngo").content.decode()
    assert 'href="/ar/institutions/?country=KE&amp;type=ngo" lang="ar"' in html
    assert 'href="/pt-br/institutions/?country=KE&amp;type=ngo" lang="pt-BR"' in html


def test_only_operators_see_the_import_link(client, world):
    assert ">Import<" not in client.get("/en/about/").content.decode()
    client.force_login(world.member)
    assert ">Import<" not in client.get("/en/about/").content.decode()
    client.force_login(world.operator)
    assert ">Import<" in client.get("/en/about/").content.decode()


def test_pages_obey_the_content_security_policy(client, world):
    for path in (
        "/en/",
        "/en/about/",
        "/en/institutions/",
        f"/id/{world.practice.uid}/",
        "/en/accounts/login/",
    ):
        response = client.get(path, follow=True)
        assert "default-src 'none'" in response["Content-Security-Policy"]
        html = response.content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|href=.javascript:", html)
        scripts = re.findall(r"<script[^>]*>", html)
        assert all("application/ld+json" in tag or "src=" in tag for tag in scripts)


def test_healthz_asks_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_readyz_says_what_is_missing(client, db):
    with patch.object(health, "_index", return_value=""):
        assert client.get("/readyz").json() == {"ready": True, "problems": {}}
        with patch.object(health, "_database", side_effect=OperationalError):
            response = client.get("/readyz")
            assert response.status_code == 503
            assert response.json()["problems"] == {"database": "The database does not answer."}
    assert "index" in client.get("/readyz").json()["problems"]  # each test's index is new and empty


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_come_by_any_name_and_find_no_back_door(client, db, path):
    with patch.object(health, "_index", return_value=""):
        response = client.get(path, headers={"host": "10.1.2.3:8000"})
        assert response.status_code == 200
        assert response["X-Request-ID"]
        assert client.post(path, headers={"host": "10.1.2.3:8000"}).status_code == 405
    assert client.get(f"{path}/", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_robots_and_sitemap(client, world):
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /en/accounts/" in robots
    assert "/sitemap.xml" in robots
    index = ET.fromstring(client.get("/sitemap.xml").content)
    assert len(index) == 3  # our own pages, the records, the institutions
    places = {
        loc.text
        for part in range(3)
        for loc in ET.fromstring(client.get(f"/sitemap-{part}.xml").content).iter()
    }
    told = " ".join(filter(None, places))
    assert f"/fr/practices/{world.snapshot.uid}/" in told  # under the original's language
    assert world.trust.uid in told
    assert world.draft.uid not in told
    for number in ("3", "99999999999999999999"):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_sitemap_has_every_record_and_institution(client, world, monkeypatch):
    monkeypatch.setattr(machines, "PER_PART", 2)
    for number in range(3):
        worlds.institution(f"Institution {number}")
    index = ET.fromstring(client.get("/sitemap.xml").content)
    told = "".join(client.get(f"/sitemap-{part}.xml").content.decode() for part in range(len(index)))
    wanted = Institution.objects.values_list("uid", flat=True)
    assert len(wanted) > 4
    assert [uid for uid in wanted if told.count(f"/institutions/{uid}/") != 1] == []
    public = records.listed(None).values_list("uid", flat=True)
    assert [uid for uid in public if told.count(f"/{uid}/") != 1] == []


def test_missing_page_in_the_readers_language(client, db):
    response = client.get("/fr/nothing/")
    assert response.status_code == 404
    assert '<html lang="fr"' in response.content.decode()
    assert "noindex" in response.content.decode()


def test_bad_request_and_forbidden_have_pages(rf, db):
    request = rf.get("/en/")
    assert b"cannot be understood" in errors.bad_request(request).content
    assert b"not open to you" in errors.forbidden(request).content


def broken_request() -> object:
    """A request that has no session and no person to ask about."""
    return RequestFactory().get("/en/")


def test_failures_have_plain_pages_that_ask_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = errors.failure(broken_request())
        assert response.status_code == 500
        assert b"Something went wrong here" in response.content
        try:
            raise OperationalError
        except OperationalError:
            response = errors.failure(broken_request())
        assert response.status_code == 503
        assert b"We cannot reach our data" in response.content


@pytest.mark.parametrize(
    ("text", "told"),
    [("disk is full", "Our disk is full"), ("readonly database", "cannot|Nothing can be saved")],
)
def test_storage_failures_have_plain_pages_that_ask_nothing(django_assert_num_queries, db, text, told):
    with django_assert_num_queries(0):
        response = middleware.PlainFailures(None).process_exception(broken_request(), OperationalError(text))
    assert response.status_code == 503
    assert re.search(told, response.content.decode())


def test_unknown_host_gets_the_plain_page(client, db):
    response = client.get("/en/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"cannot be understood" in response.content


def test_read_only_storage_is_told_wherever_it_shows(client, world):
    """Log-in writes in the view, the session after it: both must end in the same plain page."""
    client.raise_request_exception = False
    refusal = OperationalError("attempt to write a readonly database")
    for broken in (
        "django.contrib.sessions.backends.db.SessionStore.save",
        "ayni.registry.models.Person.save",
    ):
        with patch(broken, side_effect=refusal):
            response = client.post(
                "/en/accounts/login/", {"login": "alice@example.org", "password": worlds.PASSWORD}
            )
        assert response.status_code == 503
        assert b"Nothing can be saved just now" in response.content


def test_a_failing_error_page_still_answers(db):
    with patch.object(errors, "render_to_string", side_effect=RuntimeError):
        assert b"Something went wrong" in errors.failure(broken_request()).content


def test_dates_are_as_precise_as_known():
    with translation.override("en"):
        assert words.partial_date("2019") == "2019"
        assert words.partial_date("2019-03") == "March 2019"
        assert words.period("2019", "2019") == "2019"
        assert words.period("", "2020-01-05") == "until Jan. 5, 2020"
        assert words.period("", "") == ""
        assert words.partial_date("unclear") == "unclear"


def test_home_queries_do_not_grow(world, client, django_assert_num_queries, django_assert_max_num_queries):
    client.force_login(world.member)
    client.get("/en/")
    with django_assert_max_num_queries(12) as seen:
        client.get("/en/")
    before = len(seen)
    worlds.published(world.trust, "One more")
    worlds.published(world.network, "And another")
    client.get("/en/")
    with django_assert_num_queries(before):
        client.get("/en/")


@pytest.mark.parametrize("path", ["/en/about/", "/en/there-is-nothing/", "/healthz"])
def test_head_has_the_headers_of_the_page_and_no_body(world, path):
    """Asked of the site itself: the client of the tests takes bodies away, as servers do not."""
    answers = {}
    handler = WSGIHandler()
    for method in ("GET", "HEAD"):
        environ = RequestFactory().generic(method, path).environ
        # Without the signals of a server's request, which close the connection that holds the test's transaction.
        response = handler.get_response(WSGIRequest(environ))
        body = b"".join(response)
        answers[method] = (
            response.status_code,
            response["Content-Type"],
            response.get("Content-Length"),
            body,
        )
    assert answers["GET"][3]
    assert answers["HEAD"] == (*answers["GET"][:3], b"")
