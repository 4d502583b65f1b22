import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ayni.discovery import fields
from ayni.discovery.queries.search import Found, Request, Result, search
from ayni.language.codes import CONTENT_LANGUAGES, site_language


class Command(BaseCommand):
    help = "Search what everyone may see, as the search page does."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("words", nargs="?", default="")
        parser.add_argument("--lang", default="en", choices=CONTENT_LANGUAGES, help="The reader's language.")
        for facet in fields.FACETS:
            parser.add_argument(f"--{facet}", action="append", default=[], help="May be given several times.")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--sort", choices=["relevance", "newest"], default="relevance")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["limit"] < 1 or options["page"] < 1:
            raise CommandError(_("--limit and --page are 1 or more."))
        request = Request(
            text=options["words"],
            language=options["lang"],
            filters={facet: tuple(options[facet]) for facet in fields.FACETS if options[facet]},
            page=options["page"],
            page_size=min(options["limit"], 1000),
            sort=options["sort"],
            facets=fields.FACETS if options["json"] else (),
        )
        with translation.override(site_language(options["lang"])):
            found = search(request)
            self.stdout.write(self.as_json(found) if options["json"] else self.as_text(found))

    def as_json(self, found: Found) -> str:
        facets = {name: dict(counts) for name, counts in found.counts.items()}
        hits = [hit(result, found.request.language) for result in found.results]
        return json.dumps({"total": found.total, "hits": hits, "facets": facets}, ensure_ascii=False)

    def as_text(self, found: Found) -> str:
        lines = [_("%(total)s results") % {"total": found.total}]
        for result in found.results:
            facts = hit(result, found.request.language)
            lines += ["", f"{facts['title']}  [{facts['kind']}]", f"  {facts['url']}"]
            lines += [f"  {_('Why:')} {facts['why']}"] if facts["why"] else []
        return "\n".join(lines)


def hit(result: Result, language: str) -> dict[str, Any]:
    record = result.card.record
    return {
        "id": record.uid,
        "kind": record.kind,
        "title": result.card.title,
        "url": settings.SITE_URL + reverse("record-short", args=(record.uid,)),
        "score": round(result.score, 4),
        "why": why(result, language),
    }


def why(result: Result, language: str) -> str:
    parts = []
    if result.why.words:
        parts.append(_("says %(words)s") % {"words": ", ".join(result.why.words)})
    if result.why.concepts:
        names = dict.fromkeys(concept.short(language) for concept in result.why.concepts)
        parts.append(_("about %(concepts)s") % {"concepts": ", ".join(names)})
    return "; ".join(parts)
