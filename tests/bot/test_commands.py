"""The command line keeps its contract: shapes, exit codes, and errors of one line."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import structlog

from bot.cli import run


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever was printed
        """The output as one JSON document."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """The output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Servicemodel = Callable[..., Ran]


@pytest.fixture
def servicemodel(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Servicemodel]:
    """Run a command in an empty folder, with nothing in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "KNOWLEDGE_PATH"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    handlers, level = logging.root.handlers[:], logging.root.level
    yield command
    # A command of a server keeps a log from then on; here it would write to what is closed.
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


CASE = {
    "answers": {
        "ops_capacity": "none",
        "container_skills": "none",
        "kubernetes_skills": "none",
        "workload_types": ["stateless_web"],
        "runtime": "mainstream",
        "current_platform": "heroku_like",
    }
}
KEYS = {
    "outcome",
    "model",
    "escalate",
    "escalation_reasons",
    "ranking",
    "reasons",
    "open",
    "next_question",
    "would_change",
    "conflicts",
    "knowledge_version",
}


def test_recommend_writes_the_contract(servicemodel: Servicemodel) -> None:
    """The keys that other people's scripts read are all there, and no others."""
    ran = servicemodel("recommend", "-", "--format", "json", stdin=json.dumps(CASE))
    advice = ran.json()
    assert ran.code == 0
    assert set(advice) == KEYS
    assert set(advice["ranking"][0]) == {"model", "points", "vetoes"}
    assert set(advice["reasons"][0]) == {
        "criterion",
        "option",
        "model",
        "points",
        "text",
        "sources",
    }
    assert len(advice["ranking"]) == 7
    assert advice["model"] == "paas"


def test_recommend_reads_yaml_from_a_file(servicemodel: Servicemodel, tmp_path: Path) -> None:
    """A file says the same as standard input."""
    file = tmp_path / "case.yaml"
    file.write_text("answers:\n  ops_capacity: none\n  lock_in: dont_know\n", encoding="utf-8")
    advice = servicemodel("recommend", str(file), "--format", "json").json()
    assert "lock_in" in advice["open"]
    assert "ops_capacity" not in advice["open"]


def test_recommend_can_be_computed_anew_from_its_record(servicemodel: Servicemodel) -> None:
    """The decision record holds the answers, and they lead to the same advice."""
    record = servicemodel("recommend", "-", "--format", "adr", stdin=json.dumps(CASE)).out
    assert record.startswith("# Where to run this: Platform-as-a-Service")
    again = record.split("```json\n")[1].split("\n```")[0]
    first = servicemodel("recommend", "-", "--format", "json", stdin=json.dumps(CASE)).json()
    assert servicemodel("recommend", "-", "--format", "json", stdin=again).json() == first


def test_recommend_as_text_names_the_model(servicemodel: Servicemodel) -> None:
    """A person at a terminal sees the advice first."""
    ran = servicemodel("recommend", "-", stdin=json.dumps(CASE))
    assert ran.out.startswith("Platform-as-a-Service")
    assert "What would change it" in ran.out


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"ops_capacity": "nobody"}, "none"),
        ({"ops_capacitty": "none"}, "ops_capacity"),
        ({"ops_capacity": ["none", "small_team"]}, "one option"),
        ({"ops_capacity": 3}, "3"),
    ],
)
def test_an_unknown_answer_names_the_nearest(
    servicemodel: Servicemodel, answers: dict[str, Any], says: str
) -> None:
    """Exit code 1, and one line that says what to write instead."""
    ran = servicemodel("recommend", "-", stdin=json.dumps({"answers": answers}))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert says in ran.err


@pytest.mark.parametrize(
    ("text", "says"),
    [("answers: [", "line 1"), ("a: b: c", "line 1"), ("\x00", "cannot be read"), ("7", "object")],
)
def test_a_broken_file_is_named_in_one_line(
    servicemodel: Servicemodel, tmp_path: Path, text: str, says: str
) -> None:
    """No traceback, whatever lies in the file."""
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    ran = servicemodel("recommend", str(file))
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert says in ran.err


def test_a_missing_file_is_named(servicemodel: Servicemodel) -> None:
    """The path stands in the message."""
    ran = servicemodel("recommend", "nowhere.yaml")
    assert ran.code == 1
    assert "nowhere.yaml" in ran.err


def test_lines_in_lines_out(servicemodel: Servicemodel) -> None:
    """Each line gets its own, and a bad one an error in its place."""
    lines = [json.dumps(CASE), "{", json.dumps({"answers": {"growth": "huge"}}), "[1]", "{}"]
    results = servicemodel("recommend", "--jsonl", stdin="\n".join(lines)).lines()
    assert [set(result) == KEYS for result in results] == [True, False, False, False, True]
    assert all(set(result) == {"error"} for result in results[1:4])


def test_understand_writes_the_contract(servicemodel: Servicemodel) -> None:
    """Sure and likely answers, topics, and the words that matched."""
    ran = servicemodel("understand", "nobody here knows kubernetes, we run on Heroku")
    read = ran.json()
    assert set(read) == {"intent", "answers", "likely", "topics", "confidence", "matched"}
    assert read["answers"]["kubernetes_skills"] == "none"
    assert read["answers"]["current_platform"] == "heroku_like"
    assert {"criterion", "words"} in [set(match) for match in read["matched"]]


def test_understand_reads_a_short_reply_to_what_was_asked(servicemodel: Servicemodel) -> None:
    """Several options come as a list, a missing one as a word of its own."""
    asked = [
        {"text": "postgres we run ourselves, plus an api", "asked": "workload_types"},
        {"text": "not sure", "asked": "budget"},
        {"text": "hm", "asked": "no_such_criterion"},
        {"text": 5},
    ]
    stdin = "\n".join(json.dumps(line) for line in asked)
    types, unsure, unknown, no_text = servicemodel("understand", "--jsonl", stdin=stdin).lines()
    assert sorted(types["answers"]["workload_types"]) == ["stateful", "stateless_web"]
    assert unsure["answers"] == {"budget": "dont_know"}
    assert "no_such_criterion" in unknown["error"]
    assert "text" in no_text["error"]


def test_ask_answers_with_sources(servicemodel: Servicemodel) -> None:
    """What it knows comes with sources, and what it does not is said so."""
    known = servicemodel("ask", "who patches the nodes on EKS?").json()
    assert set(known) == {"topics", "answer", "sources", "found"}
    assert known["found"]
    assert known["topics"][0] == "eks"
    assert known["sources"]
    unknown = servicemodel("ask", "what is the capital of France?").json()
    assert not unknown["found"]


def test_odd_text_is_only_text(servicemodel: Servicemodel) -> None:
    """Half a surrogate, control characters and 40,000 letters end in a result each."""
    lines = [json.dumps({"text": text}) for text in ("\ud800", "\x00\x1b[31m", "x" * 40_000, "")]
    results = servicemodel("understand", "--jsonl", stdin="\n".join(lines)).lines()
    assert [result["answers"] for result in results] == [{}, {}, {}, {}]


def test_knowledge_check_is_sound(servicemodel: Servicemodel) -> None:
    """The base that we ship has nothing wrong with it."""
    ran = servicemodel("knowledge", "check")
    assert ran.code == 0
    assert "19 criteria" in ran.out


def test_knowledge_check_names_file_line_and_key(
    servicemodel: Servicemodel, tmp_path: Path
) -> None:
    """Broken YAML in an overlay is found where it stands."""
    overlay = tmp_path / "ours"
    overlay.mkdir()
    (overlay / "criteria.yaml").write_text(
        "criteria:\n  growth:\n    colour: blue\n", encoding="utf-8"
    )
    ran = servicemodel("knowledge", "check", str(overlay))
    assert ran.code == 1
    assert "criteria.yaml" in ran.err
    assert "3" in ran.err
    assert "colour" in ran.err


def test_logs_are_empty_at_first(servicemodel: Servicemodel) -> None:
    """After `migrate`, there is nothing to list and nothing to show."""
    assert servicemodel("logs", "list").code == 1
    assert servicemodel("migrate").code == 0
    assert servicemodel("logs", "list").out == "No conversations yet.\n"
    missing = servicemodel("logs", "show", "nothing")
    assert missing.code == 1
    assert "logs list" in missing.err


def test_manifest_is_json(servicemodel: Servicemodel) -> None:
    """It can be pasted into Slack."""
    made = servicemodel("manifest").json()
    assert made["features"]["slash_commands"][0]["command"] == "/servicemodel"


def test_doctor_says_what_to_do(servicemodel: Servicemodel) -> None:
    """Without settings and database it finds that out, and lists the settings on demand."""
    ran = servicemodel("doctor")
    assert ran.code == 1
    assert "servicemodel migrate" in ran.out
    assert "SLACK_BOT_TOKEN" in ran.out
    assert "RETENTION_DAYS" in servicemodel("doctor", "--settings").out


def test_serve_without_a_token_says_which_setting(servicemodel: Servicemodel) -> None:
    """Wrong use is exit code 2, in one line."""
    ran = servicemodel("serve")
    assert ran.code == 2
    assert "SLACK_BOT_TOKEN" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("nonsense",), ("recommend", "--colour"), ("ask",)])
def test_wrong_use_is_one_line(servicemodel: Servicemodel, arguments: tuple[str, ...]) -> None:
    """Exit code 2, and where to look."""
    ran = servicemodel(*arguments)
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_a_wrong_setting_is_named(
    servicemodel: Servicemodel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that is none stands in the message by the name of its setting."""
    monkeypatch.setenv("PORT", "many")
    ran = servicemodel("migrate")
    assert ran.code == 2
    assert "PORT" in ran.err
