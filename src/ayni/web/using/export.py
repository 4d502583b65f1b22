"""Tables to take along. What a sheet would take for a formula is made harmless."""

import csv
import io
from collections.abc import Sequence

Cell = str | int | float
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: Cell) -> Cell:
    """A text that a sheet would compute gets an apostrophe before it, which sheets show as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """With a byte order mark: else sheets take UTF-8 for something else."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[Cell]], *, is_rtl: bool) -> bytes:
    from xlsxwriter import Workbook  # late: heavy, and most processes never write one

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, [harmless(cell) for cell in row], bold if number == 0 else None)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 9, 16)
    if is_rtl:
        sheet.right_to_left()
    book.close()
    return out.getvalue()


TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
