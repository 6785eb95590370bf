"""What all tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation and reference files beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("REQUIRE_SHARED") == "1":
            pytest.fail(f"REQUIRE_SHARED=1, but there is no folder {folder}")
        pytest.skip("needs the evaluation files in ../shared, which are not here")
    return folder
