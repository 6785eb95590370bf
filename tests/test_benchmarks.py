"""The benchmarks themselves: short forms of both, and that the fault run sees what it must see."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import bench, torture
from benchmarks.bench import Sizes
from benchmarks.figures import quantile
from benchmarks.http_figures import Load
from benchmarks.ledger import Account, Books, Handled, Planned, Said, settle
from benchmarks.standin import Fault, Kind, SeededFaults, StandIn, Taken
from bot.events import Delivered, Later, Place, Post, PostOutcome, Unclear
from bot.slack.clients import one_workspace
from bot.slack.delivery import SlackPoster
from flows.reply import Paragraph, Reply, Span

TINY = Sizes(8, Load(0.5, 20, 8, 32), 1, 10, 50, 10)
EVERYTHING = {"core", "start", "http", "memory", "growth"}

FIRST, SECOND = Said("a", 0.0, 1.0), Said("b", 2.0, 3.0)
IN_ORDER = (Handled(("Ev1", "a"), "c", 1), Handled(("b",), "c", 2))
PLANS = (Planned("c", 1, 1, "thread", "done"), Planned("c", 2, 2, "thread", "done"))


def taken(number: int, method: str = "chat.postMessage", conversation: str = "c") -> Taken:
    """A post that Slack took."""
    return Taken(f"{conversation}:{number}", method, "C1", None, f"{number}.0", 1.0, 1.0)


POSTS = (taken(1), taken(2))


def test_an_account_without_faults_is_good() -> None:
    """Everything acknowledged was handled, everything planned was posted, all in order."""
    account = settle((FIRST, SECOND), Books(IN_ORDER, PLANS), POSTS)

    assert account == Account()
    assert account.good


@pytest.mark.parametrize(
    ("fault", "said", "books", "posts"),
    [
        ("lost", (FIRST, Said("gone", 0.0, 1.0)), Books(IN_ORDER, PLANS), POSTS),
        (
            "handled_twice",
            (FIRST,),
            Books((*IN_ORDER, Handled(("a",), "d", 1)), PLANS),
            POSTS,
        ),
        ("disordered", (Said("b", 0.0, 1.0), Said("a", 2.0, 3.0)), Books(IN_ORDER, PLANS), POSTS),
        ("missing", (FIRST,), Books(IN_ORDER, PLANS), POSTS[:1]),
        (
            "missing",
            (FIRST,),
            Books(IN_ORDER, (*PLANS, Planned("c", 3, 2, "thread", "parked"))),
            (*POSTS, taken(3)),
        ),
        ("posted_twice", (FIRST,), Books(IN_ORDER, PLANS), (*POSTS, taken(2))),
        ("posts_disordered", (FIRST,), Books(IN_ORDER, PLANS), POSTS[::-1]),
        ("strangers", (FIRST,), Books(IN_ORDER, PLANS), (*POSTS, taken(1, conversation="x"))),
    ],
)
def test_each_fault_is_seen(
    fault: str, said: tuple[Said, ...], books: Books, posts: tuple[Taken, ...]
) -> None:
    """A promise that was broken is told by its name, and by that alone."""
    account = settle(said, books, posts)

    assert not account.good
    assert [name for name in Account.__slots__ if getattr(account, name)] == [fault]


def test_what_may_happen_is_no_fault() -> None:
    """Events that overlap or were never acknowledged, edits made twice, messages to one person."""
    overlapping = (Said("b", 0.0, 3.0), Said("a", 2.0, 2.5), Said("never", 0.0))
    plans = (*PLANS, Planned("c", 3, 2, "thread", "done"), Planned("c", 4, 2, "only", "unclear"))
    edited = taken(3, "chat.update")

    account = settle(overlapping, Books(IN_ORDER, plans), (*POSTS, edited, edited))

    assert account.good


def test_quantiles() -> None:
    """The nearest rank: always a value that was measured."""
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([float(n) for n in range(1, 101)], 0.99) == 99.0
    assert quantile([7.0], 0.99) == 7.0


@dataclass
class Always:
    """The same fault for each write."""

    kind: Kind

    def draw(self, method: str) -> Fault:
        """What befalls the call."""
        return Fault(kind=self.kind if method.startswith("chat.") else "none")


def post(number: int, thread: str | None) -> Post:
    """A post of one paragraph."""
    said = Reply(key="note", parts=(Paragraph(text=(Span(text="hello"),)),))
    place = Place(channel="C1", thread=thread)
    return Post(id=f"c:{number}", workspace="T1", conversation="c", place=place, reply=said)


@pytest.mark.parametrize(
    ("kind", "outcome", "there"),
    [
        ("none", Delivered, True),
        ("busy", Later, False),
        ("failed", Unclear, False),
        ("failed after", Unclear, True),
        ("dropped", Unclear, False),
        ("dropped after", Unclear, True),
    ],
)
@pytest.mark.parametrize("thread", [None, "5.5"])
def test_the_stand_in_fails_as_it_is_told(
    kind: Kind, outcome: type[PostOutcome], there: bool, thread: str | None
) -> None:
    """What the bot concludes from an answer, and what it finds, agree with what happened."""

    async def scenario() -> tuple[PostOutcome, Delivered | None, StandIn]:
        async with StandIn(Always(kind)).listening() as slack:
            poster = SlackPoster(one_workspace("xoxb-1", slack.url))
            came = await asyncio.to_thread(poster.post, post(1, thread))
            found = await asyncio.to_thread(poster.find, post(1, thread))
        return came, found, slack

    came, found, slack = asyncio.run(scenario())

    assert isinstance(came, outcome)
    assert (found is not None) == there
    assert [one.id for one in slack.taken] == (["c:1"] if there else [])


def test_faults_come_from_the_seed() -> None:
    """The same seed is the same bad day."""
    days = [SeededFaults(seed) for seed in (1, 1, 2)]

    drawn = [[day.draw("chat.postMessage") for _ in range(50)] for day in days]

    assert drawn[0] == drawn[1] != drawn[2]
    assert len({fault.kind for fault in drawn[0]}) > 1


def test_bench_measures_everything(tmp_path: Path) -> None:
    """Each part gives figures, all of them above nothing."""
    file = tmp_path / "figures.json"

    bench.report(TINY, file)

    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert {name.partition(".")[0] for name in figures} == EVERYTHING
    assert all(value > 0 for value in figures.values())


def test_a_short_torture_breaks_no_promise(tmp_path: Path) -> None:
    """Processes are killed while people talk; nothing is lost, doubled or out of order."""
    file = tmp_path / "figures.json"

    code = torture.main(
        ["--kills=3", "--seed=2", "--conversations=8", "--asleep=0", f"--json={file}"]
    )

    figures = json.loads(file.read_text(encoding="utf-8"))
    assert figures["kills_web"] + figures["kills_worker"] >= 3
    assert figures["handled"] == figures["acknowledged"] > 8
    assert figures["posted"] >= figures["planned"]
    assert code == 0
