"""The database fits the release, or the release says what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

import bot.store.migrations
from bot.store import DatabaseUnusable, SchemaMismatch, Store
from bot.store.schema import HEAD
from bot.store.tables import metadata
from tests.bot.store_kit import NOON, said

SCRIPTS = Path(bot.store.migrations.__file__).parent


def test_a_new_database_must_be_migrated_first(database_url: str) -> None:
    """Whoever uses it before is told which command to run."""
    store = Store.open(database_url)

    with pytest.raises(SchemaMismatch, match="servicemodel migrate"):
        store.accept(said(), NOON)
    with pytest.raises(SchemaMismatch, match="version nothing"):
        store.check()

    assert store.migrate()
    store.check()
    assert store.accept(said(), NOON)
    store.close()


def test_migrating_again_does_nothing(database_url: str) -> None:
    """A start on a database that is up to date is quick, and keeps what is there."""
    store = Store.open(database_url)
    store.migrate()
    ours = store.accept(said(), NOON)

    assert not store.migrate()

    assert [summary.id for summary in store.conversations()] == [ours]
    store.close()


def test_a_newer_database_is_refused(database_url: str) -> None:
    """An old release leaves a database alone that a newer one has changed."""
    store = Store.open(database_url)
    store.migrate()
    store.close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    newer = Store.open(database_url)
    with pytest.raises(SchemaMismatch, match=r"version 9999.*update this one"):
        newer.check()
    with pytest.raises(SchemaMismatch, match="update this one"):
        newer.migrate()
    newer.close()


def test_the_newest_revision_is_the_one_we_say() -> None:
    """`HEAD` spares a start the reading of all revisions, so it must be right."""
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


def test_revisions_lead_to_the_tables(database_url: str) -> None:
    """What the migrations make and what the code expects are the same."""
    store = Store.open(database_url)
    store.migrate()
    store.close()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_revisions_lead_back(database_url: str) -> None:
    """Down to nothing and up again."""
    store = Store.open(database_url)
    store.migrate()
    store.close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        command.downgrade(config, "base")
    engine.dispose()

    again = Store.open(database_url)
    assert again.migrate()
    assert again.accept(said(), NOON)
    again.close()


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "no url at all", "nosuch://user:secret@host/base"],
)
def test_an_unusable_address_is_explained(url: str) -> None:
    """It says what is wrong and which setting to look at, and shows no password."""
    with pytest.raises(DatabaseUnusable, match="DATABASE_URL") as raised:
        Store.open(url)

    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    """No traceback for a wrong file."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, this is no database. " * 100)
    store = Store.open(f"sqlite:///{path}")

    with pytest.raises(DatabaseUnusable, match="not a database"):
        store.migrate()
    store.close()


def test_the_folder_is_made(tmp_path: Path) -> None:
    """A database may lie in a folder that is not there yet."""
    store = Store.open(f"sqlite:///{tmp_path / 'new' / 'advisor.sqlite3'}")

    assert store.migrate()
    store.close()


def test_a_crash_of_the_machine_loses_no_commit(open_store: Callable[[], Store]) -> None:
    """Every connection has the settings that make a commit durable, and refuses loose ends."""
    store = open_store()
    if store.engine.dialect.name != "sqlite":
        pytest.skip("these settings are SQLite's")
    with store.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
