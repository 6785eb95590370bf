"""How well labelled sentences are read: one score for one sentence, added up for a file.

A file's items are of the kinds that its header explains: `situation`, `answer`, `intent`,
`kb_question`, and `nothing`, which states no fact about the team. Readings that an item lists as
`may` are neither required nor wrong.
"""

import random
import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import process_time
from typing import Any

from flows.conversation import NONE_OF_THESE, Intent, Understanding
from knowledge.schema import DONT_KNOW, CriterionId

Item = Mapping[str, Any]
Read = Callable[[str, CriterionId | None], Understanding]

FACTLESS = ("intent", "kb_question", "nothing")
_TOLD = (Intent.SITUATION, Intent.ANSWER, Intent.ASK)
_SHORTEST = 4
_EDGE = 2


@dataclass(frozen=True, slots=True)
class Scored:
    """One sentence: what it counted for, and what went wrong, in words."""

    id: str
    unseen: bool
    counts: Mapping[str, int]
    seconds: float
    faults: tuple[str, ...] = ()


def score(item: Item, read: Read, text: str | None = None) -> Scored:
    """Read one item (or `text` in its place) and hold it against its labels."""
    words = str(item["text"]) if text is None else text
    start = process_time()
    heard = read(words, item.get("asked"))
    seconds = process_time() - start
    counts: Counter[str] = Counter(messages=1)
    faults = _SCORES[item["kind"]](item, heard, counts)
    if (
        item["kind"] in FACTLESS
        and item["expect" if "expect" in item else "kind"] != "change_answer"
    ):
        counts["factless"] = 1
        if heard.answers:
            counts["facts from none"] = 1
            faults.append(f"states no fact, read {_shown(heard.answers)}")
    counts["kind of message"] = int(_kind(item, heard))
    if not counts["kind of message"] and not faults:
        faults.append(f"kind: read as {heard.intent}")
    told = tuple(f"{item['kind']} {words!r}: {fault}" for fault in faults)
    return Scored(item["id"], bool(item.get("unseen")), counts, seconds, told)


def _shown(facts: Mapping[str, Iterable[str]]) -> str:
    return ", ".join(f"{criterion}={'+'.join(options)}" for criterion, options in facts.items())


def _options(value: object) -> frozenset[str]:
    """A label as options: one of them, or a list."""
    return frozenset(value) if isinstance(value, list) else frozenset((str(value),))


def _situation(item: Item, heard: Understanding, counts: Counter[str]) -> list[str]:
    """Facts one by one; a message counts as clean when none of them is wrong."""
    faults = []
    wrong = False
    may = {c: frozenset(options) for c, options in item.get("may", {}).items()}
    for criterion in sorted({*item["expect"], *heard.answers}):
        wanted = _options(item["expect"][criterion]) if criterion in item["expect"] else frozenset()
        read = frozenset(heard.answers.get(criterion, ()))
        excused = may.get(criterion, frozenset())
        extra = read - wanted - excused
        missing = frozenset() if read & excused and not read & wanted else wanted - read
        counts["facts right"] += len(read & wanted)
        counts["facts wrong"] += len(extra)
        counts["facts missed"] += len(missing)
        counts[f"{criterion} right"] += len(read & wanted)
        counts[f"{criterion} wrong"] += len(extra)
        counts[f"{criterion} missed"] += len(missing)
        wrong = wrong or bool(extra)
        if extra or missing:
            got = "+".join(sorted(read)) or "nothing"
            faults.append(
                f"{criterion}: wanted {'+'.join(sorted(wanted)) or 'nothing'}, read {got}"
            )
    counts["situations"] = 1
    counts["situations without a wrong fact"] = int(not wrong)
    return faults


def _answer(item: Item, heard: Understanding, counts: Counter[str]) -> list[str]:
    """A reply is right, wrong, or not understood, which is asked again and does no harm."""
    counts["answers"] = 1
    wanted = _options(item["expect"])
    read = frozenset(heard.answers.get(item["asked"], ()))
    if heard.intent is Intent.DONT_KNOW:
        read = frozenset((DONT_KNOW,))
    if read == wanted or (read and read <= frozenset(item.get("may", ()))):
        counts["answers right"] = counts[f"{item['asked']} right"] = 1
        return []
    if read - wanted:
        counts["answers wrong"] = 1
    counts[f"{item['asked']} {'wrong' if read - wanted else 'missed'}"] = 1
    got = "+".join(sorted(read)) or f"nothing ({heard.intent}; likely {_shown(heard.likely)})"
    return [f"asked {item['asked']}: wanted {'+'.join(sorted(wanted))}, read {got}"]


def _intent(item: Item, heard: Understanding, counts: Counter[str]) -> list[str]:
    """An intent is right, wrong, or not understood; a change must hit criterion and option."""
    counts["intents"] = 1
    fault = f"wanted {item['expect']}, read {heard.intent}"
    if heard.intent not in {item["expect"], *item.get("may", ())}:
        counts["intents wrong"] = int(heard.intent is not Intent.UNCLEAR)
        return [fault]
    if heard.intent is Intent.CHANGE_ANSWER and "criterion" in item:
        option = heard.answers.get(item["criterion"])
        if heard.changes != item["criterion"]:
            counts["intents wrong"] = int(heard.changes is not None)
            return [f"wanted to change {item['criterion']}, read {heard.changes}"]
        if "option" in item and option != (item["option"],):
            counts["intents wrong"] = int(option is not None)
            return [f"wanted {item['criterion']}={item['option']}, read {option}"]
    counts["intents right"] = 1
    return []


def _question(item: Item, heard: Understanding, counts: Counter[str]) -> list[str]:
    """A right topic first, any right one among three, and all of them."""
    counts["questions"] = 1
    wanted, found = list(item["expect"]), heard.topics[:3]
    counts["topic first"] = int(bool(found) and found[0] in wanted)
    counts["topic among three"] = int(any(topic in wanted for topic in found))
    counts["all topics"] = int(set(wanted) <= set(found))
    if counts["topic first"]:
        return []
    return [f"wanted {'+'.join(wanted)}, found {'+'.join(found) or 'nothing'} ({heard.intent})"]


def _nothing(item: Item, heard: Understanding, counts: Counter[str]) -> list[str]:
    """What states nothing is scored for facts and kind alone."""
    del item, heard, counts
    return []


_SCORES: Mapping[str, Callable[[Item, Understanding, Counter[str]], list[str]]] = {
    "situation": _situation,
    "answer": _answer,
    "intent": _intent,
    "kb_question": _question,
    "nothing": _nothing,
}


def _kind(item: Item, heard: Understanding) -> bool:
    """Whether a message was taken for the right kind of message."""
    match item["kind"]:
        case "situation":
            return heard.intent is Intent.SITUATION or not item["expect"]
        case "answer":
            refusal = heard.intent is Intent.DONT_KNOW and item["expect"] in (
                DONT_KNOW,
                NONE_OF_THESE,
            )
            return heard.intent is Intent.ANSWER or refusal or DONT_KNOW in item.get("may", ())
        case "kb_question":
            return heard.intent in (Intent.ASK, Intent.COMPARE)
        case "intent":
            meant = {item["expect"], *item.get("may", ())}
            return heard.intent in meant or heard.intent not in (*_TOLD, Intent.UNCLEAR)
        case _:
            return heard.intent in item["may"]


def mistyped(text: str, seed: str) -> str:
    """The text with one typing error: letters swapped, lost, doubled or hit beside; seeded."""
    chance = random.Random(seed)  # noqa: S311 - typing errors need no secrecy
    marked = "".join(letter if letter.isalpha() else " " for letter in text)
    spans = [word for word in marked.split() if len(word) >= _SHORTEST]
    if not spans:
        return text
    word = chance.choices(spans, [len(span) for span in spans])[0]
    at = text.index(word)
    inside = chance.randrange(1, len(word) - 1) if len(word) > _EDGE else 0
    spot = at + inside
    match chance.randrange(4):
        case 0:
            return text[:spot] + text[spot + 1] + text[spot] + text[spot + 2 :]
        case 1:
            return text[:spot] + text[spot + 1 :]
        case 2:
            return text[:spot] + text[spot] + text[spot:]
        case _:
            return text[:spot] + chance.choice(string.ascii_lowercase) + text[spot + 1 :]
