"""The state of the stand-in as JSON, and the switch that makes things go wrong."""

from dataclasses import asdict
from itertools import islice
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from bot.playground.api import WebApi
from bot.playground.api.web_api import Called
from bot.playground.deliveries import Deliveries, Tried
from bot.playground.faults import CallFault, DeliveryFault, Fault, Faults
from bot.playground.message import Json, Message
from bot.playground.post import Acknowledged
from bot.playground.recorder import bounded
from bot.playground.views import Views
from bot.playground.workspace import Workspace

SHOWN = 50
"""How many of the last calls, deliveries and messages of a channel are told."""


class Asked(BaseModel):
    """A fault that is asked for: see `Fault`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CallFault | DeliveryFault
    on: Annotated[str, Field(max_length=64)] = "*"
    times: Annotated[int, Field(ge=1, le=1_000)] = 1
    seconds: Annotated[float, Field(ge=0, le=60)] = 1.0


class Inspection:
    """Everything that the stand-in holds, bounded; `router` is to be mounted under `/page`."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        views: Views,
        web_api: WebApi,
        deliveries: Deliveries,
        faults: Faults,
    ) -> None:
        self._workspace = workspace
        self._views = views
        self._web_api = web_api
        self._deliveries = deliveries
        self._faults = faults
        self.router = APIRouter(prefix="/page")
        self.router.get("/state")(self.state)
        self.router.get("/faults")(self.faults)
        self.router.post("/faults")(self.fail)
        self.router.delete("/faults")(self.heal)

    async def state(self) -> Json:
        """People, channels with their last messages, views, calls, deliveries and faults."""
        everybody = self._workspace.people
        said = self._said()
        calls, tried = tuple(self._web_api.calls), tuple(self._deliveries.tried)
        return bounded(
            {
                "installed": self._web_api.installed,
                "scopes": self._web_api.scopes,
                "people": [asdict(person) for person in everybody.values()],
                "groups": [asdict(group) for group in self._workspace.groups.values()],
                "channels": [
                    {**asdict(channel), "kind": channel.kind, **said[channel.id]}
                    for channel in self._workspace.channels.values()
                ],
                "views": {
                    id_: view.payload() for id_ in everybody if (view := self._views.top(id_))
                },
                "homes": {
                    id_: view.payload() for id_ in everybody if (view := self._views.home(id_))
                },
                "calls": [_call(called) for called in islice(reversed(calls), SHOWN)],
                "deliveries": [_delivery(one) for one in islice(reversed(tried), SHOWN)],
                "faults": await self.faults(),
            }
        )

    async def faults(self) -> list[Json]:
        """What is still to go wrong."""
        return [asdict(fault) for fault in self._faults.waiting]

    async def fail(self, asked: Asked) -> list[Json]:
        """Let something go wrong."""
        self._faults.add(Fault(asked.kind, asked.on, asked.times, asked.seconds))
        return await self.faults()

    async def heal(self) -> list[Json]:
        """Let everything go well again."""
        self._faults.clear()
        return []

    def _said(self) -> dict[str, Json]:
        said: dict[str, list[Message]] = {id_: [] for id_ in self._workspace.channels}
        for message in self._workspace.everything()[0]:
            said[message.channel].append(message)
        return {
            channel: {
                "count": len(messages),
                "messages": [message.payload(with_metadata=True) for message in messages[-SHOWN:]],
            }
            for channel, messages in said.items()
        }


def _call(called: Called) -> Json:
    return {
        "method": called.method,
        "status": called.status,
        "arguments": called.arguments,
        "answer": called.answer,
    }


def _delivery(tried: Tried) -> Json:
    outcome = tried.outcome
    answer: Json = (
        {"status": outcome.status}
        if isinstance(outcome, Acknowledged)
        else {"reason": outcome.reason}
    )
    return {"id": tried.delivery.id, "type": tried.delivery.type, "try": tried.number, **answer}
