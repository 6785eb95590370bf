"""Reading the knowledge base: what it accepts, and what it says about mistakes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.loader import KnowledgeError, load_knowledge, make_knowledge, read_files
from knowledge.schema import MODELS, Knowledge

Files = dict[str, Any]
CLAIM = {"text": "So it is.", "sources": ["book"]}


def tiny() -> Files:
    """The smallest knowledge base that is whole: file -> content."""
    model = {
        "kind": "model",
        "summary": "A model.",
        "sources": ["book"],
        "verdict": "this model.",
        "choose_it_unless": CLAIM,
        "products": ["Thing"],
    }
    files = {
        "sources.yaml": {
            "sources": {
                "book": {"title": "B", "publisher": "P", "url": "u", "reviewed": "2026-11-02"},
                "page": {"title": "Q", "publisher": "P", "url": "v", "reviewed": "2026-11-20"},
            }
        },
        "criteria.yaml": {
            "criteria": {
                "team": {
                    "group": "skills",
                    "name": "Team",
                    "question": "How many are you?",
                    "why": "People matter.",
                    "weight": 2,
                    "options": {
                        "small": {"label": "Few", "text": "One or two."},
                        "large": {"label": "Many", "text": "More."},
                    },
                }
            }
        },
        "fit.yaml": {
            "fit": {"team": {"small": {"paas": {"points": 2, **CLAIM}}}},
            "vetoes": [{"criterion": "team", "option": "large", "model": "faas", **CLAIM}],
            "joint_rules": [
                {
                    "id": "rule",
                    "when": {"team": ["small"]},
                    "points": {"caas": {"points": 3, **CLAIM}},
                }
            ],
            "alarms": [
                {"id": "alarm", "kind": "contradiction", "when": {"team": ["small"]}, **CLAIM}
            ],
        },
        "responsibilities.yaml": {
            "layers": [{"id": "app", "name": "App", "text": "What you write."}],
            "responsibilities": {name: {"app": {"party": "customer", **CLAIM}} for name in MODELS},
        },
        **{f"models/{name}.yaml": {"name": name.title(), **model} for name in MODELS},
        "topics/boat.yaml": {
            "kind": "product",
            "name": "The Boat",
            "aliases": ["ship"],
            "summary": "It floats.",
            "sources": ["page"],
            "facts": [{"aspect": "limits", "text": "It sinks.", "sources": ["page"]}],
            "related": ["paas"],
        },
    }
    unshared: Files = json.loads(json.dumps(files))
    return unshared


def write(folder: Path, files: Files) -> Path:
    """Files of a dictionary in a folder; text as it is, anything else as YAML."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Through JSON, so that no value is shared: YAML would write shared ones as anchors.
        plain = json.loads(json.dumps(content))
        text = plain if isinstance(plain, str) else yaml.safe_dump(plain, sort_keys=False)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path) -> Knowledge:
    """A whole knowledge base from a folder."""
    problems: list[Any] = []
    return make_knowledge(read_files(folder, "base", problems), problems)


def complaints(folder: Path) -> list[str]:
    """What is said about a faulty knowledge base, line by line."""
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return str(caught.value).splitlines()


def test_the_shipped_knowledge_base_loads() -> None:
    """What we ship is whole: seven models, and topics that hold them too."""
    knowledge = load_knowledge()
    assert tuple(knowledge.models) == MODELS
    assert set(knowledge.models) < set(knowledge.topics)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-[0-9a-f]{8}", knowledge.version)


def test_ids_come_from_keys_and_file_names(tmp_path: Path) -> None:
    """Nobody has to write an id twice."""
    knowledge = load(write(tmp_path, tiny()))
    assert knowledge.topics["boat"].id == "boat"
    assert knowledge.criteria["team"].options["small"].id == "small"
    assert knowledge.sources["page"].id == "page"


def test_the_version_is_the_newest_review_and_the_content(tmp_path: Path) -> None:
    """A changed word changes the hash; layout and comments do not."""
    files = tiny()
    first = load(write(tmp_path / "a", files)).version
    assert first.startswith("2026-11-20-")
    files["topics/boat.yaml"] = "# a remark\n" + yaml.safe_dump(files["topics/boat.yaml"])
    assert load(write(tmp_path / "b", files)).version == first
    files["topics/boat.yaml"] = files["topics/boat.yaml"].replace("floats", "swims")
    assert load(write(tmp_path / "c", files)).version != first


def put(*path: str | int, value: object) -> Callable[[Files], None]:
    """A change that sets the value at a path, whose first step is the file."""

    def change(files: Files) -> None:
        place: Any = files
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Files], None]:
    """A change that takes away what stands at a path."""

    def change(files: Files) -> None:
        place: Any = files
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


FIT = ("fit.yaml", "fit", "team", "small", "paas")
BOAT = "topics/boat.yaml"
MISTAKES = [
    (drop("criteria.yaml"), "base/criteria.yaml:1: the file is missing"),
    (drop(*FIT, "sources"), "base/fit.yaml:4: fit.team.small.paas.sources: is missing"),
    (put(*FIT, "sources", value=[]), "fit.team.small.paas.sources: tuple should have at least 1"),
    (put(*FIT, "sources", value=["bok"]), "there is no source 'bok'; did you mean 'book'?"),
    (put(*FIT, "points", value=0), "fit.team.small.paas.points: 0 points say nothing"),
    (put(*FIT, "points", value=3), "fit.team.small.paas.points: input should be less than"),
    (put(*FIT, "points", value=True), "fit.team.small.paas.points: input should be a valid int"),
    (put(*FIT, "text", value="x" * 301), "has 301 characters of at most 300; shorten it"),
    (put(*FIT, "text", value=True), "fit.team.small.paas.text: an unquoted true or false"),
    (put(*FIT, "txet", value="x"), "fit.team.small.paas.txet: is no known key here; did you mean"),
    (put("fit.yaml", "fit", "teem", value={"small": {}}), "there is no criterion 'teem'; did you"),
    (put("fit.yaml", "fit", "team", "smal", value={}), "there is no option 'smal'; did you mean"),
    (put("fit.yaml", "fit", "team", "small", "pas", value={"points": 1, **CLAIM}), "model 'pas'"),
    (put("fit.yaml", "fits", value={}), "base/fit.yaml:36: fits: this file holds fit, vetoes"),
    (put("fit.yaml", "vetoes", 0, "model", value="fass"), "vetoes.0.model: there is no model"),
    (put("fit.yaml", "vetoes", 0, "option", value="huge"), "there is no option 'huge'"),
    (put("fit.yaml", "joint_rules", 0, "when", value={}), "names 0 criteria; name one to 3"),
    (put("fit.yaml", "joint_rules", 0, "when", value={"team": []}), "names no option; add one"),
    (put("fit.yaml", "joint_rules", 0, "points", value={}), "changes nothing; give it points"),
    (put("fit.yaml", "alarms", 0, "when", value={"tea": ["small"]}), "there is no criterion 'tea'"),
    (put("fit.yaml", "alarms", 0, "kind", value="odd"), "alarms.0.kind: input should be 'contra"),
    (drop("models/kaas.yaml"), "models: the model 'kaas' is missing; add it"),
    (put("models/kaas.yaml", "id", value="caas"), "the id must be 'kaas', as its key or file says"),
    (put("models/kaas.yaml", "kind", value="product"), "models.kaas.kind: must be model"),
    (put("models/saas.yaml", value={}), "models.saas.kind: is missing"),
    (put(BOAT, "kind", value="model"), "topics.boat.kind: a model belongs into the folder models"),
    (put(BOAT, "related", value=["paas", "bote"]), "topics.boat.related.1: there is no topic"),
    (put(BOAT, "aliases", value=["Ship"]), "topics.boat.aliases.0: write the alias 'Ship' in low"),
    (put(BOAT, "aliases", value=["the boat"]), "'the boat' is the topic's own name; leave it out"),
    (put("models/iaas.yaml", "aliases", value=["ship"]), "'ship' is an alias of 'iaas' already"),
    (
        drop("responsibilities.yaml", "responsibilities", "iaas", "app"),
        "responsibilities.iaas: the layer 'app' is missing; add it",
    ),
    (
        drop("responsibilities.yaml", "responsibilities", "iaas"),
        "responsibilities: the model 'iaas' is missing; add it",
    ),
    (
        put("responsibilities.yaml", "responsibilities", "iaas", "roof", value={"party": "x"}),
        "responsibilities.iaas.roof.party: input should be 'customer'",
    ),
    (
        drop("criteria.yaml", "criteria", "team", "options", "large"),
        "criteria.team: a criterion needs at least two options",
    ),
    (
        put(
            "criteria.yaml", "criteria", "team", "options", "dont_know",
            value={"label": "?", "text": "?"},
        ),
        "criteria.team.options.dont_know: the name is reserved",
    ),
    (put("criterion.yaml", value={}), "base/criterion.yaml:1: no part of the knowledge has this"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_named(tmp_path: Path, change: Callable[[Files], None], said: str) -> None:
    """Each mistake is one line with file, line and key, and says what to do."""
    files = tiny()
    change(files)
    lines = complaints(write(tmp_path, files))
    assert any(said in line for line in lines), lines
    assert all(re.match(r"base[\w/.]*:\d+: ", line) for line in lines)


RAW = [
    ("fit:\n  team: [\n", "base/fit.yaml:3: this is not YAML"),
    ("- a\n- b\n", "base/fit.yaml:1: expected keys with values"),
    ("fit: {}\nfit: {}\n", "base/fit.yaml:2: fit: the key stands twice, first on line 1"),
    ("fit:\n  no: {}\n", 'base/fit.yaml:2: fit: the key no must stand in quotes: "no"'),
    ("fit:\n  2: {}\n", 'base/fit.yaml:2: fit: the key 2 must stand in quotes: "2"'),
    ("fit:\n  team: off\n", 'base/fit.yaml:2: fit.team: off alone reads as true or false: write "'),
    ("fit: &a {}\nvetoes: *a\n", "base/fit.yaml:1: vetoes: anchors and aliases are not read"),
    ("fit: 1:30\n", "base/fit.yaml:1: fit: 1:30 is not a plain number"),
]


@pytest.mark.parametrize(("text", "said"), RAW, ids=[said for _, said in RAW])
def test_what_yaml_would_swallow_is_named(tmp_path: Path, text: str, said: str) -> None:
    """Twins, bare booleans, anchors and broken lines are found with their line."""
    lines = complaints(write(tmp_path, tiny() | {"fit.yaml": text}))
    assert any(line.startswith(said) for line in lines), lines


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """Text in another encoding is an error, not odd letters."""
    folder = write(tmp_path, tiny())
    (folder / "fit.yaml").write_bytes(b"fit: \xff\xfe")
    assert complaints(folder) == ["base/fit.yaml:1: the file is not UTF-8; save it as UTF-8"]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """Whoever mends the files sees everything in one go, in the order of the files."""
    files = tiny()
    files["fit.yaml"]["fit"]["team"]["small"]["paas"]["points"] = 0
    files["topics/boat.yaml"]["related"] = ["nowhere"]
    lines = complaints(write(tmp_path, files))
    assert [line.split(":")[0] for line in lines] == ["base/fit.yaml", "base/topics/boat.yaml"]


def test_an_empty_section_is_no_mistake(tmp_path: Path) -> None:
    """A knowledge base may do without joint rules and alarms."""
    files = tiny()
    del files["fit.yaml"]["joint_rules"]
    files["fit.yaml"]["alarms"] = None
    knowledge = load(write(tmp_path, files))
    assert (knowledge.joint_rules, knowledge.alarms) == ((), ())


def overlaid(folder: Path, files: Files) -> Knowledge:
    """The shipped knowledge base with a folder laid over it."""
    return load_knowledge(write(folder, files))


def test_an_overlay_adds_and_overrides(tmp_path: Path) -> None:
    """An organisation adds its own topic and source, and has the last word on a sentence."""
    base = load_knowledge()
    knowledge = overlaid(
        tmp_path,
        {
            "sources.yaml": {
                "sources": {
                    "wiki": {
                        "title": "Our wiki",
                        "publisher": "Us",
                        "url": "https://wiki.example",
                        "reviewed": "2027-01-05",
                    }
                }
            },
            "topics/harbour.yaml": {
                "kind": "product",
                "name": "Harbour",
                "summary": "Our own platform.",
                "sources": ["wiki"],
                "related": ["kpaas"],
            },
            "topics/eks.yaml": {
                "aliases": ["the blue cluster"],
                "facts": [{"aspect": "price", "text": "Ask Finance first.", "sources": ["wiki"]}],
            },
            "models/kpaas.yaml": {"products": ["Harbour"], "verdict": "Harbour, our platform."},
        },
    )
    assert knowledge.topics["harbour"].name == "Harbour"
    assert knowledge.topics["eks"].aliases == ("the blue cluster", *base.topics["eks"].aliases)
    assert knowledge.topics["eks"].facts[0].text == "Ask Finance first."
    assert knowledge.topics["eks"].facts[1:] == base.topics["eks"].facts
    assert knowledge.topics["eks"].summary == base.topics["eks"].summary
    assert knowledge.models["kpaas"].products == ("Harbour", *base.models["kpaas"].products)
    assert knowledge.models["kpaas"].verdict == "Harbour, our platform."
    assert knowledge.version.startswith("2027-01-05-")
    assert tuple(knowledge.models) == MODELS


def test_an_overlay_changes_points_and_vetoes(tmp_path: Path) -> None:
    """Cells merge by their keys, vetoes by what they speak of, and either can be taken away."""
    base = load_knowledge()
    criterion, options = next(iter(base.fit.items()))
    option, cells = next((option, cells) for option, cells in options.items() if len(cells) > 1)
    kept, gone = list(cells)[:2]
    veto = base.vetoes[0]
    cell = {"criterion": veto.criterion, "option": veto.option, "model": veto.model}
    knowledge = overlaid(
        tmp_path,
        {
            "fit.yaml": {
                "fit": {criterion: {option: {kept: {"text": "We say so."}, gone: None}}},
                "vetoes": [{**cell, "remove": True}],
            }
        },
    )
    assert knowledge.fit[criterion][option][kept].text == "We say so."
    assert knowledge.fit[criterion][option][kept].points == cells[kept].points
    assert gone not in knowledge.fit[criterion][option]
    assert knowledge.vetoes == base.vetoes[1:]


def test_a_veto_of_the_overlay_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """The same cell is the same veto: its sentence changes, its place stays."""
    base = load_knowledge()
    veto = base.vetoes[0]
    cell = {"criterion": veto.criterion, "option": veto.option, "model": veto.model}
    knowledge = overlaid(tmp_path, {"fit.yaml": {"vetoes": [{**cell, "text": "Our rule."}]}})
    assert knowledge.vetoes[0].text == "Our rule."
    assert knowledge.vetoes[1:] == base.vetoes[1:]


def test_an_overlay_may_hold_files_for_the_dialogue(tmp_path: Path) -> None:
    """Wording and phrasings are for others to read; they are no mistake here."""
    files = {"wording.yaml": {"a": "b"}, "lexicon.yaml": {}, "notes.txt": "hello"}
    assert overlaid(tmp_path, files) == load_knowledge()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"topics/eks.yaml": {"ailases": []}}, "topics/eks.yaml:1: topics.eks.ailases: is no kno"),
        ({"topics/eks.yaml": {"colour": None}}, "topics.eks.colour: there is nothing of that name"),
        ({"topics/x.yaml": {"name": "X"}}, "topics/x.yaml:1: topics.x.kind: is missing"),
        (
            {"fit.yaml": {"alarms": [{"id": "no-such", "remove": True}]}},
            "fit.yaml:2: alarms.0: there is nothing of that name to take away",
        ),
        (
            {"responsibilities.yaml": {"layers": [{"id": "a"}, {"id": "a"}]}},
            "responsibilities.yaml:3: layers.1: the entry stands twice",
        ),
    ],
)
def test_a_mistake_in_an_overlay_is_named_there(tmp_path: Path, files: Files, said: str) -> None:
    """The line points into the organisation's file, not into ours."""
    with pytest.raises(KnowledgeError) as caught:
        overlaid(tmp_path, files)
    assert f"{tmp_path}/{said}" in str(caught.value) or said in str(caught.value)
    assert all(line.startswith(str(tmp_path)) for line in str(caught.value).splitlines())


def test_a_missing_overlay_is_named(tmp_path: Path) -> None:
    """A mistyped path is an error, not an empty overlay."""
    with pytest.raises(KnowledgeError, match="there is no such folder"):
        load_knowledge(tmp_path / "nowhere")
