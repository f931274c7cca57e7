"""Survival: Harrell's C over the whole follow-up, one yes-or-no question at each horizon.

Curves by risk group.
"""

import itertools
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, wald_difference
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import TRAIN, VALIDATION, Size, Work
from hilum.evaluation.measures.censoring import (
    auc_t,
    auc_t_difference,
    brier_t,
    known_status,
    observed_over_expected,
)
from hilum.evaluation.measures.concordance import harrell_c, harrell_c_difference
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.survival_curves import (
    choose_risk_cuts,
    group_names,
    kaplan_meier,
    log_rank,
    risk_groups,
)
from hilum.evaluation.tasks.binary import measure_reader
from hilum.evaluation.tasks.binary_comparisons import compare_readers
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question, make_reader, warn_of_decisions
from hilum.evaluation.tasks.samples import Cases, concordance_samples

RISK_AT = re.compile(r"^risk_(\d+(?:\.\d+)?)d$")
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class RiskReader:
    """One reader's risks: the number that orders the cases, and probabilities by horizon where it gives any.

    Attributes:
        risk: (repeats, rows) any numbers, higher meaning an earlier event; None for a reader that only
            decides.
        at: By horizon in days, (repeats, rows) probabilities of the event by then.
    """

    name: str
    repeats: tuple[int, ...]
    risk: Floats | None
    at: dict[float, Floats]
    ensemble_of: str | None

    @property
    def repeated(self) -> bool:
        """Whether the reader was trained several times."""
        return len(self.repeats) > 1

    def score_at(self, horizon: float) -> Floats | None:
        """What orders the cases at a horizon: the probability by then, else the risk."""
        return self.at.get(horizon, self.risk)


@dataclass(frozen=True)
class Outcome:
    """Follow-up of all rows of the truth; `known` is false where time or event is missing."""

    time: Floats
    event: Floats
    known: NDArray[np.bool_]

    def rows(self, rows: Rows) -> FollowUp:
        """Follow-up of some rows."""
        return FollowUp.of(self.time[rows], self.event[rows])


def evaluate_survival(work: Work) -> tuple[float, ...]:
    """Write down everything about survival; returns the horizons in days.

    Raises:
        ReadingsError: a probability of the event by a day is not between 0 and 1.
    """
    frame = work.alignment.truth.frame
    time, event = frame["time"].to_numpy(dtype=np.float64), frame["event"].to_numpy(dtype=np.float64)
    outcome = Outcome(time, event, np.isfinite(time) & np.isfinite(event))
    _warn_unknown(work, outcome)
    readers = [_risk_reader(opinions) for opinions in work.alignment.opinions]
    horizons = work.options.horizons_days or tuple(sorted({day for reader in readers for day in reader.at}))
    for part in work.parts:
        _measure_part(work, readers, outcome, part)
    for reader in readers:
        _measure_groups(work, reader, outcome, horizons)
    for number, horizon in enumerate(horizons):
        _measure_horizon(work, readers, outcome, horizon, with_calls=number == 0)
    for part in work.compared_parts:
        _compare_part(work, readers, outcome, part)
    return horizons


def _warn_unknown(work: Work, outcome: Outcome) -> None:
    for part in work.parts:
        unknown = int(np.sum(work.alignment.truth.in_part(part) & ~outcome.known))
        if unknown:
            work.ledger.warn(
                "unknown_outcome",
                f"{unknown} cases of {part} have no time or event; they are left out",
                unknown,
            )


def _risk_reader(opinions: Opinions) -> RiskReader:
    at: dict[float, Floats] = {}
    for column, values in opinions.columns.items():
        found = RISK_AT.match(column)
        if found:
            outside = int(np.sum((values < 0) | (values > 1)))
            if outside:
                raise ReadingsError(
                    f"{outside} values of `{column}` of {opinions.reader} are not between 0 and 1: it is "
                    "the probability of the event by that day; name any other number `risk`"
                )
            at[float(found.group(1))] = values
    risk = opinions.columns.get("risk", opinions.columns.get("score"))
    if risk is None and at:
        risk = at[max(at)]
    return RiskReader(opinions.reader, opinions.repeats, risk, at, opinions.ensemble_of)


def _rows_of(work: Work, reader: RiskReader, outcome: Outcome, part: str) -> Rows:
    assert reader.risk is not None
    complete = np.isfinite(reader.risk).all(axis=0)
    return np.flatnonzero(work.alignment.truth.in_part(part) & outcome.known & complete)


def _measure_part(work: Work, readers: list[RiskReader], outcome: Outcome, part: str) -> None:
    of = int(np.sum(work.alignment.truth.in_part(part) & outcome.known))
    for reader in readers:
        if reader.risk is None:
            continue
        rows = _rows_of(work, reader, outcome, part)
        if len(rows) == 0:
            continue
        events = int(np.nansum(outcome.event[rows]))
        size = Size(len(rows), events, of - len(rows))
        if events == 0:
            work.ledger.warn(
                "no_events", f"no case of {part} read by {reader.name} has an event: nothing can be ranked"
            )
            continue
        estimate = _harrell(work, reader, outcome, part, rows)
        work.ledger.measure((reader.name, part), "harrell_c", estimate, size)
        if estimate.high is not None and estimate.high < 0.5:
            work.ledger.warn(
                "reversed_direction",
                f"Harrell's C of {reader.name} in {part} is {estimate.value:.2f}, far below 0.5: perhaps a "
                "low value means a high risk; turn it round if so",
            )


def _harrell(work: Work, reader: RiskReader, outcome: Outcome, part: str, rows: Rows) -> Estimate:
    assert reader.risk is not None
    follow_up = outcome.rows(rows)
    try:
        if not reader.repeated:
            return harrell_c(reader.risk[0, rows], follow_up, work.patients(rows))
    except MeasureError:
        return Estimate(None)
    cases = Cases(part, rows, outcome.event[rows] == 1)
    return concordance_samples(work, reader.name, reader.risk[:, rows], follow_up, cases).estimate()


def _measure_groups(work: Work, reader: RiskReader, outcome: Outcome, horizons: tuple[float, ...]) -> None:
    if reader.risk is None or reader.repeated:
        return
    truth, finite = work.alignment.truth, np.isfinite(reader.risk[0])
    source = next((part for part in (VALIDATION, TRAIN) if (truth.in_part(part) & finite).any()), None)
    consequence = "survival by risk group is left out"
    if source is None:
        work.ledger.warn(
            "no_risk_groups", f"{reader.name} has no validation rows to cut risk groups on: {consequence}"
        )
        return
    try:
        cuts = choose_risk_cuts(reader.risk[0, truth.in_part(source) & finite], work.options.risk_groups)
    except MeasureError as error:
        work.ledger.warn("no_risk_groups", f"no risk groups for {reader.name} ({error}): {consequence}")
        return
    work.ledger.risk_cuts[reader.name] = cuts
    for part in work.parts:
        rows = _rows_of(work, reader, outcome, part)
        if len(rows):
            _measure_group_part(work, reader, outcome, (part, horizons), rows)


def _measure_group_part(
    work: Work, reader: RiskReader, outcome: Outcome, where: tuple[str, tuple[float, ...]], rows: Rows
) -> None:
    assert reader.risk is not None
    part, horizons = where
    cuts = work.ledger.risk_cuts[reader.name]
    group = risk_groups(reader.risk[0, rows], cuts)
    for number, name in enumerate(group_names(len(cuts) + 1)):
        inside = rows[group == number]
        if len(inside) == 0:
            continue
        curve = kaplan_meier(outcome.time[inside], outcome.event[inside])
        size, of = Size(len(inside), int(outcome.event[inside].sum())), f"risk_group={name}"
        for horizon in horizons:
            estimate = curve.at(horizon)
            work.ledger.measure((reader.name, part), "survival_t", estimate, size, at=f"{horizon:g}d", of=of)
        work.ledger.measure((reader.name, part), "median_survival", curve.median(), size, of=of)
    if len(np.unique(group)) > 1 and outcome.event[rows].sum() > 0:
        result = log_rank(outcome.time[rows], outcome.event[rows], group)
        size = Size(len(rows), int(outcome.event[rows].sum()))
        work.ledger.compare((reader.name, None, part), "log_rank", result, size, of="risk_group")


def _measure_horizon(
    work: Work, readers: list[RiskReader], outcome: Outcome, horizon: float, *, with_calls: bool
) -> None:
    status = known_status(outcome.time, outcome.event, horizon)
    known, at = status.known & outcome.known, f"{horizon:g}d"
    question = Question(status.event & known, known, ("no event", "event"), at)
    for part in work.parts:
        inside = work.alignment.truth.in_part(part) & outcome.known
        censored = int(np.sum(inside & ~known))
        if censored:
            work.ledger.warn(
                "censored_before_horizon",
                f"{censored} cases of {part} were censored before {horizon:g} days; AUROC and shares at "
                f"{at} leave them out, AUC(t) weights the others for them",
                censored,
            )
    made = _binary_readers(work, readers, question, horizon, with_calls=with_calls)
    warn_of_decisions(work, made)
    for part in work.parts:
        for binary in made:
            measure_reader(work, binary, question, part)
        for reader in readers:
            _measure_weighted(work, reader, outcome, horizon, part)
    for part in work.compared_parts:
        compare_readers(work, made, question, part)
        if not work.options.unpaired:
            _compare_weighted(work, readers, outcome, horizon, part)


def _binary_readers(
    work: Work, readers: list[RiskReader], question: Question, horizon: float, *, with_calls: bool
) -> list[BinaryReader]:
    made = []
    for reader, opinions in zip(readers, work.alignment.opinions, strict=True):
        score = reader.score_at(horizon)
        if with_calls:
            made.append(make_reader(work, opinions, score, question))
        elif score is not None:
            made.append(
                BinaryReader(reader.name, reader.repeats, score, None, None, ensemble_of=reader.ensemble_of)
            )
    return made


def _measure_weighted(work: Work, reader: RiskReader, outcome: Outcome, horizon: float, part: str) -> None:
    score = reader.score_at(horizon)
    if score is None or reader.repeated:
        return
    inside = work.alignment.truth.in_part(part) & outcome.known
    rows = np.flatnonzero(inside & np.isfinite(score[0]))
    if len(rows) == 0:
        return
    follow_up, patient, at = outcome.rows(rows), work.patients(rows), f"{horizon:g}d"
    events = int(np.sum((follow_up.event == 1) & (follow_up.time <= horizon)))
    size, where = Size(len(rows), events, int(inside.sum()) - len(rows)), (reader.name, part)
    try:
        work.ledger.measure(where, "auc_t", auc_t(score[0, rows], follow_up, horizon, patient), size, at=at)
        if horizon in reader.at:
            probability = reader.at[horizon][0, rows]
            estimate = brier_t(probability, follow_up, horizon, patient)
            work.ledger.measure(where, "brier_t", estimate, size, at=at)
            ratio = observed_over_expected(probability, follow_up, horizon)
            work.ledger.measure(where, "o_e", ratio, size, at=at)
    except MeasureError as error:
        work.ledger.warn("horizon_not_reached", f"{part}: {error}")


def _compare_weighted(
    work: Work, readers: list[RiskReader], outcome: Outcome, horizon: float, part: str
) -> None:
    for first, second in _pairs(readers):
        score_a, score_b = first.score_at(horizon), second.score_at(horizon)
        if score_a is None or score_b is None or first.repeated or second.repeated:
            continue
        inside = work.alignment.truth.in_part(part) & outcome.known
        rows = np.flatnonzero(inside & np.isfinite(score_a[0]) & np.isfinite(score_b[0]))
        if len(rows) == 0:
            continue
        follow_up = outcome.rows(rows)
        events = int(np.sum((follow_up.event == 1) & (follow_up.time <= horizon)))
        try:
            result = auc_t_difference(
                score_a[0, rows], score_b[0, rows], follow_up, horizon, work.patients(rows)
            )
        except MeasureError:
            continue
        where = (first.name, second.name, part)
        work.ledger.compare(where, "auc_t", result, Size(len(rows), events), at=f"{horizon:g}d")


def _pairs(readers: list[RiskReader]) -> list[tuple[RiskReader, RiskReader]]:
    return [
        (first, second)
        for first, second in itertools.combinations(readers, 2)
        if first.name != second.ensemble_of and second.name != first.ensemble_of
    ]


def _compare_part(work: Work, readers: list[RiskReader], outcome: Outcome, part: str) -> None:
    for first, second in _pairs([reader for reader in readers if reader.risk is not None]):
        if work.options.unpaired:
            _compare_unpaired(work, first, second, part)
            continue
        assert first.risk is not None
        assert second.risk is not None
        complete = np.isfinite(first.risk).all(axis=0) & np.isfinite(second.risk).all(axis=0)
        rows = np.flatnonzero(work.alignment.truth.in_part(part) & outcome.known & complete)
        if len(rows) == 0 or outcome.event[rows].sum() == 0:
            continue
        try:
            result = _c_difference(
                work, (first, second), outcome, Cases(part, rows, outcome.event[rows] == 1)
            )
        except MeasureError:
            continue
        size = Size(len(rows), int(outcome.event[rows].sum()))
        work.ledger.compare((first.name, second.name, part), "harrell_c", result, size)


def _c_difference(
    work: Work, readers: tuple[RiskReader, RiskReader], outcome: Outcome, cases: Cases
) -> Difference:
    (first, second), rows = readers, cases.rows
    assert first.risk is not None
    assert second.risk is not None
    follow_up = outcome.rows(rows)
    if not first.repeated and not second.repeated:
        return harrell_c_difference(first.risk[0, rows], second.risk[0, rows], follow_up, work.patients(rows))
    sampled_a = concordance_samples(work, first.name, first.risk[:, rows], follow_up, cases)
    sampled_b = concordance_samples(work, second.name, second.risk[:, rows], follow_up, cases)
    return sampled_a.minus(sampled_b)


def _compare_unpaired(work: Work, first: RiskReader, second: RiskReader, part: str) -> None:
    rows = [
        row
        for reader in (first, second)
        for row in work.ledger.measures
        if (row.reader, row.part, row.measure) == (reader.name, part, "harrell_c")
    ]
    if len(rows) != 2 or any(row.value is None or row.se is None for row in rows):
        return
    a, b = rows
    assert a.value is not None
    assert b.value is not None
    assert a.se is not None
    assert b.se is not None
    result = wald_difference(a.value - b.value, float(np.hypot(a.se, b.se)), "unpaired_wald")
    size = Size(min(a.n, b.n), min(a.events, b.events))
    work.ledger.compare((first.name, second.name, part), "harrell_c", result, size)
