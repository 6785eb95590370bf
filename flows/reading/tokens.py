"""Text from people as plain words with places: cleaned, split into clauses, comparable.

Phrases of the lexicon go through the same steps, so both sides of a comparison agree.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

LIMIT = 4_000
"""Characters that are read after cleaning; nobody describes a team in more."""

_SCANNED = 60_000
_QUOTED = re.compile(r"(?m)^[ \t]*(?:>|&gt;).*$")
_CLUTTER = re.compile(
    r"<[@#!][^<>\n]{0,200}>"  # mentions of people, channels and groups
    r"|<(?:https?|mailto|tel):[^<>\n]{0,2000}>"
    r"|(?:https?://|www\.)[^\s<>|]{1,2000}"
    r"|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}"
    r"|(?<![\w:]):[a-z][a-z0-9_+-]{0,40}:(?![\w:])",  # :emoji:
    re.IGNORECASE,
)
_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "‐": "-",
        "‑": "-",
        "−": "-",
        "–": "-",
        "—": ";",
        "…": " ... ",
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\ufeff": None,
        "\r": "\n",
        "\t": " ",
    }
)

_NOT = {
    "cant": "can",
    "dont": "do",
    "wont": "will",
    "doesnt": "do",
    "didnt": "did",
    "isnt": "be",
    "arent": "be",
    "aint": "be",
    "havent": "have",
    "hasnt": "have",
    "wasnt": "was",
    "werent": "was",
    "shouldnt": "should",
    "wouldnt": "would",
    "couldnt": "could",
}
_WHOLE = {
    "cannot": ("can", "not"),
    "im": ("i", "be"),
    "ive": ("i", "have"),
    "youre": ("you", "be"),
    "theyre": ("they", "be"),
    "weve": ("we", "have"),
    "thats": ("that", "be"),
    "whats": ("what", "be"),
    "theres": ("there", "be"),
    "gonna": ("go", "to"),
    "wanna": ("want", "to"),
    "gotta": ("have", "to"),
    "lets": ("let", "us"),
}
_TAILS = {"re": "be", "m": "be", "ve": "have", "ll": "will", "d": "would"}
_IS = frozenset(
    "it that what who how where why when there here he she everything nobody someone everyone"
    " anybody somebody everybody nothing all one what's".split()
)
_ROOTS = {
    **dict.fromkeys(("am", "are", "is", "being", "been"), "be"),
    **dict.fromkeys(("were",), "was"),
    **dict.fromkeys(("has", "having"), "have"),
    **dict.fromkeys(("does", "doing"), "do"),
    **dict.fromkeys(("an", "the"), "a"),
    **dict.fromkeys(("every", "each"), "every"),
    **dict.fromkeys(("centers", "centre", "centres"), "center"),
    "people": "people",
    "nodes": "nodes",
    "my": "our",
    "&": "and",
    "+": "and",
}
DROPPED = frozenset(
    "a really very quite pretty honestly basically literally simply totally completely fully"
    " absolutely currently already indeed frankly tbh lol imho btw fairly mostly mainly"
    " perhaps probably possibly presumably largely essentially certainly definitely just"
    " rather somewhat truly right-now kinda sorta".split()
)
"""Words that add colour and no fact; phrases and texts are compared without them."""

_SOFT = frozenset("but however although though because since while whereas so".split())
_SUBJECTS = frozenset("we i our it they there nobody everything all one you".split())
_STOPS = frozenset(".?!\n;")
_SHORTEST_PLURAL = 4
_SHORTEST_ISED = 7
_PLURAL_KEPT = ("ss", "us", "is", "as")


def clean(text: str) -> str:
    """The part of a message that its writer says: no code blocks, quotes, links or mentions."""
    text = text[:_SCANNED]
    if "```" in text:
        text = "\n".join(text.split("```")[::2])
    text = _QUOTED.sub("\n", text.split("&gt;&gt;&gt;")[0])
    text = _CLUTTER.sub(" ", text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_PLAIN))
    text = text.translate(_PLAIN)
    return text[:LIMIT]


def root(word: str) -> str:
    """One form for a word's plural or third person, British or American spelling."""
    if word in _ROOTS:
        return _ROOTS[word]
    if len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(_PLURAL_KEPT):
        if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
            return word[:-3] + "y"
        if word.endswith(("xes", "ches", "shes", "sses")):
            return word[:-2]
        word = word[:-1]
    if len(word) >= _SHORTEST_ISED and "iz" in word:
        for american, british in (("ized", "ised"), ("izing", "ising"), ("ize", "ise")):
            if word.endswith(american):
                return word[: -len(american)] + british
        return word.replace("ization", "isation")
    return word


def expand(word: str) -> tuple[str, ...]:
    """A lower-case token as comparable words: contractions undone, roots taken."""
    if word in _WHOLE:
        return _WHOLE[word]
    head, _, tail = word.partition("'")
    negated = _NOT.get(word if not tail else head + "t" if tail == "t" else "")
    if negated:
        return negated, "not"
    if tail == "s" and head not in _IS:
        return ("let", "us") if head == "let" else (root(head),)
    after = "be" if tail == "s" else _TAILS.get(tail, root(tail))
    return (root(head), after) if after else (root(head),)


@dataclass(frozen=True, slots=True)
class Tokeniser:
    """Splits text into words; `spellings` maps what breaks word boundaries (`.net`, `c++`)."""

    spellings: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str]

    @classmethod
    def made(cls, spellings: Mapping[str, str]) -> "Tokeniser":
        """A tokeniser that knows these odd spellings (lower case -> plain words)."""
        odd = "|".join(re.escape(key) for key in sorted(spellings, key=len, reverse=True))
        pattern = re.compile(
            (rf"(?<![\w.])(?:{odd})(?![\w+#])|" if odd else "")
            + r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:\.\d+)?|[^\W\d_]\w*(?:'[^\W\d_]+)?|\n|[^\w\s]",
            re.IGNORECASE,
        )
        return cls({k: tuple(map(root, v.split())) for k, v in spellings.items()}, pattern)

    def plain(self, phrase: str) -> tuple[str, ...]:
        """The comparable words of a phrase."""
        words: list[str] = []
        for found in self.pattern.finditer(phrase.lower()):
            token = found.group()
            words += [
                root(word)
                for word in self.spellings.get(token) or expand(token)
                if word not in DROPPED and (word[:1].isalnum() or word == "%")
            ]
        return tuple(words)

    def read(
        self,
        text: str,
        corrected: Callable[[str, bool], str] | None = None,
        most: int = LIMIT,
    ) -> "Text":
        """Split a cleaned text.

        `corrected` mends a lower-case word (its second argument: whether it was written with a
        capital), within the first `most` characters.
        """
        made = _Builder(text)
        for found in self.pattern.finditer(text):
            token = found.group().lower()
            start, end = found.span()
            odd = self.spellings.get(token)
            if odd:
                made.words(odd, start, end)
            elif token[0].isalpha():
                if corrected is not None and start < most:
                    token = corrected(token, found.group()[0].isupper())
                made.words(expand(token), start, end)
            elif token[0].isdigit():
                made.words((token.replace(",", ""),), start, end)
            else:
                made.mark(token, start, end)
        return made.done()


@dataclass(frozen=True, slots=True)
class Text:
    """Comparable words and their places.

    `clause` changes at every mark that parts clauses, `scope` also at words such as "but";
    `before` is the mark in front of a word (empty for none); `asked` tells for each sentence
    whether it ends with a question mark; `sentence` gives each word's sentence.
    """

    source: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    clause: tuple[int, ...]
    scope: tuple[int, ...]
    sentence: tuple[int, ...]
    before: tuple[str, ...]
    asked: tuple[bool, ...]

    def quote(self, start: int, end: int) -> str:
        """The source's own words from one word to before another."""
        return " ".join(self.source[self.starts[start] : self.ends[end - 1]].split())[:200]


class _Builder:
    """Collects words and marks while a text is split."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.rows: list[tuple[str, int, int, int, int, int, str]] = []
        self.asked: list[bool] = [False]
        self.clause = self.scope = self.sentence = 0
        self.last = 0
        self.before = ""

    def words(self, words: tuple[str, ...], start: int, end: int) -> None:
        for word in words:
            if word in DROPPED:
                continue
            joined = bool(self.rows) and self.rows[-1][0] in ("and", "then")
            if self.rows and (word in _SOFT or (joined and word in _SUBJECTS)):
                self.scope += 1
            self.rows.append(
                (word, start, end, self.clause, self.scope, self.sentence, self.before)
            )
            self.before = ""
        self.last = end

    def mark(self, mark: str, start: int, end: int) -> None:
        if mark in ("&", "+", "/"):
            if mark != "+" or start > self.last:
                self.words(("and",), start, end)
            else:
                self.words(("plus",), start, end)
            return
        if mark in ("%", "~"):
            self.words((mark,), start, end)
            return
        spaced = start > self.last and self.source[end : end + 1].isspace()
        if mark in "-'\"*_" and not (mark == "-" and spaced):
            if mark == "-" and self.rows and self.rows[-1][0][0].isdigit():
                after = self.source[end : end + 1]
                if after.isdigit() and start == self.last:
                    self.words(("to",), start, end)
            return
        self.clause += 1
        self.scope += 1
        self.before = mark
        if mark in _STOPS:
            if mark == "?":
                self.asked[-1] = True
            if self.rows and self.rows[-1][5] == self.sentence:
                self.sentence += 1
                self.asked.append(False)

    def done(self) -> Text:
        return Text(
            source=self.source,
            words=tuple(row[0] for row in self.rows),
            starts=tuple(row[1] for row in self.rows),
            ends=tuple(row[2] for row in self.rows),
            clause=tuple(row[3] for row in self.rows),
            scope=tuple(row[4] for row in self.rows),
            sentence=tuple(row[5] for row in self.rows),
            before=tuple(row[6] for row in self.rows),
            asked=tuple(self.asked),
        )
