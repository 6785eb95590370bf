"""Bringing a database up to date, and refusing one that does not fit."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.store.errors import SchemaMismatch

HEAD = "0001"
"""The newest revision in `migrations/versions`; a test holds it against the files."""

_MIGRATE = "Run `servicemodel migrate`"
_UPDATE = "A newer release has been here: update this one"


def revision(connection: Connection) -> str | None:
    """The revision of the database; None for one that was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check(connection: Connection) -> None:
    """Raise `SchemaMismatch` unless the database fits this release."""
    found = revision(connection)
    if found != HEAD:
        known = found is None or found in _revisions()
        advice = _MIGRATE if known else _UPDATE
        raise SchemaMismatch(found=found or "nothing", needed=HEAD, advice=advice)


def migrate(connection: Connection) -> bool:
    """Bring the database to `HEAD`; returns whether there was anything to do."""
    found = revision(connection)
    if found == HEAD:
        return False
    if found is not None and found not in _revisions():
        raise SchemaMismatch(found=found, needed=HEAD, advice=_UPDATE)
    # Imported here: a start with nothing to migrate need not pay for it.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    command.upgrade(config, HEAD)
    return True


def _revisions() -> frozenset[str]:
    folder = Path(__file__).parent / "migrations" / "versions"
    return frozenset(path.name.split("_")[0] for path in folder.glob("[0-9]*_*.py"))
