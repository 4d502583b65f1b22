"""The real client against a small server that speaks the protocol of LibreTranslate."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ayni.registry import translators
from ayni.registry.translators import HttpTranslator, NullTranslator, TranslatorFault, translator


class Service(ThreadingHTTPServer):
    """Answers as the protocol says: each text in capitals, within limits like those of a real one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.key = ""
        self.languages = {"en", "fr", "ar", "pt-BR", "zh"}
        self.broken: int | None = None
        self.answer: Any = None
        self.character_limit = 2000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(given)
        status, answer = self._answer(given)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, given: dict[str, Any]) -> tuple[int, Any]:
        service = self.server
        if service.broken:
            return service.broken, {"error": "broken"}
        if service.key and given.get("api_key") != service.key:
            return 403, {"error": "Invalid API key"}
        if self.path != "/translate" or given["format"] != "text":
            return 404, {"error": "no such thing"}
        if not {given["source"], given["target"]} <= service.languages:
            return 400, {"error": "language not supported"}
        if sum(map(len, given["q"])) > service.character_limit:
            return 400, {"error": "exceeds text limit"}
        return 200, service.answer or {"translatedText": [text.upper() for text in given["q"]]}

    def log_message(self, *_args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_texts_come_back_in_their_order(service):
    assert HttpTranslator(service.url).translate(["one", "two", "one", ""], "en", "fr") == [
        "ONE",
        "TWO",
        "ONE",
        "",
    ]
    assert [request["q"] for request in service.requests] == [["one", "two"]]


def test_light_markdown_addresses_and_code_stay_as_they_are(service):
    text = (
        "## The wall\n\n- they read the **meter**\n  1. see [the book](https://example.org/a-b?x=y), now\n"
        "> write to office@example.org or `run this`\n\n12 %\n"
    )
    expected = (
        "## THE WALL\n\n- THEY READ THE **METER**\n  1. SEE [THE BOOK](https://example.org/a-b?x=y), NOW\n"
        "> WRITE TO office@example.org OR `run this`\n\n12 %\n"
    )
    assert HttpTranslator(service.url).translate([text], "en", "fr") == [expected]


def test_half_a_pair_of_marks_is_taken_out(service):
    service.answer = {"translatedText": ["les **compteurs"]}
    assert HttpTranslator(service.url).translate(["the **meters**"], "en", "fr") == ["les compteurs"]


def test_many_and_long_texts_are_sent_in_pieces_the_service_takes(service):
    long = "A sentence of some words. " * 300
    texts = [long, *(f"text {number} of many" for number in range(70))]
    found = HttpTranslator(service.url).translate(texts, "en", "fr")
    assert found == [text.upper() for text in texts]
    assert len(service.requests) == 5
    assert max(sum(map(len, request["q"])) for request in service.requests) <= 2000


def test_a_line_without_an_end_is_cut_too(service):
    text = "x" * 4500 + "水" * 3000
    assert HttpTranslator(service.url).translate([text], "en", "fr") == [text.upper()]


@pytest.mark.parametrize(("language", "name"), [("zh", "zh"), ("pt", "pt-BR"), ("ar", "ar")])
def test_languages_are_called_as_the_service_calls_them(service, language, name):
    assert HttpTranslator(service.url).translate(["one"], "en", language) == ["ONE"]
    assert service.requests[-1]["target"] == name


def test_the_key_is_sent_where_there_is_one(service):
    service.key = "secret"
    assert HttpTranslator(service.url, "secret").translate(["one"], "en", "fr") == ["ONE"]
    with pytest.raises(TranslatorFault, match="refused"):
        HttpTranslator(service.url).translate(["one"], "en", "fr")


@pytest.mark.parametrize(
    ("broken", "answer", "code"),
    [
        (500, None, "away"),
        (429, None, "away"),
        (400, None, "refused"),
        (None, {"translatedText": ["one", "too many"]}, "away"),
        (None, {"translatedText": "not a list"}, "away"),
        (None, ["not an object"], "away"),
    ],
)
def test_faults_say_whether_later_may_help(service, broken, answer, code):
    service.broken, service.answer = broken, answer
    with pytest.raises(TranslatorFault, match=code):
        HttpTranslator(service.url).translate(["one"], "en", "fr")


def test_nobody_there(service):
    url = service.url
    service.server_close()
    with pytest.raises(TranslatorFault, match="away"):
        HttpTranslator(url, seconds=2).translate(["one"], "en", "fr")


def test_the_settings_choose(settings):
    assert isinstance(translator(), NullTranslator)
    assert translator().translate([], "en", "fr") == []
    with pytest.raises(TranslatorFault, match="no_translator"):
        translator().translate(["one"], "en", "fr")
    settings.TRANSLATOR_URL = "http://127.0.0.1:1"
    assert isinstance(translator(), HttpTranslator)
    assert translators.is_there()
