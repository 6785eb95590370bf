"""Turns of phrase that say what is asked of a subject without naming that topic.

"Who restarts it at night" asks for responsibility, "per month" for the price. Beside a product or
a model such words are telling; alone they are everyday English, so they never stand for a topic.
"""

import re

from knowledge.schema import TopicId

_US = r"(?:me|us|my|our|i|we|you|your|ours|mine|yours|them|theirs|they)"
_SELF = r"(?:ourself|ourselves|myself|yourself|yourselves|oneself|on (?:our|my|your) own)"
_HOST = r"(?:clouds?|providers?|vendors?|platforms?|hosts?|hosters?|suppliers?)"
_GOING = r"(?:mov(?:e|es|ing)|switch(?:ing)?|migrat(?:e|es|ing|ion)|port(?:ing)?)"
_LEAVING = rf"(?:{_GOING}|get(?:ting)?|go(?:ing)?|walk(?:ing)?|com(?:e|ing)|break(?:ing)?)"
_SEEKING = (
    r"(?:(?:is|are|s|was) )?(?:still )?(?:behind|use[sd]?|using|make[sd]?|made|invented|built"
    r"|sells?|offers?|owns|buys|bought|pays?|knows?|needs?|likes?)\b"
)
"""What asks who stands behind a product or has it, rather than who looks after it."""

_PHRASES: dict[TopicId, tuple[str, ...]] = {
    "responsibility": (
        rf"who(?! {_SEEKING})(?! (?:is|are|s) \w+$)|whose|accountab\w+|liab(?:le|ility)",
        r"in charge|responsib\w+|babysit\w*|hands (?:on|off)|burden\w*|chores?|takes? over",
        r"patch\w*|upgrad\w*|updat(?:e[sd]?|ing)",
        r"keeps? (?:\w+ ){1,4}(?:current|up to date|patched)",
        rf"(?:operated|managed|administered|run|maintained|handled|looked after) by|{_SELF}",
        r"(?:sys)?admins?|administrat(?:or|ors|e|ion)|sres?",
        r"ops(?: (?:people|work|team|staff|burden))?",
        r"(?:platform|operations|infra|sre) (?:team|people|engineers?|staff)",
        rf"(?:care|caring) (?:for|of|about)|{_US} (?:job|problem|duty|duties|side|part|tasks?)",
        r"(?:is|are|stays?|remains?) (?:still )?(?:ours|mine|yours|theirs)|ours to",
        rf"(?:leaves?|left|remains?|stays?) (?:\w+ )?(?:to|for|with|on) {_US}|left to do",
        r"(?:do|does|did|will|would) (?:\w+ ){1,3}(?:do|handle|cover|run|manage) for (?:me|us)",
        r"(?:do|does) (?:i|we|you|one) (?:\w+ )?(?:have|need) to (?:do|run|operate|monitor)",
        r"how (?:many|few) (?:\w+ )?(?:people|persons|folks|engineers|admins|devs|heads|staff)",
        r"at night|on call|oncall|on duty|pager|paged|[23] ?am|weekends?",
    ),
    "lock_in": (
        r"(?:any|some)where else|elsewhere|escape|(?:get|getting|got) rid of|quit(?:ting)?",
        r"sticky|stickiness|trap(?:ped)?|stuck|tied|bound to|wedded|married|hostage|lock\w*",
        r"depend(?:s|ent|ence|ency)? on|proprietary|exit\w*|ways? out|back out|portab\w+",
        rf"(?:another|a different|other|any|every|all|most|whichever) (?:\w+ )?{_HOST}",
        rf"{_LEAVING} (?:\w+ ){{0,3}}(?:away|off|out|elsewhere)",
        rf"{_GOING} (?:away |off |over )?from",
        rf"(?:chang(?:e|ing)|switch(?:ing)?|swap(?:ping)?) (?:the |our |my )?{_HOST}",
        r"take (?:\w+ ){1,3}with (?:me|us|you)|(?:runs?|works?) (?:any|every)where",
    ),
    "pricing_support": (
        r"charg(?:e|es|ed|ing)|price\w*|pric(?:y|ey|ing)|pays?|paid|bill\w*|costs?|surcharge",
        r"how much(?= (?:is|are|do|does|for|per|extra|would|will|more|cheaper|dearer)\b|$)",
        r"for free|free (?:tier|plan)|(?:is|are) (?:\w+ ){1,3}free$",
        r"(?:per|a|each|every) (?:month|hour)(?! (?:is|are|do|does)\b)|monthly|hourly",
        r"money|budgets?|afford\w*|discounts?|subscriptions?|licen[cs]es?|licensing|econom\w+",
        r"sav(?:e|es|ings?)|bucks|pennies|wallet|dear",
        r"(?:phone|premium|business|enterprise|vendor|paid) support",
        r"support (?:level|hour|engineer)s?",
    ),
}
_HINTS = {
    topic: re.compile(rf"\b(?:{'|'.join(phrases)})(?!\w)") for topic, phrases in _PHRASES.items()
}
_OWN = re.compile(
    rf"\b(?:{_SELF}|our own|your own|my own|self (?:host|manag|run|operat|install|built|made)\w*"
    r"|selfhost\w*|by hand|from scratch|diy|in house|bare metal|on prem\w*|vanilla|upstream"
    r"|own (?:servers|hardware|data ?cent(?:er|re)s?|machines|racks?))(?!\w)"
)


def hinted(words: tuple[str, ...]) -> list[tuple[TopicId, int]]:
    """What some words ask of their subject, each with the place of the word that says so."""
    text = " ".join(words)
    hits = ((topic, pattern.search(text)) for topic, pattern in _HINTS.items())
    return [(topic, text.count(" ", 0, hit.start())) for topic, hit in hits if hit is not None]


def on_their_own(words: tuple[str, ...]) -> bool:
    """Whether some words speak of running a thing oneself: "ourselves", "self-hosted"."""
    return _OWN.search(" ".join(words)) is not None
