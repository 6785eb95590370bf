"""Topics: find the ones that answer a question, explain one, compare two.

Answers are sentences of the knowledge base with their sources; nothing is made up on the way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from knowledge.finding import CROSS, Finder, short_name, words_of
from knowledge.question import Question, compares, question_of
from knowledge.schema import (
    Aspect,
    Duty,
    Fact,
    Knowledge,
    ModelId,
    Party,
    ServiceModel,
    SourceId,
    Topic,
    TopicId,
)

_ASPECT_OF_CROSS = dict(zip(CROSS, (Aspect.RESPONSIBILITY, Aspect.EXIT, Aspect.PRICE), strict=True))
_LABELS = {
    Aspect.WHAT: "What it is",
    Aspect.STATUS: "Today",
    Aspect.RESPONSIBILITY: "Who does what",
    Aspect.STRENGTHS: "Strong at",
    Aspect.LIMITS: "Limits",
    Aspect.PRICE: "Price",
    Aspect.EXIT: "Leaving",
    Aspect.PEOPLE: "People",
    Aspect.CHOOSE: "A good fit",
    Aspect.AVOID: "Think twice",
}
_LABELLED = frozenset({Aspect.CHOOSE, Aspect.AVOID})
"""Facts of these aspects need their label to make sense alone."""
_PARTIES = {
    Party.CUSTOMER: "You",
    Party.PROVIDER: "Provider",
    Party.SHARED: "Shared",
    Party.VARIES: "Varies",
}
_AT_FIRST = (Aspect.STATUS, Aspect.RESPONSIBILITY, Aspect.CHOOSE)
_FULL = (
    Aspect.STATUS,
    Aspect.RESPONSIBILITY,
    Aspect.STRENGTHS,
    Aspect.LIMITS,
    Aspect.PRICE,
    Aspect.EXIT,
    Aspect.CHOOSE,
)
_MOST_FACTS = 4
_FACTS_OF_EACH = 2
_MOST_NEAR = 3


class UnknownTopic(LookupError):
    """There is no topic of that name; the message names the nearest."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer in plain lines, the topics it is about, and the sources it rests on (their ids).

    `found` is false when the knowledge base holds nothing on the question; `topics` then names
    the nearest ones, if there are any.
    """

    topics: tuple[TopicId, ...]
    answer: str
    sources: tuple[SourceId, ...]
    found: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two topics side by side: rows of label, text on `a`, text on `b`."""

    a: TopicId
    b: TopicId
    rows: tuple[tuple[str, str, str], ...]
    sources: tuple[SourceId, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    text: str
    sources: tuple[SourceId, ...]

    def __str__(self) -> str:
        # "EKS is …" needs no "Amazon EKS:" before it.
        if not self.label or self.text.startswith(f"{self.label.split()[-1]} "):
            return self.text
        return f"{self.label}: {self.text}"


class Library:
    """Answers from one version of the knowledge base; threads may share it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._finder = Finder(knowledge.topics)

    def find(self, text: str) -> tuple[TopicId, ...]:
        """The topics that a text is about, best first, at most three; empty when none fits."""
        return self._finder.find(text)

    def ask(self, text: str, topics: Sequence[TopicId] = ()) -> Explanation:
        """An answer of at most eight lines; `topics`, where known already, saves the search."""
        found = tuple(topics) or self.find(text)
        if not found:
            return self._not_found(text)
        words = words_of(text)
        named = tuple(_ASPECT_OF_CROSS[topic] for topic in found if topic in CROSS)
        asked = question_of(words, named)
        subjects = self._subjects(found, words)
        if not subjects:
            lines = self._on_concept(self._topic(found[0]), asked)
        elif len(subjects) == 1:
            lines = self._on_one(subjects[0], asked)
        elif compares(words):
            lines = self._on_two(subjects[0], subjects[1], asked)
            lines = lines or self._on_each(subjects, asked, words)
        else:
            lines = self._on_each(subjects, asked, words)
        return Explanation(found, *_written(lines), found=True)

    def explain(self, topic_id: TopicId) -> Explanation:
        """One topic in general: what it is, then a line an aspect. Raises `UnknownTopic`."""
        topic = self._topic(topic_id)
        lines: list[_Line] = [_Line("", topic.summary, topic.sources)]
        for aspect in _FULL:
            fact = _first(topic, aspect)
            if fact is not None:
                lines.append(_Line(_LABELS[aspect], fact.text, fact.sources))
        if isinstance(topic, ServiceModel):
            rule = topic.choose_it_unless
            lines[-1] = _Line("Rule of thumb", rule.text, rule.sources)
        return Explanation((topic_id,), *_written(lines), found=True)

    def compare(self, a: TopicId, b: TopicId) -> Comparison:
        """What both topics say on the same aspects, and for models where their duties differ.

        Raises `UnknownTopic`.
        """
        one, other = self._topic(a), self._topic(b)
        rows = [("In short", _sentence(one.summary), _sentence(other.summary))]
        used: list[SourceId] = [*one.sources, *other.sources]
        for aspect in Aspect:
            left, right = _first(one, aspect), _first(other, aspect)
            if aspect is not Aspect.WHAT and left is not None and right is not None:
                rows.append((_LABELS[aspect], left.text, right.text))
                used += [*left.sources, *right.sources]
        for label, left_duty, right_duty, sources in self._differing_duties(a, b):
            rows.append((label, left_duty, right_duty))
            used += sources
        return Comparison(a, b, tuple(rows), tuple(dict.fromkeys(used)))

    def _topic(self, topic_id: TopicId) -> Topic:
        topics = self.knowledge.topics
        if topic_id not in topics:
            near = get_close_matches(topic_id, topics, n=1, cutoff=0.4)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            message = f"There is no topic {topic_id!r}.{hint}"
            raise UnknownTopic(message)
        return topics[topic_id]

    def _subjects(self, found: Sequence[TopicId], words: tuple[str, ...]) -> list[Topic]:
        """What the answer is about: a variant stands for its family, unless they are compared."""
        subjects = [topic for topic in found if topic not in CROSS]
        parents = set() if compares(words) else {self._finder.family(topic) for topic in subjects}
        return [self._topic(topic) for topic in subjects if topic not in parents]

    def _on_concept(self, topic: Topic, asked: Question) -> list[_Line]:
        facts = asked.best(topic, _MOST_FACTS)
        return [_Line("", topic.summary, topic.sources), *map(_told, facts)]

    def _on_one(self, topic: Topic, asked: Question) -> list[_Line]:
        if not asked.specific:
            facts = asked.best(topic, _FACTS_OF_EACH) or [
                fact for aspect in _AT_FIRST if (fact := _first(topic, aspect)) is not None
            ]
            return [_Line("", topic.summary, topic.sources), *map(_told, facts)]
        duties = self._duties(topic, asked)
        most = _MOST_FACTS if not duties else _FACTS_OF_EACH
        lines = [*duties, *map(_told, asked.best(topic, most))]
        if isinstance(topic, ServiceModel) and Aspect.CHOOSE in asked.aspects:
            rule = topic.choose_it_unless
            lines.append(_Line("Rule of thumb", rule.text, rule.sources))
        return lines or [_Line("", topic.summary, topic.sources)]

    def _on_each(
        self, topics: Sequence[Topic], asked: Question, words: tuple[str, ...]
    ) -> list[_Line]:
        lines = []
        mentions = self._finder.mentions(words)
        for topic in topics:
            # "Does Helm work on Cloud Run" wants what is said of Helm under Cloud Run, so the
            # words that name a topic do not count for its own facts.
            naming = {place for m in mentions if m.topic == topic.id for place in m.places}
            facts = asked.best(topic, _FACTS_OF_EACH, {words[place] for place in naming})
            if facts:
                lines += [_told(fact, short_name(topic)) for fact in facts]
            else:
                lines.append(_in_short(topic))
        return lines

    def _on_two(self, one: Topic, other: Topic, asked: Question) -> list[_Line]:
        wanted = tuple(aspect for aspect in asked.aspects if aspect is not Aspect.WHAT)[:2]
        lines = []
        if not wanted:
            lines = [_in_short(topic) for topic in (one, other)]
            wanted = (Aspect.RESPONSIBILITY, Aspect.CHOOSE)
        for aspect in wanted:
            for topic in (one, other):
                fact = _first(topic, aspect)
                if fact is not None:
                    label = f"{short_name(topic)}, {_LABELS[aspect].lower()}"
                    lines.append(_Line(label, fact.text, fact.sources))
        return lines

    def _duties(self, topic: Topic, asked: Question) -> list[_Line]:
        """Who looks after the layer that a question names, or after all of them."""
        duties = self.knowledge.responsibilities.get(topic.id)
        if duties is None or Aspect.RESPONSIBILITY not in asked.aspects:
            return []
        layers = self.knowledge.layers
        layer = max(layers, key=lambda layer: asked.shared(layer.name))
        if asked.shared(layer.name):
            duty = duties[layer.id]
            label = f"{layer.name} ({_PARTIES[duty.party].lower()})"
            return [_Line(label, duty.text, duty.sources)]
        lines = []
        for party, name in _PARTIES.items():
            mine = [layer for layer in layers if duties[layer.id].party is party]
            if mine:
                sources = tuple(source for layer in mine for source in duties[layer.id].sources)
                names = "; ".join(_small(layer.name) for layer in mine)
                lines.append(_Line(name, f"{names}.", sources))
        return lines

    def _differing_duties(
        self, a: ModelId, b: ModelId
    ) -> Iterable[tuple[str, str, str, tuple[SourceId, ...]]]:
        both = self.knowledge.responsibilities
        if a in both and b in both:
            for layer in self.knowledge.layers:
                left, right = both[a][layer.id], both[b][layer.id]
                if left.party is not right.party:
                    sources = (*left.sources, *right.sources)
                    yield layer.name, _on_party(left), _on_party(right), sources

    def _not_found(self, text: str) -> Explanation:
        said = "My knowledge base has nothing on that."
        near = [topic for topic in self._finder.nearest(text) if topic not in CROSS][:_MOST_NEAR]
        if near:
            names = _listed([short_name(self._topic(topic)) for topic in near])
            noun = "topic is" if len(near) == 1 else "topics are"
            said = f"{said} The nearest {noun} {names}."
        else:
            models = _listed([short_name(model) for model in self.knowledge.models.values()])
            said = (
                f"{said}\nIt covers the service models ({models}), the products behind them,"
                " and who does what, what it costs and how to leave."
            )
        return Explanation(tuple(near), said, (), found=False)


def _first(topic: Topic, aspect: Aspect) -> Fact | None:
    return next((fact for fact in topic.facts if fact.aspect is aspect), None)


def _in_short(topic: Topic) -> _Line:
    return _Line(short_name(topic), _sentence(topic.summary), topic.sources)


def _told(fact: Fact, of: str = "") -> _Line:
    """A fact as a line; `of` names its topic where an answer speaks of several."""
    aspect = _LABELS[fact.aspect] if fact.aspect in _LABELLED else ""
    label = f"{of}, {aspect.lower()}" if of and aspect else of or aspect
    return _Line(label, fact.text, fact.sources)


def _sentence(text: str) -> str:
    """The first sentence of a text."""
    head, dot, _ = text.partition(". ")
    return head + "." if dot else text


def _on_party(duty: Duty) -> str:
    """Who looks after a layer; where offers differ, the sentence that says how."""
    party = _PARTIES[duty.party]
    return f"{party}: {duty.text}" if duty.party is Party.VARIES else party


def _small(name: str) -> str:
    """A layer's name within a sentence; "OS" keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "A, B and C"."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _written(lines: Iterable[_Line]) -> tuple[str, tuple[SourceId, ...]]:
    """Lines as one text, and their sources without repetition."""
    lines = tuple(lines)
    sources = dict.fromkeys(source for line in lines for source in line.sources)
    return "\n".join(map(str, lines)), tuple(sources)
