"""Numbers for sources, given in the order in which one message cites them."""

from collections.abc import Iterable

from flows.reply import Note, Part, Span, Text
from flows.view import View, linked
from knowledge.schema import SourceId


class Footnotes:
    """Collects the sources of a message while it is written; used for one message and dropped."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._numbers: dict[SourceId, int] = {}

    def cite(self, text: str, sources: Iterable[SourceId]) -> Text:
        """A sentence and the numbers of its sources."""
        return (Span(text=text), *self.marks(sources))

    def marks(self, sources: Iterable[SourceId]) -> Text:
        """Only the numbers, each linked where the source has a web address."""
        known = self._view.advisor.knowledge.sources
        spans: list[Span] = []
        for source in dict.fromkeys(sources):
            number = self._numbers.setdefault(source, len(self._numbers) + 1)
            spans += [Span(text=" "), linked(f"[{number}]", known[source].link)]
        return tuple(spans)

    def list(self) -> tuple[Part, ...]:
        """The sources by number, as small print."""
        if not self._numbers:
            return ()
        known = self._view.advisor.knowledge.sources
        spans: list[Span] = list(self._view.say("sources.title"))
        for source, number in self._numbers.items():
            title = f"{known[source].title} ({known[source].publisher})"
            spans += [Span(text=f" [{number}] "), linked(title, known[source].link), Span(text=";")]
        return (Note(text=(*spans[:-1], Span(text="."))),)
