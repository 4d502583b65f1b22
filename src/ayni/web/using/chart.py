"""Bars by year as SVG, mirrored for readers from right to left. Positions only: templates draw, style sheets colour."""

from collections.abc import Sequence
from dataclasses import dataclass

# Small units: on a telephone the figures are still large enough to read.
WIDTH, HEIGHT = 420, 200
_TOP, _BOTTOM, _SIDE = 20, 26, 4
_LAST_YEARS = 8
_GAP = 0.28  # of a year's width, between years


@dataclass(frozen=True)
class Bar:
    series: int  # from 1: its colour and pattern
    x: float
    y: float
    width: float
    height: float
    middle: float  # where its figure stands
    label: str


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    years: list[tuple[float, int]]  # (middle, year)
    baseline: float = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def chart(years: Sequence[int], series: Sequence[Sequence[int | None]], *, is_rtl: bool) -> Chart | None:
    """`series`: for each its values by year; None where a figure is not published. None without anything to draw."""
    years, series = years[-_LAST_YEARS:], [values[-_LAST_YEARS:] for values in series]
    highest = max((value or 0 for values in series for value in values), default=0)
    if not highest:
        return None
    per_year = (WIDTH - 2 * _SIDE) / len(years)
    bar = per_year * (1 - _GAP) / len(series)
    room = HEIGHT - _TOP - _BOTTOM
    bars, middles = [], []
    for number, year in enumerate(years):
        start = _SIDE + number * per_year + per_year * _GAP / 2
        middles.append((_turned(_SIDE + (number + 0.5) * per_year, is_rtl=is_rtl), year))
        for which, values in enumerate(series):
            value = values[number]
            middle = _turned(start + (which + 0.5) * bar, is_rtl=is_rtl)
            height = round(room * (value or 0) / highest, 1)
            bars.append(
                Bar(
                    which + 1, round(middle - bar * 0.45, 1), round(HEIGHT - _BOTTOM - height, 1),
                    round(bar * 0.9, 1), height, middle, "<5" if value is None else str(value),
                )
            )  # fmt: skip
    return Chart(bars, middles)


def _turned(x: float, *, is_rtl: bool) -> float:
    return round(WIDTH - x if is_rtl else x, 1)
