"""Splitting words from structure and joining them again.

What people typed must be erasable without touching anything else. So wherever a stored value
quotes somebody, the words go to the table `texts` under a number, and the value keeps the number
in their place. The number says nothing about the words (a hash would), and a value whose words
were erased loads with empty ones.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.conversation import Answer, Conversation, Understanding
from knowledge.schema import CriterionId


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one person, under their number in the conversation."""

    number: int
    person: str
    words: str


class Quotes:
    """All words that one conversation quotes; the same words of a person have one number."""

    def __init__(self, kept: Iterable[tuple[int, str, str | None]] = ()) -> None:
        self._words: dict[int, str] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._last = 0
        self.new: list[Quote] = []
        for number, person, words in kept:
            self._last = max(self._last, number)
            if words is not None:
                self._words[number] = words
                self._numbers[person, words] = number

    def number(self, person: str, words: str) -> int | None:
        """The number under which these words are (or will be) kept; None for no words."""
        if not words:
            return None
        found = self._numbers.get((person, words))
        if found is None:
            self._last = found = self._last + 1
            self._numbers[person, words] = found
            self._words[found] = words
            self.new.append(Quote(found, person, words))
        return found

    def words(self, number: int | None) -> str:
        """The words under a number; empty when they were erased."""
        return "" if number is None else self._words.get(number, "")


def split_conversation(conversation: Conversation, quotes: Quotes) -> str:
    """A conversation as JSON with numbers for words."""
    return _split(conversation.model_dump(mode="json"), _quoting, quotes)


def join_conversation(structure: str, quotes: Quotes) -> Conversation:
    """The way back."""
    return Conversation.model_validate(_join(structure, _quoting, quotes))


def split_answers(answers: Mapping[CriterionId, Answer], quotes: Quotes) -> str:
    """The answers after a turn as JSON with numbers for words."""
    dumped = {criterion: answer.model_dump(mode="json") for criterion, answer in answers.items()}
    return _split(dumped, _quoting_answers, quotes)


def join_answers(structure: str, quotes: Quotes) -> dict[CriterionId, Answer]:
    """The way back."""
    joined = _join(structure, _quoting_answers, quotes)
    return {criterion: Answer.model_validate(answer) for criterion, answer in joined.items()}


def split_understanding(understanding: Understanding, person: str, quotes: Quotes) -> str:
    """What was read from a text of `person`, as JSON with numbers for the words matched."""
    dumped = understanding.model_dump(mode="json")
    return _split(dumped, lambda data: _quoting_matches(data, person), quotes)


def join_understanding(structure: str, quotes: Quotes) -> Understanding:
    """The way back."""
    return Understanding.model_validate(
        _join(structure, lambda data: _quoting_matches(data, ""), quotes)
    )


_Places = Iterator[tuple[dict[str, Any], str, str]]
"""Where words are: the object that holds them, under which key, and whose they are."""

_Finder = Callable[[dict[str, Any]], _Places]


def _quoting(conversation: dict[str, Any]) -> _Places:
    yield from _quoting_answers(conversation["answers"])
    for step in conversation["steps"]:
        if step["before"]:
            yield step["before"], "quote", step["before"]["by"]
    for proposal in conversation["proposals"]:
        yield proposal["answer"], "quote", proposal["answer"]["by"]
    for ticket in conversation["tickets"]:
        yield ticket, "question", ticket["asked_by"]
        yield ticket, "note", ticket["claimed_by"] or ""


def _quoting_answers(answers: dict[str, Any]) -> _Places:
    for answer in answers.values():
        yield answer, "quote", answer["by"]


def _quoting_matches(understanding: dict[str, Any], person: str) -> _Places:
    for match in understanding["matched"]:
        yield match, "words", person


def _split(data: dict[str, Any], places: _Finder, quotes: Quotes) -> str:
    for holder, key, person in places(data):
        holder[key] = quotes.number(person, holder[key])
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _join(structure: str, places: _Finder, quotes: Quotes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(structure)
    for holder, key, _person in places(data):
        holder[key] = quotes.words(holder[key])
    return data
