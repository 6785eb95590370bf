"""Kills and pauses real processes while people talk: `python benchmarks/torture.py [--kills N]`.

Two web processes and two workers share one SQLite file; this process plays Slack, badly. In the
end nothing that was acknowledged may be lost, doubled or out of order: else the exit code is 1.
"""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

from rich.console import Console

from benchmarks.children import running, settings, web, worker
from benchmarks.database import drained, new_database
from benchmarks.figures import Figure, as_json, as_table, quantile
from benchmarks.ledger import Account, Books, read_books, settle
from benchmarks.mayhem import Mayhem, Victim
from benchmarks.standin import SeededFaults, StandIn
from benchmarks.talkers import Talkers

EXPERTS = "C0EXPERTS"
DRAINED_WITHIN = 180.0
AWAKE = 3.0
"""Seconds that the sleeper works before and after."""

SHOWN = 10
"""Cases of each fault that are listed."""

REPORTED = ("event_parked", "turn_failed", "worker_failed", "poster_failed", "claim_lost")
"""Lines of the log that are counted."""


@dataclass(frozen=True, slots=True)
class Ordeal:
    """How bad it gets: `conversations` at most, `talkers` of them at a time."""

    kills: int
    seed: int
    conversations: int
    talkers: int = 12
    asleep: float = 0.0
    """Seconds for which one more worker is paused in the middle of its work; beyond a claim's
    lease (a minute) others take over from it while it still lives."""


@dataclass(frozen=True)
class Outcome:
    """What came of it; `drained` is whether all work was done in time."""

    account: Account
    drained: bool
    figures: list[Figure]

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return self.account.good and self.drained


async def torture(folder: Path, ordeal: Ordeal) -> Outcome:
    """Do it, in a new database in `folder`, where the logs are too."""
    database = new_database(folder / "torture.sqlite3")
    faults = SeededFaults(ordeal.seed)
    began = perf_counter()
    async with StandIn(faults).listening() as slack:
        environment = settings(database, slack.url, EXPERTS_CHANNEL=EXPERTS)
        webs = [web(f"web-{n}", environment, folder, "--no-worker") for n in (1, 2)]
        workers = [worker(f"work-{n}", environment, folder) for n in (1, 2)]
        mayhem = Mayhem(
            [Victim(child, "web") for child in webs]
            + [Victim(child, "worker") for child in workers],
            database,
            Random(f"{ordeal.seed}-kills"),  # noqa: S311 - repeatable, not secret
        )
        ports = [child.port for child in webs if child.port is not None]
        talkers = Talkers(slack, ports, Random(f"{ordeal.seed}-talk"))  # noqa: S311 - likewise
        try:
            await mayhem.begin()
            raging = asyncio.create_task(mayhem.rage(ordeal.kills))
            sleeping = asyncio.create_task(_sleep(ordeal.asleep, environment, folder))
            await talkers.talk(ordeal.conversations, ordeal.talkers, raging.done)
            await raging
            await sleeping
            calm = perf_counter()
            done = await drained(database, DRAINED_WITHIN) and await mayhem.recovered(
                DRAINED_WITHIN
            )
            took = perf_counter() - calm
        finally:
            slowest = await mayhem.end()
    books = read_books(database)
    account = settle(talkers.said.values(), books, slack.taken)
    figures = [
        Figure("seconds", "the whole run", perf_counter() - began, "s"),
        *_sent(talkers, books),
        *_posted(books, slack),
        *_suffered(mayhem, faults, folder),
        Figure("drained_s", "until all was done after the last kill", took, "s"),
        Figure("slowest_stop_s", "the slowest graceful stop", slowest, "s", "10"),
        *(
            Figure(name.replace(" ", "_"), name, len(cases), "", "0")
            for name, cases in account.faults().items()
        ),
    ]
    return Outcome(account, done, figures)


async def _sleep(seconds: float, environment: Mapping[str, str], folder: Path) -> None:
    """One worker goes to sleep with work in its hands, and wakes up much later."""
    if not seconds:
        return
    sleeper = worker("work-asleep", environment, folder)
    async with running(sleeper):
        await asyncio.sleep(AWAKE)
        sleeper.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        sleeper.signal(signal.SIGCONT)
        await asyncio.sleep(AWAKE)


def _sent(talkers: Talkers, books: Books) -> Iterator[Figure]:
    known = sum(one.acknowledged is not None for one in talkers.said.values())
    yield Figure("conversations", "conversations", talkers.begun, "")
    yield Figure("events", "events", len(talkers.said), "")
    yield Figure("tries", "deliveries of them, with duplicates", talkers.tries, "")
    yield Figure("unanswered", "deliveries without an acknowledgement", talkers.unanswered, "")
    yield Figure("acknowledged", "events acknowledged", known, "")
    yield Figure("handled", "turns written", len(books.handled), "")


def _posted(books: Books, slack: StandIn) -> Iterator[Figure]:
    yield Figure("planned", "messages planned", len(books.planned), "")
    yield Figure("posted", "messages and edits that Slack took", len(slack.taken), "")
    looked = slack.calls["conversations.replies"] + slack.calls["conversations.history"]
    yield Figure("looked_for", "look-ups after an unclear outcome", looked, "")


def _suffered(mayhem: Mayhem, faults: SeededFaults, folder: Path) -> Iterator[Figure]:
    for kind, count in sorted(mayhem.kills.items()):
        yield Figure(f"kills_{kind}", f"kills of a {kind}", count, "")
    yield Figure("pauses", "pauses", mayhem.pauses, "")
    for kind, count in sorted(faults.counts.items()):
        if kind != "none":
            yield Figure(f"fault_{kind.replace(' ', '_')}", f"Slack's calls: {kind}", count, "")
    yield Figure("held", "conversations held when killed", mayhem.held, "")
    if mayhem.recoveries:
        median, worst = quantile(mayhem.recoveries, 0.5), max(mayhem.recoveries)
        yield Figure("recovery_median_s", "until claimed again, median", median, "s", "1")
        yield Figure("recovery_max_s", "until claimed again, worst", worst, "s")
    if mayhem.restarts:
        worst = max(mayhem.restarts)
        yield Figure("restart_max_s", "the same with no other at work, worst", worst, "s")
    for name, count in sorted(_logged(folder).items()):
        yield Figure(f"log_{name}", f"lines in the logs: {name}", count, "")


def _logged(folder: Path) -> Counter[str]:
    """How often what should be rare was logged."""
    found: Counter[str] = Counter()
    for log in folder.glob("*.log"):
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            found.update(name for name in REPORTED if f'"{name}"' in line)
    return found


def main(arguments: list[str]) -> int:
    """Do it and tell; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description="Kill processes while people talk.")
    parser.add_argument("--kills", type=int, default=60, help="how many (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="of everything random (default: 1)")
    parser.add_argument("--conversations", type=int, help="at most (default: four a kill)")
    parser.add_argument(
        "--asleep", type=float, default=66.0, help="pause one more worker for so many seconds"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    chosen = parser.parse_args(arguments)
    most = chosen.conversations or 4 * chosen.kills
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    ordeal = Ordeal(chosen.kills, chosen.seed, most, asleep=chosen.asleep)
    outcome = asyncio.run(torture(folder, ordeal))
    console.print(as_table(f"{chosen.kills} kills, seed {chosen.seed}", outcome.figures))
    if chosen.json:
        told = json.dumps(as_json(outcome.figures), indent=2)
        chosen.json.write_text(told + "\n", encoding="utf-8")
    if outcome.good:
        shutil.rmtree(folder)
        print("Nothing was lost, doubled or out of order.")
        return 0
    for name, cases in outcome.account.faults().items():
        for case in cases[:SHOWN]:
            print(f"{name}: {case}")
    if not outcome.drained:
        print(f"Not all work was done within {DRAINED_WITHIN:.0f} seconds.")
    print(f"The database and the logs are in {folder}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
