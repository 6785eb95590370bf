"""How the page draws text: Slack's mrkdwn and standard Markdown become elements, never markup."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.bot.playground_echo import running
from tests.browser.pages import Chat

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """One page for all of these: drawing changes nothing."""
    with running() as run:
        context = chromium.new_context()
        yield Chat(context.new_page(), run.playground.page_url).open().page
        context.close()


def drawn(page: Page, kind: str, text: str) -> str:
    """The HTML that the page's own function for this kind of text makes."""
    made = page.evaluate(
        """async ([kind, text]) => {
            const words = await import(`/js/${kind}.js`);
            const holder = document.createElement("div");
            holder.append(...words[kind](text));
            return holder.innerHTML;
        }""",
        [kind, text],
    )
    return str(made)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "*bold* _it_ ~no~ `a*b*`",
            "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code>",
        ),
        ("*bold _and_ more*", "<strong>bold <em>and</em> more</strong>"),
        ("2*3*4 snake_case_name * x *", "2*3*4 snake_case_name * x *"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("&gt; said\n&gt; so\nthen", "<blockquote>said\nso</blockquote>then"),
        ("```\n*x* <@U00000ANA>\n```", "<pre>*x* &lt;@U00000ANA&gt;</pre>"),
        (":tada: :nope:", "🎉 :nope:"),
        ("<@U00000BEN>", '<span class="mention">@Ben</span>'),
        ("<@U00000ANA>", '<span class="mention is-me">@Ana</span>'),
        ("<!subteam^S00EXPERT>", '<span class="mention">@cloud-experts</span>'),
        ("<!here>", '<span class="mention is-me">@here</span>'),
        ("<!date^0^{date_num}|day one>", "1970-01-01"),
        ("<javascript:alert(1)|click>", "click (javascript:alert(1))"),
        (
            "<https://x.example/?a=1&amp;b=2|here>",
            (
                '<a href="https://x.example/?a=1&amp;b=2" target="_blank" '
                'rel="noopener noreferrer">here</a>'
            ),
        ),
    ],
)
def test_mrkdwn(page: Page, text: str, html: str) -> None:
    """Each mark by itself, and what only looks like one."""
    assert drawn(page, "mrkdwn", text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One\n\ntext", "<h3>One</h3><p>text</p>"),
        ("**b** _i_ ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("- a\n- b\n  1. c", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        ("- [x] done\n- [ ] open", "<ul><li>☑ done</li><li>☐ open</li></ul>"),
        ("> a\n> b", "<blockquote><p>a\nb</p></blockquote>"),
        ("---", "<hr>"),
        ("```py\n<b>\n```", "<pre>&lt;b&gt;</pre>"),
        (r"\*no\* <i>no</i>", "<p>*no* &lt;i&gt;no&lt;/i&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>x (javascript:alert(1))</p>"),
    ],
)
def test_markdown(page: Page, text: str, html: str) -> None:
    """What Slack's markdown block knows."""
    assert drawn(page, "markdown", text) == html


@pytest.mark.parametrize("text", ["*a " * 13_000, "<" * 40_000, "`" * 40_000, "_*~" * 13_000])
def test_long_texts_full_of_marks_are_drawn_at_once(page: Page, text: str) -> None:
    """No text that somebody pastes stops the page."""
    page.set_default_timeout(5_000)
    assert len(drawn(page, "mrkdwn", text)) >= len(text)
