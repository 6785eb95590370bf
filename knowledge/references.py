"""Checks that everything the knowledge base names exists, and that nothing needed is left out."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from knowledge.schema import DONT_KNOW, MODELS, Condition, Knowledge, TopicKind
from knowledge.tree import Entry, Path, Problem, dotted

_RESERVED = frozenset({DONT_KNOW, "none_of_these"})
_MOST_CRITERIA = 3


def check_references(knowledge: Knowledge, tree: Entry) -> Iterator[Problem]:
    """Every problem between entries that are each well-formed."""
    check = _Check(knowledge, tree)
    yield from check.sources()
    yield from check.criteria()
    yield from check.fit()
    yield from check.vetoes()
    yield from check.joint_rules()
    yield from check.alarms()
    yield from check.responsibilities()
    yield from check.models()
    yield from check.topics()


class _Check:
    """The knowledge as values, and as the tree that knows where each value stands."""

    def __init__(self, knowledge: Knowledge, tree: Entry) -> None:
        self.knowledge = knowledge
        self.tree = tree

    def problem(self, path: Path, text: str) -> Problem:
        entry = self.tree.at(path)
        return Problem(entry.file, entry.line, dotted(path), text)

    def known(self, name: str, names: Iterable[str], path: Path, noun: str) -> Iterator[Problem]:
        names = tuple(names)
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"add it, or use a known {noun}"
            yield self.problem(path, f"there is no {noun} {name!r}; {hint}")

    def once(self, names: Iterable[str], path: Path, noun: str) -> Iterator[Problem]:
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                yield self.problem((*path, index), f"the {noun} {name!r} stands twice; remove one")
            seen.add(name)

    def cell(self, criterion: str, option: str, path: Path) -> Iterator[Problem]:
        criteria = self.knowledge.criteria
        yield from self.known(criterion, criteria, path, "criterion")
        if criterion in criteria:
            yield from self.known(option, criteria[criterion].options, path, "option")

    def condition(self, when: Condition, path: Path) -> Iterator[Problem]:
        if not 1 <= len(when) <= _MOST_CRITERIA:
            yield self.problem(path, f"names {len(when)} criteria; name one to {_MOST_CRITERIA}")
        for criterion, options in when.items():
            if not options:
                yield self.problem((*path, criterion), "names no option; add one")
            for option in options or ("",):
                yield from self.cell(criterion, option, (*path, criterion)) if option else ()

    def sources(self) -> Iterator[Problem]:
        if not self.knowledge.sources:
            yield self.problem(("sources",), "there is no source at all; add those you cite")
        for path, entry in self.tree.walk():
            if len(path) > 1 and path[-1] == "sources" and isinstance(entry.value, list):
                for index, item in enumerate(entry.value):
                    place = (*path, index)
                    yield from self.known(item.value, self.knowledge.sources, place, "source")
        for name, entry in self.tree.value["sources"].value.items():
            yield from self.same_id(name, entry, ("sources", name))

    def same_id(self, name: str, entry: Entry, path: Path) -> Iterator[Problem]:
        if entry.value["id"].value != name:
            yield self.problem((*path, "id"), f"the id must be {name!r}, as its key or file says")

    def criteria(self) -> Iterator[Problem]:
        for name, criterion in self.knowledge.criteria.items():
            path: Path = ("criteria", name)
            if len(criterion.options) < 2:  # noqa: PLR2004 - two make a choice
                yield self.problem(path, "a criterion needs at least two options")
            for option in criterion.options:
                if option in _RESERVED:
                    yield self.problem(
                        (*path, "options", option), "the name is reserved; rename the option"
                    )
                entry = self.tree.at((*path, "options", option))
                yield from self.same_id(option, entry, (*path, "options", option))
            yield from self.same_id(name, self.tree.at(path), path)

    def fit(self) -> Iterator[Problem]:
        for criterion, options in self.knowledge.fit.items():
            for option, models in options.items():
                place: Path = ("fit", criterion, option)
                yield from self.cell(criterion, option, place)
                for model, fit in models.items():
                    yield from self.known(model, MODELS, (*place, model), "model")
                    yield from self.not_zero(fit.points, (*place, model, "points"))

    def not_zero(self, points: int, path: Path) -> Iterator[Problem]:
        if points == 0:
            yield self.problem(path, "0 points say nothing; leave the entry out")

    def vetoes(self) -> Iterator[Problem]:
        cells = []
        for index, veto in enumerate(self.knowledge.vetoes):
            yield from self.cell(veto.criterion, veto.option, ("vetoes", index))
            yield from self.known(veto.model, MODELS, ("vetoes", index, "model"), "model")
            cells.append(f"{veto.criterion}={veto.option} against {veto.model}")
        yield from self.once(cells, ("vetoes",), "veto")

    def joint_rules(self) -> Iterator[Problem]:
        rules = self.knowledge.joint_rules
        yield from self.once((rule.id for rule in rules), ("joint_rules",), "rule")
        for index, rule in enumerate(rules):
            path: Path = ("joint_rules", index)
            yield from self.condition(rule.when, (*path, "when"))
            if not rule.points and not rule.vetoes:
                yield self.problem(path, "changes nothing; give it points or vetoes")
            for model, fit in rule.points.items():
                yield from self.known(model, MODELS, (*path, "points", model), "model")
                yield from self.not_zero(fit.points, (*path, "points", model, "points"))
            for model in rule.vetoes:
                yield from self.known(model, MODELS, (*path, "vetoes", model), "model")

    def alarms(self) -> Iterator[Problem]:
        alarms = self.knowledge.alarms
        yield from self.once((alarm.id for alarm in alarms), ("alarms",), "alarm")
        for index, alarm in enumerate(alarms):
            yield from self.condition(alarm.when, ("alarms", index, "when"))

    def responsibilities(self) -> Iterator[Problem]:
        layers = [layer.id for layer in self.knowledge.layers]
        yield from self.once(layers, ("layers",), "layer")
        for model, duties in self.knowledge.responsibilities.items():
            path: Path = ("responsibilities", model)
            yield from self.known(model, MODELS, path, "model")
            for layer in duties:
                yield from self.known(layer, layers, (*path, layer), "layer")
            yield from self.complete(layers, duties, path, "layer")
        yield from self.complete(
            MODELS, self.knowledge.responsibilities, ("responsibilities",), "model"
        )

    def complete(
        self, names: Iterable[str], found: Mapping[str, object], path: Path, noun: str
    ) -> Iterator[Problem]:
        for name in names:
            if name not in found:
                yield self.problem(path, f"the {noun} {name!r} is missing; add it")

    def models(self) -> Iterator[Problem]:
        models = self.knowledge.models
        yield from self.complete(MODELS, models, ("models",), "model")
        for name, model in models.items():
            yield from self.known(name, MODELS, ("models", name), "model")
            yield from self.same_id(name, self.tree.at(("models", name)), ("models", name))
            if model.kind is not TopicKind.MODEL:
                yield self.problem(("models", name, "kind"), "must be model in this folder")

    def topics(self) -> Iterator[Problem]:
        both = {**self.knowledge.models, **self.knowledge.topics}
        for name, topic in self.knowledge.topics.items():
            path: Path = ("topics", name)
            yield from self.same_id(name, self.tree.at(path), path)
            if topic.kind is TopicKind.MODEL:
                yield self.problem((*path, "kind"), "a model belongs into the folder models")
            if name in self.knowledge.models:
                yield self.problem(path, "a model has this id already; rename the topic")
        owners: dict[str, str] = {}
        for name, topic in both.items():
            path = ("models" if name in self.knowledge.models else "topics", name)
            for index, related in enumerate(topic.related):
                yield from self.known(related, both, (*path, "related", index), "topic")
            own = {name, name.replace("_", " "), topic.name.lower()}
            for index, alias in enumerate(topic.aliases):
                place = (*path, "aliases", index)
                if alias != alias.lower().strip() or not alias:
                    yield self.problem(place, f"write the alias {alias!r} in lower case")
                if alias in own:
                    yield self.problem(place, f"{alias!r} is the topic's own name; leave it out")
                if owners.setdefault(alias, name) != name:
                    other = owners[alias]
                    yield self.problem(place, f"{alias!r} is an alias of {other!r} already")
