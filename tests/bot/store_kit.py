"""What the tests of store and worker share: a place to talk in, a dialogue, and a small Slack."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any, cast

from bot.events import Delivered, Event, Place, Post, PostOutcome, Unclear
from bot.store import Deciding, Pace, Sending, Store
from bot.worker import Worker
from flows.advisor import Advisor
from flows.conversation import (
    Answer,
    Click,
    Conversation,
    Intent,
    Match,
    Message,
    State,
    Timer,
    Turn,
    Understanding,
)
from flows.reply import Paragraph, Reply, Span, plain

TEAM, OTHER_TEAM = "T0TEAM", "T0OTHER"
ANA, BEN = "U0ANA", "U0BEN"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UNPACED = Pace(seconds=0)


def said(text: str = "hello", key: str = "1", **changed: Any) -> Event:  # noqa: ANN401 - any field
    """Something that Ana said in a thread of her own; the thread is named by the channel."""
    channel = changed.pop("channel", "C0HELP")
    fields: dict[str, Any] = {
        "workspace": TEAM,
        "keys": (f"Ev{key}", f"{channel}:{key}"),
        "place": Place(channel=channel, thread=changed.pop("thread", "100.1")),
        "by": ANA,
        "at": NOON,
        "kind": "text",
        "starts": True,
        "text": text,
        "ts": key,
    }
    return Event(**(fields | changed))


def clicked(conversation: str, key: str, click: Click, **changed: Any) -> Event:  # noqa: ANN401
    """A button of that conversation, used by Ana."""
    return said(
        "",
        key,
        **(
            {"kind": "click", "conversation": conversation, "starts": False, "click": click}
            | changed
        ),
    )


def reply(text: str, key: str = "question:1", **changed: Any) -> Reply:  # noqa: ANN401 - any field
    """One paragraph."""
    return Reply(key=key, parts=(Paragraph(text=(Span(text=text),)),), **changed)


def told(reply: Reply) -> str:
    """The words of a reply that `reply` made."""
    [part] = reply.parts
    assert isinstance(part, Paragraph)
    return plain(part.text)


def echo(conversation: Conversation, message: Message, _advisor: Advisor) -> Turn:
    """A dialogue that notes what was said as an answer, and says it back."""
    words = message.text or (message.click.words if message.click else "") or message.kind
    answer = Answer(
        criterion="heard",
        options=("yes",),
        by=message.by,
        at=message.at,
        source="text",
        quote=words,
    )
    return Turn(
        conversation=conversation.model_copy(
            update={"state": State.ASKING, "answers": {"heard": answer}}
        ),
        intent=Intent.ANSWER,
        replies=(reply(f"You said: {words}"),),
        understanding=Understanding(
            intent=Intent.ANSWER, matched=(Match(kind="intent", id="answer", words=words),)
        ),
    )


def turn(conversation: Conversation, *replies: Reply, timers: tuple[Timer, ...] = ()) -> Turn:
    """A turn that says these replies and changes nothing."""
    return Turn(conversation=conversation, intent=Intent.ANSWER, replies=replies, timers=timers)


def saying(*replies: Reply, timers: tuple[Timer, ...] = ()) -> Callable[..., Turn]:
    """A dialogue that always says the same."""
    return lambda conversation, _message, _advisor: turn(conversation, *replies, timers=timers)


def advisor() -> Advisor:
    """As much of an advisor as the worker itself looks at."""
    return cast("Advisor", SimpleNamespace(knowledge=SimpleNamespace(version="2026-11-23-test")))


def begun(deciding: Deciding) -> Conversation:
    """The conversation of a claimed event, new if need be."""
    return deciding.conversation() or Conversation(
        id=deciding.claim.conversation, starter=deciding.starter, knowledge_version="v1"
    )


def take_event(store: Store, now: datetime = NOON) -> Deciding:
    """Claim, where an event must be what comes."""
    claimed = store.claim(now)
    assert isinstance(claimed, Deciding)
    return claimed


def take_post(store: Store, now: datetime = NOON) -> Sending:
    """Claim, where a post must be what comes."""
    claimed = store.claim(now)
    assert isinstance(claimed, Sending)
    return claimed


def commit(store: Store, deciding: Deciding, *replies: Reply, now: datetime = NOON) -> Sending:
    """Commit a turn with replies; the first one, ready to send."""
    sending = store.commit_turn(deciding, turn(begun(deciding), *replies), now)
    assert sending is not None
    return sending


class Crash(BaseException):
    """The process is gone: no code of ours catches this."""


class SmallSlack:
    """A poster that keeps what was posted, with faults in the order in which they are set.

    A fault is an outcome to answer with, `Crash` before or after the message is taken, or a
    message that is taken and answered with `Unclear`.
    """

    def __init__(self) -> None:
        self.posted: list[Post] = []
        self.looked_for: list[str] = []
        self.faults: list[Callable[[Post], PostOutcome]] = []
        self._lock = Lock()

    def post(self, post: Post) -> PostOutcome:
        """Take the message, or do what the next fault says."""
        with self._lock:
            if self.faults:
                return self.faults.pop(0)(post)
            return self.keep(post)

    def keep(self, post: Post) -> Delivered:
        """Take the message."""
        self.posted.append(post)
        channel = post.edits.channel if post.edits else post.place.channel
        only = post.reply.audience == "only"
        return Delivered(channel=channel, ts=None if only else f"{len(self.posted)}.0")

    def find(self, post: Post) -> Delivered | None:
        """Look for a message by its id."""
        self.looked_for.append(post.id)
        for number, kept in enumerate(self.posted, 1):
            if kept.id == post.id:
                return Delivered(channel=kept.place.channel, ts=f"{number}.0")
        return None

    def crash_before(self, _post: Post) -> PostOutcome:
        """The process ends before the message is taken."""
        raise Crash

    def crash_after(self, post: Post) -> PostOutcome:
        """The process ends when the message is taken and nothing of it is noted."""
        self.keep(post)
        raise Crash

    def taken_but_unclear(self, post: Post) -> PostOutcome:
        """The message is taken, and the answer gets lost."""
        self.keep(post)
        return Unclear(error="timed out")

    @property
    def ids(self) -> list[str]:
        """What was posted, in order."""
        return [post.id for post in self.posted]

    @property
    def words(self) -> list[str]:
        """The words of what was posted, in order."""
        return [told(post.reply) for post in self.posted]


def worker(store: Store, slack: SmallSlack, take_turn: Callable[..., Turn] = echo) -> Worker:
    """A worker that is run by hand."""
    return Worker(store, slack, advisor(), take_turn=take_turn)


def run_dry(at_work: Worker, now: datetime = NOON, most: int = 1000) -> None:
    """Run until there is nothing to do."""
    for _ in range(most):
        if not at_work.run_once(now):
            return
    message = f"still at work after {most} pieces"
    raise AssertionError(message)


def opened(url: str, pace: Pace = UNPACED) -> Iterator[Store]:
    """A store that is up to date, closed in the end."""
    store = Store.open(url, pace)
    store.migrate()
    yield store
    store.close()


def sqlite_url(folder: Path) -> str:
    """A database in a file of its own."""
    return f"sqlite:///{folder / 'advisor.sqlite3'}"
