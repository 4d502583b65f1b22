"""The empty sheet that people fill in. Words for people come from the caller, in the reader's language."""

import csv
import io
from collections.abc import Callable

from ayni.knowledge.formats import columns
from ayni.knowledge.states import Form, Kind, PartnerRole
from ayni.language.codes import CONTENT_LANGUAGES

_ROWS_OFFERED = {"building_blocks": 2, "results": 3, "adaptation_notes": 2, "links": 2}
_PARTNERS_OFFERED = 3
_SHEET_ROWS = 2000  # rows that get list validation
_LONG = 255  # Excel's limit for a list written into a validation


def header() -> list[str]:
    names = [*columns.SINGLE[:7], *columns.CODES, *columns.SINGLE[7:]]
    for number in range(1, _PARTNERS_OFFERED + 1):
        names += [f"partners.{number}.{part}" for part in columns.PARTNER]
    for field in columns.body_fields().values():
        if field.type == "rows":
            for number in range(1, _ROWS_OFFERED.get(field.name, 2) + 1):
                names += [f"{field.name}.{number}.{inner.name}" for inner in field.rows]
        else:
            names.append(field.name)
    return names


def choices_of(name: str) -> tuple[str, ...]:
    """What a column may hold, where that is a closed list."""
    path = columns.path_of(name) or ("",)
    closed = {"kind": tuple(Kind.values), "form": tuple(Form.values), "language": CONTENT_LANGUAGES}
    if path[-1] in closed and len(path) == 1:
        return closed[path[-1]]
    if path[0] == "partners":
        return tuple(PartnerRole.values) if path[-1] == "role" else ()
    if path[0] != "body":
        return ()
    field = columns.body_fields()[path[1]]
    inner = next((inner for inner in field.rows if inner.name == path[-1]), None)
    return (inner or field).choices


def write_csv(explain: Callable[[str], str]) -> bytes:
    """With the mark that makes spreadsheets read it as UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header())
    writer.writerow(_help_row(explain))
    return buffer.getvalue().encode("utf-8-sig")


def write_xlsx(explain: Callable[[str], str]) -> bytes:
    """Header, a row of help, text columns (17.10 stays 17.10), and lists to choose from."""
    import xlsxwriter  # late: only for this

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("records")
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 2})
    quiet = book.add_format({"italic": True, "font_color": "#555555", "text_wrap": True, "valign": "top"})
    for column, (name, help_text) in enumerate(zip(header(), _help_row(explain), strict=True)):
        sheet.set_column(column, column, max(14, min(len(name) + 2, 40)), text)
        sheet.write_string(0, column, name, bold)
        sheet.write_string(1, column, help_text, quiet)
        choices = choices_of(name)
        if choices and len(",".join(choices)) <= _LONG:
            sheet.data_validation(
                2,
                column,
                _SHEET_ROWS,
                column,
                {"validate": "list", "source": list(choices), "ignore_blank": True},
            )
    sheet.freeze_panes(2, 0)
    book.close()
    return buffer.getvalue()


def _help_row(explain: Callable[[str], str]) -> list[str]:
    texts = []
    for name in header():
        choices = choices_of(name)
        texts.append(explain(name) + (f" ({', '.join(choices)})" if choices else ""))
    return [f"# {texts[0]}", *texts[1:]]
