"""Text as Slack's rich text, where every word is literal and only our own spans have a style."""

from collections.abc import Iterable
from typing import Any

from bot.slack.figures import URL
from bot.slack.markup import cut, is_person
from flows.reply import THREAD_LINK, Span, Text

Element = dict[str, Any]


def shortened(text: Text, most: int) -> Text:
    """The text within so many characters, ended at a word; empty spans are left out."""
    kept: list[Span] = []
    left = most
    for span in text:
        if not span.text and not span.person:
            continue
        if len(span.text) > left:
            if left > 1:
                kept.append(span.model_copy(update={"text": cut(span.text, left)}))
            break
        kept.append(span)
        left -= len(span.text)
    return tuple(kept)


def elements(text: Text, thread_link: str | None) -> list[Element]:
    """The spans as elements of a section; `thread_link` is the address of the thread, if known."""
    made: list[Element] = []
    for span in text:
        element = _element(span, thread_link)
        last = made[-1] if made else {}
        if element["type"] == last.get("type") == "text" and _style(element) == _style(last):
            last["text"] += element["text"]
        else:
            made.append(element)
    return made


def _style(element: Element) -> object:
    return element.get("style")


def _element(span: Span, thread_link: str | None) -> Element:
    if span.person and is_person(span.person):
        return {"type": "user", "user_id": span.person}
    words = span.text or f"@{span.person}"
    style = {} if span.style == "plain" else {"style": {span.style: True}}
    url = thread_link if span.url == THREAD_LINK else span.url
    if url and url.startswith(("https://", "http://")) and len(url) <= URL:
        return {"type": "link", "url": url, "text": words, **style}
    return {"type": "text", "text": words, **style}


def section(text: Text, thread_link: str | None) -> Element:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": elements(text, thread_link)}


def quote(text: Text, thread_link: str | None) -> Element:
    """Somebody's words, set apart."""
    return {"type": "rich_text_quote", "elements": elements(text, thread_link)}


def bullets(items: Iterable[Text], thread_link: str | None, *, numbered: bool) -> Element:
    """A list."""
    return {
        "type": "rich_text_list",
        "style": "ordered" if numbered else "bullet",
        "elements": [section(item, thread_link) for item in items],
    }
