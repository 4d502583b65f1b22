"""Some texts on their way, so that the desk of readings and the authors' side have something to show. All invented."""

from ayni.kernel.actions import action
from ayni.knowledge.actions import approval, comments, records, reviews
from ayni.knowledge.criteria import criteria_of
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.texts import Text
from ayni.registry.models import Institution, Person, Term
from ayni.registry.states import Role

# (id, title, what is done with it, summary, problem, what was done, what changed)
_TEXTS = (
    (
        "review-open", "A bell for the water truck", "handed in",
        "A bell on the water truck ended the waiting at the roadside.",
        "Nobody knew when the water truck would come. People waited at the road for half a day, or missed it.",
        "The driver rings a bell at the first house of each street, and keeps to the same order every week.",
        "By the list the drivers keep, nobody waits longer than half an hour, and no street was missed in a year.",
    ),
    (
        "review-hand", "One notebook for three shifts", "taken up",
        "One notebook that passes from shift to shift stopped things from being forgotten at the clinic.",
        "Each shift of the clinic kept notes of its own, and what one began the next did not know of.",
        "One notebook lies at the door. Whoever leaves writes three lines, and whoever comes signs that they read them.",
        "By the register, doses given twice or forgotten fell from nine a month to one in two seasons.",
    ),
    (
        "review-changes", "Seed bags with a date on them", "changes asked",
        "A date on each seed bag, which all can read, saved work and harvest.",
        "Some families sowed seed that was too old, and harvested half.",
        "Each bag gets the year and the season it was filled, as a number and as a knot for those who do not read.",
        "By the register, the losses fell from a third to a tenth in two seasons.",
    ),
    (
        "review-declined", "A plan for a market of ideas", "declined",
        "A yearly market where villages would show each other what they have tried.",
        "What one village finds out, the next one does not hear of.",
        "We want to hold a market once a year, with a table for each village. A place has been offered.",
        "Nothing yet: the first market is planned for next year.",
    ),
)  # fmt: skip


@action
def add(*, owner: Institution, author: Person, reader: Person, origin: str) -> None:
    """Once: `author` writes for `owner`, which gets an approval of two steps; `reader` reads for the site."""
    if Record.objects.filter(origin=origin, origin_id=_TEXTS[0][0]).exists():
        return
    if not owner.approval_steps.exists():
        approval.add_step(by=None, institution=owner, name="Colleague of another team", role=Role.REVIEWER)
        approval.add_step(by=None, institution=owner, name="Head of the house", role=Role.ADMIN)
    for key, title, done, summary, *body in _TEXTS:
        revision = _written(owner, author, origin, key, title, summary, body)
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


def _written(
    owner: Institution, author: Person, origin: str, key: str, title: str, summary: str, body: list[str]
) -> Revision:  # fmt: skip
    kenya = Term.objects.get(vocabulary__code="countries", code="KE")
    text = Text(
        title=title,
        summary=summary,
        body=dict(zip(("problem", "what_was_done", "what_changed"), body, strict=True)),
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
