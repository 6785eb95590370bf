"""Files on their way into the workspace: reserved, sent, and then shared."""

import mimetypes
import secrets
import threading
from dataclasses import dataclass, replace

from bot.playground.message import Json
from bot.playground.refusal import Refusal

BYTES_MOST = 1_000_000
"""The largest file that is taken; Slack takes more."""
KEPT = 50
"""How many files are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class File:
    """A file; `content` is None until it has been sent."""

    id: str
    name: str
    length: int
    title: str
    content: bytes | None = None

    @property
    def kind(self) -> str:
        """Its media type, by its name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def payload(self, base_url: str) -> Json:
        """The file in Slack's shape."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "mimetype": self.kind,
            "size": self.length,
            "mode": "hosted",
            "permalink": f"{base_url}files/{self.id}",
            "url_private": f"{base_url}files/{self.id}",
        }


class Files:
    """The files of the workspace, in memory. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, File] = {}
        self._secrets: dict[str, str] = {}

    def reserve(self, name: str, length: int) -> tuple[File, str]:
        """A place for a file, and the secret end of the address to send it to."""
        if not 0 < length <= BYTES_MOST:
            raise Refusal(error="file_upload_size_restricted")
        file = File("F" + secrets.token_hex(5).upper(), name, length, name)
        secret = secrets.token_urlsafe(24)
        with self._lock:
            self._files[file.id], self._secrets[secret] = file, file.id
            for kept in (self._files, self._secrets):
                while len(kept) > KEPT:
                    del kept[next(iter(kept))]
        return file, secret

    def send(self, secret: str, content: bytes) -> bool:
        """Take the content, once; False where nothing (or something else) is waited for."""
        with self._lock:
            file = self._files.get(self._secrets.pop(secret, ""))
            if file is None or len(content) != file.length:
                return False
            self._files[file.id] = replace(file, content=content)
            return True

    def share(self, id_: str, title: str | None) -> File:
        """A file that has been sent, under its title."""
        with self._lock:
            file = self._files.get(id_)
            if file is None or file.content is None:
                raise Refusal(error="file_not_found")
            self._files[id_] = shared = replace(file, title=title or file.title)
            return shared

    def get(self, id_: str) -> File | None:
        """A file, if it is (still) known."""
        with self._lock:
            return self._files.get(id_)
