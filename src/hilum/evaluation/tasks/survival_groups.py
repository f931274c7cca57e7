"""What happens to risk groups whose limits were frozen on the validation (or training) rows."""

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, repeats_patients
from hilum.evaluation.ledger import TRAIN, VALIDATION, Size, Work
from hilum.evaluation.measures.incidence import observed_by, survival_by
from hilum.evaluation.measures.survival_curves import (
    choose_risk_cuts,
    group_names,
    kaplan_meier,
    log_rank,
    risk_groups,
)
from hilum.evaluation.tasks.survival_readers import Outcome, RiskReader, Rows, read_rows


def measure_groups(work: Work, reader: RiskReader, outcome: Outcome, horizons: tuple[float, ...]) -> None:
    """Write down survival (or incidence) by risk group of one reader on every part."""
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
        rows = read_rows(work, outcome, part, reader.risk)
        if len(rows):
            _measure_part(work, reader, outcome, (part, horizons), rows)


def _measure_part(
    work: Work, reader: RiskReader, outcome: Outcome, where: tuple[str, tuple[float, ...]], rows: Rows
) -> None:
    assert reader.risk is not None
    part, horizons = where
    cuts, competes = work.ledger.risk_cuts[reader.name], outcome.competing(rows) > 0
    group = risk_groups(reader.risk[0, rows], cuts)
    for number, name in enumerate(group_names(len(cuts) + 1)):
        inside = rows[group == number]
        if len(inside) == 0:
            continue
        follow_up, patient = outcome.rows(inside), work.patients(inside)
        size, of = Size(len(inside), outcome.events(inside)), f"risk_group={name}"
        for horizon in horizons:
            share = (observed_by if competes else survival_by)(follow_up, horizon, patient)
            measure = "cumulative_incidence_t" if competes else "survival_t"
            work.ledger.measure((reader.name, part), measure, share, size, at=f"{horizon:g}d", of=of)
        if not competes:
            median = kaplan_meier(follow_up.time, follow_up.event).median()
            median = Estimate(median.value) if repeats_patients(patient) else median
            work.ledger.measure((reader.name, part), "median_survival", median, size, of=of)
    if len(np.unique(group)) > 1 and outcome.events(rows) > 0:
        result = log_rank(outcome.time[rows], outcome.event[rows], group)
        size = Size(len(rows), outcome.events(rows))
        work.ledger.compare((reader.name, None, part), "log_rank", result, size, of="risk_group")
        if repeats_patients(work.patients(rows)):
            work.ledger.warn(
                "log_rank_clustered",
                f"the log-rank test in {part} counts every case of a patient as independent: its p is too "
                "small where a patient's cases are alike",
            )
