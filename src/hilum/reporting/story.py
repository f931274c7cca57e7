"""Who is compared with whom, on which measure, in which part: decided once, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hilum.evaluation import Comparison, Evaluation, Measure
from hilum.readers import SCORES
from hilum.reporting.doctors import Doctors, doctors_of
from hilum.reporting.endpoints import Endpoint, endpoints_of
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.looks import ENSEMBLE, RECALIBRATED, Look, looks_of
from hilum.reporting.outcome import Outcome, outcome_of

SIGNIFICANT = 0.05
# Rows of the evaluation that are not the plain test of two readers.
OTHER_ENDINGS = ("_holm", "_smallest_p", "_largest_p")


@dataclass(frozen=True)
class Story:
    """Everything that the sections must agree on.

    Attributes:
        evaluation: What was measured.
        looks: All readers, in the evaluation's order.
        endpoints: The measures of the main table, the first being the headline.
        comparator: The reader that stands for what is used today; None where there is none.
        lead: The reader that the study is about.
        parts: Parts in the order shown: test, external cohorts; validation is shown nowhere as a result.
        main_part: The part of the headline: of the external cohorts (else all parts) the one with most
            events.
        outcome: Words for the outcome.
        doctors: Who of the readers are doctors, and under which condition they read.
    """

    evaluation: Evaluation
    looks: tuple[Look, ...]
    endpoints: tuple[Endpoint, ...]
    comparator: str | None
    lead: str
    parts: tuple[str, ...]
    main_part: str
    outcome: Outcome
    doctors: Doctors = field(default_factory=Doctors)

    def look(self, name: str) -> Look:
        """How a reader appears."""
        return next(look for look in self.looks if look.name == name)

    def label(self, name: str) -> str:
        """A reader's printed label; other names as they are."""
        return next((look.label for look in self.looks if look.name == name), name)

    @property
    def drawn(self) -> tuple[Look, ...]:
        """Readers with one curve each: the mean over repeats stands for a repeated reader."""
        averaged = {look.ensemble_of for look in self.looks if look.ensemble_of}
        return tuple(look for look in self.looks if look.name not in averaged and look.role != "group")

    @property
    def asked_of(self) -> tuple[Look, ...]:
        """Readers as the question names them: without their recalibrated selves."""
        return tuple(look for look in self.drawn if not look.name.endswith(RECALIBRATED))

    def drawn_for(self, name: str) -> str:
        """The reader whose curve stands for a reader."""
        return next((look.name for look in self.looks if look.ensemble_of == name), name)

    def measure(self, reader: str, part: str, endpoint: Endpoint) -> Measure | None:
        """What a reader reached."""
        return find_measure(self.evaluation, reader, part, endpoint)

    def compare(self, reader: str, other: str, part: str, endpoint: Endpoint) -> Comparison | None:
        """Reader minus other, turned round where it was made the other way."""
        return self._compare(reader, other, part, endpoint, holm=False)

    def adjusted(self, reader: str, other: str, part: str, endpoint: Endpoint) -> Comparison | None:
        """The same with p adjusted for the number of pairs, where that was done."""
        return self._compare(reader, other, part, endpoint, holm=True)

    def _compare(
        self, reader: str, other: str, part: str, endpoint: Endpoint, *, holm: bool
    ) -> Comparison | None:
        for row in self.evaluation.comparisons:
            if (row.part, row.measure, row.of) != (part, endpoint.measure, endpoint.of):
                continue
            if row.scale != "difference" or not endpoint.is_at(row.at) or row.margin is not None:
                continue
            if row.method.endswith(OTHER_ENDINGS[0]) != holm or row.method.endswith(OTHER_ENDINGS[1:]):
                continue
            if (row.reader_a, row.reader_b) == (reader, other):
                return row
            if (row.reader_a, row.reader_b) == (other, reader):
                return turned_round(row)
        return None


def find_measure(evaluation: Evaluation, reader: str, part: str, endpoint: Endpoint) -> Measure | None:
    """The row of a measure at exactly this horizon, for all cases together or of the endpoint's finding."""
    for row in evaluation.measures:
        same = (row.reader, row.part, row.measure, row.of) == (reader, part, endpoint.measure, endpoint.of)
        if same and endpoint.is_at(row.at):
            return row
    return None


def turned_round(row: Comparison) -> Comparison:
    """The same comparison the other way round.

    Example:
        >>> row = Comparison("a", "b", "test", "auroc", difference=0.1, low=0.0, high=0.2)
        >>> turned_round(row).difference, turned_round(row).low
        (-0.1, -0.2)
    """
    if row.scale == "ratio":
        raise ValueError("a ratio is not turned round by its sign")
    return replace(
        row,
        reader_a=str(row.reader_b),
        reader_b=row.reader_a,
        difference=None if row.difference is None else 0.0 - row.difference,
        low=None if row.high is None else 0.0 - row.high,
        high=None if row.low is None else 0.0 - row.low,
        statistic=row.statistic,
    )


def make_story(given: EvidenceInput) -> Story:
    """Decide who is compared with whom, on what, where."""
    evaluation = given.evaluation
    doctors = doctors_of(evaluation, given.readings)
    roles = _roles(given, doctors)
    comparator = _comparator(evaluation, roles, doctors)
    lead = _lead(roles, comparator)
    parts = (
        tuple(part for part in evaluation.parts if part not in {"train", "validation"}) or evaluation.parts
    )
    endpoints = endpoints_of(evaluation)
    return Story(
        evaluation,
        looks_of(given, roles, comparator, doctors),
        endpoints,
        comparator if comparator != lead else None,
        lead,
        parts,
        _main_part(evaluation, parts, lead, endpoints),
        outcome_of(given),
        doctors,
    )


def _comparator(evaluation: Evaluation, roles: Mapping[str, str], doctors: Doctors) -> str | None:
    """What stands for today's practice; where doctors read in two conditions, no single one of them."""
    named = evaluation.comparator
    if named in doctors.of and len(doctors.conditions) > 1:
        return None
    return named or _first(roles, ("score",)) or _first(roles, ("product",))


def _roles(given: EvidenceInput, doctors: Doctors) -> dict[str, str]:
    """What each reader is, from the study, else from its name."""
    known: dict[str, str] = {}
    if given.study is not None:
        words = {"model": "model", "score": "score", "product": "product", "combine": "combination"}
        known = {options.resolved_name: words[options.source] for options in given.study.readers}
        known |= _inside_products(given, known)
    scores = {record.name for record in SCORES}
    names = given.evaluation.readers
    roles = {}
    for name in names:
        base = name.removesuffix(ENSEMBLE)
        joined = all(part in names for part in base.split("+")) and "+" in base
        fallback = "score" if base in scores else "combination" if joined else "reader"
        roles[name] = "doctor" if name in doctors.of else known.get(base, fallback)
    return roles


def _inside_products(given: EvidenceInput, known: Mapping[str, str]) -> dict[str, str]:
    """Readers that stand in a product's file under names of their own."""
    named = {name for readings in given.readings for name in readings.readers}
    return dict.fromkeys(named - set(known), "product") if "product" in known.values() else {}


def _first(roles: Mapping[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((name for name, role in roles.items() if role in wanted), None)


def _lead(roles: Mapping[str, str], comparator: str | None) -> str:
    rest = {name: role for name, role in roles.items() if name != comparator}
    others = [name for name, role in rest.items() if role != "doctor"]
    return _first(rest, ("model",)) or next(iter([*others, *rest, *roles]), "")


def _main_part(
    evaluation: Evaluation, parts: tuple[str, ...], lead: str, endpoints: tuple[Endpoint, ...]
) -> str:
    """Of the external cohorts, else of all parts, the one with most events: chosen blind to who did well."""
    external = [part for part in parts if part != "test"] or list(parts)
    if not endpoints:
        return external[0] if external else ""

    def events(part: str) -> int:
        row = find_measure(evaluation, lead, part, endpoints[0])
        return row.events if row is not None else -1

    return max(external, key=events) if external else ""
