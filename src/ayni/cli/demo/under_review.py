"""Some texts on their way, so that the desk of readings and the authors' side have something to show. All invented."""

from ayni.kernel.actions import action
from ayni.knowledge.actions import approval, comments, records, reviews
from ayni.knowledge.criteria import criteria_of
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.texts import Text
from ayni.registry.models import Institution, Person, Term
from ayni.registry.states import Role

# (id, title, what is done with it)
_TEXTS = (
    ("review-open", "A bell for the water truck", "handed in"),
    ("review-hand", "One notebook for three shifts", "taken up"),
    ("review-changes", "Seed bags with a date on them", "changes asked"),
    ("review-declined", "A plan for a market of ideas", "declined"),
)


@action
def add(*, owner: Institution, author: Person, reader: Person, origin: str) -> None:
    """Once: `author` writes for `owner`, which gets an approval of two steps; `reader` reads for the site."""
    if Record.objects.filter(origin=origin, origin_id=_TEXTS[0][0]).exists():
        return
    if not owner.approval_steps.exists():
        approval.add_step(by=None, institution=owner, name="Colleague of another team", role=Role.REVIEWER)
        approval.add_step(by=None, institution=owner, name="Head of the house", role=Role.ADMIN)
    for key, title, done in _TEXTS:
        revision = _written(owner, author, origin, key, title)
        reviews.submit(by=author, revision=revision)
        site = revision.reviews.get(side="site")
        if done != "handed in":
            reviews.take_up(by=reader, review=site)
        if done == "changes asked":
            comments.comment(
                by=reader, revision=revision, path="body.problem", text="How many families were there?",
                suggestion="Twelve of forty families sowed seed that was too old, and harvested half.",
            )  # fmt: skip
            _decide(reader, site, "changes", "Clear and useful. Please say how many families it concerned.")
        if done == "declined":
            _decide(
                reader,
                site,
                "decline",
                "This is a plan. Tell us when it has been done: we look forward to it.",
            )


def _written(owner: Institution, author: Person, origin: str, key: str, title: str) -> Revision:
    body = {
        "problem": "Some families sowed seed that was too old, and harvested half.",
        "what_was_done": "We agreed on one simple sign that everybody can read, and kept to it for a year.",
        "what_changed": "By the register, the losses fell from a third to a tenth in two seasons.",
    }
    kenya = Term.objects.get(vocabulary__code="countries", code="KE")
    text = Text(
        title=title,
        summary="A simple sign that all can read saved work and harvest.",
        body=body,
        terms=(kenya.pk,),
    )
    record = records.create_record(
        by=author,
        kind="practice",
        language="en",
        owner=owner,
        text=text,
        origin=origin,
        origin_id=key,
        is_demo=True,
    )
    return record.revisions.get()


def _decide(reader: Person, review: Review, verdict: str, note: str) -> None:
    answers = {one.code: "partly" for one in criteria_of("practice")}
    reviews.decide(by=reader, review=review, verdict=verdict, answers=answers, note=note)
