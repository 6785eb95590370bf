"""Which topics a text is about: by their names first, else by full-text search."""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.english import english
from knowledge.hints import hinted, on_their_own
from knowledge.schema import Topic, TopicId, TopicKind

CROSS: tuple[TopicId, ...] = ("responsibility", "lock_in", "pricing_support")
"""Topics that a question is about beside its subject: "who patches", "leave", "cost"."""

MOST = 3
_SUBJECT, _CONCEPT, _ASKED = range(3)
"""How topics are ranked: products and models, then concepts, then what is asked of them."""
_LONGEST = 4000
_MOST_TERMS = 12
_SHORTEST_MISSPELT = 4
"""So short a word is only taken for one with two letters swapped."""
_LONG = 9
"""So long a word may have two slips."""
_SHORTEST_JOINED = 7
_SHORTEST_PLURAL = 4
_SPELLINGS = {"k8s": "kubernetes", "k8": "kubernetes", "kube": "kubernetes"}
_AS_WRITTEN = frozenset(("functions",))
"""Plurals that name something else than their singular: what a thing is for is its function."""
_OTHER_KUBERNETES: frozenset[TopicId] = frozenset(
    ("kaas", "kpaas", "eks", "eks_auto_mode", "aks", "aks_automatic", "gke", "gke_autopilot")
)
"""Where one of these is named, Kubernetes is not what somebody runs on their own."""
_TITLE_WEIGHT = 5.0
_MOSTLY = 0.5
_SOME = 0.4

_STOP_WORDS = """
a about after again all also am an and another any anybody anyone are as ask at be been before
being best better between both but by can compare could did difference different do does doing
don done each else even ever every everybody explain for from get give go going good got had has
have he hello help her here hey hi him his how i if in into is it its just know let like ll long
m many me mean means more most much must my need needs no not now of ok on one only or other our
ours out over own please pls question re really right s same say service services shall she
should show simply so some somebody someone something still such sure t tell than thank thanks
that the their them then there these they thing things think this those to today too up us use
used uses using ve versus very vs want was way we well were what when where whether which while
who whom why will wish with without won would wtf yes yet you your
"""
_STOP = frozenset(_STOP_WORDS.split())


def words_of(text: str) -> tuple[str, ...]:
    """A text's words in lower case; whatever is no letter or digit separates them."""
    return tuple(re.findall(r"[a-z0-9]+", text[:_LONGEST].lower()))


def content_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words that carry meaning, each once, in order."""
    return tuple(dict.fromkeys(word for word in words if word not in _STOP))


def _folded(word: str) -> str:
    """A word as names are looked up: short forms written out, without the s of a plural."""
    word = _SPELLINGS.get(word, word)
    plural = len(word) >= _SHORTEST_PLURAL and word[-1] == "s" and word[-2] not in "isu"
    return word[:-1] if plural and word not in _AS_WRITTEN else word


def names_of(topic: Topic) -> tuple[str, ...]:
    """Every name by which people call a topic."""
    short = short_name(topic)
    plain = re.sub(r"\s*\(.*\)", "", topic.name)
    names = (topic.id.replace("_", " "), short, plain, *topic.aliases)
    return tuple(dict.fromkeys(name.lower() for name in names))


def short_name(topic: Topic) -> str:
    """The name for a label: what stands in parentheses, or the whole."""
    inner = re.search(r"\((.+)\)", topic.name)
    return inner[1] if inner else topic.name


@dataclass(frozen=True, slots=True)
class Mention:
    """A topic that a text names, and the words (by position) that name it."""

    topic: TopicId
    start: int
    end: int

    @property
    def places(self) -> range:
        """The positions of the words."""
        return range(self.start, self.end)


class Finder:
    """Finds topics; holds nothing that changes, so threads may share it."""

    def __init__(self, topics: Mapping[TopicId, Topic]) -> None:
        self._topics = topics
        self._names: dict[tuple[str, ...], TopicId] = {}
        parts: set[str] = set()
        for topic in topics.values():
            for name in names_of(topic):
                words = words_of(name)
                parts.update(words)
                self._names.setdefault(tuple(map(_folded, words)), topic.id)
        # "Cloud Run" is also written "cloudrun".
        for words, named in tuple(self._names.items()):
            joined = "".join(words)
            if len(words) > 1 and len(joined) >= _SHORTEST_JOINED:
                self._names.setdefault((joined,), named)
        self._longest = max(map(len, self._names), default=0)
        parts.update(name[0] for name in self._names if len(name) == 1)
        self._parts = sorted(word for word in parts if len(word) >= _SHORTEST_MISSPELT)
        self._index, self._known = _index(topics)

    def find(self, text: str) -> tuple[TopicId, ...]:
        """The topics of a text, best first, at most three; empty when nothing fits."""
        words = self._mended(words_of(text))
        mentions = self._named(words)
        named = self._in_order((*mentions, *self._between(mentions, words)))
        if not named:
            return self._search(content_words(words))[:MOST]
        return () if self._is_about_else(mentions, words) else self._weightiest(named)

    def mentions(self, words: tuple[str, ...]) -> list[Mention]:
        """Where topics are named, slips of the pen mended."""
        return self._named(self._mended(words))

    def _named(self, words: tuple[str, ...]) -> list[Mention]:
        """Where topics are named, the longest name first wherever names overlap."""
        folded = tuple(map(_folded, words))
        found: list[Mention] = []
        start = 0
        while start < len(folded):
            for length in range(min(self._longest, len(folded) - start), 0, -1):
                topic = self._names.get(folded[start : start + length])
                if topic is not None:
                    found.append(Mention(topic, start, start + length))
                    start += length
                    break
            else:
                start += 1
        return found

    def _between(self, mentions: list[Mention], words: tuple[str, ...]) -> Iterable[Mention]:
        """What the words around the names say: what is asked, and that Kubernetes is one's own."""
        named = {mention.topic for mention in mentions}
        if not named.difference(CROSS):
            return
        if "kubernetes" in named and not named & _OTHER_KUBERNETES and on_their_own(words):
            place = next(mention.start for mention in mentions if mention.topic == "kubernetes")
            yield Mention("self_managed_kubernetes", place, place)
        for topic, place in hinted(tuple(_SPELLINGS.get(word, word) for word in words)):
            yield Mention(topic, place, place)

    def _is_about_else(self, mentions: list[Mention], words: tuple[str, ...]) -> bool:
        """Whether a text without a subject of ours has another one: "what does a coffee cost"."""
        # Names of several words, such as "support plan", are ours whatever stands beside them.
        if any(mention.topic not in CROSS or len(mention.places) > 1 for mention in mentions):
            return False
        naming = {words[place] for mention in mentions for place in mention.places}
        beside = [word for word in content_words(words) if word not in naming]
        # A typing error is no subject; words that only other people use are.
        other = [word for word in beside if word not in self._known and word in english()]
        return bool(other) and len(other) * 2 >= len(beside)

    def _weightiest(self, named: tuple[TopicId, ...]) -> tuple[TopicId, ...]:
        """Three topics; where they are more, what is asked of a product outweighs a concept."""
        spare = [topic for topic in named if self._rank(topic) == _CONCEPT]
        while len(named) > MOST and spare and self._rank(named[0]) == _SUBJECT:
            least = spare.pop()
            named = tuple(topic for topic in named if topic != least)
        return named[:MOST]

    def nearest(self, text: str) -> tuple[TopicId, ...]:
        """Topics that share some words with a text: a hint where `find` finds nothing."""
        terms = content_words(words_of(text))[:_MOST_TERMS]
        enough = len(terms) * _SOME
        return tuple(topic for topic, held in self._ranked(terms) if held >= enough)[:MOST]

    def family(self, topic: TopicId) -> TopicId | None:
        """The topic of which this one is a variant: of `gke_autopilot`, `gke`."""
        parents = [other for other in self._topics if topic.startswith(f"{other}_")]
        return max(parents, key=len, default=None)

    def _in_order(self, mentions: Iterable[Mention]) -> tuple[TopicId, ...]:
        """Products and models as they are named, then concepts, then what is asked of them."""
        ranked: dict[TopicId, tuple[int, int, int]] = {}
        for mention in mentions:
            topic, rank = mention.topic, self._rank(mention.topic)
            parent = self.family(topic)
            if parent is not None:
                ranked.setdefault(parent, (rank, mention.start, 0))
            ranked.setdefault(topic, (rank, mention.start, 1))
        return tuple(sorted(ranked, key=lambda topic: ranked[topic]))

    def _rank(self, topic: TopicId) -> int:
        if topic in CROSS:
            return _ASKED
        return _CONCEPT if self._topics[topic].kind is TopicKind.CONCEPT else _SUBJECT

    def _mended(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words with slips in our names put right; English words are left alone."""
        return tuple(self._meant(word) if self._is_strange(word) else word for word in words)

    def _is_strange(self, word: str) -> bool:
        return (
            len(word) >= _SHORTEST_MISSPELT
            and word.isalpha()
            and word not in self._known
            and word not in _STOP
            and word not in english()
        )

    def _meant(self, word: str) -> str:
        """The nearest word of a name: one slip away, or two where the word is long."""
        most = 1 if len(word) < _LONG else 2
        near = process.extractOne(word, self._parts, scorer=OSA.distance, score_cutoff=most)
        if near is None:
            return word
        swapped = sorted(word) == sorted(near[0])
        short = max(len(word), len(near[0])) <= _SHORTEST_MISSPELT
        return word if short and not swapped else near[0]

    def _search(self, terms: tuple[str, ...]) -> tuple[TopicId, ...]:
        """Topics that hold more than half of the terms: less is chance, as is one common word."""
        terms = terms[:_MOST_TERMS]
        if len(terms) == 1 and terms[0] in english():
            return ()
        enough = len(terms) * _MOSTLY
        return tuple(topic for topic, held in self._ranked(terms) if held > enough)

    def _ranked(self, terms: tuple[str, ...]) -> list[tuple[TopicId, int]]:
        """Topics by BM25, each with the number of terms that it holds."""
        if not terms:
            return []
        # A private copy for each search: a connection is not safe to share between threads
        # everywhere, and the copy takes less than a tenth of a millisecond.
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(self._index)
            holding = {
                term: {
                    row[0]
                    for row in database.execute(
                        "SELECT id FROM topics WHERE topics MATCH ?", (f'"{term}"',)
                    )
                }
                for term in terms
            }
            rows = database.execute(
                "SELECT id FROM topics WHERE topics MATCH ? ORDER BY bm25(topics, 0.0, ?, 1.0), id",
                (" OR ".join(f'"{term}"' for term in terms), _TITLE_WEIGHT),
            ).fetchall()
        return [(row[0], sum(row[0] in topics for topics in holding.values())) for row in rows]


def _index(topics: Mapping[TopicId, Topic]) -> tuple[bytes, frozenset[str]]:
    """A full-text index of all topics as bytes, and every word in it."""
    known: set[str] = set()
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(
            "CREATE VIRTUAL TABLE topics"
            " USING fts5(id UNINDEXED, title, body, tokenize = 'porter unicode61')"
        )
        for topic in topics.values():
            title = " · ".join((topic.name, *names_of(topic)))
            body = "\n".join((topic.summary, *(fact.text for fact in topic.facts)))
            known.update(words_of(title), words_of(body))
            database.execute("INSERT INTO topics VALUES (?, ?, ?)", (topic.id, title, body))
        database.commit()
        return database.serialize(), frozenset(known)
