"""The state of the playground's workspace: who is in it, and what was said where."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.playground.cast import CHANNELS, GROUPS, PEOPLE, Channel, Group, Person
from bot.playground.feed import Change, Feed
from bot.playground.message import Block, Message
from bot.playground.refusal import Refusal

MESSAGES_KEPT = 2_000
"""Messages kept in a channel; the oldest go first."""
WHISPERS_KEPT = 500
"""Ephemeral messages kept, so that their buttons work."""
STATUS_SECONDS = 120
"""How long a "… is thinking" stands without a message."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Thread:
    """What hangs below a message: how many replies, by whom, the last one's `ts`."""

    replies: int
    people: tuple[str, ...]
    latest: str


class Workspace:
    """People, channels and messages; every change goes to the feed.

    Safe to use from any thread. Messages are values: a change makes a new one.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        clock: Clock = time.time,
        people: Iterable[Person] = PEOPLE,
        channels: Iterable[Channel] = CHANNELS,
        groups: Iterable[Group] = GROUPS,
    ) -> None:
        self._feed = feed
        self.clock = clock
        self._lock = threading.RLock()
        self._last_ts = 0
        self.people = {person.id: person for person in people}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        self._messages: dict[str, dict[str, Message]] = {id_: {} for id_ in self.channels}
        self._whispers: dict[str, Message] = {}
        self._read: dict[tuple[str, str], str] = {}
        self._status: dict[tuple[str, str], tuple[str, float]] = {}
        self._prompts: dict[str, Mapping[str, Any]] = {}

    # Looking things up

    def channel(self, id_: str) -> Channel:
        """The channel, or the refusal that Slack gives."""
        try:
            return self.channels[id_]
        except KeyError:
            raise Refusal(error="channel_not_found") from None

    def person(self, id_: str) -> Person:
        """The person, or the refusal that Slack gives."""
        try:
            return self.people[id_]
        except KeyError:
            raise Refusal(error="user_not_found") from None

    def message(self, channel: str, ts: str) -> Message:
        """The message, or the refusal that Slack gives."""
        with self._lock:
            try:
                return self._messages[self.channel(channel).id][ts]
            except KeyError:
                raise Refusal(error="message_not_found") from None

    def whispered(self, ts: str) -> Message | None:
        """An ephemeral message, if it is (still) known."""
        with self._lock:
            return self._whispers.get(ts)

    def history(self, channel: str) -> tuple[Message, ...]:
        """What stands in the channel itself, oldest first; replies are inside their threads."""
        with self._lock:
            said = self._messages[self.channel(channel).id].values()
            return tuple(message for message in said if not message.is_reply)

    def replies(self, channel: str, root: str) -> tuple[Message, ...]:
        """A thread from its first message on."""
        with self._lock:
            said = self._messages[self.channel(channel).id].values()
            return tuple(message for message in said if message.root == root)

    def threads(self, channel: str) -> dict[str, Thread]:
        """What hangs below each message of the channel that has replies."""
        found: dict[str, Thread] = {}
        with self._lock:
            for message in self._messages[self.channel(channel).id].values():
                if not message.is_reply:
                    continue
                known = found.get(message.root, Thread(0, (), ""))
                people = known.people
                if message.user not in people:
                    people = (*people, message.user)
                found[message.root] = Thread(known.replies + 1, people, message.ts)
        return found

    def join(self, channel: str, user: str, inviter: str) -> Channel:
        """Let somebody into a channel; once they are in, nothing changes."""
        with self._lock:
            before, person = self.channel(channel), self.person(user)
            if before.archived:
                raise Refusal(error="is_archived")
            if person.id in before.members:
                return before
            after = replace(before, members=(*before.members, person.id))
            self.channels[after.id] = after
            data = {"user": person.id, "inviter": inviter, "place": asdict(after)}
            self._feed.tell(Change("joined", after.id, data=data))
            return after

    # Saying things

    def next_ts(self) -> str:
        """A new `ts`, later than every other."""
        with self._lock:
            self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(  # noqa: PLR0913 - these are the parts of a message
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: tuple[Block, ...] = (),
        thread_ts: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        client_msg_id: str | None = None,
        files: tuple[Mapping[str, Any], ...] = (),
    ) -> Message:
        """Say something; a thread_ts that names a reply leads to that reply's thread."""
        with self._lock:
            said = self._messages[self.channel(channel).id]
            if thread_ts is not None:
                head = said.get(thread_ts)
                if head is None:
                    raise Refusal(error="thread_not_found")
                thread_ts = head.root
            message = Message(
                channel=channel,
                ts=self.next_ts(),
                user=user,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                metadata=metadata,
                client_msg_id=client_msg_id,
                team=self.person(user).team,
                files=files,
            )
            said[message.ts] = message
            while len(said) > MESSAGES_KEPT:
                del said[next(iter(said))]
            self._clear_status(channel, message.root, user)
            self._feed.tell(Change("posted", channel, message))
            return message

    def edit(
        self,
        channel: str,
        ts: str,
        *,
        text: str | None = None,
        blocks: tuple[Block, ...] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Message:
        """Change a message; None leaves a part as it is."""
        with self._lock:
            before = self.message(channel, ts)
            after = replace(
                before,
                text=before.text if text is None else text,
                blocks=before.blocks if blocks is None else blocks,
                metadata=before.metadata if metadata is None else metadata,
                edited=before.edited if text in (None, before.text) else self.next_ts(),
            )
            self._messages[channel][ts] = after
            self._feed.tell(Change("edited", channel, after, before))
            return after

    def delete(self, channel: str, ts: str) -> Message:
        """Take a message away."""
        with self._lock:
            gone = self.message(channel, ts)
            del self._messages[channel][ts]
            self._feed.tell(Change("deleted", channel, gone))
            return gone

    def react(self, channel: str, ts: str, name: str, user: str) -> None:
        """Add a reaction."""
        with self._lock:
            before = self.message(channel, ts)
            if user in dict(before.reactions).get(name, ()):
                raise Refusal(error="already_reacted")
            after = self._messages[channel][ts] = before.reacted(name, user)
            self._feed.tell(Change("reacted", channel, after, before))

    def whisper(  # noqa: PLR0913 - these are the parts of a message
        self,
        channel: str,
        person: str,
        sender: str,
        text: str,
        *,
        blocks: tuple[Block, ...] = (),
        thread_ts: str | None = None,
        instead_of: str | None = None,
    ) -> Message:
        """Say something that one person sees, once; `instead_of` replaces an earlier one."""
        with self._lock:
            message = Message(
                channel=self.channel(channel).id,
                ts=instead_of or self.next_ts(),
                user=sender,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                only_for=person,
            )
            self._whispers[message.ts] = message
            while len(self._whispers) > WHISPERS_KEPT:
                del self._whispers[next(iter(self._whispers))]
            self._feed.tell(Change("whisper", channel, message, only_for=person))
            return message

    def unwhisper(self, ts: str) -> None:
        """Take an ephemeral message away, if it is still there."""
        with self._lock:
            gone = self._whispers.pop(ts, None)
            if gone is not None:
                self._feed.tell(Change("unwhisper", gone.channel, gone, only_for=gone.only_for))

    # Who has read what, and what the bot is doing

    def mark_read(self, person: str, channel: str) -> None:
        """The person has seen all that is in the channel now."""
        with self._lock:
            said = self._messages[self.channel(channel).id]
            if said:
                self._read[person, channel] = next(reversed(said))

    def has_unread(self, person: str, channel: str) -> bool:
        """Whether somebody else said something since the person looked: in the channel itself,
        or in a thread that the person takes part in.
        """  # noqa: D205 - one sentence needs both lines
        with self._lock:
            said = self._messages[self.channel(channel).id]
            since = self._read.get((person, channel), "")
            mine = {message.root for message in said.values() if message.user == person}
            return any(
                message.ts > since
                and message.user != person
                and (not message.is_reply or message.root in mine)
                for message in reversed(said.values())
            )

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """What the bot is doing in a thread; empty words clear it."""
        with self._lock:
            if status:
                self._status[channel, thread_ts] = (status, self.clock() + STATUS_SECONDS)
            else:
                self._status.pop((channel, thread_ts), None)
            data = {"thread_ts": thread_ts, "status": status}
            self._feed.tell(Change("status", channel, data=data))

    def status(self, channel: str, thread_ts: str) -> str:
        """What the bot is doing in a thread now; empty when nothing is known."""
        with self._lock:
            status, until = self._status.get((channel, thread_ts), ("", 0.0))
            return status if self.clock() < until else ""

    def _clear_status(self, channel: str, thread_ts: str, user: str) -> None:
        if self.people[user].is_bot and (channel, thread_ts) in self._status:
            self.set_status(channel, thread_ts, "")

    def set_prompts(self, channel: str, prompts: Mapping[str, Any]) -> None:
        """What the bot suggests to say in a direct message: `title` and `prompts`."""
        with self._lock:
            self._prompts[channel] = prompts
            self._feed.tell(Change("prompts", channel, data=prompts))

    def prompts(self, channel: str) -> Mapping[str, Any]:
        """The suggestions of a direct message, if there are any."""
        with self._lock:
            return self._prompts.get(channel, {})

    # Keeping it

    def everything(self) -> tuple[tuple[Message, ...], dict[tuple[str, str], str]]:
        """All that outlives a restart: messages, and who has read up to where."""
        with self._lock:
            said = tuple(m for channel in self._messages.values() for m in channel.values())
            return said, dict(self._read)

    def restore(self, messages: Iterable[Message], read: Mapping[tuple[str, str], str]) -> None:
        """Put back what an earlier workspace kept; the feed is not told."""
        with self._lock:
            for message in messages:
                if message.channel in self._messages:
                    self._messages[message.channel][message.ts] = message
                    seconds, _, micros = message.ts.partition(".")
                    self._last_ts = max(self._last_ts, int(seconds) * 1_000_000 + int(micros))
            self._read.update(read)
