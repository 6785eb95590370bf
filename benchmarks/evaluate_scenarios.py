"""Holds the advice against published cases: `python benchmarks/evaluate_scenarios.py FILE...`.

A case is right when the model that leads is among the expected ones, or when a human is expected
(`escalate`) and asked for. Advice that a case calls unacceptable is counted apart, also where a
human is asked for as well.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from knowledge.loader import load_knowledge
from knowledge.recommendation import Recommendation
from knowledge.recommender import check_answers, recommend
from knowledge.schema import Knowledge

ESCALATE = "escalate"


@dataclass(frozen=True)
class Judged:
    """One case and the advice it got."""

    id: str
    half: str | None
    expected: tuple[str, ...]
    unacceptable: tuple[str, ...]
    advice: Recommendation

    @property
    def right(self) -> bool:
        """Whether the advice is among what the case expects."""
        by_human = ESCALATE in self.expected and self.advice.escalate
        return self.advice.model in self.expected or by_human

    @property
    def wrong_model(self) -> bool:
        """Whether the model that leads is one that the case calls clearly wrong."""
        return self.advice.model in self.unacceptable

    @property
    def needless_human(self) -> bool:
        """Whether a human is asked for although the case expects a model alone."""
        return self.advice.escalate and ESCALATE not in self.expected

    @property
    def margin(self) -> int | None:
        """Points between the best expected model that is still possible and its best rival."""
        points = {one.model: one.points for one in self.advice.ranking if not one.vetoes}
        wanted = [mark for model, mark in points.items() if model in self.expected]
        others = [mark for model, mark in points.items() if model not in self.expected]
        return max(wanted) - max(others) if wanted and others else None


def judge(knowledge: Knowledge, case: Mapping[str, Any]) -> Judged:
    """The advice for one case of an evaluation file."""
    answers = check_answers(knowledge, {"answers": case["answers"]})
    return Judged(
        id=case["id"],
        half=case.get("half"),
        expected=tuple(case["expected"]),
        unacceptable=tuple(case.get("unacceptable", ())),
        advice=recommend(knowledge, answers),
    )


def judge_file(knowledge: Knowledge, path: Path) -> list[Judged]:
    """Every case of a file, in its order."""
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [judge(knowledge, case) for case in cases]


def summary(judged: Iterable[Judged]) -> str:
    """How many are right, how many unacceptable, and how often a human was asked needlessly."""
    judged = list(judged)
    right = sum(one.right for one in judged)
    wrong = sum(one.wrong_model for one in judged)
    needless = sum(one.needless_human for one in judged)
    line = f"{right} of {len(judged)} right, {wrong} unacceptable"
    return f"{line}, {needless} with a needless human" if needless else line


def table(name: str, judged: Iterable[Judged]) -> Table:
    """The cases of a file as a table; the margin is that of the expected models."""
    drawn = Table(title=name, title_justify="left", header_style="bold")
    for heading in ("case", "expected", "got", "human", "margin", "firmness", ""):
        drawn.add_column(heading, justify="right" if heading == "margin" else "left")
    for one in judged:
        advice = one.advice
        mark = "[green]ok[/]" if one.right else "[red]wrong[/]"
        if one.wrong_model:
            mark += " [bold red]unacceptable[/]"
        drawn.add_row(
            one.id,
            ", ".join(one.expected),
            advice.model or " = ".join(advice.leaders) or "nothing fits",
            ", ".join(advice.escalation_reasons),
            "" if one.margin is None else f"{one.margin:+d}",
            advice.firmness.value,
            mark,
        )
    return drawn


def main(arguments: list[str]) -> int:
    """Print a table and a summary for each file; 1 when one is missing, 2 for none named."""
    if not arguments:
        print("Name the files: python benchmarks/evaluate_scenarios.py FILE...", file=sys.stderr)
        return 2
    console = Console()
    knowledge = load_knowledge()
    missing = 0
    for path in map(Path, arguments):
        if not path.is_file():
            print(f"There is no file {path}.", file=sys.stderr)
            missing += 1
            continue
        judged = judge_file(knowledge, path)
        console.print(table(path.name, judged))
        for half in dict.fromkeys(one.half for one in judged if one.half):
            console.print(f"  {half}: {summary(one for one in judged if one.half == half)}")
        console.print(f"{path.name}: {summary(judged)}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
