"""From YAML files to `Knowledge`: reads, lays an organisation's overlay over it, checks, versions.

The files lie beside this module. An overlay is a folder with any of the same files, which add to
them or override entries (see `knowledge.tree.merge`).
"""

import json
from difflib import get_close_matches
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge import schema
from knowledge.references import check_references
from knowledge.schema import MODELS, Frozen, Knowledge
from knowledge.tree import Entry, Problem, dotted, merge, read

_PARTS = {
    "sources.yaml": ("sources",),
    "criteria.yaml": ("criteria",),
    "fit.yaml": ("fit", "vetoes", "joint_rules", "alarms"),
    "responsibilities.yaml": ("layers", "responsibilities"),
}
_FOLDERS = ("models", "topics")
_OF_FLOWS = frozenset({"wording.yaml", "lexicon.yaml"})
"""Files of an overlay that `flows` reads."""
_LISTS = frozenset({"vetoes", "joint_rules", "alarms", "layers"})


class KnowledgeError(ValueError):
    """The knowledge base cannot be used; each line names file, line and key and what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load_knowledge(overlay: Path | None = None) -> Knowledge:
    """Everything the advisor knows, with an organisation's folder laid over it.

    Raises `KnowledgeError` with every problem found, one a line.
    """
    problems: list[Problem] = []
    tree = read_files(resources.files("knowledge"), "knowledge", problems)
    if overlay is not None:
        if overlay.is_dir():
            over = read_files(overlay, str(overlay), problems, complete=False)
            tree = merge(tree, over, problems)
        else:
            text = "there is no such folder; give the folder that holds your YAML files"
            problems.append(Problem(str(overlay), 1, "", text))
    return make_knowledge(tree, problems)


def make_knowledge(tree: Entry, problems: list[Problem]) -> Knowledge:
    """`Knowledge` from a whole tree; `problems` are those of reading it."""
    if not problems:
        _name_entries(tree)
        try:
            knowledge = _shaped(tree)
        except ValidationError as error:
            problems.extend(_in_words(detail, tree) for detail in error.errors())
        else:
            problems.extend(check_references(knowledge, tree))
    if problems:
        raise KnowledgeError(tuple(sorted(set(problems), key=lambda p: (p.file, p.line, p.key))))
    content = knowledge.model_dump_json(exclude={"version"})
    newest = max(source.reviewed for source in knowledge.sources.values())
    version = f"{newest.isoformat()}-{sha256(content.encode()).hexdigest()[:8]}"
    topics = {**knowledge.models, **knowledge.topics}
    return knowledge.model_copy(update={"version": version, "topics": topics})


def read_files(
    folder: Traversable, name: str, problems: list[Problem], *, complete: bool = True
) -> Entry:
    """One folder's files as one tree; `complete` wants every file, an overlay has some."""
    tree: dict[str, Entry] = {}
    for file, sections in _PARTS.items():
        path = folder / file
        if path.is_file():
            tree.update(_sections(path, f"{name}/{file}", sections, problems))
        elif complete:
            problems.append(Problem(f"{name}/{file}", 1, "", "the file is missing"))
    for kind in _FOLDERS:
        tree[kind] = _folder(folder / kind, f"{name}/{kind}", problems)
    known = {*_PARTS, *_OF_FLOWS}
    for stray in sorted(item.name for item in folder.iterdir()):
        if stray.endswith((".yaml", ".yml")) and stray not in known:
            text = f"no part of the knowledge has this name; known are {', '.join(sorted(known))}"
            problems.append(Problem(f"{name}/{stray}", 1, "", text))
    if complete:
        for sections in _PARTS.values():
            for section in sections:
                tree.setdefault(section, Entry([] if section in _LISTS else {}, name, 1))
    return Entry(tree, name, 1)


def _sections(
    path: Traversable, file: str, sections: tuple[str, ...], problems: list[Problem]
) -> dict[str, Entry]:
    found = _read(path, file, problems).value
    for key, entry in found.items():
        if key not in sections:
            text = f"this file holds {', '.join(sections)}, not this key; remove or rename it"
            problems.append(Problem(file, entry.line, key, text))
    return {
        key: entry for key, entry in found.items() if key in sections and entry.value is not None
    }


def _folder(folder: Traversable, name: str, problems: list[Problem]) -> Entry:
    found: dict[str, Entry] = {}
    if folder.is_dir():
        for path in sorted(folder.iterdir(), key=lambda item: item.name):
            topic, dot, ending = path.name.rpartition(".")
            if dot and ending == "yaml":
                found[topic] = _read(path, f"{name}/{path.name}", problems)
    return Entry(found, name, 1)


def _read(path: Traversable, file: str, problems: list[Problem]) -> Entry:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        problems.append(Problem(file, 1, "", "the file is not UTF-8; save it as UTF-8"))
        return Entry({}, file, 1)
    return read(text, file, problems)


def _name_entries(tree: Entry) -> None:
    """Write into each entry the id that its key or file name gives it."""
    for section in ("sources", "criteria", "models", "topics"):
        if isinstance(tree.value[section].value, dict):
            for key, entry in tree.value[section].value.items():
                _name_entry(key, entry)
                options = entry.value.get("options") if isinstance(entry.value, dict) else None
                if section == "criteria" and options and isinstance(options.value, dict):
                    for option, inner in options.value.items():
                        _name_entry(option, inner)
    order = {model: place for place, model in enumerate(MODELS)}
    models = tree.value["models"].value
    tree.value["models"] = Entry(
        dict(sorted(models.items(), key=lambda item: order.get(item[0], len(order)))),
        tree.value["models"].file,
        tree.value["models"].line,
    )


def _name_entry(key: str, entry: Entry) -> None:
    if isinstance(entry.value, dict):
        entry.value.setdefault("id", Entry(key, entry.file, entry.line))


def _shaped(tree: Entry) -> Knowledge:
    # As JSON and strictly: lists become tuples and text dates, but true never becomes 1.
    return Knowledge.model_validate_json(json.dumps({"version": "", **tree.plain()}), strict=True)


_KEYS = sorted(
    {
        field
        for shape in vars(schema).values()
        if isinstance(shape, type) and issubclass(shape, Frozen)
        for field in shape.model_fields
    }
)


def _in_words(detail: ErrorDetails, tree: Entry) -> Problem:
    """A pydantic complaint as a line for the person who writes the YAML."""
    path = detail["loc"]
    entry = tree.at(path)
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            text = "is missing; add it"
        case "extra_forbidden":
            near = get_close_matches(str(path[-1]), _KEYS, n=1)
            text = "is no known key here; " + (f"did you mean {near[0]}?" if near else "remove it")
        case "string_type" if isinstance(detail["input"], bool):
            text = "an unquoted true or false; put it in quotes, or write what is meant"
        case "string_too_long":
            most = context["max_length"]
            text = f"has {len(detail['input'])} characters of at most {most}; shorten it"
        case _:
            text = f"{detail['msg'][:1].lower()}{detail['msg'][1:]}; got {detail['input']!r:.60}"
    return Problem(entry.file, entry.line, dotted(path), text)
