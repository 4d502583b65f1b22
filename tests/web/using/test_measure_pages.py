"""The measures as pages and tables: sums only for everybody, all for those who belong to the institution."""

import csv
import io

import pytest
from openpyxl import load_workbook

from ayni.knowledge.actions.questions import Asked, ask
from ayni.web.using import export
from ayni.web.using.chart import WIDTH, chart


@pytest.fixture
def asked(world):
    for number in range(3):
        given = Asked("Amina", f"a{number}@b.example", "Why?")
        ask(by=None, record=world.practice, asked=given, language="en")
    return world


def test_everybody_sees_sums_and_nothing_about_few(client, asked):
    html = client.get("/en/measures/").content.decode()
    assert "fewer than five" in html
    assert "<td>3</td>" not in html
    assert "What this counts, and what not" in html


def test_those_who_belong_to_it_see_everything_of_their_institution(client, asked):
    address = f"/en/measures/{asked.trust.uid}/"
    client.force_login(asked.author)
    html = client.get(address).content.decode()
    assert "<td>3</td>" in html
    assert "<svg" in html
    assert 'class="series-1"' in html
    assert f'href="{address}table.csv"' in html
    assert (
        f'href="{address}"'
        in client.get(f"/en/institutions/{asked.trust.uid}/", follow=True).content.decode()
    )


def test_it_can_be_taken_along(client, asked):
    client.force_login(asked.author)
    answer = client.get(f"/en/measures/{asked.trust.uid}/table.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Rural Water Trust", "Questions asked"]
    assert rows[-5][:2] == ["All years", "3"]
    book = load_workbook(io.BytesIO(client.get(f"/ar/measures/{asked.trust.uid}/table.xlsx").content))
    assert book.active.sheet_view.rightToLeft
    assert book.active["B2"].value in {0, 3}
    public = client.get("/en/measures/table.csv").content.decode("utf-8-sig")
    assert "fewer than five" in public


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_sheet_would_compute_are_harmless(text):
    rows = list(csv.reader(io.StringIO(export.as_csv([[text, "ok", -1]]).decode("utf-8-sig"), newline="")))
    assert rows == [["'" + text, "ok", "-1"]]
    sheet = load_workbook(io.BytesIO(export.as_xlsx([[text, "ok", -1]], is_rtl=False))).active
    assert sheet["A1"].data_type == "s"
    assert sheet["C1"].value == -1


def test_bars_run_from_right_to_left_for_those_who_read_so():
    ltr, rtl = (chart([2025, 2026], [[1, 2], [None, 1]], is_rtl=is_rtl) for is_rtl in (False, True))
    assert [WIDTH - bar.middle for bar in ltr.bars] == pytest.approx([bar.middle for bar in rtl.bars])
    assert [year for _, year in ltr.years] == [year for _, year in rtl.years] == [2025, 2026]
    assert [bar.label for bar in ltr.bars] == ["1", "<5", "2", "1"]
    assert chart([], [], is_rtl=False) is None
    assert chart([2025], [[0]], is_rtl=False) is None
