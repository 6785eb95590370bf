"""Names of products, clouds and languages: the phrase around a name decides whether it counts.

"We run EKS" states it, "not EKS" takes it back, and a bare name leaves a doubt. Names in a list
share what is said of one of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from flows.reading.facts import Fact, mask
from flows.reading.lexicon import Lexicon, Mention, Says
from flows.reading.patterns import Capture, Hit, Reading
from knowledge.schema import CriterionId

_LISTING = frozenset("and or plus both some bit of also".split())
_TERSE = 4
"""Words of a clause that can be an item of a list of facts."""
_PARTED = ("", ",", "(")
"""Marks that may stand inside a list of names."""

Frame = Hit[Says]


def mentioned(
    reading: Reading,
    lexicon: Lexicon,
    hits: Sequence[Frame],
    silent: int,
    asked: CriterionId | None,
) -> list[Fact]:
    """The names in a text that count, and those in doubt; `silent` words state nothing."""
    return [
        fact
        for criterion, mention in lexicon.sheet.mentions.items()
        for fact in _Names(reading, lexicon.polite, criterion, mention, silent).facts(
            _framed(criterion, hits), criterion == asked
        )
    ]


def _framed(criterion: CriterionId, hits: Sequence[Frame]) -> dict[int, Frame]:
    """The phrase around each name, by the name's place: of several the one that says most."""
    framed: dict[int, Frame] = {}
    for hit in hits:
        if hit.payload.kind not in ("fill", "void") or hit.payload.criterion != criterion:
            continue
        for capture in hit.captures:
            if capture.name == criterion:
                known = framed.get(capture.start)
                if known is None or _says_more(hit, known):
                    framed[capture.start] = hit
    return framed


def _says_more(hit: Frame, known: Frame) -> bool:
    """Whether a phrase says more than another; between equals one that takes back wins."""
    sizes = hit.used.bit_count(), known.used.bit_count()
    return sizes[0] > sizes[1] or (sizes[0] == sizes[1] and hit.payload.kind == "void")


class _Names:
    """The names of one criterion in a text."""

    def __init__(
        self,
        reading: Reading,
        polite: Collection[str],
        criterion: CriterionId,
        mention: Mention,
        silent: int,
    ) -> None:
        self.reading = reading
        self.polite = polite
        self.criterion = criterion
        self.mention = mention
        self.silent = silent

    def facts(self, framed: Mapping[int, Frame], asked: bool) -> list[Fact]:
        """What the names say; `asked` ones need no phrase around them."""
        return [
            self._fact(place, framed.get(place.start), state)
            for places in self._lists()
            for place, state in zip(places, self._states(places, framed, asked), strict=True)
            if state not in ("void", "shy")
        ]

    def _states(
        self, places: Sequence[Capture], framed: Mapping[int, Frame], asked: bool
    ) -> list[str]:
        """What is said of each name in a list: fill, void, bare, or shy for ordinary words."""
        said = [framed[p.start].payload.kind if p.start in framed else "" for p in places]
        for at in range(1, len(said)):
            said[at] = said[at] or said[at - 1]  # a list goes on as it began
        for at in range(len(said) - 1, 0, -1):
            said[at - 1] = said[at - 1] or said[at]
        if said[0]:
            return list(said)
        several = self.mention.counted and len({place.key for place in places}) > 1
        return [self._plain(place, asked or bool(several)) for place in places]

    def _plain(self, place: Capture, enough: bool) -> str:
        shy = place.key in self.mention.shy
        if enough or (not shy and self._alone(place)):
            return "fill"
        return "shy" if shy else "bare"

    def _fact(self, place: Capture, frame: Frame | None, state: str) -> Fact:
        option = self.mention.counted[0] if self.mention.counted else place.key
        start, end, used = (
            (frame.start, frame.end, frame.used)
            if frame is not None
            else (place.start, place.end, mask(place.start, place.end))
        )
        sure = state == "fill"
        return Fact(self.criterion, (option,), start, end, used, sure, "name", place.key)

    def _lists(self) -> Iterator[list[Capture]]:
        """The names outside of silent words, those of one list together."""
        together: list[Capture] = []
        for at, members in sorted(self.reading.members.items()):
            for name, member in members:
                if name != self.criterion or mask(at, member.end) & self.silent:
                    continue
                place = Capture(at, member.end, name, member.key)
                if together and at < together[-1].end:
                    continue
                if together and not self._listed(together[-1], place):
                    yield together
                    together = []
                together.append(place)
        if together:
            yield together

    def _listed(self, first: Capture, second: Capture) -> bool:
        """Whether two names stand in one list: only commas and "and" between them."""
        if any(word not in _LISTING for word in self.reading.words[first.end : second.start]):
            return False
        marks = self.reading.text.before[first.end : second.start + 1]
        return all(mark in _PARTED for mark in marks)

    def _alone(self, place: Capture) -> bool:
        """Whether a clause holds nothing but the name, and continues no running sentence."""
        clause = self.reading.clause
        home = clause[place.start]
        before = 0
        for at, word in enumerate(self.reading.words):
            if clause[at] == home and not place.start <= at < place.end and word not in self.polite:
                return False
            before += clause[at] == home - 1
        return self.reading.text.before[place.start] != "," or before <= _TERSE
