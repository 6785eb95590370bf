"""Makes sure that a Chromium is here for the browser tests: `make setup` runs this.

An installed one is taken; else the system's package, where that may be installed; else
Playwright's own download; else one line says what to do.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed() -> bool:
    """Whether a Chromium stands on the PATH, or Playwright has one of its own."""
    if any(shutil.which(name) for name in NAMES):
        return True
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is needed

    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)  # noqa: PTH110 - a plain str


def run(*command: str) -> bool:
    """Whether the command could be run and went well."""
    try:
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def main() -> int:
    """Exit code 0 when there is a browser at the end."""
    if installed():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing the system's Chromium for the browser tests ...", flush=True)  # noqa: T201 - it is a script
        if run("apt-get", "update", "-qq") and run("apt-get", "install", "-y", "-qq", "chromium"):
            return 0
    print("Downloading Playwright's Chromium for the browser tests ...", flush=True)  # noqa: T201 - it is a script
    if run(sys.executable, "-m", "playwright", "install", "chromium") and installed():
        return 0
    print(  # noqa: T201 - it is a script
        "No Chromium could be installed. Install one (for example: sudo apt-get install chromium) "
        "and run this again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
