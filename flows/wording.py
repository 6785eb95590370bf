"""Every sentence that the advisor says, read from `wording.yaml` and filled in safely.

A sentence may hold *bold*, _italic_, `code`, [links](https://…), {placeholders}, and
{n|question|questions} for a word that depends on a number. What fills a placeholder is data: it
never becomes markup, whatever characters it holds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml

from flows.reply import Span, Text, plain

Style = Literal["plain", "bold", "italic", "code", "strike"]
Value = str | int | Span | Text


class WordingError(Exception):
    """A sentence is missing, or does not fit what fills it; the message names the key."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence in one style: fixed `text`, or a `slot` to be filled.

    With `forms` the slot is a number that chooses between one and several.
    """

    text: str = ""
    style: Style = "plain"
    url: str | None = None
    slot: str | None = None
    forms: tuple[str, str] | None = None


_MARK = re.compile(
    r"\*(?P<bold>[^*\n]+)\*"
    r"|(?<![^\W_])_(?P<italic>[^_\n]+)_(?![^\W_])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>[^)\s]+)\)"
)
_SLOT = re.compile(r"\{(?P<name>[a-z_]+)(?:\|(?P<one>[^|{}]*)\|(?P<many>[^|{}]*))?\}")


@dataclass(frozen=True)
class Wording:
    """All sentences by key."""

    sentences: Mapping[str, tuple[Piece, ...]]
    yes: frozenset[str]
    no: frozenset[str]

    def say(self, key: str, **values: Value) -> Text:
        """The sentence `key` with its placeholders filled.

        Raises `WordingError` when the key is unknown, a value is missing or one too many.
        """
        try:
            pieces = self.sentences[key]
        except KeyError:
            message = f"wording.yaml has no sentence {key!r}"
            raise WordingError(message) from None
        slots = slots_of(pieces)
        if slots != values.keys():
            wanted = ", ".join(sorted(slots)) or "nothing"
            given = ", ".join(sorted(values)) or "nothing"
            message = f"the sentence {key!r} is filled with {wanted}, not with {given}"
            raise WordingError(message)
        return tuple(span for piece in pieces for span in _filled(piece, values))

    def label(self, key: str, **values: Value) -> str:
        """The sentence `key` as plain words, for a button or a title."""
        return plain(self.say(key, **values))


def load_wording(overlay: Path | None = None) -> Wording:
    """The package's sentences, some replaced by `wording.yaml` in the folder `overlay`.

    Raises `WordingError` when the overlay has an unknown key or an unknown placeholder.
    """
    ours = _read(files("flows").joinpath("wording.yaml").read_text(encoding="utf-8"))
    sentences = {key: parse(text) for key, text in _flat(ours["sentences"])}
    if overlay is not None and (path := overlay / "wording.yaml").is_file():
        for key, text in _flat(_read(path.read_text(encoding="utf-8")).get("sentences", {})):
            if key not in sentences:
                message = f"{path}: there is no sentence {key!r} to replace"
                raise WordingError(message)
            pieces = parse(text)
            if unknown := slots_of(pieces) ^ slots_of(sentences[key]):
                names = ", ".join(sorted(unknown))
                message = f"{path}: {key!r} must hold the same placeholders: {names}"
                raise WordingError(message)
            sentences[key] = pieces
    return Wording(sentences, frozenset(ours["yes"]), frozenset(ours["no"]))


def parse(template: str) -> tuple[Piece, ...]:
    """Take a sentence apart into its pieces."""
    pieces: list[Piece] = []
    end = 0
    for mark in _MARK.finditer(template):
        pieces += _slotted(template[end : mark.start()], "plain")
        if mark["label"]:
            pieces += _slotted(mark["label"], "plain", mark["url"])
        else:
            style: Style = "bold" if mark["bold"] else "italic" if mark["italic"] else "code"
            pieces += _slotted(mark["bold"] or mark["italic"] or mark["code"], style)
        end = mark.end()
    pieces += _slotted(template[end:], "plain")
    return tuple(pieces)


def slots_of(pieces: tuple[Piece, ...]) -> set[str]:
    """The names of the placeholders of a sentence."""
    return {piece.slot for piece in pieces if piece.slot}


def _slotted(text: str, style: Style, url: str | None = None) -> Iterator[Piece]:
    end = 0
    for slot in _SLOT.finditer(text):
        if slot.start() > end:
            yield Piece(text[end : slot.start()], style, url)
        forms = (slot["one"], slot["many"]) if slot["many"] is not None else None
        yield Piece(style=style, url=url, slot=slot["name"], forms=forms)
        end = slot.end()
    if end < len(text):
        yield Piece(text[end:], style, url)


def _filled(piece: Piece, values: Mapping[str, Value]) -> Iterator[Span]:
    if piece.slot is None:
        yield Span(text=piece.text, style=piece.style, url=piece.url)
        return
    value = values[piece.slot]
    if piece.forms:
        if not isinstance(value, int):
            message = f"{{{piece.slot}|…}} chooses by a number, not by {value!r}"
            raise WordingError(message)
        yield Span(text=piece.forms[value != 1], style=piece.style, url=piece.url)
    elif isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for span in value:
            restyle = span.style == "plain" and piece.style != "plain"
            yield span.model_copy(update={"style": piece.style}) if restyle else span
    else:
        yield Span(text=str(value), style=piece.style, url=piece.url)


def _read(text: str) -> dict[str, dict[str, str]]:
    return yaml.safe_load(text) or {}


def _flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested keys joined by dots: `review: {title: …}` is `review.title`."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value).strip()
