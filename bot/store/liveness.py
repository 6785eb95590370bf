"""Telling the dead from the busy: whoever lives holds a lock that the system frees at death.

On SQLite it is a lock on a file beside the database (all processes share one machine). Where
locks are not to be had, nobody is ever known to be dead, and the lease alone decides.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Protocol

if sys.platform != "win32":
    import fcntl


class Liveness(Protocol):
    """Proof of life of one owner of claims, and the means to judge others."""

    owner: str

    def is_dead(self, owner: str) -> bool:
        """Whether that owner is certainly gone."""
        ...

    def close(self) -> None:
        """Give up the own proof of life."""
        ...


def new_owner() -> str:
    """A name that is used once: by this process, for one store."""
    return f"{os.getpid()}-{secrets.token_hex(6)}"


class LeaseOnly:
    """No locks: a claim ends with its lease."""

    def __init__(self) -> None:
        self.owner = new_owner()

    def is_dead(self, owner: str) -> bool:  # noqa: ARG002 - nobody can be known to be dead
        """Never known."""
        return False

    def close(self) -> None:
        """Nothing to give up."""


class LockFile:
    """An `flock` on a file of one's own in `folder`, held until the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        for left in folder.iterdir():
            self.is_dead(left.name)
        self.owner, self._file = self._hold()

    def _hold(self) -> tuple[str, int | None]:
        while True:
            owner = new_owner()
            path = self._folder / owner
            file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            # Somebody tidying up may have taken the file between these two lines for a dead
            # owner's: then the lock is theirs, or the file is not there any more.
            if _lock(file) and path.exists():
                return owner, file
            os.close(file)

    def is_dead(self, owner: str) -> bool:
        """Whether the file of `owner` is gone or its lock free (then the file is removed)."""
        path = self._folder / owner
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            if not _lock(file):
                return False
            path.unlink(missing_ok=True)
            return True
        finally:
            os.close(file)

    def close(self) -> None:
        """Free the lock and remove the file."""
        if self._file is not None:
            (self._folder / self.owner).unlink(missing_ok=True)
            os.close(self._file)
            self._file = None


def liveness_for(database: Path | None) -> Liveness:
    """Locks beside a database in a file; the lease alone elsewhere."""
    if database is None or sys.platform == "win32":
        return LeaseOnly()
    return LockFile(database.with_name(database.name + "-owners"))


def _lock(file: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
