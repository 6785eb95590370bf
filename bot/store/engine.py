"""Making an engine: what SQLite has to be told so that it never loses a commit."""

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.errors import DatabaseUnusable

BUSY_MILLISECONDS = 10_000

READING = {"reading": True}
"""Execution options of a connection that only reads: it must not hold up those who write."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys = ON",
    # Words that are erased must not linger in freed pages of the file.
    "PRAGMA secure_delete = ON",
)


def make_engine(url: str) -> Engine:
    """An engine for `url`; connects to nothing yet."""
    target = _parsed(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target)
    return create_engine(target, pool_pre_ping=True)


def sqlite_file(engine: Engine) -> Path | None:
    """The file behind an engine, where there is one."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def empty_log(database: Engine) -> None:
    """Move SQLite's write-ahead log into the file: it still holds pages as they were before.

    Where others read at this moment it stays until the next time.
    """
    if database.dialect.name == "sqlite":
        # Not through SQLAlchemy's connection, which would open a transaction around it.
        connection = database.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def _parsed(url: str) -> URL:
    try:
        target = make_url(url)
        target.get_dialect()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise DatabaseUnusable(url=repr(_hidden(url)), problem=str(error)) from error
    return target


def _hidden(url: str) -> str:
    """An address that could not be read may still hold a password."""
    head, at, tail = url.rpartition("@")
    return f"…@{tail}" if at and head else url


def _sqlite(target: URL) -> Engine:
    if not target.database or target.database == ":memory:":
        raise DatabaseUnusable(
            url=repr(target.render_as_string()),
            problem="a database in memory cannot be shared between threads; name a file",
        )
    folder = Path(target.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(url=repr(target.render_as_string()), problem=str(error)) from error
    engine = create_engine(target, connect_args={"cached_statements": 512})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must open no transactions of its own: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
