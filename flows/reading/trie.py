"""Many phrases of one purpose, compiled so that one walk over a text finds them all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flows.reading.patterns import GAPS, Capture, Hit, Payload, Phrase, PhraseError, Reading

_MOST_STATES = 20_000
"""States that are remembered; texts of people need a few thousand."""

Captures = tuple[Capture, ...]
Atom = TypeVar("Atom", str, int)


@dataclass(slots=True, eq=False)
class _Node(Generic[Payload]):
    """A place between two atoms of phrases: what may follow."""

    words: dict[str, "_Node[Payload]"] = field(default_factory=dict)
    classes: dict[str, "_Node[Payload]"] = field(default_factory=dict)
    gaps: dict[int, "_Node[Payload]"] = field(default_factory=dict)
    numbers: dict[str, "_Node[Payload]"] = field(default_factory=dict)
    """By the unit that the number must have; empty for any."""
    joints: dict["tuple[Phrase, ...]", "_Node[Payload]"] = field(default_factory=dict)
    """Where the choices that begin here end."""
    skips: list["_Node[Payload]"] = field(default_factory=list)
    """Joints that are reached from here without a word."""
    payloads: list[Payload] = field(default_factory=list)


Nodes = list[_Node[Payload]]


@dataclass(slots=True, eq=False)
class _State(Generic[Payload]):
    """All places that one way through a text has reached, and where each atom leads from there.

    What an atom leads to is a list of nodes until the first text goes there.
    """

    payloads: tuple[Payload, ...]
    closing: tuple[Payload, ...]
    """What counts only at the end of a clause."""
    words: "dict[str, Nodes[Payload] | _State[Payload]]"
    classes: "dict[str, Nodes[Payload] | _State[Payload]]"
    numbers: "dict[str, Nodes[Payload] | _State[Payload]]"
    gaps: "dict[int, Nodes[Payload] | _State[Payload]]"


def _gather(
    table: "dict[Atom, Nodes[Payload] | _State[Payload]]",
    leads: dict[Atom, _Node[Payload]],
) -> None:
    """Add where a node leads to where a state that is being made leads."""
    for atom, child in leads.items():
        led = table.setdefault(atom, [])
        if isinstance(led, list):
            led.append(child)


class Trie(Generic[Payload]):
    """Phrases of one purpose.

    Phrases share their beginnings, and the alternatives of a choice lead to one common node, so
    that a phrase takes as much room as it takes to write, however many forms it stands for.
    Places that are reached together are walked together; such states are made when needed.
    """

    def __init__(self) -> None:
        self._root: _Node[Payload] = _Node()
        self._opening: _Node[Payload] = _Node()
        self._states: dict[frozenset[int], _State[Payload]] = {}
        self._starts: tuple[_State[Payload], _State[Payload]] | None = None

    def add(self, phrase: Phrase, payload: Payload) -> None:
        """Make a phrase findable; before the first `find`."""
        node = self._grown(self._root, phrase)
        if node is not self._root and node is not self._opening and payload not in node.payloads:
            node.payloads.append(payload)

    def _grown(self, node: _Node[Payload], phrase: Phrase) -> _Node[Payload]:
        for part in phrase:
            if isinstance(part, str):
                node = self._step(node, part)
                continue
            joint = node.joints.get(part)
            if joint is None:
                joint = node.joints[part] = _Node()
                for alternative in part:
                    self._grown(node, alternative).skips.append(joint)
            node = joint
        return node

    def _step(self, node: _Node[Payload], atom: str) -> _Node[Payload]:
        if atom == "^":
            if node is not self._root:
                msg = "^ may stand only where a phrase begins"
                raise PhraseError(msg)
            return self._opening
        if atom[0] == "#":
            return node.numbers.setdefault(atom[1:], _Node())
        if atom[0] == "{":
            return node.classes.setdefault(atom[1:-1], _Node())
        if atom in GAPS:
            return node.gaps.setdefault(GAPS[atom], _Node())
        return node.words.setdefault(atom, _Node())

    def _state(self, nodes: Iterable[_Node[Payload]]) -> _State[Payload]:
        """The state of some nodes and of the joints that they reach."""
        reached: dict[int, _Node[Payload]] = {}
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if id(node) not in reached:
                reached[id(node)] = node
                waiting.extend(node.skips)
        key = frozenset(reached)
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= _MOST_STATES:
                self._states.clear()
            state = self._states[key] = self._made(reached.values())
        return state

    def _made(self, nodes: Iterable[_Node[Payload]]) -> _State[Payload]:
        payloads: dict[Payload, None] = {}
        closing: dict[Payload, None] = {}
        state: _State[Payload] = _State((), (), {}, {}, {}, {})
        for node in nodes:
            payloads.update(dict.fromkeys(node.payloads))
            _gather(state.words, node.words)
            _gather(state.classes, node.classes)
            _gather(state.numbers, node.numbers)
            _gather(state.gaps, node.gaps)
        last = state.words.pop("$", None)
        for node in last if isinstance(last, list) else ():
            closing.update(dict.fromkeys(node.payloads))
        state.payloads, state.closing = tuple(payloads), tuple(closing)
        return state

    def _led(
        self, table: "dict[Atom, Nodes[Payload] | _State[Payload]]", atom: Atom
    ) -> _State[Payload]:
        """Where an atom of a state leads."""
        led = table[atom]
        if isinstance(led, list):
            led = table[atom] = self._state(led)
        return led

    def find(self, text: Reading) -> list[Hit[Payload]]:
        """Every phrase in a text, however they overlap."""
        found: list[Hit[Payload]] = []
        if self._starts is None:
            self._starts = self._state([self._root]), self._state([self._opening])
        root, opening = self._starts
        for at in range(len(text.words)):
            self._walk(root, text, at, at, 0, (), found)
            if at == 0 or text.clause[at] != text.clause[at - 1]:
                self._walk(opening, text, at, at, 0, (), found)
        return list(dict.fromkeys(found))

    def _walk(  # noqa: PLR0913, PLR0917 - the state of a walk, passed down instead of kept
        self,
        state: _State[Payload],
        text: Reading,
        start: int,
        at: int,
        used: int,
        captures: Captures,
        found: list[Hit[Payload]],
    ) -> None:
        words, clause = text.words, text.clause
        if used:
            found += [Hit(start, at, used, payload, captures) for payload in state.payloads]
        if at >= len(words) or clause[at] != clause[start]:
            if used:
                found += [Hit(start, at, used, payload, captures) for payload in state.closing]
            return
        if words[at] in state.words:
            led = self._led(state.words, words[at])
            self._walk(led, text, start, at + 1, used | 1 << at, captures, found)
        if state.classes:
            for name, member in text.members.get(at, ()):
                if name in state.classes and clause[member.end - 1] == clause[start]:
                    led = self._led(state.classes, name)
                    seen = used | ((1 << member.end) - (1 << at))
                    held = (*captures, Capture(at, member.end, name, member.key))
                    self._walk(led, text, start, member.end, seen, held, found)
        number = text.numbers.get(at) if state.numbers else None
        if number is not None and clause[number.end - 1] == clause[start]:
            seen = used | ((1 << number.end) - (1 << at))
            held = (*captures, Capture(at, number.end, "#", number=number))
            for unit in {"", number.unit} & state.numbers.keys():
                led = self._led(state.numbers, unit)
                self._walk(led, text, start, number.end, seen, held, found)
        for most in state.gaps:
            led = self._led(state.gaps, most)
            for step in text.gap(at, most):
                self._walk(led, text, start, step, used, captures, found)
