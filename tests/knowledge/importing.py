"""Files to import, made by tests, and a picture of the whole database."""

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from ayni.knowledge.actions.imports import process_batch, start_batch
from ayni.knowledge.models import ImportBatch
from ayni.knowledge.queries import imports as queries

# What undoing leaves: the audit, the batch's own rows, tombstones; and news for the index, which is no content.
_EXCEPT = {"AuditEntry", "AuditSeal", "FormerId", "ImportBatch", "ImportRow", "OutboxMessage"}
_ONLY_GROW = {"version", "updated_at"}


def document(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A lesson, by an institution that is not registered yet."""
    return {
        "id": f"lesson-{number}", "kind": "lesson", "language": "en", "institution": "Office of Wells",
        "title": f"Lesson {number}: pumps need somebody who mends them", "summary": "One line.",
        "countries": ["KE"], "sdg": ["6.1"], "themes": ["water-sanitation"], "started": "2019-03", "ended": None,
        "body": {"situation": "Dry.", "what_was_tried": "Pumps.", "what_happened": "They broke."},
        "partners": [{"institution": "Fund of Pumps", "role": "funder"}],
        "source": {"title": "Report", "url": "https://example.org/r", "publisher": "Office"}, "licence": "CC-BY-4.0",
        "contact": {"email": "office@example.org", "until": "2030-01-01"}, "last_confirmed": "2026-01-01",
    } | changes  # fmt: skip


def activity(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "iati_identifier": f"XX-{number}", "xml_lang": "en", "reporting_org_ref": "XX", "reporting_org_type": "10",
        "reporting_org_narrative": ["Agency of Rivers"], "title_narrative": [f"Activity {number} for the rural wells of the country"],
        "description_narrative": ["The activity mends the wells of three districts."], "description_type": ["1"],
        "recipient_country_code": ["KE"], "sector_code": ["14030"], "sector_vocabulary": ["1"], "activity_status_code": "2",
        "participating_org_ref": ["XX"], "participating_org_narrative": ["Agency of Rivers"], "participating_org_role": ["1"],
    } | changes  # fmt: skip


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def bring_in(path: Path, **options: Any) -> ImportBatch:
    batch = start_batch(by=None, path=path, **options)
    return process_batch(batch=batch, path=path)


def outcomes(batch: ImportBatch) -> dict[str, int]:
    return {outcome: count for outcome, count in queries.counts(batch).items() if count}


def faults(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [(row.number, fault["path"], fault["code"]) for row in batch.rows.all() for fault in row.faults]


def picture(*, ids: bool = True) -> dict[str, list[str]]:
    """Every row of every table of ours, as text; without ids where rows were made anew."""
    found = {}
    for model in apps.get_models():
        if not model.__module__.startswith("ayni.") or model.__name__ in _EXCEPT:
            continue
        names = [
            f.attname
            for f in model._meta.concrete_fields
            if f.name not in _ONLY_GROW and (ids or f.name != "id")
        ]
        if model.__name__ == "Translation":
            names = [f.attname for f in model._meta.concrete_fields if f.name != "id"]
        rows = [
            json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True) for row in model.objects.values(*names)
        ]
        found[model.__name__] = sorted(rows)
    return found
