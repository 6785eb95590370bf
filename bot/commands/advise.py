"""Commands that need nothing but the knowledge base: recommend, understand, ask, knowledge."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import AdvisorError, FileUnreadable, WrongUse

if TYPE_CHECKING:
    from knowledge.schema import Knowledge

MAX_LINE = 1_000_000
"""A line of JSON longer than this many characters is refused."""


class AdviceFormat(StrEnum):
    """How advice is written."""

    TEXT = "text"
    JSON = "json"
    ADR = "adr"


class UnknownAnswer(AdvisorError):
    """{problem}."""


class UnknownCriterion(AdvisorError):
    """There is no criterion {criterion!r}. The nearest is {nearest!r}."""


JsonLines = Annotated[
    bool, typer.Option("--jsonl", help="Read a JSON object a line from standard input.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the console script."""
    app.command()(recommend)
    app.command()(understand)
    app.command()(ask)
    knowledge = typer.Typer(help="Check a knowledge base, or see what it recommends.")
    knowledge.command("check")(check)
    knowledge.command("simulate")(simulate)
    app.add_typer(knowledge, name="knowledge")


def recommend(
    file: Annotated[
        str, typer.Argument(help="A YAML or JSON file of answers; - is standard input.")
    ] = "-",
    style: Annotated[
        AdviceFormat, typer.Option("--format", help="How to write the advice.")
    ] = AdviceFormat.TEXT,
    jsonl: JsonLines = False,
) -> None:
    """Advise for answers: {"answers": {criterion: option}, "weights": {criterion: 0..3}}."""
    from knowledge.recommender import AnswersError, check_answers
    from knowledge.recommender import recommend as decide

    knowledge = _knowledge()

    def advise(raw: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the file holds
        return decide(knowledge, check_answers(knowledge, raw)).contract()

    if jsonl:
        _each_line(advise, None if file == "-" else Path(file))
        return
    raw = _read(file)
    try:
        answers = check_answers(knowledge, raw)
    except AnswersError as error:
        raise UnknownAnswer(problem=str(error).rstrip(".")) from None
    recommendation = decide(knowledge, answers)
    if style is AdviceFormat.JSON:
        _print_json(recommendation.contract(), indent=2)
        return
    from flows.record import as_record, as_text

    write = as_record if style is AdviceFormat.ADR else as_text
    typer.echo(write(knowledge, answers, recommendation))


def understand(
    text: Annotated[str | None, typer.Argument(help="What somebody typed.")] = None,
    asked: Annotated[
        str | None, typer.Option(help="The criterion that was asked, for a short reply.")
    ] = None,
    jsonl: JsonLines = False,
) -> None:
    """Show what the advisor understands of a text."""
    from bot.knowing import advisor_in

    advisor = advisor_in(_overlay())

    def read(raw: object) -> dict[str, Any]:
        words, criterion = _text_of(raw), _asked_of(raw)
        if criterion is not None and criterion not in advisor.knowledge.criteria:
            raise UnknownCriterion(
                criterion=criterion, nearest=_nearest(criterion, advisor.knowledge.criteria)
            )
        return advisor.reader.read(words, criterion).contract(advisor.knowledge)

    if jsonl:
        _each_line(read, None)
        return
    if text is None:
        raise WrongUse(problem="`understand` needs a TEXT, or --jsonl with lines to read")
    _print_json(read({"text": text, "asked": asked}), indent=2)


def ask(
    question: Annotated[str | None, typer.Argument(help="A question in plain words.")] = None,
    jsonl: JsonLines = False,
) -> None:
    """Answer a question from the knowledge base, with sources."""
    from knowledge.library import Library

    knowledge = _knowledge()
    library = Library(knowledge)

    def answer(raw: object) -> dict[str, Any]:
        explanation = library.ask(_text_of(raw))
        return {
            "topics": list(explanation.topics),
            "answer": explanation.answer,
            "sources": [
                {"id": source.id, "title": source.title, "url": source.link or source.url}
                for source in map(knowledge.sources.__getitem__, explanation.sources)
            ],
            "found": explanation.found,
        }

    if jsonl:
        _each_line(answer, None)
        return
    if question is None:
        raise WrongUse(problem="`ask` needs a QUESTION, or --jsonl with lines to read")
    _print_json(answer({"text": question}), indent=2)


def check(
    path: Annotated[
        Path | None, typer.Argument(help="An overlay folder to check with the base.")
    ] = None,
) -> None:
    """Check the knowledge base (with an overlay): exit code 1 when something is wrong."""
    from bot.knowing import advisor_in

    knowledge = advisor_in(path or _overlay()).knowledge
    cells = sum(len(models) for options in knowledge.fit.values() for models in options.values())
    typer.echo(
        f"The knowledge base {knowledge.version} is sound: {len(knowledge.criteria)} criteria, "
        f"{cells} points, {len(knowledge.vetoes)} vetoes, {len(knowledge.joint_rules)} joint "
        f"rules, {len(knowledge.alarms)} alarms, {len(knowledge.topics)} topics, "
        f"{len(knowledge.sources)} sources."
    )


def simulate(
    path: Annotated[
        Path | None, typer.Argument(help="An overlay folder to simulate with the base.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Random complete answer sets.")] = 100_000,
    walks: Annotated[int, typer.Option(min=1, help="Of them, asked question by question.")] = 1_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """What the knowledge base recommends over the whole answer space."""
    from knowledge.simulation import simulate as run

    outcome = run(_knowledge(path), samples, seed, walks=walks)
    if as_json:
        _print_json(asdict(outcome), indent=2)
        return
    typer.echo(f"{samples:,} random complete answer sets (seed {seed})")
    ends = {**outcome.won, "toss-up": outcome.toss_up, "no fit": outcome.no_fit}
    for end, count in ends.items():
        typer.echo(f"  {end:<24} {count / samples:6.1%}")
    typer.echo(
        f"Questions until proof over {outcome.walks:,} of them: {outcome.mean_questions:.1f} on "
        f"average, {outcome.p90_questions} or fewer in nine of ten, {outcome.most_questions} at "
        f"most; {outcome.wrong_stops} wrong stops."
    )


def _overlay() -> Path | None:
    from bot.commands.operate import read_settings

    return read_settings().knowledge_path


def _knowledge(overlay: Path | None = None) -> "Knowledge":
    from bot.knowing import knowledge_in

    return knowledge_in(overlay or _overlay())


def _read(file: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """One YAML or JSON document from a file, or from standard input for `-`."""
    import yaml

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return yaml.safe_load(text)
    except OSError as error:
        raise FileUnreadable(path=file, problem=error.strerror or error) from None
    except UnicodeDecodeError:
        raise FileUnreadable(path=file, problem="it is not text in UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        what = getattr(error, "problem", None) or "it is no YAML"
        raise FileUnreadable(path=file, problem=f"{where}{what}") from None


def _each_line(work: Callable[[object], dict[str, Any]], path: Path | None) -> None:
    """One JSON object a line in, one result a line out; a bad line gives an `error` line."""
    for line in _lines(path):
        try:
            if len(line) > MAX_LINE:
                raise WrongUse(problem=f"the line is longer than {MAX_LINE:,} characters")
            result = work(json.loads(line))
        except RecursionError:
            result = {"error": "the line is nested too deeply"}
        except json.JSONDecodeError as error:
            result = {"error": f"the line is no JSON: {error.msg} at column {error.colno}"}
        except (AdvisorError, ValueError) as error:
            result = {"error": str(error)}
        _print_json(result)


def _lines(path: Path | None) -> Iterator[str]:
    if path is None:
        yield from (line for line in sys.stdin if line.strip())
        return
    try:
        with path.open(encoding="utf-8") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        raise FileUnreadable(path=path, problem=error.strerror or error) from None


def _text_of(raw: object) -> str:
    text = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(text, str):
        raise WrongUse(problem='a line needs the shape {"text": "…"}')
    return text


def _asked_of(raw: object) -> str | None:
    asked = raw.get("asked") if isinstance(raw, dict) else None
    if asked is not None and not isinstance(asked, str):
        raise WrongUse(problem="`asked` is the id of a criterion")
    return asked


def _nearest(word: str, known: object) -> str:
    from rapidfuzz import process

    found = process.extractOne(word, list(known))  # type: ignore[call-overload]
    return str(found[0])


def _print_json(value: object, indent: int | None = None) -> None:
    # Half a surrogate pair is legal in JSON's escapes, but cannot be written as UTF-8.
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    typer.echo(text.encode("utf-8", "replace").decode())
