"""Processes of ours, each started, watched and ended by its own id."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.traffic import SECRET, TOKEN
from bot.config import described

SCRIPT = Path(sys.executable).with_name("servicemodel")
READY_WITHIN = 60.0
STOP_WITHIN = 15.0


class NotReady(RuntimeError):
    """A process ended, or took too long, before it was ready; the message is what it said."""


def settings(database: Path, slack_url: str, **more: str) -> dict[str, str]:
    """The environment of a child: ours without any setting of whoever measures, and these."""
    names = {name for name, _, _ in described()}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return kept | {
        "DATABASE_URL": f"sqlite:///{database}",
        "SLACK_API_BASE_URL": slack_url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        **more,
    }


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Child:
    """One process in `folder`; what it says goes to `log` there. `path` is asked when it has one.

    `ready_line` is looked for in the log of a process that serves no pages.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    port: int | None = None
    path: str = "/readyz"
    ready_line: str = ""
    _process: subprocess.Popen[bytes] | None = None
    _said_before: int = 0
    started_at: float = field(default=0.0)

    @property
    def log(self) -> Path:
        """Everything that it said, in all its lives."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Its id; it must have been started."""
        if self._process is None:
            raise NotReady(self.name)
        return self._process.pid

    def start(self) -> None:
        """Start it, again if it ended."""
        with self.log.open("ab") as log:
            self._said_before = log.tell()
            self.started_at = perf_counter()
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def ready(self, every: float = 0.01) -> float:
        """Wait until it can do its work; seconds since it was started."""
        while not await self._is_ready():
            took = perf_counter() - self.started_at
            if self._process is None or self._process.poll() is not None or took > READY_WITHIN:
                told = f"{self.name}: {self._said()[-2000:]}"
                raise NotReady(told)
            await asyncio.sleep(every)
        return perf_counter() - self.started_at

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens when it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    async def stop(self) -> float:
        """Ask it to end, and insist after a while; seconds that it took."""
        began = perf_counter()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        while self._process is not None and self._process.poll() is None:
            if perf_counter() - began > STOP_WITHIN:
                self.kill()
            await asyncio.sleep(0.02)
        return perf_counter() - began

    def memory_mb(self) -> float:
        """Its resident memory."""
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.pid)],  # noqa: S607 - where ps lies differs
            check=True,
            capture_output=True,
            text=True,
        )
        return int(told.stdout) / 1024

    def _said(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace")

    async def _is_ready(self) -> bool:
        if self.port is None:
            return self.ready_line in self._said()
        with suppress(OSError, EOFError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
        return False


@asynccontextmanager
async def running(*children: Child) -> AsyncIterator[None]:
    """Started, ready, and ended when the block is."""
    try:
        for child in children:
            child.start()
        for child in children:
            await child.ready()
        yield
    finally:
        for child in children:
            await child.stop()


def web(name: str, environment: Mapping[str, str], folder: Path, *options: str) -> Child:
    """`servicemodel serve` on a free port."""
    port = free_port()
    command = (str(SCRIPT), "serve", "--port", str(port), *options)
    return Child(name, command, environment, folder, port=port)


def worker(name: str, environment: Mapping[str, str], folder: Path) -> Child:
    """`servicemodel work`."""
    return Child(name, (str(SCRIPT), "work"), environment, folder, ready_line="Working.")
