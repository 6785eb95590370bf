"""How long the core takes: to advise, to prove, to understand, to answer, and for a whole turn."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from time import perf_counter

from benchmarks.figures import Figure, spread, timed
from benchmarks.traffic import OPENINGS, REPLIES
from flows.advisor import Advisor
from flows.conversation import Conversation, Message
from flows.turn import take_turn
from knowledge.recommendation import Answers
from knowledge.recommender import case_of, recommend
from knowledge.schema import Knowledge
from knowledge.simulation import teams

QUESTIONS = (
    "what is kubernetes?",
    "which of these is cheapest?",
    "who patches the operating system with paas?",
    "how do we get out of faas again?",
    "what does caas mean",
    "is docker swarm still alive?",
)


def partial(knowledge: Knowledge, count: int, seed: int) -> Iterator[Answers]:
    """Random teams, of each of which so far a random part of the answers is known."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    for team in teams(knowledge, count, seed):
        known = chance.sample(sorted(team.chosen), chance.randint(0, len(team.chosen)))
        yield Answers(chosen={criterion: team.chosen[criterion] for criterion in known})


def prove(knowledge: Knowledge, answers: Answers) -> object:
    """Whether anything that is still open could change the result."""
    return case_of(knowledge, answers).verdict


def spoken(advisor: Advisor, count: int) -> Iterator[float]:
    """Seconds of so many turns: conversations of an opening and three replies each."""
    said_at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    version = advisor.knowledge.version
    for number in range(count):
        begun, round_ = divmod(number, 4)
        if round_ == 0:
            talk = Conversation(id=f"c{begun}", starter="U0ANA", knowledge_version=version)
            text = OPENINGS[begun % len(OPENINGS)]
        else:
            text = REPLIES[number % len(REPLIES)]
        message = Message(kind="text", by="U0ANA", at=said_at, text=text, addressed=True)
        began = perf_counter()
        talk = take_turn(talk, message, advisor).conversation
        yield perf_counter() - began


def core_figures(advisor: Advisor, cases: int, seed: int = 1) -> list[Figure]:
    """Over so many random cases, messages and questions."""
    knowledge, reader, library = advisor.knowledge, advisor.reader, advisor.library
    drawn = list(partial(knowledge, cases, seed))
    said = (*OPENINGS, *REPLIES)
    # Tables are made when they are first used.
    recommend(knowledge, drawn[0])
    reader.read("nobody knows dokcer")
    library.ask(QUESTIONS[0])
    advice = [timed(recommend, knowledge, one) for one in drawn]
    proof = [timed(prove, knowledge, one) for one in drawn]
    read = [timed(reader.read, said[n % len(said)]) for n in range(cases)]
    asked = [timed(library.ask, QUESTIONS[n % len(QUESTIONS)]) for n in range(cases)]
    turns = list(spoken(advisor, cases))
    return [
        *spread("core.recommend", "recommend(), random partial answers", advice),
        *spread("core.proof", "the proof alone", proof),
        *spread("core.understand", "understand() a message", read),
        *spread("core.ask", "ask() the knowledge base", asked),
        *spread("core.turn", "take_turn(), all of the dialogue", turns),
    ]
