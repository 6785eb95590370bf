"""Pacing: Slack takes about one message a second in a channel, and short bursts.

Kept in the database, so that all processes keep one pace and a restart forgets nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select

from bot.store.tables import by_dialect, channels


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` messages at once, then one every `seconds`; 0 seconds is no pace at all."""

    seconds: float = 1.0
    burst: int = 4


_GRAIN = 0.001
"""Seconds that make no difference; less is lost between a float and a stored time."""

_c = channels.c
_WHERE = (_c.workspace == bindparam("team"), _c.channel == bindparam("in_channel"))
_LOOK = select(_c.not_before, _c.paced_until).where(*_WHERE).with_for_update()
_STEP = by_dialect(
    lambda insert_into: (step := insert_into(channels)).on_conflict_do_update(
        index_elements=["workspace", "channel"], set_={"paced_until": step.excluded.paced_until}
    )
)
_HOLD = by_dialect(
    lambda insert_into: (step := insert_into(channels)).on_conflict_do_update(
        index_elements=["workspace", "channel"], set_={"not_before": step.excluded.not_before}
    )
)


def wait_for_turn(
    connection: Connection, workspace: str, channel: str, now: datetime, pace: Pace
) -> datetime:
    """When a message may go out: `now`, and then it counts as sent, or a later time."""
    row = connection.execute(_LOOK, {"team": workspace, "in_channel": channel}).first()
    if row is not None and row.not_before is not None and row.not_before > now:
        start: datetime = row.not_before
        return start
    if not pace.seconds:
        return now
    moment = now.timestamp()
    # When everything sent so far would be worked off at one message a step; a burst may run that
    # far ahead. Further than a burst it gets only by a clock that was set back: begin anew.
    full = pace.burst * pace.seconds
    until = row.paced_until if row is not None else moment
    if until > moment + full + _GRAIN:
        until = moment
    free_at = until - (full - pace.seconds)
    if free_at > moment + _GRAIN:
        return datetime.fromtimestamp(free_at, UTC)
    step = {"workspace": workspace, "channel": channel}
    step_to = max(until, moment) + pace.seconds
    connection.execute(_STEP[connection.dialect.name], step | {"paced_until": step_to})
    return now


def hold(connection: Connection, workspace: str, channel: str, until: datetime) -> None:
    """Slack asked for silence in a channel until then."""
    row = {"workspace": workspace, "channel": channel, "not_before": until, "paced_until": 0.0}
    connection.execute(_HOLD[connection.dialect.name], row)
