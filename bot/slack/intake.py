"""The way of an event into the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.events import Event
from bot.slack.experts import Experts
from bot.store import Summary


class Records(Protocol):
    """What the door needs of the store."""

    def accept(self, event: Event) -> str | None:
        """Write an event that is new and ours; the id of its conversation, else None."""
        ...

    def conversations(
        self,
        workspace: str | None = None,
        limit: int = 50,
        before: str | None = None,
        starter: str | None = None,
    ) -> Sequence[Summary]:
        """Conversations, newest first, perhaps only those that one person began."""
        ...

    def erase(self, workspace: str, person: str) -> object:
        """Remove a person's words."""
        ...


@dataclass(frozen=True, slots=True)
class Intake:
    """Hands events to the store, wakes whoever works on them, and has them watched over."""

    records: Records
    experts: Experts
    wake: Callable[[], None]
    watch: Callable[[Event, str], None]

    def accept(self, event: Event) -> str | None:
        """Commit the event, or raise: then nothing was kept, and Slack must not hear otherwise.

        The id of its conversation; None for an event that was here before or is not ours.
        """
        if self.experts.includes(event.workspace, event.by, event.place.channel):
            event = event.model_copy(update={"expert": True})
        conversation = self.records.accept(event)
        if conversation is not None:
            self.wake()
            self.watch(event, conversation)
        return conversation
