"""Masking secrets and contacts in what people type, before the first write.

Every pattern begins only where a run of its own characters begins and has bounded gaps, so that
the time grows with the length of the text and no faster.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

SECRET = "[secret]"  # noqa: S105 - what stands in a secret's place
E_MAIL = "[e-mail]"
PHONE = "[phone]"

_ROUNDS = 8
"""Masking one thing may uncover another beside it; this many times is far more than enough."""

_SHORTEST_KEY = 32
_LEAST_CHANGES = 0.3
"""In random characters, small letters, capitals and figures follow one another without pattern:
two in three neighbours differ in kind. In paths and names of things it is one in four."""

_FIGURES_AT_HOME = range(9, 13)
"""How many figures a telephone number has that begins with a zero; a date has eight at most."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without secrets and contacts; `kinds` among `secret`, `e-mail` and `phone`."""

    text: str
    kinds: frozenset[str] = frozenset()


def mask(text: str) -> Masked:
    """Put a mark in the place of every secret and contact; what is masked stays as it is."""
    text = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    kinds: set[str] = set()
    for _ in range(_ROUNDS):
        masked = text
        for pattern, replacement, kind in _RULES:
            changed = pattern.sub(replacement, masked)
            if changed != masked:
                kinds.add(kind)
                masked = changed
        if masked == text:
            break
        text = masked
    return Masked(text, frozenset(kinds))


# A database's text holds no NUL, and UTF-8 no half of a pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?s:.*?)(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"
)

_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}"  # Slack
    r"|xapp-[A-Za-z0-9-]{8,}"
    r"|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS
    r"|gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"  # GitHub, GitLab
    r"|AIza[\w-]{30,}|ya29\.[\w-]{20,}"  # Google
    r"|[rs]k[_-](?:live|test|proj|ant)[_-][\w-]{10,}|sk-[A-Za-z0-9]{20,}"  # keys of paid APIs
    r"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}|hv[bs]\.[\w-]{20,}|dop_v1_[a-f0-9]{40,}"
    r")"
)
_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?")

_HOOKS = re.compile(r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/-]{8,}")

_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@:\[]{0,100}:[^\s/@\[]{1,200}(?=@)")

_NAMED_PASSWORD = r"(?:pass(?:word|wd|phrase|code)|\bpwd)"  # noqa: S105 - a pattern
_NAMED_KEY = (
    r"(?:secret|token|credentials?"
    r"|(?:api|account|access|secret|private|signing|encryption|master|shared)[ _-]?key)"
)
# What follows its name; not what was masked already, so that masking twice changes nothing.
_VALUE = r"(?!\[(?:secret|e-mail|phone)\])[^\s\"'`,;&<>]"
_NO_WORD = r"(?=[^\s\"'`,;&<>]{0,100}[\d!#$%^*+=~])"
_ASSIGNED = re.compile(
    rf"(?i)(?P<name>(?:{_NAMED_PASSWORD}|{_NAMED_KEY})[\w-]{{0,20}}[\"'`]?\s{{0,3}}=>?\s{{0,3}}[\"'`]?)"
    rf"{_VALUE}{{4,}}"
)
_TOLD = re.compile(
    # "Secrets: in Vault" tells of no secret, and "password: letmein" does.
    rf"(?i)(?P<name>(?:{_NAMED_PASSWORD}[\"'`]?\s{{0,3}}:\s{{0,3}}[\"'`]?"
    rf"|{_NAMED_PASSWORD}\s{{1,3}}(?:is|was)\s{{1,3}}[\"'`]?{_NO_WORD}"
    rf"|{_NAMED_KEY}[\w-]{{0,20}}[\"'`]?\s{{0,3}}(?::|\sis\s)\s{{0,3}}[\"'`]?{_NO_WORD}))"
    rf"{_VALUE}{{6,}}"
)
_BEARER = re.compile(
    r"(?i)\b(?P<name>(?:bearer|basic)\s{1,3})(?=[A-Z._~+/=-]{0,200}\d)(?P<value>[\w.~+/=-]{12,})"
)

_RUN = re.compile(rf"(?<![\w+/=-])[\w+/-]{{{_SHORTEST_KEY},}}={{0,2}}(?![\w+/])", re.ASCII)
_HEX = re.compile(rf"[0-9a-fA-F]{{{_SHORTEST_KEY},}}")

_E_MAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")

_FIGURES = r"\d(?:[ ()./\u00a0-]{0,2}\d)"
_PHONES = re.compile(
    # Abroad: + or 00, eight to fifteen figures.
    rf"(?<![\w+.-])(?:\+|00)(?=[1-9])(?:\(0\))?{_FIGURES}{{7,14}}(?![\w-]|\.\d)"
    # North America: (555) 123-4567, 555-123-4567, 555.123.4567.
    r"|(?<![\w+.-])(?:\(\d{3}\)[ -]?\d{3}[ -]|\d{3}-\d{3}-|\d{3}\.\d{3}\.)\d{4}(?![\w-]|\.\d)"
)
# At home: a leading zero and two or more groups.
_HOME_PHONES = re.compile(
    r"(?<![\w+./-])\(?0[1-9]\d{0,4}\)?[ /-]\d{2,8}(?:[ -]\d{2,8}){0,4}(?![\w-]|\.\d)"
)
_CALLED = re.compile(
    r"(?i)(?P<name>\b(?:phone|tel|telephone|mobile|cell|whatsapp|call me|reach me|ring me)"
    r"(?:\s(?:number|no|at|on|is)){0,2}[\s.:#]{1,4})"
    rf"(?P<value>{_FIGURES}{{6,14}}(?![\w-]|\.\d))"
)


def _keep_name(found: re.Match[str]) -> str:
    return found["name"] + SECRET


def _keep_name_of_phone(found: re.Match[str]) -> str:
    return found["name"] + PHONE


def _if_long_enough(found: re.Match[str]) -> str:
    figures = sum(character.isdigit() for character in found[0])
    return PHONE if figures in _FIGURES_AT_HOME else found[0]


def _if_random(found: re.Match[str]) -> str:
    run = found[0]
    return SECRET if _HEX.fullmatch(run) or _looks_random(run) else run


def _looks_random(run: str) -> bool:
    kinds = [
        "a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else "-" for c in run
    ]
    changes = sum(a != b for a, b in pairwise(kinds))
    return {"a", "A", "0"} <= set(kinds) and changes >= _LEAST_CHANGES * len(run)


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str], str], ...] = (
    (_PRIVATE_KEY, SECRET, "secret"),
    (_TOKENS, SECRET, "secret"),
    (_WEB_TOKEN, SECRET, "secret"),
    (_HOOKS, SECRET, "secret"),
    (_IN_ADDRESS, SECRET, "secret"),
    (_ASSIGNED, _keep_name, "secret"),
    (_TOLD, _keep_name, "secret"),
    (_BEARER, _keep_name, "secret"),
    (_RUN, _if_random, "secret"),
    (_E_MAIL, E_MAIL, "e-mail"),
    (_PHONES, PHONE, "phone"),
    (_HOME_PHONES, _if_long_enough, "phone"),
    (_CALLED, _keep_name_of_phone, "phone"),
)
