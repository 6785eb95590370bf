"""Commands that run the advisor: play, serve, work, migrate, doctor, manifest."""

import json
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr, ValidationError

from bot.config import Settings
from bot.errors import PortTaken, SettingMissing, WrongUse

if TYPE_CHECKING:
    from fastapi import FastAPI

LOOPBACK = "127.0.0.1"
GRACE = 10
"""Seconds that requests in hand get when the server stops."""


def register(app: typer.Typer) -> None:
    """Add these commands to the console script."""
    for command in (play, serve, work, migrate, doctor, manifest):
        app.command()(command)


def read_settings() -> Settings:
    """The environment as settings; what is wrong with it is one line."""
    try:
        return Settings()
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(str(part) for part in e['loc']).upper()}: {e['msg']}"
            for e in error.errors()
        )
        raise WrongUse(problem=f"a setting is wrong ({told})") from None


def play(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page is served.")] = 8765,
    browser: Annotated[
        bool, typer.Option(" /--no-browser", help="Do not open the page in a browser.")
    ] = True,
    record: Annotated[
        Path | None,
        typer.Option(help="Write every call and delivery to this file, a line of JSON each."),
    ] = None,
) -> None:
    """Start the whole advisor with a local stand-in for Slack and a page to talk in."""
    from bot import logbook
    from bot.app import build
    from bot.playground import cast, make_playground

    logbook.keep(readable=True)
    listening = _listen(LOOPBACK, port)
    address = f"http://{LOOPBACK}:{port}"
    settings = read_settings()
    # A stand-in on the loopback interface needs no real secrets; its snapshot lies beside the
    # database, so that page and log tell the same story after a restart.
    settings = settings.model_copy(
        update={
            "slack_bot_token": SecretStr("xoxb-playground"),
            "slack_signing_secret": SecretStr("playground"),
            "slack_api_base_url": f"{address}/api/",
            "experts_channel": cast.CLOUD_EXPERTS,
            "experts_usergroup": cast.EXPERTS,
            "reviewers": (cast.RAVI,),
            "public_url": address,
        }
    )
    playground = make_playground(
        signing_secret="playground",  # noqa: S106 - known to both sides, both of them here
        bot_token="xoxb-playground",  # noqa: S106 - likewise
        deliver_to=f"{address}/slack/events",
        snapshot_path=_beside(settings.database_url),
        record=record,
    )
    application = build(settings)
    application.store.migrate()
    application.web.mount("/", playground.app)
    application.worker.start()
    typer.echo(f"Service Model Advisor is at {playground.page_url}  (Ctrl-C stops it)")
    if browser:
        threading.Thread(target=_open_page, args=(playground.page_url,), daemon=True).start()
    try:
        _run(application.web, listening, before_stop=playground.hang_up)
    finally:
        playground.close()
        application.close()


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = LOOPBACK,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="By default PORT.")] = None,
    socket_mode: Annotated[
        bool, typer.Option("--socket-mode", help="Connect to Slack rather than listen.")
    ] = False,
    worker: Annotated[
        bool, typer.Option(" /--no-worker", help="Take events only; `work` handles them.")
    ] = True,
) -> None:
    """Serve a real workspace: signed HTTP (POST /slack/events) or Socket Mode."""
    from bot import logbook
    from bot.app import build

    logbook.keep(readable=False)
    settings = read_settings()
    _need(settings, "slack_bot_token", "`serve`")
    if socket_mode:
        _need(settings, "slack_app_token", "`serve --socket-mode`")
    else:
        _need(settings, "slack_signing_secret", "`serve`")
    application = build(settings)
    application.store.check()
    if worker:
        application.worker.start()
    try:
        if socket_mode:
            from bot.slack.socket import connected

            with connected(application.slack, settings), _until_stopped() as stopped:
                typer.echo("Connected to Slack. Ctrl-C stops.")
                stopped.wait()
        else:
            listening = _listen(host, port or settings.port)
            where = listening.getsockname()[1]
            typer.echo(f"Listening for Slack at http://{host}:{where}/slack/events")
            _run(application.web, listening)
    finally:
        application.close()


def work() -> None:
    """Handle events and deliver posts, without a web server."""
    from bot import logbook
    from bot.app import build

    logbook.keep(readable=False)
    settings = read_settings()
    _need(settings, "slack_bot_token", "`work`")
    application = build(settings)
    application.store.check()
    application.worker.start()
    try:
        with _until_stopped() as stopped:
            typer.echo("Working. Ctrl-C stops.")
            stopped.wait()
    finally:
        application.close()


def migrate() -> None:
    """Bring the database up to date."""
    from bot.store import Store

    store = Store.open(read_settings().database_url)
    changed = store.migrate()
    store.close()
    typer.echo("The database is up to date." if changed else "The database was up to date.")


def manifest() -> None:
    """Print Slack's app manifest, for api.slack.com/apps → Create from a manifest."""
    from bot.slack.manifest import manifest as made

    typer.echo(json.dumps(made(read_settings().public_url), indent=2))


def doctor(
    settings: Annotated[
        bool, typer.Option("--settings", help="List every setting and what it is for.")
    ] = False,
) -> None:
    """Check settings, tokens, scopes, database and knowledge; exit code 1 if something is wrong."""
    from bot.checkup import checks, settings_table

    if settings:
        typer.echo(settings_table())
        return
    wrong = 0
    for check in checks(read_settings()):
        wrong += not check.good
        typer.echo(f"{'ok   ' if check.good else 'WRONG'} {check.name}: {check.told}")
    if wrong:
        raise typer.Exit(1)


def _need(settings: Settings, name: str, what: str) -> None:
    if getattr(settings, name) is None:
        raise SettingMissing(name=name.upper(), what=what)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise PortTaken(port=port, host=host) from None
    return listening


def _run(
    web: "FastAPI",
    listening: socket.socket,
    before_stop: Callable[[], None] = lambda: None,
) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Lets long answers end before it waits for the connections to close."""

        def handle_exit(self, sig: int, frame: object) -> None:
            before_stop()
            super().handle_exit(sig, frame)  # type: ignore[arg-type]

    config = uvicorn.Config(
        web, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE
    )
    # uvicorn raises the signal that stopped it once more when it is done; what is ours to close
    # must still be closed then.
    with _until_stopped():
        Server(config).run(sockets=[listening])


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    stopped = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _beside(database_url: str) -> Path:
    name = database_url.removeprefix("sqlite:///") if database_url.startswith("sqlite") else ""
    return Path(name or "servicemodel.sqlite3").with_suffix(".playground.json")


def _open_page(address: str) -> None:
    with suppress(webbrowser.Error):
        webbrowser.get().open(address)
