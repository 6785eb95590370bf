"""Whatever is typed is read: other languages, odd and endless texts, anything at all."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.evaluate_utterances import main
from benchmarks.utterance_scores import mistyped, score
from flows.advisor import Advisor, load_advisor
from flows.conversation import NO_OPTION, Intent, Understanding
from flows.reading.lexicon import load_lexicon
from flows.understanding import Reader
from knowledge.library import Library
from knowledge.loader import load_knowledge

ADVISOR = load_advisor()
read = ADVISOR.reader.read

LONGEST = 20_000
SECONDS = 0.5
"""A generous bound on computing: the goal of 50 ms is measured by `make bench`."""


# Other languages.

FOREIGN = {
    "German": "Wir betreiben unsere Anwendung auf eigenen Servern und haben keine Leute dafür",
    "French": "Nous avons besoin d'une plateforme pour nos applications en production",
    "Spanish": "Necesitamos una plataforma para nuestros servicios y no tenemos administradores",
    "Italian": "Abbiamo bisogno di una piattaforma per le nostre applicazioni",
    "Portuguese": "Nós precisamos de uma plataforma para nossos serviços em produção",
    "Swedish": "Vi behöver en plattform för våra tjänster och har inga drifttekniker",
    "Dutch": "Wij zoeken een platform voor onze applicaties en hebben geen beheerders",
    "Polish": "Potrzebujemy platformy dla naszych aplikacji i nie mamy administratorów",
    "Chinese": "我们有十个微服务没有运维人员",
    "Russian": "Нам нужна платформа для наших приложений",
}
NOT_FOREIGN = [
    "4 devs heroku no ops",
    "k8s: no. docker: yes. ops: 0",
    "aws lambda, node, nobody on call",
    "kubectl apply -f deployment.yaml",
    "EKS AKS GKE",
    "def main(): return None",
    "asdf qwer zxcv",
    "vi is our editor, nginx and perl on two vms",
    "pls halp we on heroku 2 expensiv",
    "ok",
]


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_language_is_recognised_and_not_guessed_at(text: str) -> None:
    """It is said so instead of read badly."""
    told = read(text)
    assert told.foreign
    assert (told.intent, told.answers) == (Intent.UNCLEAR, {})


@pytest.mark.parametrize("text", NOT_FOREIGN)
def test_terse_english_and_code_are_not_foreign(text: str) -> None:
    """Few function words do not make a text foreign."""
    assert not read(text).foreign


# Anything at all may be typed.


def allowed(told: Understanding) -> bool:
    """Whether every answer names a criterion and its options."""
    criteria = ADVISOR.knowledge.criteria
    return all(
        chosen and all(o in criteria[c].options or o in NO_OPTION for o in chosen)
        for facts in (told.answers, told.likely)
        for c, chosen in facts.items()
    )


WORDS = sorted(load_lexicon().own_words)


@given(st.text(max_size=400), st.sampled_from([None, *sorted(ADVISOR.knowledge.criteria)]))
def test_any_text_is_read(text: str, asked: str | None) -> None:
    """Nothing raises, and the same text always reads the same."""
    told = read(text, asked)
    assert allowed(told)
    assert told == read(text, asked)


@given(
    st.lists(st.sampled_from([*WORDS, ",", ".", "?", "not", "or", "7", "\n"]), max_size=40),
    st.sampled_from([None, *sorted(ADVISOR.knowledge.criteria)]),
)
def test_any_words_of_ours_are_read(words: list[str], asked: str | None) -> None:
    """Words of the lexicon in any order say known options or nothing."""
    assert allowed(read(" ".join(words), asked))


@pytest.mark.parametrize(
    "text",
    [
        "a" * LONGEST,
        "no " * (LONGEST // 3),
        "we do not have " * (LONGEST // 15),
        "kubernetes, " * (LONGEST // 12),
        "if we had 5 services? " * (LONGEST // 22),
        "(" * LONGEST,
        "?" * LONGEST,
        "\n" * LONGEST,
        "> quoted\n" * (LONGEST // 9),
        "```" * (LONGEST // 3),
        "<https://example.com|" * (LONGEST // 21),
        "\u202e\u0000\u200b🙂" * (LONGEST // 4),
        "1,000,000 " * (LONGEST // 10),
        "qwertzuiop " * (LONGEST // 11),
        "what if " * (LONGEST // 8),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_long_and_odd_texts_take_bounded_time(text: str) -> None:
    """Twenty thousand characters of anything are read without delay."""
    read("a wrom-up that loads the speling tables")
    start = process_time()
    assert allowed(read(text[:LONGEST], "service_count"))
    assert process_time() - start < SECONDS


def test_what_is_quoted_or_code_is_not_said() -> None:
    """Quotes and code blocks are somebody else's words."""
    assert read("> we run 12 services on Heroku\nok").answers == {}
    assert read("```\nwe run 12 services on Heroku\n```").answers == {}


def test_reading_needs_no_shared_state() -> None:
    """Two readers of the same files agree."""
    knowledge = load_knowledge()
    other = Reader(knowledge, Library(knowledge), load_lexicon())
    text = "5 devs on Heroku, 12 services, nobody on call"
    assert other.read(text) == read(text)


# The evaluation itself.


def test_scores_tell_right_from_wrong(real_advisor: Advisor) -> None:
    """The evaluation itself notices what it should."""
    heard = real_advisor.reader.read
    good = {"id": "x", "kind": "answer", "asked": "growth", "text": "flat", "expect": "stable"}
    assert score(good, heard).counts["answers right"] == 1
    bad = {**good, "expect": "rapid"}
    scored = score(bad, heard)
    assert (scored.counts["answers wrong"], len(scored.faults)) == (1, 1)
    fact = {"id": "y", "kind": "nothing", "text": "we have 7 services", "may": ["unclear"]}
    assert score(fact, heard).counts["facts from none"] == 1
    change = {"id": "z", "kind": "intent", "text": "actually we have 30 services"}
    change |= {"expect": "change_answer", "criterion": "budget"}
    assert score(change, heard).counts["intents wrong"] == 1


def test_a_typing_error_is_one_and_always_the_same() -> None:
    """One letter is wrong, and a seed decides which."""
    text = "nobody on call"
    wrong = mistyped(text, "seed")
    assert wrong == mistyped(text, "seed")
    assert wrong != text
    assert abs(len(wrong) - len(text)) <= 1


def test_a_missing_file_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """An evaluation of nothing must not pass."""
    assert main(["nowhere.yaml"]) == 1
    assert "nowhere.yaml" in capsys.readouterr().err
