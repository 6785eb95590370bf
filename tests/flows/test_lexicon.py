"""The lexicon is sound: enough phrases for every option, none for two, and errors that help."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import pytest
import yaml

from flows.advisor import load_advisor
from flows.conversation import Intent
from flows.reading.lexicon import FILE, Lexicon, LexiconError, load_lexicon
from flows.reading.patterns import Phrase, parsed
from flows.reading.spelling import english
from flows.reading.tokens import DROPPED
from knowledge.loader import load_knowledge
from knowledge.schema import CriterionId, OptionId

FEWEST = 10
MOST = 2_000
"""Forms of one phrase that are compared; the rare longer ones are cut off there."""
TYPED = frozenset(Intent) - {
    Intent.DISMISS,
    Intent.FEEDBACK,
    Intent.CLAIM,
    Intent.HAND_BACK,
    Intent.CANCEL_HUMAN,
    Intent.QUIET,
    Intent.EDITED,
    Intent.DELETED,
}
ELSEWHERE = {Intent.ANSWER, Intent.ASK, Intent.UNCLEAR, Intent.CHANGE_ANSWER}
"""Intents that are read from facts, questions, nothing, and `corrections`."""
KNOWLEDGE = load_knowledge()
OPTIONS = [(c.id, option) for c in KNOWLEDGE.criteria.values() for option in c.options]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon as it ships."""
    return load_lexicon()


def ways(phrase: Phrase) -> Iterator[tuple[str, ...]]:
    """Every way to say a phrase, one by one."""
    if not phrase:
        yield ()
        return
    first, *rest = phrase
    heads = [(first,)] if isinstance(first, str) else chain.from_iterable(map(ways, first))
    for head in heads:
        for tail in ways(tuple(rest)):
            yield (*head, *tail)


def hollow(phrase: Phrase) -> bool:
    """Whether a phrase can be said without a word."""
    return all(
        part in ("^", "$", "..", "...") if isinstance(part, str) else any(map(hollow, part))
        for part in phrase
    )


def phrasings(lexicon: Lexicon, criterion: CriterionId, option: OptionId) -> Iterator[str]:
    """Every phrase, name or unit that can stand for an option."""
    sheet = lexicon.sheet
    for table in (sheet.facts, sheet.hints, sheet.short):
        yield from table.get(criterion, {}).get(option, ())
    mention = sheet.mentions.get(criterion)
    if mention is not None:
        yield from mention.members.get(option, ())
    measure = sheet.measures.get(criterion)
    if measure is not None and option in measure.ranges:
        yield from (*measure.phrases, *measure.short)


@pytest.mark.parametrize(("criterion", "option"), OPTIONS)
def test_every_option_has_enough_phrasings(
    lexicon: Lexicon, criterion: CriterionId, option: OptionId
) -> None:
    """Facts, hints, short replies, names and numbers together give each option ten."""
    assert len(set(phrasings(lexicon, criterion, option))) >= FEWEST


@pytest.mark.parametrize("intent", sorted(TYPED - ELSEWHERE))
def test_every_intent_has_enough_phrasings(lexicon: Lexicon, intent: Intent) -> None:
    """Whatever people may want of the advisor can be said in fifteen ways at least."""
    command = lexicon.sheet.intents[intent]
    plain = lexicon.tokeniser.plain
    phrases = (parsed(phrase, plain) for phrase in (*command.whole, *command.anywhere))
    said = {way for phrase in phrases for way in islice(ways(phrase), MOST)}
    assert len(said) >= 15


def test_the_lexicon_speaks_of_real_criteria_and_options(lexicon: Lexicon) -> None:
    """A renamed option would leave its phrases without effect."""
    sheet = lexicon.sheet
    for table in (sheet.facts, sheet.hints, sheet.short):
        for criterion, options in table.items():
            assert set(options) <= set(KNOWLEDGE.criteria[criterion].options)
    for criterion, measure in sheet.measures.items():
        assert set(measure.ranges) <= set(KNOWLEDGE.criteria[criterion].options)
    for criterion, mention in sheet.mentions.items():
        known = set(KNOWLEDGE.criteria[criterion].options)
        assert set(mention.counted or mention.members) <= known
    for criterion, verdicts in sheet.yes_no.items():
        assert set(verdicts.values()) <= set(KNOWLEDGE.criteria[criterion].options)
    for criterion, orders in sheet.stronger.items():
        assert set(chain.from_iterable(orders)) <= set(KNOWLEDGE.criteria[criterion].options)
    assert set(sheet.names) <= set(KNOWLEDGE.criteria)
    assert set(sheet.today) <= set(KNOWLEDGE.criteria)


@pytest.mark.parametrize("criterion", sorted(KNOWLEDGE.criteria))
@pytest.mark.parametrize("section", ["facts", "short"])
def test_no_phrase_says_two_options(lexicon: Lexicon, section: str, criterion: CriterionId) -> None:
    """Such a phrase would always end in a question instead of an answer."""
    plain = lexicon.tokeniser.plain
    said: dict[tuple[str, ...], set[OptionId]] = defaultdict(set)
    for option, phrases in getattr(lexicon.sheet, section).get(criterion, {}).items():
        for phrase in phrases:
            for way in islice(ways(parsed(phrase, plain)), MOST):
                said[way].add(option)
    assert {way: options for way, options in said.items() if len(options) > 1} == {}


@pytest.mark.parametrize("section", ["facts", "hints", "short", "replies", "intents"])
def test_no_phrase_is_empty_once_its_words_are_compared(lexicon: Lexicon, section: str) -> None:
    """Words of mere colour vanish; a phrase of nothing else would fit every text."""
    plain = lexicon.tokeniser.plain

    def leaves(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from chain.from_iterable(map(leaves, value.values()))
        elif isinstance(value, list | tuple):
            yield from chain.from_iterable(map(leaves, value))

    table = lexicon.sheet.model_dump()[section]
    bare = [phrase for phrase in leaves(table) if hollow(parsed(phrase, plain))]
    assert bare == []


def test_yaml_reads_no_phrase_as_a_boolean_or_a_number() -> None:
    """YAML takes an unquoted no, yes, on or off for a boolean."""

    def leaves(value: object) -> Iterator[object]:
        if isinstance(value, dict):
            yield from chain(value, chain.from_iterable(map(leaves, value.values())))
        elif isinstance(value, list):
            yield from chain.from_iterable(map(leaves, value))
        else:
            yield value

    text = (Path(__file__).resolve().parents[2] / "flows" / FILE).read_text("utf-8")
    data = yaml.load(text, yaml.CSafeLoader)
    ranges = [measure.pop("ranges") for measure in data["measures"].values()]
    assert ranges
    units = data.pop("units")
    assert units
    assert {type(leaf) for leaf in leaves(data)} == {str}


def test_foreign_words_are_not_ours(lexicon: Lexicon) -> None:
    """A word that is English too must not make a text foreign."""
    common = {word for word, _ in english()[1][:1_000]}
    assert lexicon.foreign & (lexicon.polite | DROPPED | common) == set()
    assert len(lexicon.sheet.foreign) >= 8


def test_the_labels_of_buttons_are_in_reach(lexicon: Lexicon) -> None:
    """A label of nothing but colour could never be typed."""
    for criterion, option in OPTIONS:
        label = KNOWLEDGE.criteria[criterion].options[option].label
        assert lexicon.tokeniser.plain(label), (criterion, option)


# An organisation's own phrases, and what is wrong with them.


def overlay(folder: Path, text: str) -> Path:
    """An organisation's folder with its own lexicon."""
    (folder / FILE).write_text(text, "utf-8")
    return folder


def test_an_overlay_adds_phrases(tmp_path: Path) -> None:
    """Its phrases are read, and the packaged ones still are."""
    text = """
facts:
  shared_platform:
    mandated: ["everything goes on the mothership"]
intents:
  human: {anywhere: ["page the wizard"]}
"""
    reader = load_advisor(overlay(tmp_path, text)).reader
    told = reader.read("Around here everything goes on the mothership.")
    assert told.answers["shared_platform"] == ("mandated",)
    assert reader.read("please page the wizard").intent is Intent.HUMAN
    assert reader.read("start over").intent is Intent.RESTART


WRONG = [
    ("facts: {growth: {rapid: [yes]}}", ("facts.growth.rapid", "quote")),
    ("facts: [growth]", ("facts",)),
    ("- growth", ("mapping",)),
    ("facts: {growth: {rapid: ['(a|b']}}", ("facts.growth.rapid", "brackets")),
    ("facts: {growth: {rapid: ['we {explode}']}}", ("facts.growth.rapid", "{explode}")),
    ("intents: {dance: {whole: ['let us dance']}}", ("intents.dance",)),
    ("phrases: {}", ("phrases",)),
    ("facts: {growth: [", ("YAML",)),
]


@pytest.mark.parametrize(("text", "named"), WRONG, ids=[text for text, _ in WRONG])
def test_an_overlay_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, text: str, named: tuple[str, ...]
) -> None:
    """The message names the file, the key and what is wrong."""
    with pytest.raises(LexiconError) as caught:
        load_lexicon(overlay(tmp_path, text))
    message = str(caught.value)
    assert FILE in message
    for part in named:
        assert part in message
