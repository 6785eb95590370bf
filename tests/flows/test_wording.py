"""Sentences: every one that the code says exists, fits what fills it, and data stays data."""

import ast
from pathlib import Path

import pytest

from flows.reply import Span, plain
from flows.wording import Wording, WordingError, load_wording, parse

COMPUTED = ("help.", "firm.", "change.", "escalate.", "reason.", "duties.", "points.")
"""Where the last part of a key is computed from an enumeration or a column."""


@pytest.fixture(scope="module")
def wording() -> Wording:
    """The sentences as they ship."""
    return load_wording()


def keys_in(root: Path) -> set[str]:
    """Every text in the code of the dialogue that could be a key."""
    found = set()
    for path in (root / "flows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def said_in(root: Path) -> set[str]:
    """The keys that the code says outright."""
    found = set()
    for path in (root / "flows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"say", "label", "paragraph", "note"}:
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.add(key.value)
    return found


def test_every_sentence_that_is_said_exists(root: Path, wording: Wording) -> None:
    """No key in the code is missing from the file."""
    said = said_in(root)
    assert len(said) > 80
    assert said - wording.sentences.keys() == set()


def test_every_sentence_is_said_somewhere(root: Path, wording: Wording) -> None:
    """No sentence lies in the file for nothing."""
    known = keys_in(root)
    unused = {key for key in wording.sentences if key not in known and not key.startswith(COMPUTED)}
    assert unused == set()


def test_a_missing_key_names_itself(wording: Wording) -> None:
    """The error says which sentence is missing."""
    with pytest.raises(WordingError, match=r"no\.such\.key"):
        wording.say("no.such.key")


def test_a_missing_value_is_an_error(wording: Wording) -> None:
    """A placeholder that nothing fills is never shown to a person."""
    with pytest.raises(WordingError, match="filled with n"):
        wording.say("question.left")
    with pytest.raises(WordingError, match="not with n, other"):
        wording.say("question.left", n=1, other="x")


def test_markup_becomes_spans() -> None:
    """Bold, italic, code and links are spans; the rest is plain."""
    pieces = parse("a *b* _c_ `d` [e](https://example.org) f_g_h")
    assert [(p.text, p.style, p.url) for p in pieces] == [
        ("a ", "plain", None),
        ("b", "bold", None),
        (" ", "plain", None),
        ("c", "italic", None),
        (" ", "plain", None),
        ("d", "code", None),
        (" ", "plain", None),
        ("e", "plain", "https://example.org"),
        (" f_g_h", "plain", None),
    ]


@pytest.mark.parametrize("nasty", ["*bold*", "<!channel>", "[x](https://evil.example)", "{n}", "_"])
def test_what_fills_a_placeholder_is_data(wording: Wording, nasty: str) -> None:
    """Words of people become one span of the sentence's own style, whatever they hold."""
    spans = wording.say("noted.line_quoted", name="N", options="O", quote=nasty)
    assert [s for s in spans if nasty in s.text] == [Span(text=nasty)]


def test_numbers_choose_their_words(wording: Wording) -> None:
    """One question, several questions."""
    assert plain(wording.say("question.left", n=1)) == "At most 1 more question after this one."
    assert plain(wording.say("question.left", n=3)) == "At most 3 more questions after this one."


def test_an_overlay_replaces_sentences(tmp_path: Path) -> None:
    """An organisation says things in its own way."""
    (tmp_path / "wording.yaml").write_text("sentences: {thanks: {welcome: Any time.}}")
    assert plain(load_wording(tmp_path).say("thanks.welcome")) == "Any time."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sentences: {thanks: {welcom: x}}", r"thanks\.welcom"),
        ("sentences: {question: {left: 'none'}}", r"question\.left.*same placeholders: n"),
    ],
)
def test_a_wrong_overlay_is_named(tmp_path: Path, text: str, message: str) -> None:
    """File and key are in the error."""
    (tmp_path / "wording.yaml").write_text(text)
    with pytest.raises(WordingError, match=message):
        load_wording(tmp_path)
