"""Answers that only the person who asked sees: what `/servicemodel` and the Home tab tell.

They read the knowledge base and the store, never Slack.
"""

from collections.abc import Callable, Mapping, Sequence

from bot.slack.markup import cut
from bot.slack.verbs import two
from bot.store import Summary
from flows.advisor import Advisor
from flows.conversation import Control, State
from flows.reply import (
    Bullets,
    Heading,
    Note,
    Paragraph,
    Part,
    Quote,
    Reply,
    Span,
    Table,
    Text,
)
from knowledge.finding import short_name
from knowledge.library import Library
from knowledge.schema import Knowledge, SourceId, TopicId

LinkTo = Callable[[str, str | None], str | None]
"""Channel and thread -> the thread's address, where it is known."""

NEWEST = 10
IN_CELL = 300
"""Characters of a cell, and rows of a table, that can still be read beside each other."""
ROWS = 14

STATES: Mapping[str | None, str] = {
    State.ASKING: "a question is open",
    State.CLARIFYING: "a question is open",
    State.REVIEWING: "the answers wait for your word",
    State.RECOMMENDED: "advice given",
    State.NO_FIT: "nothing fits yet",
    State.PAUSED: "paused",
    State.WITH_HUMAN: "with an expert",
    State.CLOSED: "done",
    State.ABANDONED: "went quiet",
}
BEGUN = "just begun"
"""Before the first turn, and until something is asked."""

OVER = (State.CLOSED, State.ABANDONED)

USAGE: tuple[tuple[str, str], ...] = (
    ("/servicemodel", "start here, with one question at a time"),
    ("/servicemodel we run 12 services on Heroku", "start with what you tell"),
    ("/servicemodel explain KPaaS", "what something is"),
    ("/servicemodel compare CaaS KaaS", "two models side by side"),
    ("/servicemodel status", "your conversations, and where each stands"),
    ("/servicemodel human", "ask for a human"),
    ("/servicemodel delete-my-data", "remove what you told the advisor"),
    ("/servicemodel help", "this list"),
)


def usage(*, meant: str = "", typed: str = "") -> Reply:
    """How the command is used; with `meant`, after a word that was probably a slip."""
    lead: Text = (Span(text="I find the service model that fits your team, and say why."),)
    if meant:
        lead = (
            Span(text=f"I don't know “{typed}”. Did you mean "),
            Span(text=f"/servicemodel {meant}", style="code"),
            Span(text="?"),
        )
    lines = tuple(
        (Span(text=command, style="code"), Span(text=f"  {what}")) for command, what in USAGE
    )
    more = "Or mention me in a channel, or write to me directly. Only you see this."
    return _aside(Paragraph(text=lead), Bullets(items=lines), Note(text=(Span(text=more),)))


def explained(advisor: Advisor, words: str) -> Reply:
    """What the knowledge base says about something."""
    if not words:
        return _said("What shall I explain? For example: /servicemodel explain KPaaS")
    found = advisor.library.find(words)
    if not found:
        return _unknown(words)
    explanation = advisor.library.explain(found[0])
    first, *lines = explanation.answer.splitlines()
    more = (Bullets(items=tuple((Span(text=line),) for line in lines)),) if lines else ()
    return _aside(
        Paragraph(text=(Span(text=first),)),
        *more,
        *_sources(advisor.knowledge, explanation.sources),
    )


def compared(advisor: Advisor, words: str) -> Reply:
    """Two things side by side."""
    topics = _pair(advisor.library, words)
    if topics is None:
        return _said(
            "Which two shall I compare? For example: /servicemodel compare CaaS KaaS",
            "/servicemodel help shows everything that I can do here.",
        )
    first, second = topics
    comparison = advisor.library.compare(first, second)
    names = (_name(advisor.knowledge, first), _name(advisor.knowledge, second))
    return _aside(
        Heading(text=f"{names[0]} and {names[1]}"),
        Table(
            header=("", *names),
            rows=tuple(tuple(cut(cell, IN_CELL) for cell in row) for row in comparison.rows[:ROWS]),
        ),
        *_sources(advisor.knowledge, comparison.sources),
    )


def standing(listed: Sequence[Summary], knowledge: Knowledge, link: LinkTo) -> Reply:
    """Somebody's own conversations."""
    if not listed:
        return _said("You have no conversations with me. /servicemodel starts one.")
    return _aside(
        Paragraph(text=(Span(text="Your conversations, newest first:"),)),
        Bullets(items=tuple(line(one, knowledge, link) for one in listed[:NEWEST])),
    )


def log(listed: Sequence[Summary], knowledge: Knowledge, link: LinkTo) -> Reply:
    """The newest conversations of the workspace, for a reviewer."""
    if not listed:
        return _said("There are no conversations yet.")
    items = tuple(
        (
            Span(text=one.id, style="code"),
            Span(text=" · "),
            *line(one, knowledge, link),
            Span(text=" · started by "),
            Span(person=one.starter),
        )
        for one in listed[:NEWEST]
    )
    how = (
        Span(text="servicemodel logs show ID", style="code"),
        Span(text=" on the server prints a transcript."),
    )
    return _aside(
        Paragraph(text=(Span(text="The newest conversations:"),)),
        Bullets(items=items),
        Note(text=how),
    )


def line(one: Summary, knowledge: Knowledge, link: LinkTo) -> Text:
    """A conversation in one line, its day linked to the thread where that has an address."""
    said = "waits for an expert" if one.control == Control.PENDING else STATES.get(one.state, BEGUN)
    if one.model:
        said = f"{said} · {_name(knowledge, one.model)} fits best so far"
        if one.state in {State.RECOMMENDED, State.CLOSED}:
            said = f"{STATES[one.state]} · {_name(knowledge, one.model)}"
    day = f"{one.started_at.day} {one.started_at:%B %Y}"
    return (Span(text=day, url=link(one.channel, one.thread)), Span(text=f" · {said}"))


def refused(words: str) -> Reply:
    """For somebody who may not use the advisor."""
    return _said(words)


def refused_log() -> Reply:
    """For somebody who is no reviewer."""
    return _said(
        "The logs are for reviewers. If you should be one, ask whoever runs the advisor to add "
        "your user id to its REVIEWERS setting.",
        "/servicemodel status shows your own conversations.",
    )


def before_erasing(count: int) -> Reply:
    """What `delete-my-data` would do."""
    if not count:
        return _said("I have nothing of yours: you have no conversations with me.")
    own = "one conversation" if count == 1 else f"{count} conversations"
    return _said(
        f"This removes your words from {own} with me, for good. What was decided stays, without "
        "your words. Messages in Slack itself stay until you delete them there.",
        "To go ahead, type: /servicemodel delete-my-data confirm",
    )


def erased() -> Reply:
    """After `delete-my-data confirm`."""
    return _said("Done: your words are removed from my records.")


def human_called() -> Reply:
    """After `human`."""
    return _said("I am asking for a human. Follow the thread that I write to now.")


def started() -> Reply:
    """After `/servicemodel` alone or with words."""
    return _said(
        "On it. I open a thread here in a moment; where I cannot post, I write to you directly."
    )


def failed() -> Reply:
    """When a command could not be recorded."""
    return _said(
        "Sorry, I could not record that, so nothing has happened.",
        "Please try again in a minute. If it keeps failing, tell whoever runs the advisor.",
    )


def _aside(*parts: Part) -> Reply:
    return Reply(key="aside", parts=parts, audience="only")


def _said(*lines: str) -> Reply:
    return _aside(*(Paragraph(text=(Span(text=line),)) for line in lines))


def _unknown(words: str) -> Reply:
    return _aside(
        Paragraph(text=(Span(text="I have nothing on that:"),)),
        Quote(text=(Span(text=words[:200]),)),
        Paragraph(
            text=(Span(text="Try a model or product by name, such as KPaaS, CaaS or OpenShift."),)
        ),
    )


def _pair(library: Library, words: str) -> tuple[TopicId, TopicId] | None:
    sides = two(words)
    if sides is not None:
        left, right = (library.find(side) for side in sides)
        if left and right and left[0] != right[0]:
            return left[0], right[0]
    found = library.find(words)
    return (found[0], found[1]) if len(found) > 1 else None


def _name(knowledge: Knowledge, topic: TopicId) -> str:
    found = knowledge.topics.get(topic)
    return short_name(found) if found else topic


def _sources(knowledge: Knowledge, ids: Sequence[SourceId]) -> tuple[Part, ...]:
    spans: list[Span] = []
    for source_id in ids:
        source = knowledge.sources.get(source_id)
        if source is None:
            continue
        spans.append(Span(text="Sources: " if not spans else " · "))
        spans.append(Span(text=source.title, url=source.link))
    return (Note(text=tuple(spans)),) if spans else ()
