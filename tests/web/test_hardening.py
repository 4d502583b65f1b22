"""What somebody with bad intentions, or a bad disk, can do to a site."""

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ayni import config
from ayni.cli import site
from ayni.kernel.logs import AddRequestId
from ayni.web import logs, text
from tests import worlds


def guess(client, forwarded: str, number: int) -> int:
    """The status of a log-in with a wrong password, each for another person."""
    data = {"login": f"nobody-{number}@example.org", "password": "wrong"}
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return client.post("/en/accounts/login/", data, headers=headers).status_code


@pytest.fixture
def three_tries(settings, world) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}


def test_visitors_behind_a_trusted_proxy_are_limited_apart(client, three_tries, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [guess(client, "192.0.2.1", number) for number in range(4)] == [200, 200, 200, 429]
    assert guess(client, "192.0.2.2", 5) == 200
    # What the visitor sent himself stands before what the proxy added, and changes nothing.
    assert guess(client, "198.51.100.7, 192.0.2.1", 6) == 429


def test_whoever_comes_past_fewer_proxies_is_limited_too(client, three_tries, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert [guess(client, f"192.0.2.{number}", number) for number in range(4)] == [200, 200, 200, 429]
    assert guess(client, "", 5) == 429
    assert guess(client, "192.0.2.1, 198.51.100.7", 6) == 200


def test_without_a_trusted_proxy_the_header_is_not_believed(client, three_tries, settings):
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0
    assert [guess(client, f"192.0.2.{number}", number) for number in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("options", "clears"),
    [
        ({}, True),
        ({"AYNI_HTTPS": "yes"}, False),
        ({"AYNI_PROXIES": "1"}, False),
        ({"AYNI_PROXIES": "0"}, True),
    ],
)
def test_the_server_passes_a_proxys_headers_on_only_where_there_is_one(
    monkeypatch, settings, options, clears
):
    given = {}
    monkeypatch.setattr("waitress.server.create_server", lambda _application, **rest: given.update(rest))
    settings.CONFIG = config.Config(options)
    site._listen()
    assert given["clear_untrusted_proxy_headers"] is clears


SECURE = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
plain, secure = Client(), Client(headers={"x-forwarded-proto": "https"})
there = plain.get("/robots.txt?x=1", headers={"host": "ayni.example"})
print(json.dumps({
    "proxies": settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    "redirect": [there.status_code, there["Location"]],
    "probe": plain.get("/healthz").status_code,
    "ready": plain.get("/readyz").status_code,
    "like a probe": plain.get("/healthz/x", headers={"host": "ayni.example"}).status_code,
    "strict": secure.get("/robots.txt", headers={"host": "ayni.example"}).get("Strict-Transport-Security"),
}))
"""


def test_a_site_with_https_leaves_nobody_on_http_except_probes(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AYNI_")}
    environment |= {
        "AYNI_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "ayni.settings",
        "AYNI_HTTPS": "yes",
    }
    environment |= {"AYNI_HOSTS": "ayni.example", "AYNI_PROXIES": "2"}
    answer = subprocess.run(
        [sys.executable, "-c", SECURE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(answer.stdout)
    assert found["proxies"] == 2
    assert found["redirect"] == [301, "https://ayni.example/robots.txt?x=1"]
    assert (found["probe"], found["like a probe"]) == (200, 301)
    assert found["ready"] == 503  # there is no database yet
    assert found["strict"] == "max-age=31536000"


@pytest.fixture
def read_only(world):
    """The test's own database, from here on really not to be written."""
    sqlite = connection.vendor == "sqlite"
    # PostgreSQL forgets it with the inner transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if sqlite else "SET transaction_read_only = on")
        yield
        if sqlite:
            cursor.execute("PRAGMA query_only = OFF")
        transaction.set_rollback(True)


@pytest.mark.parametrize("password", [worlds.PASSWORD, "wrong"])
def test_log_in_on_a_database_that_cannot_be_written_says_so(client, read_only, password):
    client.raise_request_exception = False
    response = client.post("/en/accounts/login/", {"login": "alice@example.org", "password": password})
    assert response.status_code == 503
    assert b"Nothing can be saved just now" in response.content


@pytest.mark.parametrize("write", ["add", "set", "touch"])
def test_the_cache_does_not_keep_quiet_about_its_storage(world, request, write):
    cache.set("there", 1, 60)
    request.getfixturevalue("read_only")
    with pytest.raises(DatabaseError, match=r"readonly|read-only"):
        getattr(cache, write)("there" if write == "touch" else "new", *([] if write == "touch" else [1]))


@pytest.mark.django_db(transaction=True)  # SQLite gives the whole transaction up
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told how large its disk is")
def test_the_cache_does_not_keep_quiet_about_a_full_disk():
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 10}")
        try:
            with pytest.raises(DatabaseError, match="full"):
                cache.set("large", "x" * 4096 * 1000)
            assert cache.get("large") is None
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def test_the_cache_is_otherwise_djangos(world):
    assert cache.add("one", 1)
    assert not cache.add("one", 2)
    cache.set("one", 3)
    assert cache.incr("one") == 4
    assert cache.touch("one")
    assert not cache.touch("another")


FORGED = "/en/a%0AGET%20/en/%20200%201%20ms%1b[31m%E2%80%AE%25"


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "ayni.requests"]


def test_no_address_can_forge_a_line_of_the_log(client, db, caplog):
    caplog.set_level(logging.INFO)
    client.get(FORGED)
    (line,) = lines(caplog)
    assert line.startswith("GET /en/a%0AGET%20/en/%20200%201%20ms%1B[31m%E2%80%AE%25 404 ")
    assert line.isprintable()


def test_scripts_stay_readable_in_the_log(client, db, caplog):
    caplog.set_level(logging.INFO)
    client.get("/ar/مياه/")
    assert "/ar/مياه/" in lines(caplog)[0]


@pytest.mark.parametrize(
    "address",
    [
        "/en/accounts/password/reset/key/1a-abcdef123456/",
        "/en/accounts/password/reset/key/1a-abcdef123456",
        "/accounts/password/reset/key/1a-abcdef123456/",
        "/EN/accounts/PASSWORD/reset/key/1a-abcdef123456/",
        "/en/no-mail/1a:abcdef123456/",
        "/ar/no-mail/1a:abcdef123456",
    ],
)
def test_keys_of_links_in_mails_are_not_logged(client, db, caplog, address):
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(hides := logs.WithoutKeys())
    try:
        client.get(address)
    finally:
        caplog.handler.removeFilter(hides)
    assert lines(caplog)
    assert "abcdef" not in caplog.text


def test_every_line_passes_the_filter_that_hides_keys(settings):
    handlers = settings.LOGGING["handlers"].values()
    assert all("without_keys" in handler["filters"] for handler in handlers)


def test_the_line_of_a_request_has_its_id(client, db, caplog):
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(adds := AddRequestId())
    try:
        answered = client.get("/healthz")["X-Request-ID"]
    finally:
        caplog.handler.removeFilter(adds)
    assert [record.request_id for record in caplog.records if record.name == "ayni.requests"] == [answered]


@pytest.mark.parametrize("sent", ["short", "x" * 41, "twelve chars\tx", "abc<script>defg", "ümläut-12345"])
def test_an_id_that_does_not_fit_is_replaced(client, db, sent):
    assert (
        client.get("/healthz", headers={"x-request-id": "from-the-proxy.1"})["X-Request-ID"]
        == "from-the-proxy.1"
    )
    answered = client.get("/healthz", headers={"x-request-id": sent})["X-Request-ID"]
    assert answered != sent
    assert len(answered) == 16


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "/en/accounts/logout/", "evil", "?q=x", "#x", "javascript:alert(1)", "data:text/html,x", "ftp://x.test"],
)  # fmt: skip
def test_links_in_texts_lead_only_where_they_say(target):
    assert "href" not in text.rich(f"[here]({target})")
    assert "<a " in text.rich("[here](https://good.test/a)")
    assert 'href="mailto:' in text.rich("[here](mailto:office@good.test)")


def test_the_worker_deletes_sessions_that_are_over(world):
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + timedelta(days=1))
    tasks = {name: task for name, task, _every in site.Worker()._quick_tasks()}
    tasks["sessions"]()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
