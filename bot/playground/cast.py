"""Who and what a fresh playground holds, under fixed ids: people, channels, slash commands."""

from dataclasses import dataclass

TEAM = "T0000TEAM"
TEAM_NAME = "Playground"
TEAM_DOMAIN = "playground"
ELSEWHERE = "T0000ELSE"
"""Another organisation, which shares a channel with ours."""
APP = "A0ADVISOR"
BOT = "B0ADVISOR"

ADVISOR = "U0ADVISOR"
ANA = "U00000ANA"
BEN = "U00000BEN"
EVA = "U00000EVA"
RAVI = "U0000RAVI"
GUS = "U00000GUS"
SAM = "U00000SAM"

PLATFORM_HELP = "C0000HELP"
CLOUD_EXPERTS = "C0EXPERTS"
WEBSHOP = "C00WEBSHOP"
PAYROLL = "C00PAYROLL"
RANDOM = "C00RANDOM"
ARCHIVE = "C00ARCHIVE"
ANNOUNCEMENTS = "C000NEWS"
WITH_ELSEWHERE = "C000WITH"
ANA_AND_BEN = "C000GROUP"
EXPERTS = "S00EXPERT"
"""The user group of the experts."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace; `handle` is what follows the @, `title` says who they are.

    `team` is where they belong: somebody of another team is a stranger from a shared channel.
    `aside` people and channels stand folded away on the page.
    """

    id: str
    handle: str
    name: str
    title: str
    is_bot: bool = False
    is_guest: bool = False
    team: str = TEAM
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk: a channel, or with `direct` the conversation of one person with the bot.

    A `group` is a conversation of several people with the bot. `writers`, where there are any,
    are the only ones who may post. A `shared` channel has members of another organisation.
    """

    id: str
    name: str
    members: tuple[str, ...]
    purpose: str = ""
    direct: bool = False
    group: bool = False
    private: bool = False
    archived: bool = False
    shared: bool = False
    writers: tuple[str, ...] = ()
    aside: bool = False

    @property
    def kind(self) -> str:
        """What Slack calls it in `channel_type`."""
        if self.direct:
            return "im"
        if self.group:
            return "mpim"
        return "group" if self.private else "channel"


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command that the app has registered; `hint` shows its arguments."""

    name: str
    hint: str
    description: str


@dataclass(frozen=True, slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


PEOPLE = (
    Person(ANA, "ana", "Ana", "Team Webshop"),
    Person(BEN, "ben", "Ben", "Team Webshop"),
    Person(EVA, "eva", "Eva", "Cloud expert"),
    Person(RAVI, "ravi", "Ravi", "Reviewer"),
    Person(GUS, "gus", "Gus", "Guest", is_guest=True, aside=True),
    Person(SAM, "sam", "Sam", "From another organisation", team=ELSEWHERE, aside=True),
    Person(ADVISOR, "advisor", "Service Model Advisor", "App", is_bot=True),
)
HUMANS = tuple(person for person in PEOPLE if not person.is_bot)


def direct(person: str) -> str:
    """The id of a person's direct messages with the bot."""
    return "D" + person[1:]


CHANNELS = (
    Channel(
        PLATFORM_HELP,
        "platform-help",
        (ANA, BEN, EVA, RAVI, ADVISOR),
        "Questions about where and how to run software",
    ),
    Channel(CLOUD_EXPERTS, "cloud-experts", (EVA, ADVISOR), "Where the advisor calls for a human"),
    *(
        Channel(direct(person.id), ADVISOR, (person.id, ADVISOR), direct=True)
        for person in HUMANS
        if person.team == TEAM
    ),
    Channel(
        WEBSHOP,
        "webshop",
        (ANA, BEN, GUS, ADVISOR),
        "A private channel, with a guest",
        private=True,
        aside=True,
    ),
    Channel(
        ANA_AND_BEN,
        "mpdm-ana--ben--advisor-1",
        (ANA, BEN, ADVISOR),
        "Ana, Ben and the advisor",
        group=True,
        aside=True,
    ),
    Channel(RANDOM, "random", (ANA, BEN, EVA, RAVI), "Anything else", aside=True),
    Channel(
        PAYROLL, "payroll", (RAVI,), "Private, and without the advisor", private=True, aside=True
    ),
    Channel(
        ANNOUNCEMENTS,
        "announcements",
        (ANA, BEN, EVA, RAVI, ADVISOR),
        "Only Ravi may write in here",
        writers=(RAVI,),
        aside=True,
    ),
    Channel(
        ARCHIVE,
        "old-projects",
        (ANA, BEN, ADVISOR),
        "What we used to run",
        archived=True,
        aside=True,
    ),
    Channel(
        WITH_ELSEWHERE,
        "with-elsewhere",
        (ANA, SAM, ADVISOR),
        "Shared with another organisation",
        shared=True,
        aside=True,
    ),
)

GROUPS = (Group(EXPERTS, "cloud-experts", "Cloud experts", (EVA,)),)

COMMANDS = (
    Command(
        "/servicemodel",
        "[help | explain TOPIC | compare A B | status | human | logs | delete-my-data]",
        "Find the service model that fits your software",
    ),
)
