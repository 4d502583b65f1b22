"""What each named page costs on the wire: at the first visit, and once the browser has the shared files."""

from dataclasses import dataclass
from functools import partial

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from ayni.cli.demo import build
from ayni.knowledge.actions.drafts import begin
from ayni.knowledge.models import Record
from ayni.knowledge.states import Form, Kind
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Institution, Person
from ayni.registry.states import Role
from ayni.web.addresses import institution_url, record_url
from ayni.web.writing.pages import pages_of
from bench.figures import Figure, Outcome
from bench.server import demo_world, running, session_of
from bench.wire import HOST, Answer, Connection, Linked, request_bytes

_FIRST_GOAL, _LATER_GOAL, _MAP_GOAL = 50.0, 15.0, 12.0
_WRITING_GOAL = 20.0
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
    person, owner = Person.objects.get(email=build.LOG_INS[0].email), Institution.objects.order_by("pk")[0]
    grant_role(by=None, person=person, institution=owner, role=Role.CONTRIBUTOR)
    drafts = {form: _draft(person.email, owner, form) for form in Form}
    with running() as port:
        for name, make in PAGES.items():
            weights = _weights(port, name, make, outcome)
            if weights:
                outcome.figures += _figures(name, weights)
            if shapes := max((weight.geometry for weight in weights.values()), default=0.0):
                outcome.figures.append(Figure(f"{name}, its geometry", shapes, "kB", _MAP_GOAL))
        outcome.figures += _writing(port, drafts, session_of(person), outcome)
    return outcome


def _weights(port: int, name: str, make: object, outcome: Outcome, cookie: str = "") -> dict[str, Weight]:
    """By language; what does not answer as it should is told."""
    weights = {}
    for language in _LANGUAGES:
        with translation.override(language):
            path = _made(make)
        answer = path and Connection(port).get(request_bytes(path, language=language, cookie=cookie))
        if answer and answer.status == 200:
            weights[language] = weigh(port, path, answer)
        else:
            outcome.skipped.append(f"{name} ({language}): {answer.status if answer else 'no address'}")
    return weights


def _draft(email: str, owner: Institution, form: Form) -> str:
    person = Person.objects.get(email=email)  # anew: with the role just given
    begun = begin(
        by=person, kind=Kind.PRACTICE, language="en", title=f"Weighed {form}", owner=owner, form=form
    )
    return begun.record.uid


def _writing(port: int, drafts: dict[Form, str], cookie: str, outcome: Outcome) -> list[Figure]:
    """Every page of writing a practice, as somebody with an empty draft gets them; the heaviest counts."""
    found: dict[str, dict[str, Weight]] = {
        "begin": _weights(port, "begin", lambda: reverse("write-start"), outcome, cookie)
    }
    for form, uid in drafts.items():
        for page in pages_of(Kind.PRACTICE, form):
            make = partial(reverse, "write-page", args=(uid, page.name))
            found[f"{form}: {page.name}"] = _weights(port, page.name, make, outcome, cookie)
    found = {name: weights for name, weights in found.items() if weights}
    if not found:
        return []
    heaviest = max(found, key=lambda name: max(weight.first for weight in found[name].values()))
    first, later = _figures(f"writing, heaviest of {len(found)} pages", found[heaviest])
    first.goal, later.goal = _WRITING_GOAL, None
    first.note = f"{heaviest}; {first.note}"
    return [first, later]


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
