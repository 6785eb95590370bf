"""The worker: takes what waits in the store, decides, posts, and lets time pass.

It holds no transaction and no connection while it decides or posts.
"""

import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Thread
from time import monotonic

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.events import Delivered, Event, Later, Post, Poster, PostOutcome, Unclear
from bot.store import Deciding, Fenced, Sending, Store, reference
from flows import turn
from flows.advisor import Advisor
from flows.conversation import Conversation, Intent, Message, Turn
from flows.reply import Act, Button, Buttons, Paragraph, Reply, Span

MOST_FAILURES = 3
"""An event on which deciding raised so often is parked."""

MOST_CLAIMS = 10
"""An event that took its process down so often is parked, too. Higher than the other limit:
a process may be killed for reasons that have nothing to do with the event in its hands."""

POLL = timedelta(milliseconds=250)
"""How often to look without being woken: for timers, for delayed posts, for the dead."""

STALE = timedelta(seconds=20)
"""A post that was marked longer ago than this is not sent but looked for: the process was
paused, and by now another may have taken over."""

TIDY_EVERY = timedelta(hours=1)

LOOK_AGAIN = timedelta(seconds=5)
"""After so long, where the channel could not say whether a message is there."""

STOP_WITHIN = 10.0
"""Seconds that a turn in hand gets to end when the worker stops."""

Clock = Callable[[], datetime]
TakeTurn = Callable[[Conversation, Message, Advisor], Turn]

_log = structlog.get_logger("bot.worker")


class Worker:
    """Handles events and delivers posts, in `threads` threads once started.

    Any number of workers, in any number of processes, may share a store.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each by name
        self,
        store: Store,
        poster: Poster,
        advisor: Advisor,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        threads: int = 2,
        take_turn: TakeTurn = turn.take_turn,
    ) -> None:
        self._store = store
        self._poster = poster
        self._advisor = advisor
        self._clock = clock
        self._take_turn = take_turn
        self._count = threads
        self._threads: list[Thread] = []
        self._stirred = Condition()
        self._calls = 0
        self._stopping = False
        self._looked_at: datetime | None = None
        self._tidied_at: datetime | None = None

    def run_once(self, now: datetime | None = None) -> bool:
        """Do one piece of work: an event with its posts, or what is left to post, or timers.

        Returns whether there was any. With `now`, all of it happens at that time.
        """
        clock = self._clock if now is None else lambda: now
        found = _is_over(self._looked_at, POLL, clock()) and self._look_around(clock())
        work = self._store.claim(clock())
        if work is None:
            # By hand, "nothing to do" must be true of this moment; threads look soon enough.
            return found or (now is not None and self._look_around(now))
        try:
            post = self._turn(work, clock) if isinstance(work, Deciding) else work
            while post is not None:
                post = self._deliver(post, clock)
        except Fenced:
            _log.warning("claim_lost", conversation=work.claim.conversation)
        except SQLAlchemyError:
            # Nothing of this step was written. Let go, so that it is done again soon; failing
            # that, the lease ends.
            with suppress(SQLAlchemyError, Fenced):
                self._store.release(work.claim, clock())
            raise
        return True

    def start(self) -> None:
        """Begin to work in threads of its own."""
        self._stopping = False
        for number in range(self._count):
            thread = Thread(target=self._work, name=f"worker-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, within: float = STOP_WITHIN) -> bool:
        """Finish what is in hand and stop; whether all threads ended within so many seconds."""
        with self._stirred:
            self._stopping = True
            self._stirred.notify_all()
        end = monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        left = [thread for thread in self._threads if thread.is_alive()]
        self._threads = left
        return not left

    def wake(self) -> None:
        """Say that there is something to do; returns at once, and may be called from anywhere."""
        with self._stirred:
            self._calls += 1
            self._stirred.notify()

    def _work(self) -> None:
        while not self._stopping:
            calls = self._calls
            try:
                if self.run_once():
                    continue
            except Exception as error:  # noqa: BLE001 - see below
                # A worker outlives whatever happens to one piece of work.
                _log.error("worker_failed", error=type(error).__name__, where=_where(error))
            with self._stirred:
                if self._calls == calls and not self._stopping:
                    self._stirred.wait(timeout=POLL.total_seconds())

    def _look_around(self, now: datetime) -> bool:
        self._looked_at = now
        freed = self._store.free_the_dead()
        if freed:
            _log.info("claims_taken_over", count=freed)
        if _is_over(self._tidied_at, TIDY_EVERY, now) and not self._store.tidy(now):
            self._tidied_at = now
        return bool(self._store.fire_timers(now) + freed)

    def _turn(self, deciding: Deciding, clock: Clock) -> Sending | None:
        waiting, of = deciding.waiting, deciding.claim.conversation
        told = {"conversation": of, "seq": waiting.seq}
        if waiting.claims > MOST_CLAIMS:
            _log.error("event_parked", **told, error="lost", claims=waiting.claims)
            return self._give_up(deciding, "lost", clock)
        try:
            conversation = deciding.conversation() or self._new(deciding)
            taken = self._take_turn(
                conversation, _message(waiting.event, waiting.gone), self._advisor
            )
        except Exception as error:  # noqa: BLE001 - tried again, logged, and parked in the end
            kind, tries = type(error).__name__, waiting.failures + 1
            _log.error("turn_failed", **told, error=kind, tries=tries, where=_where(error))
            if tries >= MOST_FAILURES:
                _log.error("event_parked", **told, error=kind)
                return self._give_up(deciding, kind, clock)
            self._store.fail(deciding, kind, clock())
            return None
        sending = self._store.commit_turn(deciding, taken, clock(), more=not self._stopping)
        _log.info("turn", **told, intent=taken.intent.value, state=taken.conversation.state.value)
        return sending

    def _new(self, deciding: Deciding) -> Conversation:
        return Conversation(
            id=deciding.claim.conversation,
            starter=deciding.starter,
            knowledge_version=self._advisor.knowledge.version,
            direct=deciding.direct,
        )

    def _give_up(self, deciding: Deciding, error: str, clock: Clock) -> Sending | None:
        apology = _apology(deciding.claim.conversation, deciding.waiting.seq)
        return self._store.park(deciding, apology, error, clock(), more=not self._stopping)

    def _deliver(self, sending: Sending, clock: Clock) -> Sending | None:
        marked_at = clock()
        told = {"conversation": sending.claim.conversation, "post": sending.post.id}
        outcome: PostOutcome | None = None
        # An edit may be made twice without harm; anything else is looked for first.
        if sending.post.tried and sending.post.edits is None:
            outcome = self._find(sending.post)
            if outcome is None:
                marked_at = clock()
                self._store.mark_again(sending, marked_at)
        if outcome is None:
            if clock() - marked_at > STALE:
                raise Fenced
            outcome = self._post(sending.post)
        if not isinstance(outcome, Delivered):
            kind = type(outcome).__name__.lower()
            _log.warning("post", **told, outcome=kind, error=outcome.error, tries=sending.tries)
        return self._store.record(sending, outcome, clock(), more=not self._stopping)

    def _find(self, post: Post) -> PostOutcome | None:
        try:
            return self._poster.find(post)
        except Exception as error:  # noqa: BLE001 - whatever it is, posting blindly is worse
            failed = f"look-up failed: {type(error).__name__}"
            return Later(seconds=LOOK_AGAIN.total_seconds(), error=failed)

    def _post(self, post: Post) -> PostOutcome:
        try:
            return self._poster.post(post)
        except Exception as error:  # noqa: BLE001 - see below
            # It promised not to; whether the message went out nobody can say.
            _log.error("poster_failed", post=post.id, error=type(error).__name__)
            return Unclear(error=type(error).__name__)


def _is_over(since: datetime | None, wait: timedelta, now: datetime) -> bool:
    """Whether it was so long ago, or in what is now the future."""
    return since is None or abs(now - since) >= wait


def _message(event: Event, gone: bool) -> Message:
    """What the dialogue sees of an event; a text that was erased meanwhile was deleted."""
    return Message(
        kind="deleted" if gone else event.kind,
        by=event.by,
        at=event.at,
        text=event.text,
        click=event.click,
        timer=event.timer,
        addressed=event.addressed,
        to_other=event.to_other,
        expert=event.expert,
    )


def _apology(conversation: str, seq: int) -> Reply:
    told = reference(conversation, seq)
    sorry = (
        Span(text="Sorry, something went wrong on our side, and I could not deal with that. "),
        Span(text="Nothing you told me is lost. Please try again, or talk to a human. "),
        Span(text=f"Reference: {told}", style="italic"),
    )
    human = Button(label="Talk to a human", act=Act(intent=Intent.HUMAN.value))
    return Reply(key=f"fault:{seq}", parts=(Paragraph(text=sorry), Buttons(buttons=(human,))))


def _where(error: Exception) -> str:
    """Where it was raised. Not what it says: that may hold what people typed."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
