"""The summary's pictures, as SVG to stand in the page: no script, no fonts of their own, and colours that differ without colour vision."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import pandas as pd
from lxml import etree
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from models.finding import Element, Requirement
from models.words import ELEMENTS
from reports.words import letter_words

MOST_MONTHS = 13  # a year, and the month that the last one can be set beside
_LOOK: Any = {"svg.fonttype": "none", "svg.hashsalt": "letterproof", "font.family": "sans-serif", "font.size": 11, "hatch.linewidth": 0.6}
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_INK, _FAINT = "#0b0c0c", "#b1b4b6"
_BLUE, _ORANGE = "#0072b2", "#d55e00"  # both at least 3:1 on white
_WIDTH, _ROW = 4.5, 0.5  # inches
_MOST_LABELS = 7  # months side by side
_SEE_TABLE = "The table below has the figures."


def elements_picture(shares: pd.DataFrame) -> str:
    """Return the shares of `figures.element_shares` with their intervals."""
    rows = shares.iloc[::-1].reset_index(drop=True)
    named = zip(rows["element"], rows["requirement"], rows["n"], strict=True)
    names = [f"{ELEMENTS[Element(element)]} ({requirement}, {n:,})" for element, requirement, n in named]
    figure, axes = _canvas_of_rows(names)
    for requirement, (marker, colour) in {Requirement.MUST: ("o", _BLUE), Requirement.SHOULD: ("D", _ORANGE)}.items():
        part = rows[rows["requirement"] == requirement]
        if len(part):
            look = _points(marker, colour, colour)
            axes.errorbar(part["share"], part.index, xerr=_reach(part), label=f"Letters {requirement} have it", **look)
    axes.set_xlim(-0.02, 1.04)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="x", color=_FAINT, linewidth=0.6)
    label = "Share of letters that have each element, with its 95% interval and, in brackets, how many letters must or should have it."
    return _svg(figure, "elements", f"{label} {_SEE_TABLE}")


def kinds_picture(kinds: pd.DataFrame) -> str:
    """Return the complaint letters of `figures.by_kind`, compliant and with gaps, as bars."""
    rows = kinds[kinds["n"] > 0].iloc[::-1].reset_index(drop=True)
    figure, axes = _canvas_of_rows([letter_words(kind, stage) for kind, stage in zip(rows["kind"], rows["stage"], strict=True)])
    looks: dict[str, dict[str, Any]] = {
        "compliant": {"color": _BLUE, "label": "Meets every requirement"},
        "gaps": {"color": _ORANGE, "hatch": "////", "left": rows["compliant"], "label": "Has gaps"},
    }
    for column, look in looks.items():
        axes.barh(rows.index, rows[column], height=0.42, edgecolor="white", **look)
    for place, (met, n) in enumerate(zip(rows["compliant"], rows["n"], strict=True)):
        axes.annotate(f"{met:,} of {n:,}", (n, place), xytext=(5, 0), textcoords="offset points", va="center", color=_INK)
    axes.set_xlim(0, 1.25 * rows["n"].max())
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return _svg(figure, "kinds", f"Complaint letters of each kind that meet every requirement, and that have gaps. {_SEE_TABLE}")


def months_picture(months: pd.DataFrame, fewest: int) -> str:
    """Return the shares of `figures.by_month` with their intervals, for the last months.

    Months with fewer than `fewest` letters are hollow.
    """
    rows = months.tail(MOST_MONTHS).reset_index(drop=True)
    figure, axes = _canvas(3.0)
    groups = (
        (rows[rows["n"] >= fewest], _BLUE, f"Month with {fewest} letters or more"),
        (rows[rows["n"] < fewest], "white", "Fewer letters"),
    )
    for part, fill, label in groups:
        if len(part):
            axes.errorbar(part.index, part["share"], yerr=_reach(part), label=label, **_points("o", _BLUE, fill))
    labelled = rows["month"].iloc[:: 2 if len(rows) > _MOST_LABELS else 1]
    axes.set_xticks(labelled.index, _month_labels(labelled))
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_ylim(-0.04, 1.04)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="y", color=_FAINT, linewidth=0.6)
    label = "Share of complaint letters that meet every requirement in each month, with its 95% interval."
    return _svg(figure, "months", f"{label} {_SEE_TABLE}")


def _month_labels(months: pd.Series) -> list[str]:
    """Return a short label for each month, with the year below the first month of each year."""
    years = months.dt.year
    new = years.ne(years.shift())
    return [f"{month:%b}\n{month:%Y}" if first else f"{month:%b}" for month, first in zip(months, new, strict=True)]


def _canvas(height: float) -> tuple[Figure, Axes]:
    with mpl.rc_context(_LOOK):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    axes.tick_params(length=0, labelcolor=_INK)
    axes.set_axisbelow(True)
    return figure, axes


def _canvas_of_rows(names: list[str]) -> tuple[Figure, Axes]:
    """Return a canvas with a row for each name, from the bottom up, the name above its row: so it stays readable on a telephone."""
    figure, axes = _canvas(0.9 + _ROW * len(names))
    for place, name in enumerate(names):
        beside = axes.get_yaxis_transform()
        axes.text(0, place + 0.42, name, transform=beside, va="center", color=_INK, bbox={"facecolor": "white", "linewidth": 0, "pad": 1})
    axes.set_yticks([])
    axes.set_ylim(-0.4, len(names) - 0.2)
    return figure, axes


def _points(marker: str, colour: str, fill: str) -> dict[str, Any]:
    return {"fmt": marker, "color": colour, "markerfacecolor": fill, "markersize": 7, "elinewidth": 2, "capsize": 3}


def _reach(rows: pd.DataFrame) -> list[pd.Series]:
    """Return how far each interval reaches below and above its share."""
    return [rows["share"] - rows["low"], rows["high"] - rows["share"]]


def _svg(figure: Figure, name: str, label: str) -> str:
    """Return the figure as an SVG element that is one picture to a screen reader, its ids its own on the page."""
    figure.legend(loc="outside upper left", ncols=2, frameon=False, labelcolor=_INK)
    drawn = io.BytesIO()
    with mpl.rc_context(_LOOK):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    root = etree.fromstring(drawn.getvalue())
    for metadata in root.findall(f"{_SVG}metadata"):
        root.remove(metadata)
    for node in root.iter():
        for key, value in node.attrib.items():
            node.set(key, _own(str(key), str(value), name))
    for size in ("width", "height"):
        root.attrib.pop(size)
    root.set("role", "img")
    root.set("aria-label", label)
    return etree.tostring(root, encoding="unicode")


def _own(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == _LINK:
        return value.replace("#", f"#{name}-")
    return value.replace("url(#", f"url(#{name}-")
