"""Erasing what one person typed, wherever it was kept, while the figures stay."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select, update

from bot.store.tables import conversations, outbox, texts
from knowledge.schema import Frozen

_PENDING = ("waiting", "trying")


class Receipt(Frozen):
    """How much was erased, place by place; `to_come` replies are erased once they are posted."""

    conversations: int
    messages: int
    forms: int
    quotes: int
    replies: int
    to_come: int


def erase(connection: Connection, workspace: str, person: str, now: datetime) -> Receipt:
    """Erase a person's words in a workspace.

    Our replies may quote anybody in their thread, so those of the person's conversations lose
    their words too; what is still to be posted loses them when it is.
    """
    mine = and_(texts.c.workspace == workspace, texts.c.person == person)
    theirs = set(connection.execute(select(texts.c.conversation).where(mine).distinct()).scalars())
    counted: Counter[str] = Counter()
    erased = (
        update(texts)
        .where(mine, texts.c.words.is_not(None))
        .values(words=None)
        .returning(texts.c.kind)
    )
    counted.update(connection.execute(erased).scalars())
    replies = to_come = 0
    for conversation in sorted(theirs):
        pending = exists().where(
            outbox.c.conversation == texts.c.conversation,
            outbox.c.number == texts.c.number,
            outbox.c.state.in_(_PENDING),
        )
        told = and_(
            texts.c.conversation == conversation,
            texts.c.kind == "reply",
            texts.c.words.is_not(None),
        )
        blanked = connection.execute(update(texts).where(told, ~pending).values(words=None))
        replies += blanked.rowcount
        to_come += len(connection.execute(select(texts.c.number).where(told, pending)).all())
        # A turn that is being taken has read the words: the fence keeps it from writing them.
        connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation)
            .values(
                erased_at=now,
                fence=conversations.c.fence + 1,
                owner=None,
                lease_until=None,
            )
        )
    return Receipt(
        conversations=len(theirs),
        messages=counted["message"],
        forms=counted["form"],
        quotes=counted["quote"],
        replies=replies,
        to_come=to_come,
    )
