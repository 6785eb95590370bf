"""The playground's page in a browser, with an echo bot behind it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.playground.blockwork import with_ids
from tests.bot import playground_blocks as blocks
from tests.bot.playground_echo import EchoBot, Received, Running, running
from tests.browser.pages import Chat

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def echo(bot: EchoBot, received: Received) -> object:
    """Answers a mention with what was asked for, opens and fills dialogue boxes."""
    if received.kind == "app_mention":
        event = received.event
        place = {"channel": event["channel"], "thread_ts": event.get("thread_ts") or event["ts"]}
        asked = event["text"].split()[-1]
        if asked == "whisper":
            bot.client.chat_postEphemeral(user=event["user"], text="Just for you", **place)
        elif asked == "think":
            bot.client.assistant_threads_setStatus(
                channel_id=place["channel"], thread_ts=place["thread_ts"], status="is thinking …"
            )
        else:
            made = {
                "controls": blocks.controls,
                "layout": blocks.words_and_layout,
                "rich": blocks.rich,
            }.get(asked)
            text = f"You said {event['text']}"
            bot.client.chat_postMessage(text=text, blocks=made() if made else None, **place)
    elif received.kind == "block_suggestion":
        asked = received.payload["value"]
        return {"options": [blocks.option(asked, f"Region {asked}")]}
    elif received.kind == "block_actions":
        return _clicked(bot, received)
    elif received.kind == "view_submission":
        words = received.payload["view"]["state"]["values"]["why"]["words"]["value"]
        if words == "wrong":
            return {"response_action": "errors", "errors": {"why": "Not that."}}
        channel = "C0000HELP"
        bot.client.chat_postMessage(channel=channel, text=f"Changed because {words}")
    elif received.kind == "/servicemodel":
        return {"text": f"Usage for {received.payload.get('text', 'nothing')}"}
    return None


def _clicked(bot: EchoBot, received: Received) -> object:
    action = received.payload["actions"][0]
    if action["action_id"] == "beside":
        bot.client.views_open(trigger_id=received.payload["trigger_id"], view=blocks.modal())
    elif action["action_id"] == "primary":
        container = received.payload["container"]
        bot.client.chat_update(
            channel=container["channel_id"], ts=container["message_ts"], text="Settled by Ana"
        )
    elif action["action_id"] == "plain":
        return 500
    return None


@pytest.fixture
def run() -> Iterator[Running]:
    """A playground with the echo bot."""
    with running(echo) as made:
        yield made


@pytest.fixture
def chat(run: Running, window: Page) -> Chat:
    """The page, opened as Ana in #platform-help."""
    return Chat(window, run.playground.page_url).open()


def test_a_mention_is_answered_in_a_thread_that_opens_by_itself(chat: Chat) -> None:
    """The first example that the empty channel offers leads to an answer."""
    chat.page.get_by_role("list", name="Examples to try").get_by_role("button").first.click()
    chat.channel().get_by_role("button", name="Send").click()
    chat.open_thread().message("You said @advisor we run 12 services")
    expect(chat.thread().get_by_text("1 reply")).to_be_visible()


def test_completion_makes_a_mention(chat: Chat, run: Running) -> None:
    """`@a` and Enter name the bot, and Slack's mark for it reaches the bot."""
    area = chat.channel().get_by_role("textbox")
    area.press_sequentially("@adv")
    expect(chat.page.get_by_role("option", name="Service Model Advisor")).to_be_visible()
    area.press("Enter")
    area.press_sequentially("hello")
    area.press("Enter")
    (mention,) = run.bot.wait_for("app_mention")
    assert mention.event["text"] == "<@U0ADVISOR> hello"


def test_what_people_type_stays_text(chat: Chat) -> None:
    """Markup that somebody types is shown, never obeyed."""
    chat.send('<img src=x onerror="document.title=1"> <!channel> <javascript:alert(1)|x>')
    message = chat.message("<img src=x")
    expect(message).to_contain_text("<!channel> <javascript:alert(1)|x>")
    assert message.locator("a, img").count() == 0


def test_a_click_reaches_the_bot_and_the_message_changes(chat: Chat, run: Running) -> None:
    """A button says what it is to the bot, which puts the outcome in its place."""
    chat.send("@advisor controls").open_thread()
    chat.click_button("Settle it").message("Settled by Ana")
    (click,) = run.bot.wait_for("block_actions")
    assert click.payload["actions"][0]["value"] == "primary"
    expect(chat.thread().get_by_role("button", name="Settle it")).to_have_count(0)


def test_a_click_that_fails_says_so(chat: Chat) -> None:
    """An app that answers with an error is not silent."""
    chat.send("@advisor controls").open_thread().click_button("Don't know")
    expect(chat.thread().get_by_role("alert")).to_contain_text("HTTP 500")


def test_dangerous_buttons_ask_first(chat: Chat, run: Running) -> None:
    """A confirmation that is refused sends nothing; one that is given does."""
    chat.send("@advisor controls").open_thread().click_button("Start over")
    chat.modal().get_by_role("button", name="Keep them").click()
    chat.click_button("Start over")
    chat.modal().get_by_role("button", name="Start over").click()
    run.bot.wait_for("block_actions")
    assert len(run.bot.of("block_actions")) == 1


def test_menus_send_what_is_chosen(chat: Chat, run: Running) -> None:
    """One option at once, several when the menu closes, an overflow item by its value."""
    chat.send("@advisor controls").open_thread()
    chat.choose("Choose workloads", "Workload 2", "Workload 11")
    chat.thread().get_by_role("button", name="More actions").click()
    chat.page.get_by_role("menuitem", name="Talk to a human").click()
    chat.thread().get_by_role("radio", name="Medium").check()
    several, item, radio = (
        one.payload["actions"][0] for one in run.bot.wait_for("block_actions", 3)
    )
    assert [one["value"] for one in several["selected_options"]] == ["w2", "w11"]
    assert item["selected_option"]["value"] == "human"
    assert radio["selected_option"]["value"] == "medium"


def test_a_dialogue_box_is_filled_corrected_and_sent(chat: Chat, run: Running) -> None:
    """Empty inputs are named, the app's complaint is shown, and then it closes."""
    chat.send("@advisor layout").open_thread().click_button("Change")
    box = chat.modal()
    send = box.get_by_role("button", name="Change", exact=True)
    send.click()
    expect(chat.modal().get_by_text("Please fill this in.")).to_have_count(2)
    chat.choose("Choose an answer", "Medium")
    chat.modal().get_by_role("textbox", name="Why?").fill("wrong")
    send.click()
    expect(chat.modal().get_by_text("Not that.")).to_be_visible()
    chat.modal().get_by_role("textbox", name="Why?").fill("we hired")
    send.click()
    expect(chat.page.get_by_role("dialog")).to_have_count(0)
    expect(chat.channel().get_by_text("Changed because we hired")).to_be_visible()
    sent = run.bot.wait_for("view_submission", 2)[-1].payload["view"]["state"]["values"]
    assert sent["which"]["criterion"]["selected_option"]["value"] == "medium"


def test_ephemeral_messages_are_seen_by_one_and_gone_on_reload(chat: Chat, run: Running) -> None:
    """Ben never sees what was only for Ana, and after a reload neither does she."""
    chat.send("@advisor whisper")
    expect(chat.thread().get_by_text("Only visible to you")).to_be_visible()
    chat.page.reload()
    chat.message("whisper")
    expect(chat.page.get_by_text("Just for you")).to_have_count(0)


def test_a_command_answers_only_the_one_who_typed_it(chat: Chat) -> None:
    """/servicemodel with its arguments; an unknown command gets a hint."""
    chat.send("/servicemodel help").message("Usage for help")
    expect(chat.channel().get_by_text("Only visible to you")).to_be_visible()
    chat.send("/nonsense")
    expect(
        chat.page.get_by_role("status").get_by_text("/nonsense is not a command")
    ).to_be_visible()


def test_others_see_what_is_new(chat: Chat) -> None:
    """Somebody else's message marks the channel until one looks."""
    chat.go_to("Service Model Advisor")
    other = Chat(chat.page.context.new_page(), chat.url).open("Ben")
    other.send("Good morning")
    expect(chat.unread("platform-help")).to_be_visible()
    chat.go_to("platform-help").message("Good morning")
    expect(chat.unread("platform-help")).to_have_count(0)


def test_the_bot_is_seen_thinking(chat: Chat) -> None:
    """The status stands until the bot says something."""
    chat.send("@advisor think")
    expect(chat.channel().get_by_text("Service Model Advisor is thinking …")).to_be_visible()


def test_own_messages_can_be_edited_and_deleted(chat: Chat, run: Running) -> None:
    """Both reach the bot as Slack's own events."""
    chat.send("a tyop")
    message = chat.message("a tyop")
    message.hover()
    message.get_by_role("button", name="Edit message").click()
    area = chat.channel().get_by_role("textbox", name="Edit message")
    area.fill("a typo")
    area.press("Enter")
    chat.message("a typo (edited)").hover()
    chat.click_button("Delete message")
    expect(chat.channel().get_by_text("a typo")).to_have_count(0)
    run.bot.wait_for("message", 3)
    assert [one.event.get("subtype") for one in run.bot.of("message")] == [
        None,
        "message_changed",
        "message_deleted",
    ]


def test_every_block_is_drawn(chat: Chat, run: Running) -> None:
    """Nothing that the bot may send is unknown to the page; what is, is named."""
    chat.send("@advisor layout").open_thread()
    root = run.playground.workspace.history("C0000HELP")[0].ts
    run.playground.workspace.post(
        "C0000HELP",
        "U0ADVISOR",
        "rest",
        blocks=with_ids((*blocks.controls(), *blocks.rich(), blocks.unknown())),
        thread_ts=root,
    )
    run.playground.workspace.post(
        "C0000HELP",
        "U0ADVISOR",
        "new kinds",
        blocks=with_ids((*blocks.cards(), *blocks.figures())),
        thread_ts=root,
    )
    expect(chat.thread().get_by_text("Points by model", exact=True).last).to_be_visible()
    expect(chat.thread().get_by_text("unknown block: hologram")).to_be_visible()
    expect(chat.thread().get_by_text("unknown")).to_have_count(1)
    expect(chat.thread().get_by_role("cell", name="Operating system")).to_be_visible()
    expect(chat.thread().get_by_role("img", name="A dot")).to_be_visible()


def test_options_come_from_the_app_while_one_types(chat: Chat, run: Running) -> None:
    """What is found and chosen goes back to it."""
    run.playground.workspace.post(
        "C0000HELP", "U0ADVISOR", "menus", blocks=with_ids(blocks.lookups())
    )
    chat.channel().get_by_role("searchbox", name="Region").fill("eu")
    chat.channel().get_by_role("option", name="Region eu").click()
    (asked,) = run.bot.wait_for("block_suggestion")
    assert (asked.payload["value"], asked.payload["action_id"]) == ("eu", "region")
    (chosen,) = run.bot.wait_for("block_actions")
    assert chosen.payload["actions"][0]["selected_option"]["value"] == "eu"
    expect(chat.channel().get_by_role("button", name="Remove Region eu")).to_be_visible()


def test_an_archived_channel_and_a_stranger(chat: Chat) -> None:
    """Folded away until one looks for them; nobody can write where nobody may."""
    expect(chat.page.get_by_role("button", name="old-projects")).to_be_hidden()
    chat.page.get_by_text("More channels").click()
    chat.go_to("old-projects")
    expect(chat.channel().get_by_text("This channel is archived.")).to_be_visible()
    expect(chat.channel().get_by_role("textbox")).to_have_count(0)
    chat.page.get_by_text("More people").click()
    chat.become("Sam")
    expect(chat.page.locator("#places").get_by_role("button")).to_have_count(2)
    expect(chat.channel().get_by_role("heading", name="with-elsewhere").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_one_thing_at_a_time(chromium: Browser, run: Running, theme: str) -> None:
    """Channel list, channel and thread each fill the screen, and nothing is wider than it."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme=theme,  # type: ignore[arg-type]
        has_touch=True,
    )
    chat = Chat(context.new_page(), run.playground.page_url).open()
    chat.send("@advisor layout").open_thread().message("How many services")
    assert not chat.channel().is_visible()
    width = chat.page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    chat.page.get_by_role("button", name="Back to #platform-help").click()
    expect(chat.channel()).to_be_visible()
    chat.page.get_by_role("button", name="Back to channels").click()
    expect(chat.page.get_by_role("radio", name="Ravi")).to_be_attached()
    context.close()


def test_the_state_is_shown_and_things_can_go_wrong(window: Page, run: Running) -> None:
    """Channels, calls and deliveries; a fault that is asked for waits for its turn."""
    run.client.chat_postMessage(channel="C0000HELP", text="hello")
    window.goto(f"{run.playground.page_url}state.html")
    expect(window.get_by_role("cell", name="old-projects")).to_be_visible()
    expect(window.get_by_role("cell", name="chat.postMessage")).to_be_visible()
    window.get_by_label("What goes wrong").select_option("dropped")
    window.get_by_label("How often").fill("2")
    button = window.get_by_role("button", name="Let it fail")
    button.click()
    expect(window.get_by_role("cell", name="dropped")).to_be_visible()
    colours = button.evaluate(
        "b => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
    )
    assert colours[0] != colours[1]
    (fault,) = run.playground.faults.waiting
    assert (fault.kind, fault.times) == ("dropped", 2)
    window.get_by_role("button", name="Call it off").click()
    expect(window.get_by_role("cell", name="dropped")).to_have_count(0)


def test_the_theme_can_be_switched_and_stays(chat: Chat) -> None:
    """The switch wins over the system, also after a reload."""
    chat.page.get_by_role("button", name="Dark theme").click()
    expect(chat.page.locator("html")).to_have_attribute("data-theme", "dark")
    chat.page.reload()
    expect(chat.page.get_by_role("button", name="Light theme")).to_be_visible()
