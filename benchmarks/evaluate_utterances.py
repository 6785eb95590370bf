"""Holds what is understood against labelled sentences.

`python benchmarks/evaluate_utterances.py FILE... [--scenarios FILE...] [--criteria]
[--failures] [--unseen-failures]`. Items marked `unseen: true` were never tuned on: they have
columns of their own, and what goes wrong in them is shown only on demand.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.evaluate_scenarios import Judged
from benchmarks.utterance_scores import Read, Scored, mistyped, score
from flows.advisor import load_advisor
from knowledge.recommendation import Answers
from knowledge.recommender import recommend
from knowledge.schema import DONT_KNOW, Knowledge

SHARES = (
    ("facts: precision", "facts right", ("facts right", "facts wrong")),
    ("facts: recall", "facts right", ("facts right", "facts missed")),
    ("situations without a wrong fact", "situations without a wrong fact", ("situations",)),
    ("short answers right", "answers right", ("answers",)),
    ("short answers wrong", "answers wrong", ("answers",)),
    ("intents right", "intents right", ("intents",)),
    ("intents wrong", "intents wrong", ("intents",)),
    ("right topic first", "topic first", ("questions",)),
    ("right topic among three", "topic among three", ("questions",)),
    ("all topics among three", "all topics", ("questions",)),
    ("kind of message", "kind of message", ("messages",)),
)
"""Rows of the table: a name, what is counted, and what it is a share of."""


@dataclass(frozen=True)
class Tally:
    """The scores of some sentences, added up."""

    counts: Counter[str]
    seconds: tuple[float, ...]

    def share(self, part: str, whole: Sequence[str]) -> float | None:
        """A count as a share; None where there is nothing to share."""
        size = sum(self.counts[name] for name in whole)
        return self.counts[part] / size if size else None

    @property
    def p95(self) -> float:
        """Milliseconds of computing that all but one in twenty sentences stay below."""
        return 1000 * quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0

    @property
    def rate(self) -> float:
        """Sentences a second, by one processor."""
        return len(self.seconds) / sum(self.seconds) if self.seconds else 0.0


def tally(scored: Sequence[Scored]) -> Tally:
    """Add up scores."""
    counts: Counter[str] = Counter()
    for one in scored:
        counts.update(one.counts)
    return Tally(counts, tuple(one.seconds for one in scored))


def score_file(path: Path, read: Read, *, errors: bool = False) -> list[Scored]:
    """Every sentence of a file, with one typing error each when `errors` is set."""
    items = yaml.safe_load(path.read_text(encoding="utf-8"))["items"]
    return [
        score(item, read, mistyped(item["text"], item["id"]) if errors else None) for item in items
    ]


def by_criterion(name: str, scored: Sequence[Scored], knowledge: Knowledge) -> Table:
    """Facts and short answers of each criterion: right, wrong, and not read."""
    counts = tally(scored).counts
    drawn = Table(title=f"{name}, by criterion", title_justify="left", header_style="bold")
    for heading in ("", "right", "wrong", "missed"):
        drawn.add_column(heading, justify="right" if heading else "left")
    for criterion in knowledge.criteria:
        drawn.add_row(
            criterion,
            *(str(counts[f"{criterion} {part}"]) for part in ("right", "wrong", "missed")),
        )
    return drawn


def table(name: str, clean: Sequence[Scored], errors: Sequence[Scored]) -> Table:
    """One file: all sentences and the unseen ones, clean and with typing errors."""
    drawn = Table(title=name, title_justify="left", header_style="bold")
    drawn.add_column("")
    columns: list[Tally] = []
    for heading, unseen in (("seen", False), ("unseen", True)):
        for form, scored in (("", clean), (", mistyped", errors)):
            part = [one for one in scored if one.unseen is unseen]
            if part:
                columns.append(tally(part))
                drawn.add_column(f"{heading}{form}", justify="right")
    for label, part_name, whole in SHARES:
        shares = [column.share(part_name, whole) for column in columns]
        if any(share is not None for share in shares):
            drawn.add_row(label, *("" if share is None else f"{share:.3f}" for share in shares))
    drawn.add_row(
        "texts without facts in which some were read",
        *(f"{c.counts['facts from none']} of {c.counts['factless']}" for c in columns),
    )
    drawn.add_row("sentences", *(str(column.counts["messages"]) for column in columns))
    drawn.add_row("p95 in ms", *(f"{column.p95:.1f}" for column in columns))
    drawn.add_row("sentences a second", *(f"{column.rate:.0f}" for column in columns))
    return drawn


def judge_prose(case: dict[str, Any], knowledge: Knowledge, read: Read) -> Judged:
    """The advice for a scenario of which nothing but its prose was read, as a first message."""
    told = read(case["prose"], None).answers
    chosen = {c: options for c, options in told.items() if options != (DONT_KNOW,)}
    return Judged(
        id=case["id"],
        half=case.get("half"),
        expected=tuple(case["expected"]),
        unacceptable=tuple(case.get("unacceptable", ())),
        advice=recommend(knowledge, Answers(chosen=chosen)),
    )


def prose_summary(judged: Sequence[Judged]) -> str:
    """How many lead to an acceptable model or to a human, and how many to an unacceptable one."""
    right = sum(one.right for one in judged)
    firm = sum(one.wrong_model and one.advice.firmness.value == "certain" for one in judged)
    wrong = sum(one.wrong_model for one in judged)
    return (
        f"{right} of {len(judged)} ({right / len(judged):.2f}) lead to an acceptable model or a "
        f"human, {wrong} to an unacceptable model, {firm} of them for certain"
    )


def main(arguments: Sequence[str]) -> int:
    """Print a table for each file; 1 when one is missing."""
    parser = argparse.ArgumentParser(description="Hold what is understood against labels.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--scenarios", nargs="+", type=Path, default=[], metavar="FILE")
    parser.add_argument("--criteria", action="store_true", help="count each criterion apart")
    parser.add_argument("--failures", action="store_true", help="list what went wrong")
    parser.add_argument("--unseen-failures", action="store_true", help="also of unseen items")
    asked = parser.parse_args(arguments)
    console = Console()
    advisor = load_advisor()
    read = advisor.reader.read
    read("a wrom-up that loads the speling tables", None)
    missing = 0
    for path in (*asked.files, *asked.scenarios):
        if not path.is_file():
            print(f"There is no file {path}.", file=sys.stderr)
            missing += 1
            continue
        if path in asked.scenarios:
            cases = yaml.safe_load(path.read_text(encoding="utf-8"))
            judged = [judge_prose(case, advisor.knowledge, read) for case in cases]
            console.print(f"{path.name}, prose alone: {prose_summary(judged)}")
            if asked.failures:
                for one in judged:
                    if one.wrong_model or not one.right:
                        wanted = ", ".join(one.expected)
                        mark = " unacceptable" if one.wrong_model else ""
                        console.print(f"  {one.id}: wanted {wanted}, got {one.advice.model}{mark}")
            continue
        clean = score_file(path, read)
        console.print(table(path.name, clean, score_file(path, read, errors=True)))
        if asked.criteria:
            console.print(by_criterion(path.name, clean, advisor.knowledge))
        if asked.failures or asked.unseen_failures:
            for scored in clean:
                if scored.unseen and not asked.unseen_failures:
                    continue
                for fault in scored.faults:
                    console.print(f"  {scored.id} {escape(fault)}", highlight=False, soft_wrap=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
