"""How long it takes until something can be used."""

import subprocess
import sys
from pathlib import Path

from benchmarks.children import SCRIPT, Child, free_port, settings, web
from benchmarks.database import new_database
from benchmarks.figures import Figure, quantile, timed


async def start_figures(folder: Path, times: int) -> list[Figure]:
    """The median of so many starts each, taken in turns."""
    environment = settings(new_database(folder / "start.sqlite3"), "http://127.0.0.1:9/")

    async def python() -> float:
        return timed(_run, environment, sys.executable, "-c", "pass")

    async def help_() -> float:
        return timed(_run, environment, str(SCRIPT), "--help")

    async def serve() -> float:
        return await _ready(web("start-serve", environment, folder))

    async def play() -> float:
        port = free_port()
        command = (str(SCRIPT), "play", "--no-browser", "--port", str(port))
        own = settings(folder / "play.sqlite3", "")
        return await _ready(Child("start-play", command, own, folder, port=port, path="/"))

    starts = {
        "python": ("python itself", "", python),
        "help": ("servicemodel --help", "0.3", help_),
        "serve": ("serve, until it is ready", "2", serve),
        "play": ("play, until its page is there", "", play),
    }
    took: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(times):
        for name, (_, _, start) in starts.items():
            took[name].append(await start())
    return [
        Figure(f"start.{name}_s", what, quantile(took[name], 0.5), "s", goal)
        for name, (what, goal, _) in starts.items()
    ]


def _run(environment: dict[str, str], *command: str) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True)


async def _ready(child: Child) -> float:
    child.start()
    try:
        return await child.ready()
    finally:
        await child.stop()
