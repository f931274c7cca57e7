"""Survival: concordance over the whole follow-up, one yes-or-no question at each horizon.

Curves by risk group.
"""

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, wald_difference
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.concordance import harrell_c, harrell_c_difference
from hilum.evaluation.measures.uno import uno_c, uno_c_difference
from hilum.evaluation.tasks.samples import Cases, concordance_samples
from hilum.evaluation.tasks.survival_checks import warn_of_outcome
from hilum.evaluation.tasks.survival_groups import measure_groups
from hilum.evaluation.tasks.survival_horizons import measure_horizon
from hilum.evaluation.tasks.survival_probabilities import measure_over_horizons
from hilum.evaluation.tasks.survival_readers import (
    Outcome,
    RiskReader,
    Rows,
    read_rows,
    reader_pairs,
    risk_readers,
)
from hilum.evaluation.tasks.survival_samples import CasesAt, uno_samples
from hilum.evaluation.tasks.survival_subgroups import Followed, measure_survival_subgroups


def evaluate_survival(work: Work) -> tuple[float, ...]:
    """Write down everything about survival; returns the horizons in days.

    Raises:
        ReadingsError: a probability of the event by a day is not between 0 and 1.
    """
    outcome = Outcome.of(work)
    warn_of_outcome(work, outcome)
    readers = risk_readers(work)
    given = tuple(dict.fromkeys(work.options.horizons_days))
    horizons = given or tuple(sorted({day for reader in readers for day in reader.at}))
    tau = _tau(work, outcome, horizons)
    for part in work.parts:
        _measure_part(work, readers, outcome, part, tau)
    for reader in readers:
        measure_groups(work, reader, outcome, horizons)
    for number, horizon in enumerate(horizons):
        measure_horizon(work, readers, outcome, horizon, first=number == 0)
    measure_over_horizons(work, readers, outcome, horizons)
    for part in work.compared_parts:
        _compare_part(work, readers, outcome, part, tau)
    _measure_subgroups(work, readers, outcome, horizons)
    return horizons


def _measure_subgroups(
    work: Work, readers: list[RiskReader], outcome: Outcome, horizons: tuple[float, ...]
) -> None:
    """Harrell's C, and AUC(t) at each horizon, in the groups of patients that were asked for."""
    for horizon in (None, *horizons):
        scores = {
            reader.name: reader.risk if horizon is None else reader.score_at(horizon)
            for reader in readers
            if not reader.repeated
        }
        risks = {name: score[0] for name, score in scores.items() if score is not None}
        measure_survival_subgroups(work, risks, Followed(outcome.time, outcome.event, horizon))


def _tau(work: Work, outcome: Outcome, horizons: tuple[float, ...]) -> float | None:
    """The day up to which Uno's C looks, the same for all parts.

    What was asked for, else the largest horizon, else the last day at which one case in ten is still
    followed in every part.
    """
    if work.options.tau_days is not None:
        return work.options.tau_days
    if horizons:
        return max(horizons)
    days = []
    for part in work.parts:
        times = np.sort(outcome.time[work.alignment.truth.in_part(part) & outcome.known])
        if len(times):
            days.append(float(times[len(times) - max(1, int(np.ceil(len(times) / 10)))]))
    return min(days, default=0.0) or None


def _measure_part(
    work: Work, readers: list[RiskReader], outcome: Outcome, part: str, tau: float | None
) -> None:
    of = int(np.sum(work.alignment.truth.in_part(part) & outcome.known))
    for reader in readers:
        if reader.risk is None:
            continue
        rows = read_rows(work, outcome, part, reader.risk)
        if len(rows) == 0:
            continue
        events = outcome.events(rows)
        if events == 0:
            work.ledger.warn(
                "no_events",
                f"none of the {len(rows)} cases of {part} read by {reader.name} has an event: nothing can be "
                "ranked",
                len(rows),
            )
            continue
        estimate, size = _harrell(work, reader, outcome, part, rows), Size(len(rows), events, of - len(rows))
        work.ledger.measure((reader.name, part), "harrell_c", estimate, size)
        _warn_of_direction(work, reader.name, part, estimate)
        if tau is not None and outcome.competing(rows) == 0:
            _measure_uno(work, reader, outcome, part, tau)


def _warn_of_direction(work: Work, name: str, part: str, estimate: Estimate) -> None:
    if estimate.high is not None and estimate.high < 0.5:
        work.ledger.warn(
            "reversed_direction",
            f"Harrell's C of {name} in {part} is {estimate.value:.2f}, far below 0.5: perhaps a low value "
            "means a high risk; turn it round if so",
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


def _measure_uno(work: Work, reader: RiskReader, outcome: Outcome, part: str, tau: float) -> None:
    assert reader.risk is not None
    here = CasesAt.of(outcome, part, read_rows(work, outcome, part, reader.risk), tau)
    inside, risk = work.alignment.truth.in_part(part) & outcome.known, reader.risk[:, here.rows]
    try:
        # The first repeat stands for all in what is refused: follow-up and tau are the same.
        estimate = uno_c(risk[0], here.follow_up, tau, work.patients(here.rows))
    except MeasureError as error:
        work.ledger.warn("tau_not_reached", f"Uno's C in {part} is left out: {error}")
        return
    if reader.repeated:
        estimate = uno_samples(work, reader.name, risk, here).estimate()
    size = Size(len(here.rows), _events_before(here), int(inside.sum()) - len(here.rows))
    work.ledger.measure((reader.name, part), "uno_c", estimate, size, at=here.at)


def _events_before(here: CasesAt) -> int:
    return int(np.sum((here.follow_up.event == 1) & (here.follow_up.time < here.day)))


def _compare_part(
    work: Work, readers: list[RiskReader], outcome: Outcome, part: str, tau: float | None
) -> None:
    for first, second in reader_pairs([reader for reader in readers if reader.risk is not None]):
        if work.options.unpaired:
            _compare_unpaired(work, (first.name, second.name, part))
            continue
        assert first.risk is not None
        assert second.risk is not None
        rows = read_rows(work, outcome, part, first.risk, second.risk)
        if len(rows) == 0 or outcome.events(rows) == 0:
            continue
        where = (first.name, second.name, part)
        try:
            result = _c_difference(work, (first, second), outcome, part, rows)
            work.ledger.compare(where, "harrell_c", result, Size(len(rows), outcome.events(rows)))
            if tau is not None:
                here = CasesAt.of(outcome, part, rows, tau)
                result = _uno_difference(work, (first, second), here)
                size = Size(len(rows), _events_before(here))
                work.ledger.compare(where, "uno_c", result, size, at=here.at)
        except MeasureError:
            # What cannot be compared could not be measured either, and was said there.
            continue


def _c_difference(
    work: Work, readers: tuple[RiskReader, RiskReader], outcome: Outcome, part: str, rows: Rows
) -> Difference:
    first, second = readers
    assert first.risk is not None
    assert second.risk is not None
    follow_up, cases = outcome.rows(rows), Cases(part, rows, outcome.event[rows] == 1)
    if not first.repeated and not second.repeated:
        return harrell_c_difference(first.risk[0, rows], second.risk[0, rows], follow_up, work.patients(rows))
    sampled_a = concordance_samples(work, first.name, first.risk[:, rows], follow_up, cases)
    sampled_b = concordance_samples(work, second.name, second.risk[:, rows], follow_up, cases)
    return sampled_a.minus(sampled_b)


def _uno_difference(work: Work, readers: tuple[RiskReader, RiskReader], here: CasesAt) -> Difference:
    first, second = readers
    assert first.risk is not None
    assert second.risk is not None
    risk_a, risk_b = first.risk[:, here.rows], second.risk[:, here.rows]
    result = uno_c_difference(risk_a[0], risk_b[0], here.follow_up, here.day, work.patients(here.rows))
    if not first.repeated and not second.repeated:
        return result
    sampled_a = uno_samples(work, first.name, risk_a, here)
    return sampled_a.minus(uno_samples(work, second.name, risk_b, here))


def _compare_unpaired(work: Work, where: tuple[str, str, str]) -> None:
    """Differences of readers whose rows are other cases: the variances add up."""
    first, second, part = where
    for measure in ("harrell_c", "uno_c", "auc_t", "brier_t"):
        own = {
            (row.reader, row.at): row
            for row in work.ledger.measures
            if (row.part, row.measure, row.of) == (part, measure, None)
        }
        for (name, at), a in own.items():
            b = own.get((second, at))
            if name != first or b is None:
                continue
            if a.value is None or b.value is None or a.se is None or b.se is None:
                continue
            result = wald_difference(a.value - b.value, float(np.hypot(a.se, b.se)), "unpaired_wald")
            size = Size(min(a.n, b.n), min(a.events, b.events))
            work.ledger.compare(where, measure, result, size, at=at)
