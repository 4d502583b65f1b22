"""The port to machines that translate. A site has one by its settings, or none.

It stands in the registry because all apps above may have texts to translate. It is called by the worker only:
never in a request, and never inside a transaction.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Protocol

from django.conf import settings

from ayni.kernel.errors import ActionError
from ayni.kernel.net import NetFault, post_json
from ayni.language.segments import Segment, segments

# Of one request. Services limit both; these are below what a service of one's own allows by default.
CHARACTERS, TEXTS = 2_000, 30
SECONDS = 60.0
_BAD_REQUEST, _TOO_MANY, _FAILED = 400, 429, 500
# Content language -> what services call it; the others are called the same. Chinese has another name since 2024,
# and Portuguese may be there as that of Brazil only: where the first is refused, the second is tried.
_CODES = {"zh": ("zh-Hans", "zh"), "pt": ("pt", "pt-BR")}
_MARKS = ("**", "__", "*", "_")


class TranslatorFault(ActionError):
    """Nothing usable came back. `away`: later may help; `refused`: it will not (language, key, size); `no_translator`."""


class Translator(Protocol):
    name: str  # as readers see it

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """As many as were given, in their order. Languages as in `language.codes`. Raises TranslatorFault."""
        ...


class NullTranslator:
    name = ""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        del source, target
        if not texts:
            return []
        raise TranslatorFault("no_translator")


class HttpTranslator:
    """A service that speaks the protocol of LibreTranslate: POST /translate with q, source, target, format, api_key."""

    name = "LibreTranslate"

    def __init__(self, url: str, key: str = "", *, seconds: float = SECONDS) -> None:
        self._url = f"{url.rstrip('/')}/translate"
        self._key = key
        self._seconds = seconds

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        cut = [segments(text, CHARACTERS) for text in texts]
        words = list(dict.fromkeys(piece.text for pieces in cut for piece in pieces if piece.is_words))
        known: dict[str, str] = {}
        for batch in _batches(words):
            answers = self._ask_by_some_name(batch, source, target)
            known |= dict(zip(batch, answers, strict=True))
        return ["".join(_piece(piece, known) for piece in pieces) for pieces in cut]

    def _ask_by_some_name(self, texts: list[str], source: str, target: str) -> list[str]:
        refusal = TranslatorFault("refused")
        for one, other in product(_CODES.get(source, (source,)), _CODES.get(target, (target,))):
            try:
                return self._ask(texts, one, other)
            except TranslatorFault as fault:
                if fault.code != "refused":
                    raise
                refusal = fault
        raise refusal

    def _ask(self, texts: list[str], source: str, target: str) -> list[str]:
        payload: dict[str, Any] = {"q": texts, "source": source, "target": target, "format": "text"}
        if self._key:
            payload["api_key"] = self._key
        try:
            answer = post_json(self._url, payload, seconds=self._seconds)
        except NetFault as fault:
            raise _fault(fault) from fault
        found = answer.get("translatedText") if isinstance(answer, dict) else None
        if (
            isinstance(found, list)
            and len(found) == len(texts)
            and all(isinstance(one, str) for one in found)
        ):
            return found
        raise TranslatorFault("away", why="bad_answer")


def translator() -> Translator:
    """The one that the settings name."""
    if not is_there():
        return NullTranslator()
    return HttpTranslator(settings.TRANSLATOR_URL, settings.TRANSLATOR_KEY)


def is_there() -> bool:
    return bool(settings.TRANSLATOR_URL)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) == TEXTS or sum(map(len, batch)) + len(text) > CHARACTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _piece(piece: Segment, known: dict[str, str]) -> str:
    """Marks of emphasis that the machine has lost one of are taken out: half of a pair would show as itself."""
    if not piece.is_words:
        return piece.text
    text = known[piece.text].strip("\r\n")
    for mark in _MARKS:
        if text.count(mark) != piece.text.count(mark) and mark in piece.text:
            text = text.replace(mark, "")
    # A cut between two sentences of one line leaves its space at the end.
    space = piece.text[len(piece.text.rstrip()) :]
    return text.rstrip() + space if space else text


def _fault(fault: NetFault) -> TranslatorFault:
    status = fault.params.get("status", 0)
    refused = fault.code == "status" and _BAD_REQUEST <= status < _FAILED and status != _TOO_MANY
    return TranslatorFault("refused" if refused else "away", why=fault.code, status=status)
