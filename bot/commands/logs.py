"""Commands for reviewers: read, export and erase conversation logs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.operate import read_settings
from bot.errors import NoSuchConversation

if TYPE_CHECKING:
    from bot.store import Store
    from bot.store.reading import Summary, Transcript, TurnRead

app = typer.Typer(help="Read, export and erase conversation logs.", no_args_is_help=True)


class LogFormat(StrEnum):
    """How a log is written."""

    TEXT = "text"
    JSON = "json"


HEADER = ("ID", "STARTED", "STATE", "RESULT", "TURNS", "BY", "CHANNEL")
Style = Annotated[LogFormat, typer.Option("--format", help="How to write it.")]
Workspace = Annotated[str | None, typer.Option(help="Only this workspace (`T…`).")]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 50,
    workspace: Workspace = None,
    style: Style = LogFormat.TEXT,
) -> None:
    """List conversations, the newest first."""
    with _store() as store:
        found = store.conversations(workspace, limit)
    if style is LogFormat.JSON:
        typer.echo(json.dumps([s.model_dump(mode="json") for s in found], indent=2))
        return
    if not found:
        typer.echo("No conversations yet.")
        return
    rows: list[tuple[str, ...]] = [HEADER]
    rows += [_row(summary) for summary in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


@app.command()
def show(
    conversation: Annotated[str, typer.Argument(metavar="ID", help="A conversation's id.")],
    style: Style = LogFormat.TEXT,
) -> None:
    """Show a whole transcript with the state, the answers and the points after each turn."""
    with _store() as store:
        transcript = store.transcript(conversation)
    if transcript is None:
        raise NoSuchConversation(id=conversation)
    if style is LogFormat.JSON:
        typer.echo(transcript.model_dump_json(indent=2))
    else:
        typer.echo("\n".join(_told(transcript)))


@app.command()
def export(workspace: Workspace = None) -> None:
    """Write every transcript as a line of JSON, the newest first."""
    with _store() as store:
        last: str | None = None
        while page := store.conversations(workspace, 100, last):
            for summary in page:
                transcript = store.transcript(summary.id)
                if transcript is not None:
                    typer.echo(transcript.model_dump_json())
            last = page[-1].id


@app.command()
def erase(
    user: Annotated[str, typer.Option(help="Whose words to erase (`U…`).")],
    workspace: Annotated[str, typer.Option(help="In which workspace (`T…`).")],
) -> None:
    """Erase everything that a person typed; what was decided stays, without their words."""
    with _store() as store:
        receipt = store.erase(workspace, user)
    for place, count in receipt.model_dump().items():
        typer.echo(f"{place.replace('_', ' ')}: {count}")


@contextmanager
def _store() -> Iterator["Store"]:
    from bot.store import Store

    store = Store.open(read_settings().database_url)
    try:
        yield store
    finally:
        store.close()


def _row(summary: "Summary") -> tuple[str, ...]:
    result = summary.model or (summary.outcome or "").replace("_", " ") or "-"
    return (
        summary.id,
        f"{summary.started_at:%Y-%m-%d %H:%M}",
        (summary.state or "waiting").replace("_", " "),
        result,
        str(summary.turns),
        summary.starter,
        "direct" if summary.direct else summary.channel,
    )


def _told(transcript: "Transcript") -> Iterator[str]:
    summary = transcript.summary
    yield f"Conversation {summary.id}"
    yield f"Started {summary.started_at:%Y-%m-%d %H:%M:%S} UTC by {summary.starter}"
    yield f"In {summary.channel}{f', thread {summary.thread}' if summary.thread else ''}"
    before: dict[str, str] = {}
    for turn in transcript.turns:
        yield ""
        yield from _told_turn(turn, before)
        before = _answers(turn) if turn.status == "done" else before


def _told_turn(turn: "TurnRead", before: dict[str, str]) -> Iterator[str]:
    said = "(erased)" if turn.erased and not turn.said else turn.said
    yield f"{turn.seq}. {turn.at:%H:%M:%S} {turn.by}: {_indented(said)}"
    if turn.masked:
        yield f"   masked: {', '.join(turn.masked)}"
    if turn.status != "done":
        yield f"   {turn.status}{f': {turn.error}' if turn.error else ''}"
        return
    yield f"   intent {turn.intent}; {turn.state_before or 'new'} → {turn.state_after}"
    after = _answers(turn)
    for criterion, answer in after.items():
        if before.get(criterion) != answer:
            yield f"   answer {criterion}: {answer}"
    for criterion in before.keys() - after.keys():
        yield f"   answer {criterion}: withdrawn"
    if turn.standing:
        points = ", ".join(
            f"{model} {'out' if model in turn.standing.ruled_out else points}"
            for model, points in turn.standing.points.items()
        )
        yield f"   {turn.standing.outcome.value}: {points}"
    for post in turn.posts:
        audience = f" to {post.audience}{f' {post.to}' if post.to else ''}"
        how = f"{post.state}, in place of an earlier message" if post.replaces else post.state
        yield f"   advisor{audience} ({how}): {_indented(post.words or '(erased)')}"


def _answers(turn: "TurnRead") -> dict[str, str]:
    return {c: f"{', '.join(a.options)} (by {a.by})" for c, a in turn.answers.items()}


def _indented(text: str) -> str:
    # What people typed must not steer a reader's terminal.
    shown = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return shown.replace("\n", "\n      ")
