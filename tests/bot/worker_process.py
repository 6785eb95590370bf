"""A worker in a process of its own, for the test that kills some.

Called with a database's address and a file that plays Slack: each line in it is a post.
Ends when its standard input does.
"""

import os
import sys
from pathlib import Path

from bot.events import Delivered, Post, PostOutcome
from bot.store import Store
from bot.worker import Worker
from tests.bot.store_kit import UNPACED, advisor, echo


class FileOfPosts:
    """Slack as a file: a line for each message, with its number as `ts`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def post(self, post: Post) -> PostOutcome:
        """Add a line, in one write."""
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{post.id}\n".encode())
        os.close(file)
        return Delivered(channel=post.place.channel, ts=post.id)

    def find(self, post: Post) -> Delivered | None:
        """Look for its line."""
        if post.id in self._path.read_text().split():
            return Delivered(channel=post.place.channel, ts=post.id)
        return None


def main() -> None:
    """Work until told to stop."""
    url, posts = sys.argv[1:]
    store = Store.open(url, UNPACED)
    worker = Worker(store, FileOfPosts(Path(posts)), advisor(), take_turn=echo)
    worker.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    worker.stop()
    store.close()


if __name__ == "__main__":
    main()
