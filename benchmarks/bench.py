"""Measures speed, start and growth: `python benchmarks/bench.py [--quick] [--json FILE]`.

Prints tables, and JSON at the end (or into FILE). Machines differ and are busy with other things:
hold figures of one run against each other, such as whole turns against the bare app.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from rich.console import Console

from benchmarks.core_figures import core_figures
from benchmarks.figures import Figure, as_json, as_table
from benchmarks.growth_figures import growth_figures
from benchmarks.http_figures import Load, http_figures
from benchmarks.start_figures import start_figures
from flows.advisor import load_advisor

Part = tuple[str, list[Figure]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    cases: int
    load: Load
    starts: int
    few: int
    many: int
    turns: int


FULL = Sizes(1_000, Load(15, 40, 2_000, 4_000), 5, 100, 100_000, 300)
QUICK = Sizes(50, Load(2, 40, 100, 300), 1, 100, 5_000, 30)


def measured(folder: Path, sizes: Sizes) -> Iterator[Part]:
    """Every part with its figures, one after the other; files go into `folder`."""
    yield "Core", core_figures(load_advisor(), sizes.cases)
    yield "Start", asyncio.run(start_figures(folder, sizes.starts))
    yield "Over HTTP, on SQLite", asyncio.run(http_figures(folder, sizes.load))
    stored = growth_figures(folder, load_advisor(), sizes.few, sizes.many, sizes.turns)
    yield "Growth", stored


def main(arguments: list[str]) -> int:
    """Measure and print; 0 unless something broke."""
    parser = argparse.ArgumentParser(description="Measure speed, start and growth.")
    parser.add_argument("--quick", action="store_true", help="a short run, under half a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the JSON")
    chosen = parser.parse_args(arguments)
    # No line for each turn of this process; those of servers go into files.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    report(QUICK if chosen.quick else FULL, chosen.json)
    return 0


def report(sizes: Sizes, file: Path | None) -> None:
    """Measure, print a table of each part as it is done, and write JSON, by default here too."""
    console = Console()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name, found in measured(Path(folder), sizes):
            console.print(as_table(name, found))
            figures += found
    told = json.dumps({"cores": os.cpu_count(), "figures": as_json(figures)}, indent=2)
    if file is None:
        print(told)
    else:
        file.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
