"""The lock file pins every package by version and digest, and names nobody's server."""

import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def test_the_lock_file_names_no_host() -> None:
    """Whichever registry npm is set up with will do."""
    assert "://" not in (HERE / "package-lock.json").read_text("utf-8")


def test_everything_is_pinned() -> None:
    """By an exact version, and by the digest of what is downloaded."""
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    packages = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]
    locked = {name: packages[f"node_modules/{name}"]["version"] for name in wanted}
    assert locked == wanted
    unsure = [name for name, one in packages.items() if name and not one.get("integrity")]
    assert unsure == []
