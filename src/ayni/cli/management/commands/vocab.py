from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from ayni.kernel.errors import ActionError, Invalid
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry import skos
from ayni.registry.actions.groups import add_to_group, end_in_group
from ayni.registry.actions.vocabularies import import_thesaurus, load_built_in_vocabularies
from ayni.registry.models import Term, Vocabulary
from ayni.registry.queries.vocabularies import concepts

GROUPS = "country-groups"
WORDS = {
    "bad_code": "{value!r} cannot be a vocabulary's code: use small letters, digits and hyphens.",
    "no_file": "There is no file {path}.",
    "unknown_format": "The kind of file is not known; it must end in one of: {formats}.",
    "too_large": "The file has {size} MB; at most {limit} MB are read.",
    "unreadable": "The file cannot be read as its kind: {reason}",
    "no_concepts": "The file has no skos:Concept with a label in a language of content.",
    "too_many_concepts": "The file has {count} concepts; at most {limit} are taken.",
    "built_in": "{vocabulary!r} is a built-in vocabulary; choose another --code.",
    "uri_taken": "{uri} belongs to the vocabulary {vocabulary!r} already.",
    "already_a_member": "{member} is in {group} at that time already.",
    "not_a_member": "{member} is not in {group} now.",
    "missing": "{path}: missing.",
    "ends_before_start": "{path}: ends before it starts.",
}


class Command(BaseCommand):
    help = "Vocabularies: list them, load the built-in ones again, import SKOS thesauri, edit country groups."

    def add_arguments(self, parser: Any) -> None:
        what = parser.add_subparsers(dest="what")
        what.add_parser("list", help="Every vocabulary with its date, source and number of terms.")
        terms = what.add_parser("terms", help="The codes of a vocabulary, with their labels.")
        terms.add_argument("vocabulary", help="Its code, as `ayni vocab list` shows it.")
        terms.add_argument(
            "--lang",
            choices=CONTENT_LANGUAGES,
            default="en",
            help="Labels in this language where there are any.",
        )
        what.add_parser("load", help="Load those built-in vocabularies whose files have changed.")
        brought = what.add_parser("import", help="Import a SKOS thesaurus (.ttl, .nt, .rdf).")
        brought.add_argument("file", type=Path)
        brought.add_argument("--code", help="Its code here; else made from the file's name.")
        brought.add_argument("--title", default="", help="Its title, where the file gives none.")
        brought.add_argument("--dry-run", action="store_true", help="Read and count; store nothing.")
        group = what.add_parser("group", help="Edit which countries are in ldc, lldc, sids, fragile.")
        group.add_argument("do", choices=["add", "end"])
        group.add_argument("group")
        group.add_argument("country", help="ISO alpha-2 code, e.g. NP.")
        group.add_argument("--since", type=date.fromisoformat, help="First day, as 2026-01-31.")
        group.add_argument("--until", type=date.fromisoformat, help="Last day.")
        group.add_argument("--source", default="", help="Where that is written.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            doing = {"terms": self.terms, "load": self.load, "import": self.bring, "group": self.group}
            doing.get(options["what"], self.list)(options)
        except Invalid as error:
            raise CommandError(
                " ".join(_in_words(fault.code, {"path": fault.path}) for fault in error.faults)
            ) from error
        except ActionError as error:
            raise CommandError(_in_words(error.code, error.params)) from error

    def list(self, _options: dict[str, Any]) -> None:
        for vocabulary in Vocabulary.objects.annotate(count=Count("terms")).order_by("code"):
            told = (
                f"{vocabulary.count:6} terms  {vocabulary.source_date or '-':12} {vocabulary.source or '-'}"
            )
            self.stdout.write(f"{vocabulary.code:18} {told}")

    def terms(self, options: dict[str, Any]) -> None:
        code = options["vocabulary"]
        known = concepts().vocabularies
        if code not in known:
            raise CommandError(f"There is no vocabulary {code!r}; there are: {', '.join(sorted(known))}.")
        for concept in sorted(known[code], key=lambda one: _in_order(one.code)):
            if concept.until is None:
                self.stdout.write(f"{concept.code:24} {concept.label(options['lang'])}")

    def load(self, _options: dict[str, Any]) -> None:
        loaded = load_built_in_vocabularies()
        self.stdout.write(f"Loaded: {', '.join(loaded)}." if loaded else "Nothing has changed.")

    def bring(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        code = options["code"] or "-".join(path.stem.lower().replace("_", "-").split())[:40]
        reading = skos.read(path, code=code, title=options["title"])
        terms = reading.document["terms"]
        languages = sorted({language for row in terms for language in row["labels"]})
        self.stdout.write(f"{code}: {len(terms)} concepts, labels in {', '.join(languages)}.")
        if reading.without_label:
            self.stdout.write(f"Left out, without a label in a language of content: {reading.without_label}.")
        if reading.unknown_broader:
            self.stdout.write(
                f"Links to broader concepts outside of the file, left out: {reading.unknown_broader}."
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was stored (--dry-run).")
            return
        import_thesaurus(by=None, document=reading.document)
        self.stdout.write("Stored.")

    def group(self, options: dict[str, Any]) -> None:
        group, member = _term(GROUPS, options["group"]), _term("countries", options["country"].upper())
        if options["do"] == "add":
            add_to_group(
                by=None, group=group, member=member, source=options["source"],
                since=options["since"], until=options["until"],
            )  # fmt: skip
        else:
            if options["until"] is None:
                raise CommandError("Say the last day with --until.")
            end_in_group(
                by=None, group=group, member=member, until=options["until"], source=options["source"]
            )
        self.stdout.write("Stored. Filters by kind of country follow after `ayni index rebuild`.")


def _term(vocabulary: str, code: str) -> Term:
    term = Term.objects.select_related("vocabulary").filter(vocabulary__code=vocabulary, code=code).first()
    if term is None:
        known = (
            Term.objects.filter(vocabulary__code=vocabulary).order_by("code").values_list("code", flat=True)
        )
        raise CommandError(f"{code!r} is not in {vocabulary!r}, which has: {', '.join(known[:300])}.")
    return term


def _in_order(code: str) -> list[tuple[bool, int, str]]:
    """6.1, 6.2, 6.10, 6.a"""
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in code.split(".")]


def _in_words(code: str, params: dict[str, Any]) -> str:
    return WORDS[code].format(**params)
