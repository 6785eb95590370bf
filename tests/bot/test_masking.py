"""Secrets and contacts are masked, and what people tell about their systems is not."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import mask

# Put together here, so that no scanner takes the examples for leaked ones.
SLACK = "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx"
GITHUB = "ghp_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
XAPP = "xapp-" + "1-A0B1C2D3-456-abcdef"
HOOK = "https://hooks.slack.com/services/" + "T000/B000/XXXXXXXX"
KEY_BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"use {SLACK} please", "use [secret] please"),
        (XAPP, "[secret]"),
        (f"token {GITHUB}.", "token [secret]."),
        (f"key {AWS}, ok?", "key [secret], ok?"),
        (f"and {AWS_SECRET}", "and [secret]"),
        (f"the header is {WEB_TOKEN}", "the header is [secret]"),
        (f"here:\n{KEY_BLOCK}\nthanks", "here:\n[secret]\nthanks"),
        (KEY_BLOCK[:40], "[secret]"),
        ("password=hunter2", "password=[secret]"),
        ("password: letmein", "password: [secret]"),
        ("my password is s3cr3t!!", "my password is [secret]"),
        ('"db_password": "correct-horse"', '"db_password": "[secret]"'),
        ("DB_PASSWORD=hunter22 DB_HOST=db", "DB_PASSWORD=[secret] DB_HOST=db"),
        ("API_KEY='abc123def'", "API_KEY='[secret]'"),
        ("client_secret: 9f8e7d6c5b", "client_secret: [secret]"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [secret]"),
        ("postgres://app:pa55word@db/prod", "postgres://[secret]@db/prod"),
        (f"see {HOOK}", "see https://hooks.slack.com/[secret]"),
        ("sha 0123456789abcdef0123456789abcdef", "sha [secret]"),
        ("mail ana.b+c@mail.example.co.uk!", "mail [e-mail]!"),
        ("<mailto:ana@example.com|ana@example.com>", "<mailto:[e-mail]|[e-mail]>"),
        ("call +44 20 7946 0958 today", "call [phone] today"),
        ("+49 (0)171/2345678", "[phone]"),
        ("0049 171 2345678", "[phone]"),
        ("ring 020 7946 0958", "ring [phone]"),
        ("(555) 123-4567 or 555-123-4567", "[phone] or [phone]"),
        ("my mobile number is 555 123 4567", "my mobile number is [phone]"),
    ],
)  # fmt: skip
def test_secrets_and_contacts_are_masked(text: str, masked: str) -> None:
    """Whatever could be used by a reader of the logs to get in, or to get in touch."""
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "we have 2000 requests a second, 10 000 000 a day",
        "Kubernetes 1.28.3 on 10.0.0.1/16, port 8080",
        "from 2026-11-23 to 01-02-2027, 24/7",
        "ISO 27001, SOC 2, NIS2, PCI DSS 4.0.1",
        "12 services, 3 people, 99.95 %, 100-200 ms, 0.5 vCPU",
        "between 09:00 and 17:30 on 23.11.2026",
        "account 123456789012, 1700000000.123456",
        "+20 % a year, -10, 1e6, 2^10",
        "secrets: in Vault, tokens: rotated, passwords are stored in 1Password",
        "secret management is Vault's job; the token is short-lived",
        "we need basic authentication and bearer authentication",
        "the key is to keep it simple: password rotation every 90 days",
        "@advisor ask <@U123ABC> in <#C123|general>",
        "https://docs.example.com/AmazonECS/latest/developerguide/service-model",
        "my-app-deployment-7d4b9c6f5d-x2x7z in eu-central-1-production-cluster",
        "AbstractSingletonProxyFactoryBeanConfigurationV2",
        "c0ffee00-1234-5678-9abc-def012345678",
        "AKS, EKS, GKE: 40 k pods; 1000000 users; 4 x 16 GB",
    ],
)
def test_what_people_tell_is_kept(text: str) -> None:
    """Figures, dates, versions, addresses of machines and names of things are the answers."""
    assert mask(text).text == text
    assert mask(text).kinds == frozenset()


def test_the_kinds_are_named() -> None:
    """A review page can say what was masked without saying it."""
    assert mask(f"{SLACK} ana@example.com +44 20 7946 0958").kinds == {"secret", "e-mail", "phone"}


SNIPPETS = [
    SLACK, GITHUB, AWS, AWS_SECRET, WEB_TOKEN, KEY_BLOCK, KEY_BLOCK[:35], "password=", "password: ",
    "token is ", "hunter2!", "Bearer ", "ana@example.com", "@", "+44 20 7946 0958", "0171 2345678",
    "555-123-4567", "://a:b", "[secret]", "[e-mail]", "[phone]", "call me ", " ", "", "-", ".", "=",
    "0123456789abcdef" * 2,
]  # fmt: skip

TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=5)), max_size=12).map("".join),
)


@given(TEXTS)
def test_masking_twice_changes_nothing(text: str) -> None:
    """Any text can be masked, and a masked one stays as it is."""
    once = mask(text)

    again = mask(once.text)
    assert again.text == once.text
    assert again.kinds == frozenset()


@given(st.text(max_size=50), st.text(max_size=50))
def test_a_secret_is_found_wherever_it_stands(before: str, after: str) -> None:
    """Words around it do not hide it."""
    assert GITHUB not in mask(f"{before} {GITHUB} {after}").text


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "L"]), max_size=50))
def test_what_comes_out_can_be_stored(text: str) -> None:
    """No NUL and no half of a pair: neither database would take them."""
    assert b"\x00" not in mask(text).text.encode()


LENGTH = 40_000


@pytest.mark.parametrize(
    "piece",
    [
        "a", "A1b2", "0", "0 ", "+", "+1 ", "a@", "a@b.", ".a", "-", "eyJ-", "eyJ", "xoxb-", "a:b@",
        "://", "://a:", "password", "password=", "password: ", "secret key ", "Bearer ", "a/", "_",
        "-----BEGIN PRIVATE KEY-----", "BEGIN ", "(555) ", "555-", "call me ", "ghp_a", "\n", "ü",
        "👩🏽", "xapp-", "sk-", "eyJhbGci.",
        "[secret]", "hooks.slack.com/", "0(0)", "token is a",
    ],
)  # fmt: skip
def test_time_grows_with_the_length(piece: str) -> None:
    """No text makes the masking slow: ten times the length takes about ten times as long.

    Counted in this process's own time, with a wide margin: what is quadratic takes a hundred times
    as long, or minutes.
    """
    short = (piece * LENGTH)[: LENGTH // 10]
    long = (piece * LENGTH)[:LENGTH]

    assert _seconds(long) < 40 * max(_seconds(short), 0.001)


def _seconds(text: str) -> float:
    """The best of three."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        mask(text)
        taken.append(time.process_time() - begin)
    return min(taken)


def test_lengths_are_cut_before_nothing_else_is() -> None:
    """Masking itself cuts nothing: how much is kept is the store's business."""
    text = "word " * 20_000

    assert mask(text).text == text
    assert re.fullmatch(r"(word )+", mask(text).text)
