"""One of every block that the playground's page draws."""

from typing import Any

Json = dict[str, Any]

ONE_PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str, description: str = "") -> Json:
    """An option of a menu."""
    made = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


SIZES = [
    option("small", "Small", "Up to five services"),
    option("medium", "Medium", "Six to thirty services"),
    option("large", "Large", "More than thirty services"),
]


def button(action: str, text: str, **more: object) -> Json:
    """A button."""
    return {"type": "button", "action_id": action, "text": plain(text), "value": action, **more}


def words_and_layout() -> list[Json]:
    """Header, sections with fields and accessories, context, divider, alert, image."""
    return [
        {"type": "header", "text": plain("How many services do you run?")},
        {
            "type": "section",
            "text": marked(
                "We count *what you deploy on its own*: _web apps_, workers, ~crons~ jobs.\n"
                "> Twelve services on `Heroku`, says <@U00000ANA> in <#C0000HELP>.\n"
                "See <https://example.org/guide|the guide> &amp; more :bulb:"
            ),
        },
        {
            "type": "section",
            "fields": [marked("*Skills*\nPart-time Kubernetes"), marked("*Scale*\nRegional")],
        },
        {
            "type": "section",
            "text": marked("A section with a button beside it."),
            "accessory": button("beside", "Change"),
        },
        {
            "type": "section",
            "text": marked("Pick one of these sizes:"),
            "accessory": {
                "type": "static_select",
                "action_id": "size",
                "placeholder": plain("Choose a size"),
                "options": SIZES,
            },
        },
        {"type": "divider"},
        {"type": "alert", "level": "warning", "text": marked("*Close call*: one answer decides.")},
        {
            "type": "image",
            "title": plain("Points by model"),
            "image_url": ONE_PIXEL,
            "alt_text": "A dot",
        },
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": ONE_PIXEL, "alt_text": "dot"},
                marked("At most *7* more questions · knowledge 2026-11-23"),
            ],
        },
    ]


def controls() -> list[Json]:
    """Buttons of every style, menus, radio buttons, checkboxes, overflow, feedback."""
    return [
        {
            "type": "actions",
            "block_id": "answers",
            "elements": [
                button("primary", "Settle it", style="primary"),
                button("plain", "Don't know"),
                button(
                    "danger",
                    "Start over",
                    style="danger",
                    confirm={
                        "title": plain("Start over?"),
                        "text": plain("Your answers stay in the log."),
                        "confirm": plain("Start over"),
                        "deny": plain("Keep them"),
                        "style": "danger",
                    },
                ),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("help", "Help"), option("human", "Talk to a human")],
                },
            ],
        },
        {
            "type": "section",
            "block_id": "menus",
            "text": marked("Everything that you run:"),
            "accessory": {
                "type": "multi_static_select",
                "action_id": "kinds",
                "placeholder": plain("Choose workloads"),
                "options": [option(f"w{n}", f"Workload {n}") for n in range(1, 12)],
            },
        },
        {
            "type": "actions",
            "block_id": "choices",
            "elements": [
                {"type": "radio_buttons", "action_id": "one", "options": SIZES},
                {
                    "type": "checkboxes",
                    "action_id": "many",
                    "options": SIZES,
                    "initial_options": SIZES[:1],
                },
            ],
        },
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Anything else?"),
            "optional": True,
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "useful",
                    "positive_button": {"text": plain("Useful"), "value": "good"},
                    "negative_button": {"text": plain("Not useful"), "value": "bad"},
                }
            ],
        },
    ]


def rich() -> list[Json]:
    """Rich text, a table, standard Markdown, and a block that nobody knows."""
    bold = {"bold": True}
    return [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "We would run this on "},
                        {"type": "text", "text": "KPaaS", "style": bold},
                        {"type": "text", "text": ", says "},
                        {"type": "user", "user_id": "U00000EVA"},
                        {"type": "emoji", "name": "tada"},
                        {"type": "text", "text": "\n"},
                        {"type": "link", "url": "https://example.org", "text": "Source"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "Nobody runs clusters"}],
                        },
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "helm", "style": {"code": True}}],
                        },
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "indent": 1,
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "First things first"}],
                        }
                    ],
                },
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "text", "text": "we run 12 services"}],
                },
                {
                    "type": "rich_text_preformatted",
                    "elements": [{"type": "text", "text": "kubectl get pods\nNo resources"}],
                },
            ],
        },
        {
            "type": "table",
            "column_settings": [{"is_wrapped": True}, {"align": "center"}, {"align": "right"}],
            "rows": [
                [
                    {"type": "raw_text", "text": t}
                    for t in ("Layer", "Who looks after it", "Points")
                ],
                [{"type": "raw_text", "text": t} for t in ("Application", "You", "2")],
                [{"type": "raw_text", "text": t} for t in ("Operating system", "Provider", "-1")],
            ],
        },
        {
            "type": "markdown",
            "text": (
                "## What would change it\n\n1. **More people** to run it\n2. A `GPU`\n"
                "   - or *two*\n\n> quoted [words](https://example.org)\n\n"
                "| a | b |\n|---|--:|\n| x | 1 |\n\n```\ncode\n```"
            ),
        },
    ]


def unknown() -> Json:
    """A block that the page does not know."""
    return {"type": "hologram", "block_id": "holo"}


def modal() -> Json:
    """A dialogue box with every input."""
    return {
        "type": "modal",
        "callback_id": "change",
        "title": plain("Change an answer"),
        "submit": plain("Change"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": [
            {"type": "section", "text": marked("Pick what is *no longer true*.")},
            {
                "type": "input",
                "block_id": "which",
                "label": plain("Answer"),
                "element": {
                    "type": "static_select",
                    "action_id": "criterion",
                    "placeholder": plain("Choose an answer"),
                    "options": SIZES,
                },
            },
            {
                "type": "input",
                "block_id": "why",
                "label": plain("Why?"),
                "hint": plain("Your team sees this."),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "words",
                    "multiline": True,
                    "min_length": 3,
                },
            },
            {
                "type": "input",
                "block_id": "sure",
                "optional": True,
                "label": plain("How sure are you?"),
                "element": {"type": "radio_buttons", "action_id": "level", "options": SIZES},
            },
        ],
    }


def cards() -> list[Json]:
    """Cards, a container of other blocks, tasks and a plan."""
    picture = {"type": "image", "image_url": ONE_PIXEL, "alt_text": "dot"}
    card = {
        "type": "card",
        "block_id": "card",
        "icon": picture,
        "title": marked("*KPaaS*"),
        "subtitle": plain("Managed platform on Kubernetes"),
        "body": marked("Nobody in the team looks after clusters."),
        "actions": [button("choose", "Choose it", style="primary")],
    }
    task = {"type": "task_card", "task_id": "t1", "title": "Read the answers", "status": "complete"}
    said = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "7 found"}]}
        ],
    }
    return [
        card,
        {
            "type": "carousel",
            "elements": [
                {**card, "block_id": f"card{n}", "title": marked(f"Model {n}")} for n in range(4)
            ],
        },
        {
            "type": "container",
            "title": plain("Details"),
            "subtitle": plain("three of them"),
            "is_collapsible": True,
            "child_blocks": [
                {"type": "section", "text": marked("Inside the *container*")},
                {"type": "divider"},
            ],
        },
        {
            "type": "plan",
            "title": "What I do",
            "tasks": [
                {**task, "output": said},
                {**task, "task_id": "t2", "title": "Compare models", "status": "in_progress"},
                {**task, "task_id": "t3", "title": "Ask a human", "status": "error"},
            ],
        },
        {
            **task,
            "status": "pending",
            "sources": [{"type": "url", "url": "https://example.org", "text": "A source"}],
        },
    ]


def figures() -> list[Json]:
    """A data table, charts, and what stands elsewhere."""
    raw: list[list[Json]] = [
        [{"type": "raw_text", "text": "Model"}, {"type": "raw_text", "text": "Points"}],
        [{"type": "raw_text", "text": "CaaS"}, {"type": "raw_number", "value": 7}],
    ]
    points = [{"label": "Skills", "value": 3}, {"label": "Scale", "value": 2}]
    return [
        {"type": "data_table", "caption": "Points by model", "rows": raw},
        {
            "type": "data_visualization",
            "title": "Points",
            "chart": {
                "type": "bar",
                "series": [{"name": "CaaS", "data": points}, {"name": "PaaS", "data": points}],
                "axis_config": {"categories": ["Skills", "Scale"]},
            },
        },
        {
            "type": "data_visualization",
            "title": "Share",
            "chart": {"type": "pie", "segments": points},
        },
        {
            "type": "video",
            "title": plain("How it works"),
            "title_url": "https://example.org/film",
            "video_url": "https://example.org/film.mp4",
            "thumbnail_url": ONE_PIXEL,
            "alt_text": "The first picture",
            "author_name": "Eva",
        },
        {"type": "file", "external_id": "report", "source": "remote"},
        {
            "type": "call",
            "call_id": "R1",
            "call": {"v1": {"name": "Talk it over", "join_url": "https://example.org/call"}},
        },
        {
            "type": "auth_provider",
            "value": "code",
            "name": plain("Code host"),
            "is_connected": False,
            "auth_url": "https://example.org/connect",
        },
    ]


def lookups() -> list[Json]:
    """Menus whose options come from the app, and inputs that few apps use."""
    return [
        {
            "type": "input",
            "block_id": "where",
            "label": plain("Region"),
            "dispatch_action": True,
            "element": {
                "type": "external_select",
                "action_id": "region",
                "placeholder": plain("Type a region"),
                "min_query_length": 1,
            },
        },
        {
            "type": "input",
            "block_id": "when",
            "label": plain("When"),
            "element": {
                "type": "datetimepicker",
                "action_id": "moment",
                "initial_date_time": 1_764_000_000,
            },
        },
    ]
