"""What happens behind the scenes: after the acknowledgement, at most once, and never fatal."""

from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec

import structlog

from bot.slack.clients import code_of

P = ParamSpec("P")

_log = structlog.get_logger("bot.slack")


class Behind:
    """Does things in threads of its own; what fails there is logged and forgotten.

    For courtesies and look-ups only: whatever must not be lost belongs in the inbox.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def do(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do it soon."""
        self._executor.submit(_guarded, lambda: work(*args, **kwargs), work.__name__)


def _guarded(work: Callable[[], object], name: str) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
        _log.warning("behind_the_scenes", what=name, error=code_of(error))
