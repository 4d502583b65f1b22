"""What each field is called where people write, what helps to say it well, and an example. All examples are invented.

Keys are the paths of `knowledge/drafts.py`; a field of a row is named without the row's number:
`body.results.what`. Where kinds differ, the kind stands before the path: `lesson/summary`.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Words:
    """`length`: how long a good answer is, in words for people. `asked`: what this draft in particular should tell."""

    label: Any
    hint: Any = ""
    example: Any = ""
    length: Any = ""
    asked: Any = ""


# Of what was done elsewhere before: what those at the first place, and at a third, will want to know.
_PLACE = _("What is your place like, compared with theirs?")
ADAPTED = {
    "body.setting": _PLACE,
    "body.problem": _PLACE,  # of a snapshot, which has no field for the place
    "body.what_was_done": _("What did you take over as it was, and what did you change, and why?"),
    "body.what_changed": _("What came out at your place?"),
}

_FEW = _("Two to five sentences are enough.")
_MORE = _("Four to ten sentences. A list is fine: begin each line with a dash.")
_ONE = _("One sentence.")
_FAR_LONGER = ((_ONE, 300), (_FEW, 1200), (_MORE, 3000))  # characters; about twice what the words ask for

_LINES = {
    "title": Words(
        _("Title"),
        _("What was done, and for whom. Somebody who searches should see at once whether it is for them."),
        _("Night nurses call a doctor by video: fewer transfers from three district hospitals"),
    ),
    "summary": Words(
        _("In one sentence"),
        _("Who did what, and what changed. It stands below the title in every list."),
        _("Three district hospitals share one doctor on call by video at night; transfers fell by half."),
        _ONE,
    ),
    "lesson/summary": Words(
        _("In one sentence"),
        _("What was tried, and what others should know before they try it. It stands below the title in every list."),
        _("Tablets for every clinic were unused after a year, because nobody had said who pays for the data."),
        _ONE,
    ),
    "publication/summary": Words(
        _("In one sentence"),
        _("What it is about and whom it helps. It stands below the title in every list."),
        _("How small hospitals can train their own technicians, with a plan for twelve weeks."),
        _ONE,
    ),
    "started": Words(
        _("Begun"),
        _("A year is enough: 2021. Or a month: 2021-03. Or a day: 2021-03-15."),
    ),
    "ended": Words(_("Ended"), _("Leave it empty if it still goes on.")),
    "files": Words(_("Photos and documents")),
    "partners": Words(
        _("Who took part besides you"),
        _("Institutions, not persons. Each with what it did."),
        _("Valley Nursing School – provides know-how"),
    ),
}  # fmt: skip
_LINES |= {
    "partners.name": Words(_("Institution"), "", _("Valley Nursing School")),
    "partners.role": Words(pgettext_lazy("of an institution that took part", "What it did")),
}
_TAGS = {
    "tags.countries": Words(_("Countries"), _("Where it was done.")),
    "tags.themes": Words(_("Themes"), _("One to three that fit best. People who follow a theme find you by them.")),
    "tags.sdg": Words(
        _("Sustainable Development Goals"), _("Only those it truly serves: one or two are better than eight.")
    ),
    "tags.exchange_types": Words(_("Who was exchanged"), _("If people went from one place to another to learn.")),
    "tags.sectors": Words(_("Sectors"), _("For those who report by OECD sector codes.")),
    "tags.regions": Words(_("Regions"), _("If it was done in a whole region rather than in some countries.")),
}  # fmt: skip
_STANDING = {
    "standing.contact_email": Words(
        _("E-mail address for questions"),
        _("An office address is best: it stays when people move. Everybody will see it."),
        "training@hospital.example",
    ),
    "standing.contact_until": Words(
        _("People may ask until"),
        _("After that day nobody is sent to you. You can put it off at any time."),
    ),
    "standing.licence": Words(
        _("How others may use it"),
        _("With CC BY 4.0 everybody may use and translate it if they name you. Most choose this."),
    ),
    "standing.source_title": Words(
        _("Source"),
        _("The report or page in which it was told first, if there is one."),
        _("Annual report 2023 of the Valley Hospital"),
    ),
    "standing.source_url": Words(_("Its web address"), "", "https://hospital.example/report-2023"),
    "standing.source_publisher": Words(_("Who published it"), "", _("Valley Hospital")),
}
_PRACTICE = {
    "body.problem": Words(
        _("What was the problem?"),
        _("Say whom it hurt, how often, how much. A number says more than a big word."),
        _("At night no doctor was on duty in our three district hospitals. In 2020, 214 patients were driven"
          " for two hours to the capital; for half of them it was not needed."),
        _FEW,
    ),
    "body.what_was_done": Words(
        _("What was done?"),
        _("In the order in which it happened: who did what, with whom, how often. Write it so that a colleague"
          " elsewhere could begin on Monday."),
        _("- We wrote down with the nurses which cases need a doctor at once.\n"
          "- Two doctors take turns at night by video, from home.\n"
          "- Every Friday nurses and doctors go through the calls of the week."),
        _MORE,
    ),
    "body.what_changed": Words(
        _("What changed, and how do you know?"),
        _("Before and after, and where the numbers come from. If you only have what people told you, say so."),
        _("In 2022, 98 patients were driven to the capital instead of 214 (transport book). Nurses say that"
          " they now decide with more confidence; we have not measured it."),
        _FEW,
    ),
    "body.setting": Words(
        _("What is the place like?"),
        _("What a reader must know to see whether their place is like yours: size, people, what is there and"
          " what is lacking."),
        _("Three hospitals with 40 to 60 beds in a mountain district; mobile network, power cuts every week."),
        _FEW,
    ),
    "body.level": Words(_("At which level was it done?")),
    "body.who_is_affected": Words(
        _("Whom does it concern?"),
        _("Those for whom it was done, those who did it, and those who were left out."),
        _("About 90,000 people, 34 night nurses and two doctors. The health posts in the hills are not reached yet."),
        _FEW,
    ),
    "body.building_blocks": Words(
        _("Building blocks that others can reuse"),
        _("The parts of what you did that also work alone. Somebody may need only one of them."),
    ),
    "body.building_blocks.name": Words(
        pgettext_lazy("of a building block", "Name"), "", _("The list of cases that need a doctor")
    ),
    "body.building_blocks.what": Words(
        pgettext_lazy("of a building block", "What it is"), "", _("One page on the wall, with pictures.")
    ),
    "body.building_blocks.enabling": Words(_("What it needs"), "", _("Nurses who help to write it.")),
    "body.building_blocks.lesson": Words(_("What we learned"), "", _("The first list was too long: nobody read it.")),
    "body.building_blocks.cost": Words(_("Cost"), "", _("60 US dollars for printing")),
    "body.building_blocks.time": Words(_("Time"), "", _("Three afternoons")),
    "body.results": Words(
        _("Results"),
        _("For people, for institutions, for communities. A row each; leave out what you do not know."),
    ),
    "body.results.level": Words(_("For whom"), "", ""),
    "body.results.what": Words(_("What was counted"), "", _("Patients driven to the capital in a year")),
    "body.results.before": Words(pgettext_lazy("a figure before the change", "Before"), "", "214"),
    "body.results.after": Words(pgettext_lazy("a figure after the change", "After"), "", "98"),
    "body.results.known_by": Words(_("How it is known"), "", _("Transport book")),
    "body.evidence_level": Words(_("What does it rest on?")),
    "body.evidence": Words(
        _("How do you know?"),
        _("Who looked, at what, when; what would speak against it."),
        _("The district office compared the transport books of 2020 and 2022. Roads also became better in that time."),
        _FEW,
    ),
    "body.what_did_not_work": Words(
        _("What did not work?"),
        _("This is what readers thank you for most. Every good practice has some of it."),
        _("In the first months the line broke in every second call. We lost the trust of one hospital and had"
          " to begin anew there."),
        _FEW,
    ),
    "body.adaptation_notes": Words(
        _("If somebody wants to do it elsewhere"),
        _("What you would change for another kind of place."),
    ),
    "body.adaptation_notes.setting": Words(_("What kind of place"), "", _("Where there is no network at night")),
    "body.adaptation_notes.note": Words(_("Your advice"), "", _("Use the radio of the ambulance.")),
    "body.resources": Words(
        _("What did it take?"),
        _("Money, people, time, things. Round figures help more than none."),
        _("Six tablets (1,800 US dollars), data for 40 dollars a month, an hour a week of two doctors."),
        _FEW,
    ),
    "body.in_kind": Words(
        _("What was given in kind?"),
        _("Time, rooms, transport, know-how that nobody paid for."),
        _("The nursing school trained our nurses for two weeks and asked for nothing."),
    ),
    "body.sustainability": Words(
        _("What keeps it going?"),
        _("Who pays and who looks after it now; what happens when the project ends."),
        _("Since 2023 the district pays for the data. A nurse is in charge of it by name."),
        _FEW,
    ),
    "body.links": Words(_("Where to read more"), _("Forms, films, reports that others can use.")),
    "body.links.title": Words(_("What it is"), "", _("The list of cases, to print")),
    "body.links.url": Words(_("Web address"), "", "https://hospital.example/list"),
}  # fmt: skip
_LESSON = {
    "body.situation": Words(
        _("What was the situation?"),
        _("Where you stood before, and what you wanted to reach."),
        _("Forty clinics reported on paper, four weeks late. We wanted to see outbreaks within days."),
        _FEW,
    ),
    "body.what_was_tried": Words(
        _("What was tried?"),
        _("In the order in which it happened. No need to defend it."),
        _("Every clinic was given a tablet and one day of training."),
        _FEW,
    ),
    "body.what_happened": Words(
        _("What happened?"),
        _("Say it plainly, with numbers where you have them. Nobody needs to be named."),
        _("After three months 35 clinics reported, after a year eight."),
        _FEW,
    ),
    "body.why": Words(
        _("Why?"),
        _("What you believe today, and what makes you believe it."),
        _("Nobody had said who pays for the data. Clinics paid it from their fees until they could not."),
        _FEW,
    ),
    "body.advice": Words(
        _("What would you do now?"),
        _("What you would tell a friend who wants to try the same."),
        _("Settle the running costs in writing before the first tablet is bought."),
        _FEW,
    ),
}
_PUBLICATION = {
    "body.publication_type": Words(_("What is it?")),
    "body.authors": Words(_("Who wrote it?"), _("One name a line."), _("Amina Example\nJoão Exemplo")),
    "body.year": Words(_("Year"), "", "2024"),
    "body.publisher": Words(_("Publisher"), "", _("Valley Hospital")),
    "body.abstract": Words(
        _("In short"),
        _("What it asks, what it finds, for whom."),
        _("How three hospitals train technicians on the job, what it costs, and which mistakes to avoid."),
        _FEW,
    ),
    "body.key_points": Words(
        _("Main points"),
        _("What a reader can use tomorrow, a line each."),
        _("- Twelve weeks are enough.\n- Two learners a trainer."),
    ),
    "body.url": Words(_("Where it can be read"), _("The web address of the text itself."), "https://hospital.example/handbook.pdf"),
    "body.doi": Words("DOI", _("If it has one."), "10.1234/example"),
}  # fmt: skip
_ACTIVITY = {
    "body.description": Words(_("Description"), "", "", _FEW),
    "body.objectives": Words(_("Objectives")),
    "body.activity_status": Words(_("Status")),
    "body.identifiers": Words(_("Identifiers"), _("One a line.")),
}
_ALL = _LINES | _TAGS | _STANDING | _PRACTICE | _LESSON | _PUBLICATION | _ACTIVITY


def words_of(path: str, kind: str = "", form: str = "") -> Words:
    """Of a field, of a field in a row (with or without the row's number), else the path itself."""
    del form  # both forms of a practice call their fields the same
    plain = ".".join(part for part in path.split(".") if not part.isdigit())
    return _ALL.get(f"{kind}/{plain}") or _ALL.get(plain) or Words(path)


def asked_length(path: str, kind: str, text: Any) -> str:
    """How long the text should be, in words, if it is far longer; else nothing."""
    length = words_of(path, kind).length
    limit = next((limit for words, limit in _FAR_LONGER if words is length), None)
    return str(length) if limit and isinstance(text, str) and len(text) > limit else ""
