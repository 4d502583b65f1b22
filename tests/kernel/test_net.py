"""What the site fetches from elsewhere: never from where only it can reach, never for long, never much."""

import gzip
import json
import socket
import time
import zlib

import pytest

from ayni.kernel import net
from ayni.kernel.net import NetFault
from tests.serving import dripping, page, redirect, serving

ENDLESS = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n"


def fault_of(url: str, **more) -> str:
    with pytest.raises(NetFault) as caught:
        net.get_page(url, **more)
    return caught.value.code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "::1",
        "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::ffff:8.8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
        "2002:a00:1::1", "no address",
    ],
)  # fmt: skip
def test_addresses_that_only_the_site_can_reach_are_not_public(address):
    assert not net.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address):
    assert net.is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1/", "not_public"),
        ("http://[::1]/", "not_public"),
        ("http://[::ffff:127.0.0.1]/", "not_public"),
        ("http://2130706433/", "not_public"),
        ("http://0x7f.1/", "not_public"),
        ("http://0/", "not_public"),
        ("http://localhost/", "not_public"),
        ("https://127.0.0.1/", "not_public"),
        ("http://169.254.169.254/latest/meta-data/", "not_public"),
        ("http://127.0.0.1:8000/", "odd_port"),
        ("http://example.org:22/", "odd_port"),
        ("ftp://example.org/", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("javascript:alert(1)", "bad_address"),
        ("http://user:word@example.org/", "bad_address"),
        ("http://", "bad_address"),
        ("http://[::1", "bad_address"),
        ("http://example.org:port/", "bad_address"),
        ("//example.org/", "bad_address"),
        ("example.org", "bad_address"),
        ("", "bad_address"),
        ("http://example.org/" + "a" * 2000, "bad_address"),
    ],
)
def test_what_is_not_a_public_page_is_refused(url, code):
    assert fault_of(url) == code


def test_a_name_is_looked_up_once_and_every_answer_must_be_public():
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["8.8.8.8", "10.0.0.1"]

    assert fault_of("http://example.org/", resolve=resolve) == "not_public"
    assert asked == ["example.org"]


def test_the_connection_goes_to_the_address_that_was_checked():
    """A name that leads elsewhere the second time it is asked gains nothing: nobody asks a second time.

    The network is closed to tests: the attempt itself, with the vetted address, is what is seen.
    """
    tried = []

    class Refusing(socket.socket):
        def connect(self, address):
            tried.append(address)
            raise OSError("closed")

    answers = iter([["8.8.8.8", "9.9.9.9"], ["127.0.0.1"]])
    real, socket.socket = socket.socket, Refusing
    try:
        code = fault_of("http://rebinding.example/", resolve=lambda _host, _port: next(answers))
    finally:
        socket.socket = real
    assert code == "unreachable"
    assert tried == [("8.8.8.8", 80), ("9.9.9.9", 80)]


def test_an_unknown_name_is_said():
    assert fault_of("http://no-such-name.invalid/") == "unknown_name"


def test_a_page_comes_with_its_last_address_type_and_charset(settings):
    with serving(
        {"/a": redirect("/b#part", "301 Moved"), "/b": page("<p>é</p>", "text/HTML; charset=latin-1")}
    ) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        answer = net.get_page(site.url("/a"))
    assert answer == net.Answer(site.url("/b"), "<p>é</p>".encode(), "text/html", "latin-1")


def test_it_says_who_asks_and_sends_no_cookie(settings):
    with serving({"/": page("", set_cookie="a=b; Path=/")}) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        net.get_page(site.url())
        net.get_page(site.url())
    assert b"Ayni (+http" in site.requests[1]
    assert b"cookie" not in site.requests[1].lower()


def test_redirects_are_checked_like_the_first_address(settings):
    with serving(
        {
            "/private": redirect("http://10.0.0.1/"),
            "/port": redirect("http://127.0.0.1:1/"),
            "/file": redirect("file:///etc/passwd"),
            "/round": redirect("/round"),
        }
    ) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        codes = {path: fault_of(site.url(path)) for path in ("/private", "/port", "/file", "/round")}
    assert codes == {
        "/private": "not_public",
        "/port": "odd_port",
        "/file": "bad_address",
        "/round": "too_many_redirects",
    }
    assert len(site.requests) == 3 + net.REDIRECT_LIMIT + 1


def test_five_redirects_are_followed(settings):
    steps = {f"/{number}": redirect(f"/{number + 1}") for number in range(5)}
    with serving(steps | {"/5": page("there")}) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        assert net.get_page(site.url("/0")).content == b"there"


def test_a_server_that_drips_is_left_in_time(settings):
    with serving(
        {
            "/body": dripping(ENDLESS, b"x"),
            "/head": dripping(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
            "/silent": dripping(b"", b"", count=40),
        }
    ) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        for path in ("/body", "/head", "/silent"):
            began = time.monotonic()
            assert fault_of(site.url(path), seconds=0.4) == "too_slow"
            assert time.monotonic() - began < 1.5


def test_an_endless_body_is_cut_at_the_limit(settings):
    def endless():
        yield ENDLESS
        while True:
            yield b"x" * 65536

    with serving({"/": endless}) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        assert fault_of(site.url(), limit=300_000) == "too_large"


def test_what_unpacks_to_more_than_the_limit_is_not_unpacked(settings):
    bomb = gzip.compress(b"\x00" * 50_000_000)
    twice = gzip.compress(b"good")
    with serving(
        {
            "/bomb": page(bomb, content_encoding="gzip"),
            "/good": page(twice, content_encoding="gzip"),
            "/zlib": page(zlib.compress(b"good"), content_encoding="deflate"),
            "/cut": page(twice[:-6], content_encoding="gzip"),
            "/lie": page(b"plain", content_encoding="gzip"),
            "/br": page(b"plain", content_encoding="br"),
        }
    ) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        assert net.get_page(site.url("/good")).content == b"good"
        assert net.get_page(site.url("/zlib")).content == b"good"
        codes = [fault_of(site.url(path)) for path in ("/bomb", "/cut", "/lie", "/br")]
    assert codes == ["too_large", "bad_answer", "bad_answer", "bad_answer"]


def test_other_answers_than_a_page_have_a_code(settings):
    with serving(
        {
            "/pdf": page(b"%PDF", "application/pdf"),
            "/typeless": b"HTTP/1.1 200 OK\r\n\r\nhello",
            "/forbidden": page("", status="403 Forbidden"),
            "/nowhere": b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n",
            "/noise": b"\x00\x01 this is not http\r\n\r\n",
            "/nothing": b"",
            "/short": b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 50\r\n\r\nx",
        }
    ) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        codes = {
            path: fault_of(site.url(path))
            for path in ("/pdf", "/typeless", "/forbidden", "/nowhere", "/noise", "/nothing", "/short")
        }
    assert codes == {
        "/pdf": "not_a_page",
        "/typeless": "not_a_page",
        "/forbidden": "status",
        "/nowhere": "status",
        "/noise": "bad_answer",
        "/nothing": "bad_answer",
        "/short": "bad_answer",
    }


def test_nobody_there_is_said(settings):
    with serving({}) as site:
        pass
    settings.OUTGOING_ALLOWED = (site.address,)
    assert fault_of(site.url()) == "unreachable"


def test_a_server_that_speaks_no_tls_is_said(settings):
    with serving({"/": page("")}) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        assert fault_of(site.url().replace("http:", "https:")) in {"unreachable", "bad_answer"}


def test_a_service_of_the_operator_is_asked_wherever_it_is():
    with serving({"/translate": page(json.dumps({"text": "señal"}), "application/json")}) as site:
        answer = net.post_json(site.url("/translate"), {"q": "señal"}, headers={"authorization": "key"})
    assert answer == {"text": "señal"}
    request = site.requests[0]
    assert request.startswith(b"POST /translate HTTP/1.1")
    assert b"authorization: key" in request.lower()
    assert json.loads(request.partition(b"\r\n\r\n")[2]) == {"q": "señal"}


def test_a_service_has_limits_too():
    with serving(
        {
            "/elsewhere": redirect("http://example.org/"),
            "/slow": dripping(b"HTTP/1.1 200 OK\r\n\r\n{", b" "),
            "/much": page(b"1" * 1000),
            "/words": page("sorry"),
            "/fault": page("{}", status="500 Oops"),
        }
    ) as site:
        codes = {}
        for path in ("/elsewhere", "/slow", "/much", "/words", "/fault"):
            with pytest.raises(NetFault) as caught:
                net.post_json(site.url(path), {}, limit=500, seconds=0.4)
            codes[path] = caught.value.code
    assert codes == {
        "/elsewhere": "bad_answer",
        "/slow": "too_slow",
        "/much": "too_large",
        "/words": "bad_answer",
        "/fault": "status",
    }
