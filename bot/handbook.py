"""The pages in `docs/` that are computed from code and knowledge: `make docs` writes them.

A test compares them with what stands there, so that they cannot go stale.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

import typer

from bot.cli import app
from bot.config import described
from flows.advisor import measure, write_typical
from flows.machine import diagram
from knowledge.loader import load_knowledge
from knowledge.schema import Claim, Criterion, Group, Knowledge, ServiceModel, Source

MADE = "<!-- Made by `make docs`; change what it is made of instead. -->"
DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDTH = 88
WALKS = 1000
"""Random teams that are walked through the questions for the figures."""


def pages() -> Mapping[str, str]:
    """Each generated page: its path within `docs/`, and its text."""
    knowledge = load_knowledge()
    return {
        "cli.md": _cli(),
        "settings.md": _settings(),
        "dialogue.md": _dialogue(),
        "criteria.md": _criteria(knowledge),
        "models.md": _models(knowledge),
        "sources.md": _sources(knowledge),
    }


def write(folder: Path = DOCS) -> None:
    """Write every page anew, and the figures that people are told when a conversation opens."""
    figures = write_typical(measure(load_knowledge(), WALKS))
    Path(str(files("flows").joinpath("figures.yaml"))).write_text(figures, encoding="utf-8")
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((MADE, f"# {title}", *(part for part in parts if part))) + "\n"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(header)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _cli() -> str:
    command = typer.main.get_command(app)
    parts = []

    def describe(command: typer.core.TyperCommand, path: str) -> None:
        context = command.make_context(
            path, [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH
        )
        parts.append(f"## `{path}`\n\n```text\n{command.get_help(context).rstrip()}\n```")
        for name in getattr(command, "commands", {}):
            describe(command.commands[name], f"{path} {name}")  # type: ignore[attr-defined]

    describe(command, "servicemodel")  # type: ignore[arg-type]
    return _page("The command line", *parts)


def _settings() -> str:
    return _page(
        "Settings",
        "They come from the environment. Nothing is needed for `servicemodel play`; `serve` needs "
        "at least the bot token and the signing secret.",
        _table(
            ("Name", "What it is", "Default"),
            (
                (f"`{name}`", text, f"`{value}`" if value else "")
                for name, text, value in described()
            ),
        ),
    )


def _dialogue() -> str:
    return _page(
        "The dialogue",
        "One flat machine. The question on the table is data, not a state; asking why, comparing, "
        "explaining and the like move nothing, and are left out of the picture. Who may speak is a "
        "field of its own: the bot, nobody yet (a human has been asked), or the human.",
        f"```mermaid\n{diagram().strip()}\n```",
    )


def _criteria(knowledge: Knowledge) -> str:
    def section(criterion: Criterion) -> str:
        traits = [f"Weight {criterion.weight}"]
        if criterion.multiple:
            traits.append("several may be chosen, the worst one counts")
        return "\n\n".join(
            (
                f"### {criterion.name} (`{criterion.id}`)",
                f"{criterion.question} {criterion.why}",
                f"{'; '.join(traits)}.",
                _table(
                    ("Option", "On the button", "What it means", "Points"),
                    (
                        (f"`{o.id}`", o.label, o.text, _points(knowledge, criterion.id, o.id))
                        for o in criterion.options.values()
                    ),
                ),
            )
        )

    parts = []
    for group in Group:
        parts.append(f"## {group.value.capitalize()}")
        parts += [section(c) for c in knowledge.criteria.values() if c.group is group]
    rules = [
        (f"`{rule.id}`", _condition(rule.when), _joint(knowledge, rule.points, rule.vetoes))
        for rule in knowledge.joint_rules
    ]
    alarms = [(f"`{a.id}`", a.kind.replace("_", " "), _condition(a.when)) for a in knowledge.alarms]
    return _page(
        "What is asked, and what it counts",
        f"Knowledge {knowledge.version}. Points are before weights; ✗ rules a model out.",
        *parts,
        "## Joint rules",
        _table(("Rule", "When", "Then"), rules),
        "## Where a human should decide",
        _table(("Alarm", "Kind", "When"), alarms),
    )


def _points(knowledge: Knowledge, criterion: str, option: str) -> str:
    cells = [
        f"{knowledge.models[model].name} {fit.points:+d}"
        for model, fit in knowledge.fit.get(criterion, {}).get(option, {}).items()
    ]
    cells += [
        f"{knowledge.models[veto.model].name} ✗"
        for veto in knowledge.vetoes
        if (veto.criterion, veto.option) == (criterion, option)
    ]
    return ", ".join(cells) or "none"


def _condition(when: Mapping[str, tuple[str, ...]]) -> str:
    return " and ".join(f"`{c}` is {' or '.join(f'`{o}`' for o in o_s)}" for c, o_s in when.items())


def _joint(knowledge: Knowledge, points: Mapping[str, Claim], vetoes: Mapping[str, Claim]) -> str:
    cells = [
        f"{knowledge.models[model].name} {getattr(fit, 'points', 0):+d}"
        for model, fit in points.items()
    ]
    cells += [f"{knowledge.models[model].name} ✗" for model in vetoes]
    return ", ".join(cells)


def _models(knowledge: Knowledge) -> str:
    def section(model: ServiceModel) -> str:
        facts = "\n".join(
            f"- **{fact.aspect.value.capitalize()}.** {_cited(fact)}" for fact in model.facts
        )
        duties = knowledge.responsibilities[model.id]
        return "\n\n".join(
            (
                f"## {model.name}",
                model.summary,
                _cited(model.choose_it_unless),
                f"Typical products: {', '.join(model.products)}.",
                facts,
                _table(
                    ("Layer", "Who", "What that means"),
                    (
                        (layer.name, duties[layer.id].party.value, duties[layer.id].text)
                        for layer in knowledge.layers
                    ),
                ),
            )
        )

    return _page(
        "The seven service models",
        f"Knowledge {knowledge.version}. Sources are listed in [sources.md](sources.md).",
        *(section(model) for model in knowledge.models.values()),
    )


def _cited(claim: Claim) -> str:
    return f"{claim.text} [{', '.join(claim.sources)}]"


def _sources(knowledge: Knowledge) -> str:
    def where(source: Source) -> str:
        return f"<{source.link}>" if source.link else f"`{source.url}`"

    return _page(
        "Sources",
        _table(
            ("Id", "Title", "Publisher", "Where", "Reviewed"),
            (
                (f"`{s.id}`", s.title, s.publisher, where(s), s.reviewed.isoformat())
                for s in knowledge.sources.values()
            ),
        ),
    )


if __name__ == "__main__":
    write()
