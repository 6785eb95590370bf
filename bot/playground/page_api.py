"""What the page asks for and does, as JSON; every path begins with who does it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.playground import payloads
from bot.playground.api.chat import TEXT_KEPT
from bot.playground.cast import ADVISOR, COMMANDS, TEAM_NAME, Channel, Person
from bot.playground.deliveries import Deliveries
from bot.playground.interactions import Interactions, Result, Used
from bot.playground.message import Json
from bot.playground.refusal import Refusal
from bot.playground.stream import Stream, shown_message
from bot.playground.typed import as_sent
from bot.playground.views import Views
from bot.playground.workspace import Workspace

AT_ONCE = 16
"""How many clicks and commands wait for the app side by side."""

INVITE = "/invite"
"""Slack's own command, which no app hears of."""

T = TypeVar("T")
Id = Annotated[str, Field(max_length=64)]
State = dict[str, dict[str, Any]]


class Body(BaseModel):
    """What the page sends; nothing undeclared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Body):
    """Something typed; the edge may have to deal with up to 40,000 characters of it."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_KEPT)]
    thread: Id | None = None
    client_id: Id | None = None


class Clicked(Body):
    """An element that was used: in a message (`channel` and `ts`) or in a view."""

    channel: Id | None = None
    ts: Id | None = None
    view: Id | None = None
    block_id: str
    action_id: str
    chosen: Any = None
    state: State = {}


class Sent(Body):
    """A dialogue box with what stands in it."""

    view: Id
    state: State = {}


class Opened(Body):
    """A tab of the direct messages that came into view."""

    tab: Annotated[str, Field(pattern="^(messages|home)$")]


class PageApi:
    """The page's side of the playground; `router` is to be mounted under `/playground`."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        views: Views,
        interactions: Interactions,
        deliveries: Deliveries,
        stream: Stream,
    ) -> None:
        self._workspace = workspace
        self._views = views
        self._interactions = interactions
        self._deliveries = deliveries
        self._stream = stream
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="playground-clicks")
        self.router = APIRouter(prefix="/playground/{person_id}")
        get, post = self.router.get, self.router.post
        get("/start")(self.start)
        get("/changes")(self.changes)
        get("/channels/{channel_id}")(self.channel)
        get("/channels/{channel_id}/threads/{ts}")(self.thread)
        post("/channels/{channel_id}/say")(self.say)
        post("/channels/{channel_id}/messages/{ts}/edit")(self.edit)
        post("/channels/{channel_id}/messages/{ts}/delete")(self.delete)
        post("/channels/{channel_id}/read")(self.read)
        post("/channels/{channel_id}/opened")(self.opened)
        post("/channels/{channel_id}/command")(self.command)
        post("/click")(self.click)
        post("/suggest")(self.suggest)
        post("/submit")(self.submit)
        post("/close")(self.close_view)

    def close(self) -> None:
        """Let what is under way end, and take nothing more."""
        self._pool.shutdown(wait=True)

    async def start(self, person_id: str) -> Json:
        """Everything that the page shows around the messages."""
        me = self._human(person_id)
        view, home = self._views.top(me.id), self._views.home(me.id)
        return {
            "workspace": TEAM_NAME,
            "me": me.id,
            "bot": ADVISOR,
            "people": [asdict(person) for person in self._workspace.people.values()],
            "groups": [asdict(group) for group in self._workspace.groups.values()],
            "commands": [asdict(command) for command in COMMANDS],
            "channels": [
                {**asdict(channel), "unread": self._workspace.has_unread(me.id, channel.id)}
                for channel in self._workspace.channels.values()
                if me.id in channel.members
            ],
            "view": view.payload() if view else None,
            "home": home.payload() if home else None,
        }

    async def changes(self, person_id: str) -> StreamingResponse:
        """The stream of changes."""
        lines: AsyncIterator[str] = self._stream.listen(self._human(person_id).id)
        return StreamingResponse(
            lines, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def channel(self, person_id: str, channel_id: str) -> Json:
        """What stands in a channel."""
        _, channel = self._place(person_id, channel_id)
        threads = self._workspace.threads(channel.id)
        messages = []
        for message in self._workspace.history(channel.id):
            thread = threads.get(message.ts)
            messages.append(
                {**shown_message(message), "thread": asdict(thread) if thread else None}
            )
        return {"messages": messages, "prompts": self._workspace.prompts(channel.id)}

    async def thread(self, person_id: str, channel_id: str, ts: str) -> Json:
        """A thread from its first message on."""
        _, channel = self._place(person_id, channel_id)
        said = [shown_message(message) for message in self._workspace.replies(channel.id, ts)]
        if not said:
            raise HTTPException(404, "This message is gone.")
        return {"messages": said, "status": self._workspace.status(channel.id, ts)}

    async def say(self, person_id: str, channel_id: str, words: Words) -> Json:
        """Say something in a channel or a thread."""
        me, channel = self._place(person_id, channel_id)
        if channel.archived or (channel.writers and me.id not in channel.writers):
            raise HTTPException(403, f"Nobody can write in #{channel.name}, or not everybody.")
        text = self._as_sent(words.text)
        try:
            message = self._workspace.post(
                channel.id, me.id, text, thread_ts=words.thread, client_msg_id=words.client_id
            )
        except Refusal:
            raise HTTPException(404, "This thread is gone.") from None
        self._workspace.mark_read(me.id, channel.id)
        return {"ts": message.ts, "thread": message.thread_ts}

    async def edit(self, person_id: str, channel_id: str, ts: str, words: Words) -> Json:
        """Say one's own message differently."""
        me, channel = self._place(person_id, channel_id)
        self._own(me, channel, ts)
        self._workspace.edit(channel.id, ts, text=self._as_sent(words.text))
        return {}

    async def delete(self, person_id: str, channel_id: str, ts: str) -> Json:
        """Take one's own message back."""
        me, channel = self._place(person_id, channel_id)
        self._own(me, channel, ts)
        self._workspace.delete(channel.id, ts)
        return {}

    async def read(self, person_id: str, channel_id: str) -> Json:
        """All that is in the channel has been seen."""
        me, channel = self._place(person_id, channel_id)
        self._workspace.mark_read(me.id, channel.id)
        return {}

    async def opened(self, person_id: str, channel_id: str, opened: Opened) -> Json:
        """The direct messages with the bot came into view."""
        me, channel = self._place(person_id, channel_id)
        if channel.direct:
            home = self._views.home(me.id)
            ts = self._workspace.next_ts()
            self._deliveries.send(payloads.home_opened(me.id, channel.id, opened.tab, home, ts))
        return {}

    async def command(self, person_id: str, channel_id: str, words: Words) -> Json:
        """A slash command, its name first."""
        me, channel = self._place(person_id, channel_id)
        name, _, text = words.text.strip().partition(" ")
        if name == INVITE:
            return asdict(self._invite(me, channel, text))
        command = next((known for known in COMMANDS if known.name == name), None)
        if command is None:
            return asdict(Result(f"{name} is not a command here. Try {COMMANDS[0].name}."))
        if words.thread is not None:
            return asdict(Result(f"{name} does not work in threads, as in Slack."))
        interact = self._interactions.command
        escaped = self._as_sent(text.strip())
        return asdict(await self._wait(lambda: interact(me, channel, command, escaped)))

    async def click(self, person_id: str, clicked: Clicked) -> Json:
        """A button or menu was used."""
        me = self._human(person_id)
        used = Used(clicked.block_id, clicked.action_id, clicked.chosen, clicked.state)
        interact = self._interactions
        if clicked.view is not None:
            view = self._views.get(clicked.view)
            return asdict(await self._wait(lambda: interact.click_in_view(me, view, used)))
        _, channel = self._place(me.id, clicked.channel or "")
        ts = clicked.ts or ""
        return asdict(await self._wait(lambda: interact.click(me, channel, ts, used)))

    async def suggest(self, person_id: str, typed: Clicked) -> Json:
        """Somebody types in a menu whose options come from the app."""
        me, suggest = self._human(person_id), self._interactions.suggest
        used = Used(typed.block_id, typed.action_id, typed.chosen, {})
        if typed.view is not None:
            view = self._views.get(typed.view)
            return {"groups": await self._wait(lambda: suggest(me, view, used))}
        _, channel = self._place(me.id, typed.channel or "")
        message = self._interactions.seen(me, channel, typed.ts or "")
        return {"groups": await self._wait(lambda: suggest(me, message, used))}

    async def submit(self, person_id: str, sent: Sent) -> Json:
        """A dialogue box was sent off."""
        me, view = self._human(person_id), self._views.get(sent.view)
        submit = self._interactions.submit
        return asdict(await self._wait(lambda: submit(me, view, sent.state)))

    async def close_view(self, person_id: str, sent: Sent) -> Json:
        """A dialogue box was closed."""
        me, view = self._human(person_id), self._views.get(sent.view)
        close = self._interactions.close
        return asdict(await self._wait(lambda: close(me, view)))

    def _invite(self, me: Person, channel: Channel, text: str) -> Result:
        handle = text.strip().removeprefix("@").lower()
        everybody = self._workspace.people.values()
        person = next((one for one in everybody if one.handle.lower() == handle), None)
        if person is None or channel.direct or channel.group:
            return Result(f"{INVITE} @name lets somebody into a channel.")
        if person.id in channel.members:
            return Result(f"{person.name} is in #{channel.name} already.")
        try:
            self._workspace.join(channel.id, person.id, me.id)
        except Refusal:
            return Result(f"#{channel.name} is archived.")
        return Result()

    async def _wait(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _human(self, id_: str) -> Person:
        person = self._workspace.person(id_)
        if person.is_bot:
            raise HTTPException(403, "Nobody can be the bot.")
        return person

    def _place(self, person_id: str, channel_id: str) -> tuple[Person, Channel]:
        person, channel = self._human(person_id), self._workspace.channel(channel_id)
        if person.id not in channel.members:
            raise HTTPException(403, f"{person.name} is not in this channel.")
        return person, channel

    def _own(self, person: Person, channel: Channel, ts: str) -> None:
        if self._workspace.message(channel.id, ts).user != person.id:
            raise HTTPException(403, "Only one's own messages can be changed.")

    def _as_sent(self, text: str) -> str:
        people, channels = self._workspace.people.values(), self._workspace.channels.values()
        return as_sent(text, people, channels)
