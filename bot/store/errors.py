"""What can go wrong with the store itself."""

from bot.errors import AdvisorError


class SchemaMismatch(AdvisorError):
    """The database is at version {found}, and this release needs {needed}. {advice}."""


class DatabaseUnusable(AdvisorError):
    """The database {url} cannot be used: {problem}. DATABASE_URL says where it is."""

    exit_code = 2


class RootUnderWay(Exception):
    """A reply in a thread that may turn out to be ours: nothing was kept, it has to come again."""


class Fenced(Exception):
    """The claim has passed to somebody else; nothing of this work may be written."""
