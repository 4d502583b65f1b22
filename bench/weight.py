"""What each named page costs on the wire: at the first visit, and once the browser has the shared files."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from ayni.knowledge.models import Record
from ayni.knowledge.states import Form, Kind
from ayni.registry.models import Institution
from ayni.web.addresses import institution_url, record_url
from bench.figures import Figure, Outcome
from bench.server import demo_world, running
from bench.wire import HOST, Answer, Connection, Linked, request_bytes

_FIRST_GOAL, _LATER_GOAL, _MAP_GOAL = 50.0, 15.0, 12.0
_LANGUAGES = ("en", "ar", "zh-hans")  # a plain one, one from right to left, one with another script


@dataclass
class Weight:
    first: float  # kB: the page and all it loads
    later: float  # kB: the page and what the browser may not keep
    heaviest: str  # of what it loads
    geometry: float = 0.0  # kB: the shapes of a map


def run() -> Outcome:
    outcome = Outcome()
    demo_world()
    with running() as port:
        for name, make in PAGES.items():
            weights = {}
            for language in _LANGUAGES:
                with translation.override(language):
                    path = _made(make)
                answer = path and Connection(port).get(request_bytes(path, language=language))
                if answer and answer.status == 200:
                    weights[language] = weigh(port, path, answer)
                else:
                    outcome.skipped.append(
                        f"{name} ({language}): {answer.status if answer else 'no address'}"
                    )
            if weights:
                outcome.figures += _figures(name, weights)
            if shapes := max((weight.geometry for weight in weights.values()), default=0.0):
                outcome.figures.append(Figure(f"{name}, its geometry", shapes, "kB", _MAP_GOAL))
    return outcome


def _made(make: object) -> str:
    try:
        return make()  # type: ignore[operator]
    except NoReverseMatch:
        return ""


def _figures(name: str, weights: dict[str, Weight]) -> list[Figure]:
    first = max(weights, key=lambda language: weights[language].first)
    later = max(weights, key=lambda language: weights[language].later)
    heaviest = weights[first]
    return [
        Figure(
            f"{name}, first visit", heaviest.first, "kB", _FIRST_GOAL,
            note=f"{first}; heaviest: {heaviest.heaviest}",
        ),
        Figure(f"{name}, later", weights[later].later, "kB", _LATER_GOAL, note=later),
    ]  # fmt: skip


def weigh(port: int, path: str, answer: Answer) -> Weight:
    page = Linked(f"http://{HOST}:{port}{path}")
    page.feed(answer.text)
    connection = Connection(port)
    loaded = {address: connection.get(request_bytes(address)) for address in page.resources}
    for address, one in list(loaded.items()):
        if one.status != 200:
            raise RuntimeError(f"{path} loads {address}, which answers {one.status}")
    kept = sum(one.size for one in loaded.values() if one.stays_cached)
    first = answer.size + sum(one.size for one in loaded.values())
    sizes = {"the page itself": answer.size} | {address: one.size for address, one in loaded.items()}
    heaviest = max(sizes, key=lambda address: sizes[address])
    shapes = sum(one.size for address, one in loaded.items() if "/map/" in address)
    named = f"{heaviest} {sizes[heaviest] / 1000:.1f}"
    return Weight(first / 1000, (first - kept) / 1000, named, shapes / 1000)


def _record(kind: Kind, form: str = "") -> str:
    """The one with the longest text."""
    records = Record.objects.filter(kind=kind, published__form=form).select_related("published")
    return record_url(max(records, key=lambda record: len(str(record.published.body))))


def _institution() -> str:
    return institution_url(Institution.objects.order_by("pk")[0])


PAGES = {
    "home": lambda: reverse("home"),
    "search": lambda: reverse("search") + "?q=water",
    "search without words": lambda: reverse("search"),
    "search, nothing found": lambda: reverse("search") + "?q=qqqqzzzz",
    "search map": lambda: reverse("search") + "?q=water&view=map",
    "practice, full": lambda: _record(Kind.PRACTICE, Form.FULL),
    "practice, snapshot": lambda: _record(Kind.PRACTICE, Form.SNAPSHOT),
    "lesson": lambda: _record(Kind.LESSON),
    "publication": lambda: _record(Kind.PUBLICATION),
    "activity": lambda: _record(Kind.ACTIVITY),
    "institution": _institution,
    "institutions": lambda: reverse("institutions"),
    "about": lambda: reverse("about"),
    "log-in": lambda: reverse("account_login"),
}
