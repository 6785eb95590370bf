"""Figures: what was measured, as rows of a table and as JSON."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import ParamSpec

from rich.table import Table

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured: `name` in JSON, `what` in words; `goal` is what to reach."""

    name: str
    what: str
    value: float
    unit: str
    goal: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The value below or at which so large a share of them lies (0.5 is the median)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def timed(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    """Seconds that it takes."""
    began = perf_counter()
    work(*args, **kwargs)
    return perf_counter() - began


def spread(
    name: str, what: str, seconds: Sequence[float], goals: Sequence[str] = ()
) -> list[Figure]:
    """Median and 99th percentile of some durations, in milliseconds."""
    return [
        Figure(f"{name}_{mark}_ms", f"{what}, {mark}", quantile(seconds, share) * 1000, "ms", goal)
        for mark, share, goal in zip(("p50", "p99"), (0.5, 0.99), (*goals, "", ""), strict=False)
    ]


def as_json(figures: Iterable[Figure]) -> dict[str, float]:
    """Name -> value, rounded to four digits that count."""
    return {one.name: float(f"{one.value:.4g}") for one in figures}


def as_table(title: str, figures: Iterable[Figure]) -> Table:
    """For people to read."""
    table = Table(title=title, title_justify="left", header_style="bold")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("unit")
    table.add_column("to reach")
    for one in figures:
        table.add_row(one.what, _short(one.value), one.unit, one.goal)
    return table


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
