"""A conversation played in memory: somebody writes, clicks or waits, and what came back is kept.

`transcript` prints it as a thread, each message as it looks at the end, for reading aloud.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flows.advisor import Advisor
from flows.conversation import Conversation, Message, State, Turn
from flows.forms import click_of, complete, form_for
from flows.reply import Act, Buttons, Feedback, Menu, Reply, words
from flows.turn import take_turn

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEAM, COLLEAGUE, EXPERT, SECOND_EXPERT = "ana", "bo", "eve", "max"


@dataclass
class Talk:
    """One conversation, and everything that was said in it, in order."""

    advisor: Advisor
    direct: bool = False
    now: datetime = START
    said: list[tuple[str, Reply | str]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    last: Message | None = None
    since: int = 0
    conversation: Conversation = field(init=False)

    def __post_init__(self) -> None:
        self.conversation = Conversation(
            id="c1",
            starter=TEAM,
            knowledge_version=self.advisor.knowledge.version,
            direct=self.direct,
        )

    @property
    def turn(self) -> Turn:
        """The last turn."""
        return self.turns[-1]

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.conversation.state

    def says(self, text: str, by: str = TEAM, **more: bool) -> Turn:
        """Somebody writes in the thread."""
        self.said.append((by, text))
        return self._take(Message(kind="text", by=by, at=self._tick(), text=text, **more))

    def edits(self, text: str, by: str = TEAM) -> Turn:
        """Somebody edits an earlier message."""
        self.said.append((by, f"(edited) {text}"))
        return self._take(Message(kind="edited", by=by, at=self._tick(), text=text))

    def deletes(self, by: str = TEAM) -> Turn:
        """Somebody deletes an earlier message."""
        return self._take(Message(kind="deleted", by=by, at=self._tick()))

    def waits(self, timer: str) -> Turn:
        """A timer is due."""
        self.now += timedelta(days=1)
        return self._take(Message(kind="timer", by="timer", at=self._tick(), timer=timer))

    def clicks(self, label: str, by: str = TEAM, form: Mapping[str, str] | None = None) -> Turn:
        """Somebody presses a button, or chooses a line (or lines, joined by "; ") of a menu."""
        act, chosen = self.find(label)
        return self.presses(act, chosen, by=by, form=form, label=label)

    def presses(
        self,
        act: Act,
        chosen: tuple[str, ...] = (),
        *,
        by: str = TEAM,
        form: Mapping[str, str] | None = None,
        label: str = "",
    ) -> Turn:
        """Somebody uses a button that was found before, however old it is by now."""
        click = complete(act, form or {}) if form_for(act, self.advisor) else click_of(act, chosen)
        self.said.append((by, f"[{label or act.intent}]"))
        may = by in (EXPERT, SECOND_EXPERT)
        return self._take(Message(kind="click", by=by, at=self._tick(), click=click, expert=may))

    def find(self, label: str) -> tuple[Act, tuple[str, ...]]:
        """The act of the newest button or menu line with this label; starts-with is enough."""
        for reply in reversed(list(self.visible().values())):
            for name, act, chosen in offers(reply):
                if name == label or name.startswith(label):
                    return act, chosen
            for part in reply.parts:
                if isinstance(part, Menu) and part.multiple:
                    wanted = [c for c in part.choices if c.label in label.split("; ")]
                    if wanted:
                        return part.act, tuple(choice.value for choice in wanted)
        seen = [name for reply in self.visible().values() for name, _, _ in offers(reply)]
        message = f"nothing to press is called {label!r}; there is {seen}"
        raise AssertionError(message)

    def visible(self) -> dict[str, Reply]:
        """Every message as it looks now, oldest first; an edit keeps its place."""
        messages: dict[str, Reply] = {}
        for place, (by, what) in enumerate(self.said):
            if by == "bot" and isinstance(what, Reply):
                keyed = what.key if ":" in what.key else f"{what.key}#{place}"
                messages[keyed] = what
        return messages

    def transcript(self) -> str:
        """The thread as plain lines, edits shown where they happened."""
        lines = []
        for by, what in self.said:
            if isinstance(what, str):
                lines.append(f"\n@{by}: {what}")
                continue
            marks: list[str] = [what.audience] if what.audience != "thread" else []
            marks += [f"edits {what.key}"] if what.replaces else []
            head = f"   ({', '.join(marks)})" if marks else ""
            body = "\n".join(f"   | {line}" for line in words(what).splitlines())
            lines.append(f"{head}\n{body}" if head else f"\n{body}")
        return "\n".join(lines)

    def _take(self, message: Message) -> Turn:
        self.last = message
        turn = take_turn(self.conversation, message, self.advisor)
        self.conversation = turn.conversation
        self.turns.append(turn)
        self.said += [("bot", reply) for reply in turn.replies]
        return turn

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def offers(reply: Reply) -> Iterator[tuple[str, Act, tuple[str, ...]]]:
    """Everything that can be pressed in a message: its label, its act, what is chosen."""
    for part in reply.parts:
        match part:
            case Buttons():
                for button in part.buttons:
                    yield button.label, button.act, ()
            case Menu() if not part.multiple:
                for choice in part.choices:
                    yield choice.label, part.act, (choice.value,)
            case Feedback():
                yield part.good, Act(intent="feedback", good=True), ()
                yield part.bad, Act(intent="feedback", good=False), ()
