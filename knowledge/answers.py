"""Answers from outside, held against the knowledge base before anything is decided on them."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from knowledge.recommendation import Answers
from knowledge.schema import DONT_KNOW, Criterion, CriterionId, Knowledge, OptionId, Weight
from knowledge.table import WEIGHTS

_SHOWN = 60
"""Characters of a wrong value that an error repeats."""


class AnswersError(ValueError):
    """Answers that cannot be read; the message is one line that says what to write instead."""


def check_answers(knowledge: Knowledge, raw: Mapping[str, Any]) -> Answers:
    """Answers from `{"answers": {criterion: option, [options] or "dont_know"}, "weights": {…}}`.

    Both keys may be missing. AnswersError for whatever else is in it, naming the nearest known id.
    """
    if not isinstance(raw, Mapping):
        message = f"Answers are an object with the key 'answers', not {_shown(raw)}."
        raise AnswersError(message)
    for key in raw:
        _known(key, ("answers", "weights"), "a key of an answers file")
    given = _mapping(raw, "answers")
    chosen = {}
    dont_know = set()
    for criterion, value in given.items():
        _known(criterion, knowledge.criteria, "a criterion")
        if value in (DONT_KNOW, [DONT_KNOW]):
            dont_know.add(criterion)
        else:
            chosen[criterion] = _options(knowledge.criteria[criterion], value)
    weights = {}
    for criterion, weight in _mapping(raw, "weights").items():
        _known(criterion, knowledge.criteria, "a criterion")
        weights[criterion] = _weight(criterion, weight)
    return Answers(chosen=chosen, dont_know=frozenset(dont_know), weights=weights)


def refuse_unknown(knowledge: Knowledge, answers: Answers) -> None:
    """AnswersError when answers name what this knowledge base does not have."""
    for criterion, options in answers.chosen.items():
        _known(criterion, knowledge.criteria, "a criterion")
        if options:
            _options(knowledge.criteria[criterion], options)
    for criterion in answers.weights:
        _known(criterion, knowledge.criteria, "a criterion")


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    value = raw.get(key, {})
    if not isinstance(value, Mapping):
        message = f"{key!r} maps criteria to their values; it is {_shown(value)}."
        raise AnswersError(message)
    return value


def _options(criterion: Criterion, value: object) -> tuple[OptionId, ...]:
    """The options chosen, in the order of the criterion."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    if not listed:
        message = f"{criterion.id} has an empty list; name an option or leave it out."
        raise AnswersError(message)
    for option in listed:
        _known(option, (*criterion.options, DONT_KNOW), f"an option of {criterion.id}")
    if DONT_KNOW in listed:
        message = f"{criterion.id} is either {DONT_KNOW!r} or has options, not both."
        raise AnswersError(message)
    chosen = tuple(option for option in criterion.options if option in listed)
    if len(chosen) > 1 and not criterion.multiple:
        message = f"{criterion.id} takes one option, not {len(chosen)}: {', '.join(chosen)}."
        raise AnswersError(message)
    return chosen


def _weight(criterion: CriterionId, value: object) -> Weight:
    if isinstance(value, int) and not isinstance(value, bool) and value in WEIGHTS:
        return value
    message = (
        f"The weight of {criterion} is a whole number from {min(WEIGHTS)} to {max(WEIGHTS)}, "
        f"not {_shown(value)}."
    )
    raise AnswersError(message)


def _known(word: object, known: Iterable[str], what: str) -> None:
    words = tuple(known)
    if isinstance(word, str) and word in words:
        return
    nearest = max(words, key=lambda one: SequenceMatcher(None, str(word), one).ratio())
    message = f"{_shown(word)} is not {what}. Did you mean {nearest!r}?"
    raise AnswersError(message)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
