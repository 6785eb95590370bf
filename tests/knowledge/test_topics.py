"""What the knowledge base says: complete, sourced, dated where it must be, and fair."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from knowledge.loader import load_knowledge
from knowledge.schema import MODELS, Aspect, Knowledge, Party, TopicKind

BLURRED = {"aks_automatic", "eks_auto_mode", "gke_autopilot", "ecs_managed_instances"}
LAYERS = 14


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What we ship."""
    return load_knowledge()


def claims(knowledge: Knowledge) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every sentence about topics and duties: where it stands, its text, its sources."""
    for topic in knowledge.topics.values():
        yield topic.id, topic.summary, topic.sources
        for fact in topic.facts:
            yield f"{topic.id}/{fact.aspect}", fact.text, fact.sources
    for name, model in knowledge.models.items():
        yield f"{name}/unless", model.choose_it_unless.text, model.choose_it_unless.sources
    for name, duties in knowledge.responsibilities.items():
        for layer, duty in duties.items():
            yield f"{name}/{layer}", duty.text, duty.sources


def test_every_topic_of_the_vocabulary_is_there(knowledge: Knowledge, shared: Path) -> None:
    """Ids are a contract: each model and topic of the vocabulary can be explained."""
    vocabulary = yaml.safe_load((shared / "vocabulary.yaml").read_text(encoding="utf-8"))
    wanted = {*vocabulary["models"], *vocabulary["topics"]}
    assert wanted <= set(knowledge.topics)


def test_products_that_blur_the_lines_have_topics(knowledge: Knowledge) -> None:
    """Modes in which the vendor runs the nodes too are told apart, with who does what."""
    for name in BLURRED | {"serverless_gpu"}:
        assert name in knowledge.topics
    for name in BLURRED:
        aspects = {fact.aspect for fact in knowledge.topics[name].facts}
        assert aspects >= {Aspect.WHAT, Aspect.RESPONSIBILITY, Aspect.EXIT, Aspect.CHOOSE}


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_told_in_full(knowledge: Knowledge, model: str) -> None:
    """Every aspect that a decision needs, no less for one model than for another."""
    topic = knowledge.models[model]
    assert {fact.aspect for fact in topic.facts} >= set(Aspect) - {Aspect.STATUS}
    assert topic.choose_it_unless.text.startswith("Choose it unless")
    assert len(topic.products) >= 2
    assert topic.aliases
    assert topic.verdict.endswith(".")


@pytest.mark.parametrize(
    "product",
    [t.id for t in load_knowledge().topics.values() if t.kind is TopicKind.PRODUCT],
)
def test_a_product_says_who_does_what_its_price_and_the_way_out(
    knowledge: Knowledge, product: str
) -> None:
    """What people ask about products is answered for each."""
    topic = knowledge.topics[product]
    aspects = {fact.aspect for fact in topic.facts}
    assert aspects >= {Aspect.WHAT, Aspect.RESPONSIBILITY, Aspect.PRICE, Aspect.EXIT}
    assert set(topic.related) & {*MODELS, "kubernetes"} or product in BLURRED


def test_no_model_is_favoured_in_words(knowledge: Knowledge) -> None:
    """Each model has as much said against it as the others: limits and reasons to think twice."""
    against = {
        name: sum(fact.aspect in {Aspect.LIMITS, Aspect.AVOID} for fact in model.facts)
        for name, model in knowledge.models.items()
    }
    assert min(against.values()) >= 3
    assert max(against.values()) <= 2 * min(against.values())


def test_the_newest_model_owns_up_to_its_evidence(knowledge: Knowledge) -> None:
    """What is known of KPaaS comes mostly from its vendors; the topic says so itself."""
    assert any("those who sell it" in fact.text for fact in knowledge.models["kpaas"].facts)


def test_every_layer_has_a_party_under_every_model(knowledge: Knowledge) -> None:
    """A full table from the application to the building, names short enough for a phone."""
    assert len(knowledge.layers) == LAYERS
    for layer in knowledge.layers:
        assert len(layer.name) <= 30
    for model in MODELS:
        assert set(knowledge.responsibilities[model]) == {layer.id for layer in knowledge.layers}
        assert knowledge.responsibilities[model]["application"].party is Party.CUSTOMER


def test_duties_move_to_the_provider_along_the_models(knowledge: Knowledge) -> None:
    """From IaaS to functions the customer keeps less and less."""
    kept = {
        model: Counter(duty.party for duty in duties.values())[Party.CUSTOMER]
        for model, duties in knowledge.responsibilities.items()
    }
    assert kept["self_managed_kubernetes"] > kept["iaas"] > kept["kaas"] > kept["kpaas"]
    assert kept["kpaas"] >= kept["faas"]
    assert kept["caas"] >= kept["paas"]


def test_sources_are_cited_and_reviewed(knowledge: Knowledge) -> None:
    """An address that people can follow for each source, and our own judgement named as such."""
    for source in knowledge.sources.values():
        if source.id == "our-judgement":
            continue
        assert re.fullmatch(r"https://\S+|[\w.-]+/[\w.-]+( \S+)?", source.url), source.id
    judged = [where for where, _, sources in claims(knowledge) if sources == ("our-judgement",)]
    assert len(judged) < 0.35 * len(list(claims(knowledge)))


def test_sentences_are_plain_and_whole(knowledge: Knowledge) -> None:
    """Plain text, a capital at the start, a full stop at the end, no markup or address."""
    for where, text, _ in claims(knowledge):
        assert re.match(r"[A-Z]", text), where
        assert text.endswith("."), where
        assert not re.search(r"https?://|[*_`<>]|  ", text), where


def test_nothing_false_or_stale_is_said(knowledge: Knowledge) -> None:
    """The mistakes that others make, and that we were warned of."""
    said = {where: text.lower() for where, text, _ in claims(knowledge)}
    everything = "\n".join(said.values())
    assert not re.search(r"(caas|container services) (has|have|offers?) no gpu", everything)
    assert not re.search(r"swarm mode (is|reached) (dead|deprecated|end of life|eol)", everything)
    assert "6 february 2026" in "\n".join(t for w, t in said.items() if w.startswith("heroku"))
    assert "31 october 2021" in "\n".join(t for w, t in said.items() if w.startswith("dcos"))
    assert "classic swarm" in "\n".join(t for w, t in said.items() if w.startswith("docker_swarm"))
    assert "30 april 2026" in "\n".join(t for w, t in said.items() if w.startswith("caas"))


def test_related_topics_lead_on(knowledge: Knowledge) -> None:
    """Every topic names others to read next, never itself, and can be reached from one."""
    reached = set()
    for topic in knowledge.topics.values():
        assert topic.related, topic.id
        assert topic.id not in topic.related
        reached |= set(topic.related)
    assert set(knowledge.topics) <= reached
