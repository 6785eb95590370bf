"""The durable ends of a conversation: inbox, outbox, turns and timers on one database."""

from bot.store.erasure import Receipt
from bot.store.errors import DatabaseUnusable, Fenced, RootUnderWay, SchemaMismatch
from bot.store.outbox import Sending
from bot.store.pace import Pace
from bot.store.reading import Backlog, Posted, Summary, Transcript, TurnRead, reference
from bot.store.store import Store
from bot.store.turns import Deciding, Standing

__all__ = [
    "Backlog",
    "DatabaseUnusable",
    "Deciding",
    "Fenced",
    "Pace",
    "Posted",
    "Receipt",
    "RootUnderWay",
    "SchemaMismatch",
    "Sending",
    "Standing",
    "Store",
    "Summary",
    "Transcript",
    "TurnRead",
    "reference",
]
