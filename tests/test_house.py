"""The rules of the house: who may import whom, what is documented, what the package holds."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from bot.config import Settings
from bot.handbook import pages

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 350


def test_imports_run_downwards_only() -> None:
    """From bot to flows to knowledge, never back; the core knows no Slack, SQL, clock or chance."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("package", ["flows", "knowledge"])
def test_the_core_asks_no_clock(package: str) -> None:
    """Date types are fine; asking for today is not."""
    asks = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\b")
    asking = [p.name for p in (ROOT / package).rglob("*.py") if asks.search(p.read_text("utf-8"))]
    assert asking == []


@pytest.mark.parametrize("package", ["bot", "flows", "knowledge"])
def test_the_common_names_are_ours_alone(package: str) -> None:
    """No other distribution in this environment brings a package of the same name."""
    owners = set(importlib.metadata.packages_distributions().get(package, ()))
    # An editable install names no packages at all; anybody else's name would be one too many.
    assert owners <= {"service-model-advisor"}


def test_the_wheel_holds_the_three_packages(tmp_path: Path) -> None:
    """Code, knowledge, wording, migrations and the page, and nothing beside them."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"bot", "flows", "knowledge"}
    assert names >= {
        "bot/playground/page/index.html",
        "bot/store/migrations/env.py",
        "flows/lexicon.yaml",
        "flows/wording.yaml",
        "knowledge/fit.yaml",
        "knowledge/models/kpaas.yaml",
    }


def test_every_setting_says_what_it_is() -> None:
    """A setting without a description would be missing from the docs and from `doctor`."""
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []


def test_generated_pages_are_fresh() -> None:
    """`make docs` would change nothing."""
    stale = [
        name
        for name, text in pages().items()
        if not (page := ROOT / "docs" / name).exists() or page.read_text("utf-8") != text
    ]
    assert stale == [], "run `make docs` and commit what it writes"


def test_exact_versions_are_known_for_all_dependencies() -> None:
    """Every dependency that we name has one exact version in constraints.txt."""

    def plain(requirement: str) -> str:
        return re.split(r"[<>=!~;\[ ]", requirement)[0].lower().replace("_", "-")

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = project["dependencies"] + project["optional-dependencies"]["test"]
    exact = {
        plain(line)
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    assert {plain(requirement) for requirement in named} - exact == set()


def test_links_between_the_documents_lead_somewhere() -> None:
    """A relative link in a document names a file that exists."""
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
    broken = [
        f"{page.name} -> {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in link.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_modules_hold_one_noun() -> None:
    """A module that outgrows its noun is split."""
    long = {
        str(path.relative_to(ROOT)): lines
        for package in ("bot", "flows", "knowledge")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}
