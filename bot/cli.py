"""The console script `servicemodel`: finds the command, and turns what goes wrong into one line.

Exit codes: 0 done, 1 the check or lookup found a problem, 2 wrong use.
"""

import sys

import typer

from bot.commands import advise, logs, operate
from bot.errors import AdvisorError

app = typer.Typer(
    name="servicemodel",
    help="Which managed-cloud service model fits this team? Asks in Slack, advises with reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
operate.register(app)
advise.register(app)
app.add_typer(logs.app, name="logs")


def main() -> None:
    """Run one command and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; what went wrong is one line on standard error."""
    command = typer.main.get_command(app)
    try:
        result = command.main(arguments, prog_name="servicemodel", standalone_mode=False)
    except typer.Abort:
        return 130
    except AdvisorError as error:
        return _complain(str(error), error.exit_code)
    except typer.TyperException as error:
        told = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
        return _complain(f"{told} `servicemodel --help` lists what there is.", 2)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`… | head`).
        sys.stderr.close()
        return 0
    return result if isinstance(result, int) else 0


def _complain(problem: str, code: int) -> int:
    print(f"servicemodel: {problem}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    return code
