"""The table of what a Slack app must meet names tests that exist."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "checklist.md"
ROWS = 25


def rows() -> list[list[str]]:
    """The cells of each numbered row."""
    lines = PAGE.read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if re.match(r"\| \d+ \|", line)
    ]


def named(cells: list[str]) -> list[tuple[str, str]]:
    """File and test, for each that a row names."""
    return re.findall(r"`([\w/]+\.py)::(test_\w+)`", cells[2])


def test_every_row_is_proved_or_waits_for_something() -> None:
    """Twenty-five rows, in order, and none of them empty-handed."""
    found = rows()
    assert [cells[0] for cells in found] == [str(n) for n in range(1, ROWS + 1)]
    assert {len(cells) for cells in found} == {4}
    assert [cells[0] for cells in found if not (named(cells) or cells[3])] == []


def test_every_test_that_the_table_names_exists() -> None:
    """A proof that was renamed or deleted is no proof."""
    wanted = {one for cells in rows() for one in named(cells)}
    assert len(wanted) >= ROWS
    gone = []
    for file, name in sorted(wanted):
        path = TESTS / file
        tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if name not in functions:
            gone.append(f"{file}::{name}")
    assert gone == []
