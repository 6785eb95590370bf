"""The phrases that the advisor understands, read from `lexicon.yaml` and an organisation's overlay.

Everything that depends on a language's words is data there; how texts are read with it is
`flows.understanding`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, Field, ValidationError

from flows.conversation import Intent
from flows.reading.patterns import Classes, Phrase, PhraseError, atoms, parsed
from flows.reading.tokens import Tokeniser
from flows.reading.trie import Trie
from knowledge.schema import CriterionId, Frozen, OptionId

FILE = "lexicon.yaml"
Phrases = tuple[str, ...]
Options = Mapping[OptionId, Phrases]


class LexiconError(ValueError):
    """A lexicon that cannot be used: which file, which key, and what to do."""


class Measure(Frozen):
    """Phrases with a number; `ranges` is option -> lowest and highest value, in `unit`s.

    `short` holds only for somebody who was asked.
    """

    ranges: Mapping[OptionId, tuple[float, float]]
    phrases: Phrases
    short: Phrases = ()


class Mention(Frozen):
    """Names that stand for an option once a phrase says that they are in use.

    `members` is key -> names; a key is an option, or anything that is counted: `counted` is then
    the option for one key and the option for several. `fills` and `voids` are phrases around
    `{it}`. `shy` keys are ordinary words, too, and count only in such a phrase or in a list.
    """

    members: Mapping[str, Phrases]
    counted: tuple[OptionId, OptionId] | None = None
    fills: Phrases
    voids: Phrases
    shy: tuple[str, ...] = ()


class Command(Frozen):
    """What an intent sounds like: a `whole` sentence, or words `anywhere` in it."""

    whole: Phrases = ()
    anywhere: Phrases = ()


class Questions(Frozen):
    """How questions begin, and the words that place one in our field."""

    openers: Phrases
    requests: Phrases
    tags: Phrases
    domain: Phrases


class Sheet(Frozen):
    """The file's shape; an overlay has the same, with any part left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    spellings: Mapping[str, str] = {}
    classes: Mapping[str, Phrases] = {}
    units: Mapping[str, Mapping[str, float]] = {}
    facts: Mapping[CriterionId, Options] = {}
    hints: Mapping[CriterionId, Options] = {}
    short: Mapping[CriterionId, Options] = {}
    measures: Mapping[CriterionId, Measure] = {}
    mentions: Mapping[CriterionId, Mention] = {}
    stronger: Mapping[CriterionId, tuple[tuple[OptionId, ...], ...]] = {}
    names: Mapping[CriterionId, Phrases] = {}
    yes_no: Mapping[CriterionId, Mapping[Literal["yes", "no"], OptionId]] = {}
    replies: Mapping[Literal["dont_know", "none_of_these", "yes", "no"], Phrases] = {}
    today: tuple[CriterionId, ...] = ()
    scopes: Mapping[Literal["negation", "past", "wish", "other", "now", "if"], Phrases] = {}
    intents: Mapping[str, Command] = {}
    corrections: Mapping[Literal["clear", "soft"], Phrases] = {}
    polite: Phrases = ()
    questions: Questions = Field(
        default=Questions(openers=(), requests=(), tags=(), domain=()),
    )
    foreign: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Says:
    """What a phrase of the situation says: about which criterion, and how."""

    kind: Literal["fact", "hint", "measure", "fill", "void", "name"]
    criterion: CriterionId
    option: OptionId = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """What a phrase asks of the advisor: as a whole sentence, or anywhere in one."""

    intent: Intent
    anywhere: bool


@dataclass(frozen=True)
class Lexicon:
    """Phrases compiled for reading; `sheet` is what they were made from."""

    sheet: Sheet
    tokeniser: Tokeniser
    classes: Classes
    facts: Trie[Says]
    short: Mapping[CriterionId, Trie[Says]]
    replies: Trie[str]
    scopes: Trie[str]
    commands: Trie[Calls]
    corrections: Trie[str]
    questions: Trie[str]
    polite: frozenset[str]
    domain: frozenset[str]
    foreign: frozenset[str]
    units: Mapping[str, float]
    own_words: frozenset[str]


def load_lexicon(overlay: Path | None = None) -> Lexicon:
    """Read and compile the lexicon; `overlay` is a folder whose `lexicon.yaml` adds phrases."""
    packaged = resources.files("flows") / FILE
    data = _read(packaged.read_text("utf-8"), FILE)
    if overlay is not None and (overlay / FILE).is_file():
        own = overlay / FILE
        added = _read(own.read_text("utf-8"), str(own))
        _sheet(added, str(own))
        data = _merged(data, added)
        return compiled(_sheet(data, str(own)), str(own))
    return compiled(_sheet(data, FILE), FILE)


def compiled(sheet: Sheet, file: str = FILE) -> Lexicon:
    """Make a sheet ready for reading; raises `LexiconError` naming the key of a broken phrase."""
    return _Compiler(sheet, file).lexicon()


def _read(text: str, file: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, loader)  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        msg = f"{file} is no valid YAML: {' '.join(str(error).split())}"
        raise LexiconError(msg) from None
    if not isinstance(data, dict):
        msg = f"{file} must be a mapping with keys such as facts, short and intents"
        raise LexiconError(msg)
    return data


def _sheet(data: dict[str, Any], file: str) -> Sheet:
    try:
        return Sheet.model_validate(_tuples(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        hint = "quote it" if isinstance(first["input"], bool | int) else first["msg"]
        msg = f"{file}: {where}: {first['input']!r} is not allowed here; {hint}"
        raise LexiconError(msg) from None


def _tuples(value: Any) -> Any:  # noqa: ANN401 - YAML is any nesting of mappings and lists
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(inner) for inner in value)
    return value


def _merged(base: Any, added: Any) -> Any:  # noqa: ANN401 - likewise
    """Mappings united, lists joined, anything else replaced."""
    if isinstance(base, dict) and isinstance(added, dict):
        return {**base, **{k: _merged(base[k], v) if k in base else v for k, v in added.items()}}
    if isinstance(base, list) and isinstance(added, list):
        return [*base, *added]
    return added


class _Compiler:
    """Compiles one sheet, keeping track of the key at hand for error messages."""

    def __init__(self, sheet: Sheet, file: str) -> None:
        self.sheet = sheet
        self.file = file
        self.tokeniser = Tokeniser.made(sheet.spellings)
        self.words: set[str] = set()
        self.plain = cache(self.tokeniser.plain)
        self.classes = Classes(self._class_table(), self.plain)
        self.words.update(self.classes.words())
        self.polite = frozenset(chain.from_iterable(map(self.tokeniser.plain, sheet.polite)))

    def _class_table(self) -> dict[str, dict[str, Phrases]]:
        table: dict[str, dict[str, Phrases]] = {
            name: {name: phrases} for name, phrases in self.sheet.classes.items()
        }
        for name, units in self.sheet.units.items():
            table[name] = {unit: (unit,) for unit in units}
        for criterion, mention in self.sheet.mentions.items():
            table[criterion] = dict(mention.members)
            for key, phrases in mention.members.items():
                table[f"{criterion}.{key}"] = {key: phrases}
        return table

    def _phrase(self, phrase: str, key: str) -> Phrase:
        try:
            made = parsed(phrase, self.plain)
        except PhraseError as error:
            msg = f"{self.file}: {key}: {error}"
            raise LexiconError(msg) from None
        for atom in atoms(made):
            if atom[0] == "{":
                if atom[1:-1] not in self.classes.names:
                    msg = f"{self.file}: {key}: {phrase!r} names an unknown class {atom}"
                    raise LexiconError(msg)
            elif atom[0].isalpha():
                self.words.add(atom)
        return made

    def _trie(self, rows: Iterable[tuple[str, str, Any]]) -> Trie[Any]:
        trie: Trie[Any] = Trie()
        for key, phrase, payload in rows:
            try:
                trie.add(self._phrase(phrase, key), payload)
            except PhraseError as error:
                msg = f"{self.file}: {key}: {phrase!r}: {error}"
                raise LexiconError(msg) from None
        return trie

    def _fact_rows(self) -> Iterator[tuple[str, str, Says]]:
        kinds: tuple[tuple[Literal["fact", "hint"], Mapping[CriterionId, Options]], ...] = (
            ("fact", self.sheet.facts),
            ("hint", self.sheet.hints),
        )
        for kind, table in kinds:
            for criterion, options in table.items():
                for option, phrases in options.items():
                    for phrase in phrases:
                        key = f"{kind}s.{criterion}.{option}"
                        yield key, phrase, Says(kind, criterion, option)
        for criterion, measure in self.sheet.measures.items():
            for phrase in measure.phrases:
                yield f"measures.{criterion}", phrase, Says("measure", criterion)
        for criterion, mention in self.sheet.mentions.items():
            slot = f"{{{criterion}}}"
            for phrase in mention.fills:
                key = f"mentions.{criterion}.fills"
                yield key, phrase.replace("{it}", slot), Says("fill", criterion)
            for phrase in mention.voids:
                key = f"mentions.{criterion}.voids"
                yield key, phrase.replace("{it}", slot), Says("void", criterion)
        for criterion, phrases in self.sheet.names.items():
            for phrase in phrases:
                yield f"names.{criterion}", phrase, Says("name", criterion)

    def _short(self, criterion: CriterionId) -> Trie[Says]:
        rows: list[tuple[str, str, Says]] = []
        for option, phrases in self.sheet.short.get(criterion, {}).items():
            key = f"short.{criterion}.{option}"
            rows.extend((key, phrase, Says("fact", criterion, option)) for phrase in phrases)
        if criterion in self.sheet.measures:
            key = f"measures.{criterion}.short"
            measure = self.sheet.measures[criterion]
            rows.extend((key, phrase, Says("measure", criterion)) for phrase in measure.short)
        return self._trie(rows)

    def _command_rows(self) -> Iterator[tuple[str, str, Calls]]:
        for name, command in self.sheet.intents.items():
            try:
                intent = Intent(name)
            except ValueError:
                msg = f"{self.file}: intents.{name} is no intent"
                raise LexiconError(msg) from None
            for anywhere, phrases in ((False, command.whole), (True, command.anywhere)):
                for phrase in phrases:
                    yield f"intents.{name}", phrase, Calls(intent, anywhere)

    def _keyed(self, section: str, table: Mapping[Any, Phrases]) -> Trie[Any]:
        return self._trie(
            (f"{section}.{key}", phrase, key)
            for key, phrases in table.items()
            for phrase in phrases
        )

    def lexicon(self) -> Lexicon:
        """Everything compiled."""
        sheet = self.sheet
        criteria = {*sheet.facts, *sheet.short, *sheet.measures, *sheet.mentions}
        asks = sheet.questions
        made = {
            "facts": self._trie(self._fact_rows()),
            "replies": self._keyed("replies", sheet.replies),
            "scopes": self._keyed("scopes", sheet.scopes),
            "commands": self._trie(self._command_rows()),
            "corrections": self._keyed("corrections", sheet.corrections),
            "questions": self._keyed(
                "questions",
                {"opener": asks.openers, "request": asks.requests, "tag": asks.tags},
            ),
        }
        short = {criterion: self._short(criterion) for criterion in sorted(criteria)}
        return Lexicon(
            sheet=sheet,
            tokeniser=self.tokeniser,
            classes=self.classes,
            short=short,
            polite=self.polite,
            domain=frozenset(chain.from_iterable(map(self.tokeniser.plain, asks.domain))),
            foreign=frozenset(
                chain.from_iterable(words.split() for words in sheet.foreign.values())
            ),
            units={unit: size for units in sheet.units.values() for unit, size in units.items()},
            own_words=frozenset(self.words),
            **made,
        )
