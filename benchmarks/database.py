"""An SQLite file seen from outside: made, and asked while other processes write it."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.store import Store

_WORK_LEFT = "SELECT count(*) FROM conversations WHERE ready_at IS NOT NULL"


def new_database(file: Path) -> Path:
    """An empty database, up to date."""
    store = Store.open(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return file


def asked(database: Path, query: str, *given: object) -> list[tuple[Any, ...]]:
    """The rows that a query finds."""
    while True:
        with (
            suppress(sqlite3.OperationalError),  # while another mends the log of the dead
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection,
        ):
            return list(connection.execute(query, given))


async def drained(database: Path, within: float) -> bool:
    """Wait until nothing waits any more, neither an event nor a post; whether that was in time."""
    end = perf_counter() + within
    while asked(database, _WORK_LEFT)[0][0]:
        if perf_counter() > end:
            return False
        await asyncio.sleep(0.02)
    return True
