"""Agreement on classes: of each reader with the truth, of every two readers, and of all."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.cohen_kappa import Weights, as_agreement, cohen_kappa
from hilum.evaluation.measures.fleiss_kappa import fleiss_kappa
from hilum.evaluation.measures.krippendorff_alpha import Level, krippendorff_alpha
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question
from hilum.evaluation.tasks.reader_groups import comparable, person_of, reader_groups

ALL_READERS = "all readers"
Indices = NDArray[np.int64]
Rows = NDArray[np.intp]
Where = tuple[str, None, str]


@dataclass(frozen=True)
class Decider:
    """One reader's classes: (rows of truth,) index of the class, NaN where there is none."""

    name: str
    call: Floats
    at: str | None = None
    ensemble_of: str | None = None


@dataclass(frozen=True)
class Decisions:
    """All readers' classes of the same cases, and the true ones.

    Attributes:
        deciders: Readers that decided.
        target: (rows of truth,) index of the true class, -1 where it is unknown; such cases are left out.
        classes: How many classes there are.
        ordered: Whether the classes have an order, as grades do.
        at: The horizon, if any.
        of: The finding or the subgroup, if any.
    """

    deciders: tuple[Decider, ...]
    target: Indices
    classes: int
    ordered: bool = False
    at: str | None = None
    of: str | None = None


def evaluate_agreement(work: Work, readers: Sequence[BinaryReader], question: Question) -> None:
    """Write down agreement on one yes-or-no question: kappa with the truth, of every two readers, of all.

    Readers without decisions, those trained several times and those recalibrated (which call what they called
    before) are left out. All readers are the doctors of each condition where doctors are known as such, else
    everyone who decided.

    Args:
        work: What is evaluated.
        readers: Readers with their calls.
        question: Who has the condition.
    """
    deciders = tuple(
        Decider(reader.name, reader.call[0], reader.at, reader.ensemble_of)
        for reader in readers
        if reader.call is not None and not reader.repeated and reader.recalibrated_from is None
    )
    target = np.where(question.known, question.label.astype(np.int64), -1)
    _evaluate(work, Decisions(deciders, target, 2, at=question.at, of=question.of))


def evaluate_class_agreement(work: Work, calls: Mapping[str, Floats], target: Indices) -> None:
    """Write down agreement on several classes; where classes are numbers, also with quadratic weights.

    Args:
        work: What is evaluated.
        calls: By reader (rows of truth,) index of the class that it called, NaN for none.
        target: (rows of truth,) index of the true class, -1 where it is unknown.
    """
    classes = work.alignment.truth.classes
    deciders = tuple(Decider(name, call) for name, call in calls.items())
    _evaluate(work, Decisions(deciders, target, len(classes), ordered=_are_numbers(classes)))


def _are_numbers(classes: Sequence[str]) -> bool:
    try:
        return bool(np.isfinite([float(name) for name in classes]).all())
    except ValueError:
        return False


def _evaluate(work: Work, decisions: Decisions) -> None:
    for part in work.parts:
        for decider in decisions.deciders:
            _with_truth(work, decider, decisions, part)
    if work.options.unpaired:
        return
    for part in work.compared_parts:
        for pair in _pairs(work, decisions.deciders):
            _of_two(work, pair, decisions, part)
        for name, deciders in _groups(work, decisions.deciders):
            _of_all(work, name, deciders, decisions, part)


def _pairs(work: Work, deciders: Sequence[Decider]) -> list[tuple[Decider, Decider]]:
    """All pairs, but for two doctors under different conditions and an ensemble of the other's repeats."""
    known = {one.reader: one for one in work.alignment.opinions}
    opinions = {one.name: known.get(one.name, Opinions(one.name, (), {})) for one in deciders}
    return [
        (first, second)
        for first, second in itertools.combinations(deciders, 2)
        if first.name != second.ensemble_of
        and second.name != first.ensemble_of
        and comparable(opinions[first.name], opinions[second.name])
    ]


def _groups(work: Work, deciders: Sequence[Decider]) -> list[tuple[str, tuple[Decider, ...]]]:
    """Who counts as all readers: the doctors of each condition (first sessions), else everyone."""
    by_name = {one.name: one for one in deciders}
    doctors = [
        (group.name, tuple(by_name[name] for name in group.readers.values() if name in by_name))
        for group in reader_groups(work.alignment.opinions)
    ]
    known = [(name, members) for name, members in doctors if len(members) > 1]
    everyone = _once(work, deciders)
    return known or ([(ALL_READERS, everyone)] if len(everyone) > 1 else [])


def _once(work: Work, deciders: Sequence[Decider]) -> tuple[Decider, ...]:
    """Each person once, as first read."""
    people = {one.reader: person_of(one) for one in work.alignment.opinions}
    first: dict[str, Decider] = {}
    for decider in deciders:
        first.setdefault(people.get(decider.name, decider.name), decider)
    return tuple(first.values())


def _kappas(decisions: Decisions) -> tuple[tuple[str, Weights], ...]:
    plain: tuple[tuple[str, Weights], ...] = (("kappa", None),)
    return (*plain, ("weighted_kappa", "quadratic")) if decisions.ordered else plain


def _rows(work: Work, decisions: Decisions, part: str, *calls: Floats) -> Rows:
    kept = (decisions.target >= 0) & work.alignment.truth.in_part(part)
    for call in calls:
        kept = kept & np.isfinite(call)
    return np.flatnonzero(kept)


def _size(decisions: Decisions, rows: Rows, excluded: int = 0) -> Size:
    """Of two classes the events are the cases with the condition, of more all cases."""
    events = int(np.sum(decisions.target[rows] == 1)) if decisions.classes == 2 else len(rows)
    return Size(len(rows), events, excluded)


def _with_truth(work: Work, decider: Decider, decisions: Decisions, part: str) -> None:
    rows = _rows(work, decisions, part, decider.call)
    if len(rows) == 0:
        return
    size = _size(decisions, rows, len(_rows(work, decisions, part)) - len(rows))
    said, true, patient = decider.call[rows].astype(np.int64), decisions.target[rows], work.patients(rows)
    for measure, weights in _kappas(decisions):
        about = f"{measure} of {decider.name} with the truth in {part}"
        estimate = _or_none(
            work,
            about,
            partial(cohen_kappa, said, true, patient, decisions.classes, weights),
        )
        at = decider.at or decisions.at
        work.ledger.measure((decider.name, part), measure, estimate, size, at=at, of=decisions.of)


def _of_two(work: Work, pair: tuple[Decider, Decider], decisions: Decisions, part: str) -> None:
    first, second = pair
    rows = _rows(work, decisions, part, first.call, second.call)
    if len(rows) == 0:
        return
    one, other = first.call[rows].astype(np.int64), second.call[rows].astype(np.int64)
    where, patient = (first.name, second.name, part), work.patients(rows)
    at = first.at if first.at == second.at else decisions.at
    for measure, weights in _kappas(decisions):
        estimate = _or_none(
            work,
            f"{measure} of {first.name} and {second.name} in {part}",
            partial(cohen_kappa, one, other, patient, decisions.classes, weights),
        )
        work.ledger.compare(
            where, measure, as_agreement(estimate), _size(decisions, rows), at=at, of=decisions.of
        )


def _of_all(work: Work, name: str, deciders: Sequence[Decider], decisions: Decisions, part: str) -> None:
    """Fleiss' kappa on the cases that all read, Krippendorff's alpha on all that two read."""
    calls, where = np.stack([decider.call for decider in deciders]), (name, None, part)
    everyone = _rows(work, decisions, part, *calls)
    if len(everyone):
        _fleiss(work, where, calls[:, everyone], everyone, decisions)
    some = _rows(work, decisions, part)
    some = some[np.isfinite(calls[:, some]).sum(axis=0) >= 2]
    if len(some):
        _krippendorff(work, where, calls[:, some], some, decisions)


def _fleiss(work: Work, where: Where, calls: Floats, rows: Rows, decisions: Decisions) -> None:
    counts = np.stack([np.sum(calls == number, axis=0) for number in range(decisions.classes)], axis=1)
    about = f"fleiss_kappa of {where[0]} in {where[2]}"
    result = as_agreement(_or_none(work, about, partial(fleiss_kappa, counts, work.patients(rows))))
    size = _size(decisions, rows)
    work.ledger.compare(where, "fleiss_kappa", result, size, at=decisions.at, of=decisions.of)


def _krippendorff(work: Work, where: Where, calls: Floats, rows: Rows, decisions: Decisions) -> None:
    level: Level = "ordinal" if decisions.ordered else "nominal"
    seed = work.seed("krippendorff", *where[::2], str(decisions.at), str(decisions.of))
    alpha = _or_none(
        work,
        f"krippendorff_alpha of {where[0]} in {where[2]}",
        partial(krippendorff_alpha, calls, level, work.patients(rows), work.options.bootstrap, seed),
    )
    result = Difference(None, alpha.low, alpha.high, alpha.se, alpha.value, method=alpha.method)
    size = _size(decisions, rows)
    work.ledger.compare(where, "krippendorff_alpha", result, size, at=decisions.at, of=decisions.of)


def _or_none(work: Work, about: str, measure: Callable[[], Estimate]) -> Estimate:
    try:
        return measure()
    except MeasureError as error:
        work.ledger.warn("not_defined", f"{about} is not given ({error})")
        return Estimate(None)
