"""Who is compared with whom, on which measure, in which part: decided once, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hilum.evaluation import Comparison, Evaluation, Measure
from hilum.readers import SCORES
from hilum.reporting.colours import GREYS, PALETTE, darkened_to_read
from hilum.reporting.endpoints import Endpoint, endpoints_of
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.outcome import Outcome, outcome_of

ENSEMBLE = "-ensemble"
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Look:
    """How one reader appears everywhere: its label, what it is, its colour.

    Attributes:
        name: As in the evaluation.
        label: As printed.
        short: As printed where there is little room, in figures.
        role: model, score, product, combination or reader.
        colour: For lines and points.
        text: The same hue, dark enough for text.
        dashed: Whether its line is broken, to tell greys apart.
        repeats: How many trainings it stands for; 0 for a reader that read once.
        ensemble_of: The reader whose repeats it averages, empty for others.
    """

    name: str
    label: str
    short: str
    role: str
    colour: str
    text: str
    dashed: bool = False
    repeats: int = 0
    ensemble_of: str = ""


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
    """

    evaluation: Evaluation
    looks: tuple[Look, ...]
    endpoints: tuple[Endpoint, ...]
    comparator: str | None
    lead: str
    parts: tuple[str, ...]
    main_part: str
    outcome: Outcome

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
        return tuple(look for look in self.looks if look.name not in averaged)

    def drawn_for(self, name: str) -> str:
        """The reader whose curve stands for a reader."""
        return next((look.name for look in self.looks if look.ensemble_of == name), name)

    def measure(self, reader: str, part: str, endpoint: Endpoint) -> Measure | None:
        """What a reader reached."""
        return find_measure(self.evaluation, reader, part, endpoint)

    def compare(self, reader: str, other: str, part: str, endpoint: Endpoint) -> Comparison | None:
        """Reader minus other, turned round where it was made the other way."""
        for row in self.evaluation.comparisons:
            if (row.part, row.measure, row.of) != (part, endpoint.measure, endpoint.of):
                continue
            if row.scale != "difference" or row.margin is not None or not endpoint.is_at(row.at):
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
    roles = _roles(given)
    comparator = evaluation.comparator or _first(roles, ("score",)) or _first(roles, ("product",))
    lead = _lead(roles, comparator)
    parts = (
        tuple(part for part in evaluation.parts if part not in {"train", "validation"}) or evaluation.parts
    )
    endpoints = endpoints_of(evaluation)
    return Story(
        evaluation,
        _looks(given, roles, comparator),
        endpoints,
        comparator if comparator != lead else None,
        lead,
        parts,
        _main_part(evaluation, parts, lead, endpoints),
        outcome_of(given),
    )


def _roles(given: EvidenceInput) -> dict[str, str]:
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
        roles[name] = known.get(base, fallback)
    return roles


def _inside_products(given: EvidenceInput, known: Mapping[str, str]) -> dict[str, str]:
    """Readers that stand in a product's file under names of their own."""
    named = {name for readings in given.readings for name in readings.readers}
    return dict.fromkeys(named - set(known), "product") if "product" in known.values() else {}


def _first(roles: Mapping[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((name for name, role in roles.items() if role in wanted), None)


def _lead(roles: Mapping[str, str], comparator: str | None) -> str:
    rest = {name: role for name, role in roles.items() if name != comparator}
    return _first(rest, ("model",)) or next(iter(rest), None) or next(iter(roles), "")


def _looks(given: EvidenceInput, roles: Mapping[str, str], comparator: str | None) -> tuple[Look, ...]:
    colours, greys = list(PALETTE), list(GREYS)
    taken: dict[str, tuple[str, bool]] = {}
    looks = []
    for name, role in roles.items():
        base = name.removesuffix(ENSEMBLE)
        base = base if base in roles else name
        if base not in taken:
            grey = role in {"score", "product"} or base == comparator
            colour = (greys or list(GREYS)).pop(0) if grey else (colours or list(PALETTE)).pop(0)
            taken[base] = (colour, grey and colour != GREYS[0])
        colour, dashed = taken[base]
        repeats, label = _repeats(given, base), _label(base, role)
        averaged = base != name
        looks.append(
            Look(
                name,
                f"{label}, ensemble of {repeats}" if averaged else label,
                f"{label} \u00d7{repeats}" if averaged else label,
                role,
                colour,
                darkened_to_read(colour),
                dashed,
                repeats,
                base if averaged else "",
            )
        )
    return tuple(looks)


def _label(name: str, role: str) -> str:
    """Scores go by the name that papers print."""
    titles = {record.name: record.title for record in SCORES}
    if role == "combination":
        return "+".join(titles.get(part, part) for part in name.split("+"))
    return titles.get(name, name)


def _repeats(given: EvidenceInput, reader: str) -> int:
    for readings in given.readings:
        rows = readings.frame[readings.frame["reader"] == reader]
        if len(rows):
            return int(rows["repeat"].nunique())
    return 0


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
