"""Slack's own software for Node, installed once a session into a folder of its own."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 20
SECONDS = 120

Node = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts here and the packages of the lock file beside them."""
    npm = shutil.which("npm")
    if npm is None or _node_version() < OLDEST_NODE:
        pytest.skip(f"Slack's own software judges where Node {OLDEST_NODE} or newer is installed")
    folder = tmp_path_factory.mktemp("judges")
    for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json"):
        shutil.copy(HERE / name, folder)
    for script in HERE.glob("*.mjs"):
        shutil.copy(script, folder)
    problem = _install(npm, folder)
    if problem:
        reason = f"npm could not install Slack's own software: {problem}"
        if os.environ.get("REQUIRE_SHARED") == "1":
            pytest.fail(f"{reason}, and REQUIRE_SHARED=1 asks for every test")
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def node(judges: Path) -> Node:
    """Runs a script in that folder; further names become its environment."""

    def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["node", script, *arguments],  # noqa: S607 - wherever it is installed
            cwd=judges,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, **environment},
        )

    return run


def _install(npm: str, folder: Path) -> str:
    """Install what the lock file names; the reason why that did not work, if it did not."""
    patience = ("--fetch-retries=1", "--fetch-timeout=20000")
    try:
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--prefer-offline", *patience],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {SECONDS} seconds"
    if not done.returncode:
        return ""
    told = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
    return told[0] if told else f"exit code {done.returncode}"


def _node_version() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.strip().removeprefix("v").split(".")[0] or 0)
