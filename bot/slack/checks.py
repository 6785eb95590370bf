"""The inside of each kind of block and element: what Slack would refuse about it.

One small check a kind, in two tables; `bot.slack.limits` knows the whole of a message or view.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.slack import figures

Json = Mapping[str, Any]
Found = Iterator[str]


def inside(block: Json, at: str) -> Found:
    """What is wrong with a block; kinds that we know nothing of are taken to be sound."""
    check = _BLOCKS.get(str(block.get("type")))
    if check:
        yield from check(block, at)


def length(value: object, at: str, most: int, least: int = 0) -> Found:
    """Whether a text (or nothing, which counts as an empty one) is too long or too short."""
    value = str(value or "")
    if len(value) > most:
        yield f"{at}: {len(value)} characters, at most {most}"
    if len(value) < least:
        yield f"{at}: empty"


def text_of(holder: Json, key: str, at: str, most: int, *, plain: bool = False) -> Found:
    """What is wrong with a text object under `key`; it may not be empty."""
    here = f"{at}.{key}"
    value = holder.get(key)
    if not isinstance(value, Mapping):
        yield f"{here}: missing"
        return
    if value.get("type") not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
        yield f"{here}: type {value.get('type')!r}"
    yield from length(value.get("text"), here, most, least=1)


def _count(items: Sequence[object], at: str, most: int) -> Found:
    if not 1 <= len(items) <= most:
        yield f"{at}: {len(items)} items, from 1 to {most}"


def _section(block: Json, at: str) -> Found:
    if "text" not in block and "fields" not in block:
        yield f"{at}: neither text nor fields"
    if "text" in block:
        yield from text_of(block, "text", at, figures.SECTION)
    fields = block.get("fields")
    if fields is not None:
        yield from _count(fields, f"{at}.fields", 10)
        for number, field in enumerate(fields):
            yield from length(field.get("text"), f"{at}.fields[{number}]", figures.FIELD, least=1)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}.accessory", _IN_SECTION)


def _header(block: Json, at: str) -> Found:
    yield from text_of(block, "text", at, figures.HEADER, plain=True)


def _context(block: Json, at: str) -> Found:
    elements = block.get("elements") or []
    yield from _count(elements, f"{at}.elements", 10)
    for number, element in enumerate(elements):
        here = f"{at}.elements[{number}]"
        match element.get("type"):
            case "plain_text" | "mrkdwn":
                yield from length(element.get("text"), here, figures.SECTION, least=1)
            case "image":
                yield from _image(element, here)
            case other:
                yield f"{here}: type {other!r}"


def _held(most: int, allowed: frozenset[str]) -> Callable[[Json, str], Found]:
    def check(block: Json, at: str) -> Found:
        elements = block.get("elements") or []
        yield from _count(elements, f"{at}.elements", most)
        ids = [element.get("action_id") for element in elements]
        if len(set(ids)) < len(ids):
            yield f"{at}: action_id used twice"
        for number, element in enumerate(elements):
            yield from _element(element, f"{at}.elements[{number}]", allowed)

    return check


def _image(block: Json, at: str) -> Found:
    if "image_url" not in block and "slack_file" not in block:
        yield f"{at}: neither image_url nor slack_file"
    yield from length(block.get("image_url"), f"{at}.image_url", figures.URL)
    yield from length(block.get("alt_text"), f"{at}.alt_text", figures.ALT, least=1)
    if "title" in block:
        yield from text_of(block, "title", at, figures.ALT, plain=True)


def _input(block: Json, at: str) -> Found:
    yield from text_of(block, "label", at, figures.FIELD, plain=True)
    if "hint" in block:
        yield from text_of(block, "hint", at, figures.FIELD, plain=True)
    yield from _element(block.get("element") or {}, f"{at}.element", _IN_INPUT)


def _table(block: Json, at: str) -> Found:
    rows = block.get("rows") or []
    yield from _count(rows, f"{at}.rows", figures.TABLE_ROWS)
    written = 0
    for number, row in enumerate(rows):
        yield from _count(row, f"{at}.rows[{number}]", figures.TABLE_COLUMNS)
        for column, cell in enumerate(row):
            here = f"{at}.rows[{number}][{column}]"
            if cell.get("type") not in {"raw_text", "raw_number", "rich_text"}:
                yield f"{here}: type {cell.get('type')!r}"
            if cell.get("type") == "raw_text":
                yield from length(cell.get("text"), here, figures.TABLE_CHARACTERS, least=1)
                written += len(cell.get("text") or "")
    if written > figures.TABLE_CHARACTERS:
        yield f"{at}: {written} characters, at most {figures.TABLE_CHARACTERS}"
    if len(block.get("column_settings") or []) > figures.TABLE_COLUMNS:
        yield f"{at}.column_settings: more than {figures.TABLE_COLUMNS}"


def _markdown(block: Json, at: str) -> Found:
    yield from length(block.get("text"), at, figures.MARKDOWN, least=1)


_RICH = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
_INLINE = {"text", "link", "user", "channel", "emoji", "usergroup", "broadcast", "date", "color"}


def _rich_text(block: Json, at: str) -> Found:
    elements = block.get("elements") or []
    if not elements:
        yield f"{at}.elements: empty"
    for number, element in enumerate(elements):
        yield from _rich(element, f"{at}.elements[{number}]", _RICH)


def _rich(element: Json, at: str, allowed: set[str]) -> Found:
    kind = element.get("type")
    if kind not in allowed:
        yield f"{at}: type {kind!r}"
    elif kind in _RICH:
        inner = {"rich_text_section"} if kind == "rich_text_list" else _INLINE
        if kind == "rich_text_list" and element.get("style") not in {"bullet", "ordered"}:
            yield f"{at}.style: {element.get('style')!r}"
        parts = element.get("elements") or []
        if not parts:
            yield f"{at}.elements: empty"
        for number, part in enumerate(parts):
            yield from _rich(part, f"{at}.elements[{number}]", inner)
    elif kind == "text":
        yield from length(element.get("text"), at, figures.MARKDOWN, least=1)
    elif kind == "link":
        yield from length(element.get("url"), f"{at}.url", figures.URL, least=1)


def _element(element: Json, at: str, allowed: frozenset[str]) -> Found:
    kind = str(element.get("type"))
    here = f"{at} ({kind})"
    if kind not in allowed:
        yield f"{here}: not allowed here"
        return
    yield from length(element.get("action_id"), f"{here}.action_id", figures.ID)
    if "placeholder" in element:
        yield from text_of(element, "placeholder", here, figures.PLACEHOLDER, plain=True)
    check = _ELEMENTS.get(kind)
    if check:
        yield from check(element, here)


def _button(element: Json, at: str) -> Found:
    yield from text_of(element, "text", at, figures.BUTTON, plain=True)
    yield from length(element.get("value"), f"{at}.value", figures.BUTTON_VALUE)
    yield from length(element.get("url"), f"{at}.url", figures.URL)
    yield from length(
        element.get("accessibility_label"), f"{at}.accessibility_label", figures.BUTTON
    )
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"{at}.style: {element['style']!r}"


def _feedback(element: Json, at: str) -> Found:
    for key in ("positive_button", "negative_button"):
        yield from _button(element.get(key) or {}, f"{at}.{key}")


def _options(most: int) -> Callable[[Json, str], Found]:
    def check(element: Json, at: str) -> Found:
        options = element.get("options") or []
        yield from _count(options, f"{at}.options", most)
        for number, option in enumerate(options):
            here = f"{at}.options[{number}]"
            yield from text_of(option, "text", here, figures.OPTION)
            yield from length(option.get("value"), f"{here}.value", figures.OPTION_VALUE, least=1)
            if "description" in option:
                yield from text_of(option, "description", here, figures.OPTION)
        values = [option.get("value") for option in options]
        if len(set(values)) < len(values):
            yield f"{at}.options: a value used twice"
        initial = element.get("initial_option")
        if initial is not None and initial not in options:
            yield f"{at}.initial_option: not among the options"

    return check


def _words_input(element: Json, at: str) -> Found:
    most = element.get("max_length")
    if most is not None and not 1 <= most <= figures.SECTION:
        yield f"{at}.max_length: {most}, from 1 to {figures.SECTION}"
    yield from length(element.get("initial_value"), f"{at}.initial_value", most or figures.SECTION)


_SELECTS = frozenset(
    f"{source}_select" for source in ("static", "external", "users", "conversations", "channels")
)
_PICKERS = frozenset(
    {"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons", "overflow"}
)
_MULTI = frozenset(f"multi_{select}" for select in _SELECTS)
_IN_ACTIONS = frozenset({"button", "workflow_button"}) | _SELECTS | _PICKERS
_IN_SECTION = _IN_ACTIONS | _MULTI | {"image"}
_IN_INPUT = (_SELECTS | _MULTI | _PICKERS | {"plain_text_input", "rich_text_input"}) | {
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
}

_ELEMENTS: Mapping[str, Callable[[Json, str], Found]] = {
    "button": _button,
    "feedback_buttons": _feedback,
    "static_select": _options(figures.OPTIONS),
    "multi_static_select": _options(figures.OPTIONS),
    "radio_buttons": _options(10),
    "checkboxes": _options(10),
    "overflow": _options(5),
    "plain_text_input": _words_input,
    "image": _image,
}

_BLOCKS: Mapping[str, Callable[[Json, str], Found]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _held(figures.ACTIONS, _IN_ACTIONS),
    "context_actions": _held(5, frozenset({"feedback_buttons", "icon_button"})),
    "image": _image,
    "input": _input,
    "table": _table,
    "markdown": _markdown,
    "rich_text": _rich_text,
}
