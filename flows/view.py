"""A conversation and its standing, with the words for them: what every reply is written from."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.advisor import Advisor
from flows.conversation import Answer, Conversation, PersonId
from flows.reply import Note, Paragraph, Span, Text
from flows.wording import Value
from knowledge.finding import short_name
from knowledge.recommendation import Conflict, Recommendation
from knowledge.schema import DONT_KNOW, CriterionId, ModelId, OptionId, SourceId

QUOTE_LENGTH = 80
"""Characters of somebody's words that a line shows."""


@dataclass(frozen=True)
class View:
    """What a reply may look at; its methods turn ids into words."""

    conversation: Conversation
    advice: Recommendation
    advisor: Advisor

    def say(self, key: str, **values: Value) -> Text:
        """A sentence of `wording.yaml`, filled in."""
        return self.advisor.wording.say(key, **values)

    def label(self, key: str, **values: Value) -> str:
        """A sentence as plain words."""
        return self.advisor.wording.label(key, **values)

    def paragraph(self, key: str, **values: Value) -> Paragraph:
        """A sentence as running text."""
        return Paragraph(text=self.say(key, **values))

    def note(self, key: str, **values: Value) -> Note:
        """A sentence as small print."""
        return Note(text=self.say(key, **values))

    def name(self, criterion: CriterionId) -> str:
        """What a criterion is called."""
        return self.advisor.knowledge.criteria[criterion].name

    def names(self, criteria: Iterable[CriterionId]) -> str:
        """Several criteria in a row."""
        return ", ".join(self.name(criterion) for criterion in criteria)

    def option(self, criterion: CriterionId, option: OptionId) -> str:
        """What an option is called."""
        if option == DONT_KNOW:
            return self.label("answer.dont_know")
        return self.advisor.knowledge.criteria[criterion].options[option].label

    def options(self, criterion: CriterionId, options: Iterable[OptionId]) -> str:
        """Several options of one criterion in a row."""
        return "; ".join(self.option(criterion, option) for option in options)

    def model(self, model: ModelId) -> str:
        """What a model is called in a sentence: "KPaaS", where it has such a short name."""
        return short_name(self.advisor.knowledge.models[model])

    def models(self, models: Iterable[ModelId]) -> str:
        """Several models: "A, B and C"."""
        return self.listed([self.model(model) for model in models])

    def listed(self, items: list[str]) -> str:
        """Items in a row, the last after "and"."""
        if len(items) < 2:  # noqa: PLR2004 - one item needs no "and"
            return "".join(items)
        return self.label("list.and", first=", ".join(items[:-1]), last=items[-1])

    def answer(self, answer: Answer, *, named: bool = True) -> Text:
        """A line for one answer: what, who (if `named`), and the words it was read from."""
        values: dict[str, Value] = {
            "name": self.name(answer.criterion),
            "options": self.options(answer.criterion, answer.options),
        }
        if named:
            values["person"] = person(answer.by)
        if answer.quote:
            values["quote"] = shortened(answer.quote)
            return self.say("answer.line_quoted" if named else "answer.line_own_quoted", **values)
        return self.say("answer.line" if named else "answer.line_own", **values)

    def sources(self, sources: Iterable[SourceId]) -> Text:
        """Titles of sources, each a link where it has a web address."""
        known = self.advisor.knowledge.sources
        spans: list[Span] = []
        for source in dict.fromkeys(sources):
            spans += [Span(text=" · ")] if spans else []
            spans.append(linked(known[source].title, known[source].link))
        return tuple(spans)


def contradictions(advice: Recommendation) -> tuple[Conflict, ...]:
    """Answers that deny each other."""
    return tuple(c for c in advice.conflicts if c.kind == "contradiction")


def person(who: PersonId) -> Span:
    """A mention of somebody."""
    return Span(person=who)


def spaced(texts: Iterable[Text]) -> Text:
    """Several texts as one, a space between them."""
    spans: list[Span] = []
    for text in texts:
        spans += [Span(text=" ")] if spans else []
        spans += text
    return tuple(spans)


def linked(text: str, url: str | None) -> Span:
    """A link, or plain words where there is no address."""
    return Span(text=text, url=url)


def shortened(words: str, length: int = QUOTE_LENGTH) -> str:
    """Somebody's words on one line, cut at a length."""
    line = " ".join(words.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
