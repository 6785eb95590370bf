"""YAML as a tree that remembers where each value stands, so that every error can say it.

Knows nothing of models or criteria; `knowledge.loader` gives the tree its meaning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ADDED = frozenset({"aliases", "facts", "products", "related"})
"""Lists to which an overlay adds; any other list it replaces."""
_CELL = ("criterion", "option", "model")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with the file and line it was read from; maps and lists hold further entries."""

    value: Any
    file: str
    line: int

    def at(self, path: Path) -> "Entry":
        """The entry at a path, or the nearest one above it that exists."""
        entry = self
        for step in path:
            try:
                entry = entry.value[step]
            except (KeyError, IndexError, TypeError):
                return entry
        return entry

    def plain(self) -> Any:  # noqa: ANN401 - whatever YAML can say
        """The value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, "Entry"]]:
        """Every entry of the tree with its path, this one first."""
        yield path, self
        if isinstance(self.value, dict):
            for key, entry in self.value.items():
                yield from entry.walk((*path, key))
        elif isinstance(self.value, list):
            for index, entry in enumerate(self.value):
                yield from entry.walk((*path, index))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do about it."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.text}" if self.key else f"{where}: {self.text}"


def dotted(path: Path) -> str:
    """A path as people write it: `fit.skills.none`."""
    return ".".join(str(step) for step in path)


def read(text: str, file: str, problems: list[Problem]) -> Entry:
    """Read one YAML document; what is wrong with it is added to `problems`."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        said = getattr(error, "problem", None) or "unreadable characters"
        problems.append(Problem(file, line, "", f"this is not YAML ({said}); mend the line"))
        return Entry({}, file, 1)
    if node is None:
        return Entry({}, file, 1)
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(file, 1, "", "expected keys with values, like `name: text`"))
        return Entry({}, file, 1)
    return _Reading(file, problems).entry(node, ())


def merge(base: Entry, over: Entry, problems: list[Problem], path: Path = ()) -> Entry:
    """`base` with what `over` adds and overrides; `null` takes a key away.

    Maps merge key by key. Lists of things with an id (or with criterion, option and model) merge
    by it, and `remove: true` takes one away. Aliases, facts, products and related topics are
    added, the overlay's first. Anything else is replaced.
    """
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        merged = dict(base.value)
        for key, entry in over.value.items():
            if entry.value is None:
                if merged.pop(key, None) is None:
                    problems.append(_nothing_there(entry, (*path, key)))
            elif key in merged:
                merged[key] = merge(merged[key], entry, problems, (*path, key))
            else:
                merged[key] = entry
        return Entry(merged, over.file, over.line)
    if isinstance(base.value, list) and isinstance(over.value, list):
        if path and path[-1] in _ADDED:
            known = [entry.plain() for entry in over.value]
            kept = [entry for entry in base.value if entry.plain() not in known]
            return Entry([*over.value, *kept], over.file, over.line)
        if all(_name(entry) is not None for entry in (*base.value, *over.value)):
            return _merge_named(base, over, problems, path)
    return over


def _merge_named(base: Entry, over: Entry, problems: list[Problem], path: Path) -> Entry:
    merged = {_name(entry): entry for entry in base.value}
    seen: set[object] = set()
    for index, entry in enumerate(over.value):
        name = _name(entry)
        if name in seen:
            text = "the entry stands twice; remove one"
            problems.append(Problem(entry.file, entry.line, dotted((*path, index)), text))
        seen.add(name)
        if "remove" in entry.value:
            if merged.pop(name, None) is None:
                problems.append(_nothing_there(entry, (*path, index)))
        elif name in merged:
            merged[name] = merge(merged[name], entry, problems, (*path, index))
        else:
            merged[name] = entry
    return Entry(list(merged.values()), over.file, over.line)


def _name(entry: Entry) -> tuple[object, ...] | None:
    """By what two entries of a list are the same: their id, or the cell they speak of."""
    if not isinstance(entry.value, Mapping):
        return None
    for keys in (("id",), _CELL):
        if all(key in entry.value for key in keys):
            return tuple(str(entry.value[key].value) for key in keys)
    return None


def _nothing_there(entry: Entry, path: Path) -> Problem:
    return Problem(
        entry.file, entry.line, dotted(path), "there is nothing of that name to take away"
    )


class _Reading:
    """Turns the nodes of one file into entries, and notes what YAML would silently accept."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.seen: set[int] = set()

    def entry(self, node: yaml.Node, path: Path) -> Entry:
        line = node.start_mark.line + 1
        if id(node) in self.seen:
            self._note(node, path, "anchors and aliases are not read; write the value out")
            return Entry(None, self.file, line)
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return Entry(self._map(node, path), self.file, line)
        if isinstance(node, yaml.SequenceNode):
            items = [self.entry(item, (*path, n)) for n, item in enumerate(node.value)]
            return Entry(items, self.file, line)
        return Entry(self._scalar(node, path), self.file, line)

    def _map(self, node: yaml.MappingNode, path: Path) -> dict[str, Entry]:
        values: dict[str, Entry] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if _kind(key_node) != "str":
                self._note(key_node, path, f'the key {key} must stand in quotes: "{key}"')
            if key in values:
                text = f"the key stands twice, first on line {lines[key]}; remove one"
                self._note(key_node, (*path, key), text)
                continue
            lines[key] = key_node.start_mark.line + 1
            entry = self.entry(value_node, (*path, key))
            # A block starts on the line below its key; people look for the key.
            values[key] = Entry(entry.value, self.file, lines[key])
        return values

    def _scalar(self, node: yaml.Node, path: Path) -> str | int | float | bool | None:
        written = str(node.value)
        kind = _kind(node)
        if kind == "null":
            return None
        if kind == "bool":
            if written.lower() in {"true", "false"}:
                return written.lower() == "true"
            self._note(node, path, f'{written} alone reads as true or false: write "{written}"')
            return written
        try:
            if kind == "int":
                return int(written)
            if kind == "float":
                return float(written)
        except ValueError:
            text = f"{written} is not a plain number; quote it, or write digits alone"
            self._note(node, path, text)
        return written

    def _note(self, node: yaml.Node, path: Path, text: str) -> None:
        line = node.start_mark.line + 1
        self.problems.append(Problem(self.file, line, dotted(path), text))


def _kind(node: yaml.Node) -> str:
    return str(node.tag).rpartition(":")[2]
