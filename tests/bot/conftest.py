"""The database that the tests of the store run on, by name."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bot.store import Pace, Store
from tests.bot.store_kit import UNPACED, opened, sqlite_url

DATABASES = ("sqlite",)
"""One contract for all of them."""

OpenStore = Callable[..., Store]


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    return {"sqlite": sqlite_url}[request.param](tmp_path)


@pytest.fixture
def on_disk(database_url: str, tmp_path: Path) -> Callable[[], bytes]:
    """Reads everything that the files of the database hold."""
    if not database_url.startswith("sqlite"):
        pytest.skip("only SQLite's files are at hand")
    return lambda: b"".join(
        path.read_bytes() for path in tmp_path.glob("*sqlite3*") if path.is_file()
    )


@pytest.fixture
def open_store(database_url: str) -> Iterator[OpenStore]:
    """Opens one store after another on the same database, as processes would."""
    with ExitStack() as stack:
        yield lambda pace=UNPACED: stack.enter_context(contextmanager(opened)(database_url, pace))


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """An empty store, up to date and without a pace."""
    return open_store(UNPACED)


@pytest.fixture
def paced_store(open_store: OpenStore) -> Store:
    """An empty store that keeps Slack's pace."""
    return open_store(Pace(seconds=1, burst=2))
