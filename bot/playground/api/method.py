"""What a Web API method is: who answers, what it needs, and how often it may be called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.playground.api.call import Call
from bot.playground.message import Json

Tier = Literal["special", "posting", 2, 3, 4]
"""Slack's tier of a method; `posting` is the pace of messages in one channel."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    `required` are the arguments that it cannot do without, `errors` the codes (besides the general
    ones) with which it refuses, `scope` what a token needs: `{kind}` in it stands for the kind of
    channel. `caller` is whose token it takes; it needs none where that is empty.
    """

    answer: Callable[[Call], Json]
    required: tuple[str, ...] = ()
    tier: Tier = 3
    scope: str = ""
    errors: frozenset[str] = frozenset()
    caller: Literal["bot", "app", ""] = "bot"


def method(  # noqa: PLR0913 - a row of a table
    answer: Callable[[Call], Json],
    required: str = "",
    *,
    tier: Tier = 3,
    scope: str = "",
    errors: str = "",
    caller: Literal["bot", "app", ""] = "bot",
) -> Method:
    """A row of the table, with names parted by spaces."""
    return Method(answer, tuple(required.split()), tier, scope, frozenset(errors.split()), caller)
