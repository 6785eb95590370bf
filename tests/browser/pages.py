"""The playground's page as tests drive it.

The page is built to be found by role and name. Where that is not enough:

- `#app[data-person=ID]` says whose page it is, as soon as it can be used;
- `#channel` and `#thread` are the two panes; each has a `log` (its messages) and a `textbox`;
- a message is `[data-testid=message]` with `data-ts` and `data-user`;
- `[data-testid=open-thread]` is the bar with the number of replies;
- a block is `[data-block=TYPE]`;
- a dialogue box is the `dialog` role, a menu's list is the `listbox` with `option`s.
"""

from playwright.sync_api import Locator, Page, expect

SECONDS = 10_000


class Chat:
    """The page of one person; it waits for what it looks for, up to ten seconds."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        page.set_default_timeout(SECONDS)

    def open(self, as_person: str = "Ana", channel: str = "platform-help") -> "Chat":
        """Load the page as a person, and go to a channel; the page is loaded anew."""
        self.page.goto(self.url)
        self._to_be_ready()
        return self.become(as_person).go_to(channel)

    def become(self, person: str) -> "Chat":
        """Go on as somebody else."""
        chosen = self.page.get_by_role("radio", name=person)
        self._to_places()
        chosen.check(force=True)
        self._to_be_ready(chosen.get_attribute("value"))
        return self

    def go_to(self, place: str) -> "Chat":
        """Open a channel by its name, or the direct messages with `Service Model Advisor`."""
        self._to_places()
        self.page.locator("#places").get_by_role("button", name=place).click()
        expect(self.channel().get_by_role("heading", name=place).first).to_be_visible()
        return self

    def channel(self) -> Locator:
        """The pane of the channel."""
        return self.page.locator("#channel")

    def thread(self) -> Locator:
        """The pane of the thread."""
        return self.page.locator("#thread")

    def pane(self) -> Locator:
        """The thread where one is open, else the channel."""
        return self.thread() if self.thread().is_visible() else self.channel()

    def open_thread(self, containing: str = "") -> "Chat":
        """Open the thread of the last message that has replies (and contains these words)."""
        if not self.thread().is_visible():
            messages = self.channel().get_by_test_id("message").filter(has_text=containing)
            messages.get_by_test_id("open-thread").last.click()
        expect(self.thread().get_by_test_id("message").first).to_be_visible()
        return self

    def close_thread(self) -> "Chat":
        """Leave the thread."""
        self.thread().get_by_role("button", name="Close thread").click()
        expect(self.thread()).to_be_hidden()
        return self

    def send(self, text: str) -> "Chat":
        """Say something where one is: in the open thread, else in the channel."""
        return self._say(self.pane(), text)

    def send_to_channel(self, text: str) -> "Chat":
        """Say something in the channel, also while a thread is open."""
        return self._say(self.channel(), text)

    def messages(self) -> list[str]:
        """The words of every message of the pane, oldest first."""
        return self.pane().get_by_test_id("message").all_inner_texts()

    def message(self, containing: str) -> Locator:
        """The last message of the pane with these words, once it is there."""
        found = self.pane().get_by_test_id("message").filter(has_text=containing).last
        expect(found).to_be_visible()
        return found

    def click_button(self, label: str) -> "Chat":
        """Use the last button of the pane with this label."""
        button = self.pane().get_by_role("button", name=label, exact=True).last
        button.click()
        return self

    def choose(self, menu: str, *options: str) -> "Chat":
        """Choose from the menu that shows these words; several options where it allows them."""
        scope = self.page.get_by_role("dialog") if self.modal_is_open() else self.pane()
        scope.get_by_role("button", name=menu).last.click()
        listed = self.page.get_by_role("listbox")
        for option in options:
            listed.get_by_role("option", name=option).first.click()
        done = self.page.get_by_role("button", name="Done", exact=True)
        if done.is_visible():
            done.click()
        return self

    def modal(self) -> Locator:
        """The open dialogue box."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        return dialog

    def modal_is_open(self) -> bool:
        """Whether there is a dialogue box."""
        return self.page.get_by_role("dialog").is_visible()

    def unread(self, place: str) -> Locator:
        """The mark of a place where something is new."""
        return self.page.locator("#places").get_by_role("button", name=f"{place} unread")

    def _say(self, pane: Locator, text: str) -> "Chat":
        area = pane.get_by_role("textbox").last
        area.fill(text)
        area.press("Escape")  # closes the suggestions, so that Enter sends
        area.press("Enter")
        expect(area).to_have_value("")
        return self

    def _to_be_ready(self, person: str | None = None) -> None:
        who = f'="{person}"' if person else ""
        self.page.locator(f"#app[data-person{who}]").wait_for()

    def _to_places(self) -> None:
        places = self.page.locator("#places")
        for name in ("Back to #", "Back to channels"):
            back = self.page.get_by_role("button", name=name)
            if not places.is_visible() and back.is_visible():
                back.click()
        expect(places).to_be_visible()
