"""One horizon: a yes-or-no question, and the same weighted for censoring."""

import dataclasses

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.censoring import auc_t, auc_t_difference
from hilum.evaluation.measures.censoring_weights import Flags, known_status
from hilum.evaluation.tasks.binary import measure_part
from hilum.evaluation.tasks.binary_comparisons import compare_readers
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question, warn_of_decisions
from hilum.evaluation.tasks.binary_readers import make_readers
from hilum.evaluation.tasks.binary_screening import compare_with_comparator
from hilum.evaluation.tasks.survival_probabilities import differences_of_probability, measures_of_probability
from hilum.evaluation.tasks.survival_readers import Outcome, RiskReader, read_rows, reader_pairs
from hilum.evaluation.tasks.survival_samples import CasesAt, auc_samples
from hilum.study.tasks import horizon_in_words


def measure_horizon(
    work: Work, readers: list[RiskReader], outcome: Outcome, horizon: float, *, first: bool
) -> None:
    """Write down everything about one horizon.

    Thresholds chosen at the first horizon are kept under the reader's name, those of others under
    `<reader>@365d`.
    """
    status = known_status(outcome.time, outcome.event, horizon)
    known, at = status.known & outcome.known, f"{horizon:g}d"
    question = Question(status.event & known, known, ("no event", "event"), at)
    for part in work.parts:
        _warn_of_censored(work, outcome, horizon, part, known)
    made = _binary_readers(work, readers, question, horizon, first=first)
    warn_of_decisions(work, made)
    for part in work.parts:
        measure_part(work, made, question, part)
        for reader in readers:
            _measure_weighted(work, reader, outcome, horizon, part)
    for part in work.compared_parts:
        compare_readers(work, made, question, part)
        compare_with_comparator(work, made, question, part)
        if not work.options.unpaired:
            _compare_weighted(work, readers, outcome, horizon, part)


def _warn_of_censored(work: Work, outcome: Outcome, horizon: float, part: str, known: Flags) -> None:
    inside = work.alignment.truth.in_part(part) & outcome.known
    censored = int(np.sum(inside & ~known))
    if censored:
        work.ledger.warn(
            "censored_before_horizon",
            f"{censored} cases of {part} were censored before {horizon_in_words(horizon)}; AUROC "
            f"and shares at that time leave them out, AUC(t) weights the others for them",
            censored,
        )


def _binary_readers(
    work: Work, readers: list[RiskReader], question: Question, horizon: float, *, first: bool
) -> list[BinaryReader]:
    chosen: dict[str, float] = {}
    apart = (
        work
        if first
        else dataclasses.replace(work, ledger=dataclasses.replace(work.ledger, thresholds=chosen))
    )
    scores = [reader.score_at(horizon) for reader in readers]
    made = make_readers(apart, list(zip(work.alignment.opinions, scores, strict=True)), question)
    for key, value in chosen.items():
        # Of two readers of which one's name begins the other's, the longer is meant.
        name = max((reader.name for reader in readers if key.startswith(reader.name)), key=len)
        work.ledger.thresholds[f"{name}@{horizon:g}d{key.removeprefix(name)}"] = value
    return made


def _reachable(work: Work, here: CasesAt) -> bool:
    """Whether anything can be measured at a horizon; what is in the way is written down."""
    follow_up, part, count = here.follow_up, here.cases.part, len(here.rows)
    if not here.happened.any():
        work.ledger.warn(
            "no_events_by_horizon",
            f"none of the {count} cases of {part} has the event by day {here.day:g}: AUC(t) and what follows "
            "from it are left out there; choose a later horizon",
            count,
        )
        return False
    followed = (follow_up.time >= here.day).any()
    if not followed and (follow_up.code == 0).any():
        work.ledger.warn(
            "horizon_not_reached",
            f"nobody of {part} is followed for {horizon_in_words(here.day)} (the last follow-up ends on day "
            f"{follow_up.time.max():g}): AUC(t) and what follows from it are left out there; choose an "
            "earlier horizon",
            count,
        )
        return False
    return True


def _measure_weighted(work: Work, reader: RiskReader, outcome: Outcome, horizon: float, part: str) -> None:
    score = reader.score_at(horizon)
    if score is None:
        return
    rows = read_rows(work, outcome, part, score)
    if len(rows) == 0:
        return
    here = CasesAt.of(outcome, part, rows, horizon)
    if not _reachable(work, here):
        return
    inside = work.alignment.truth.in_part(part) & outcome.known
    size = Size(len(rows), int(here.happened.sum()), int(inside.sum()) - len(rows))
    where = (reader.name, part)
    try:
        if reader.repeated:
            area = auc_samples(work, reader.name, score[:, rows], here).estimate()
        else:
            area = auc_t(score[0, rows], here.follow_up, horizon, work.patients(rows))
        work.ledger.measure(where, "auc_t", area, size, at=here.at)
        if horizon in reader.at:
            for measure, place, estimate in measures_of_probability(work, reader, here):
                work.ledger.measure(where, measure, estimate, size, at=place)
    except MeasureError as error:
        work.ledger.warn("horizon_not_reached", f"{part}: {error}")


def _compare_weighted(
    work: Work, readers: list[RiskReader], outcome: Outcome, horizon: float, part: str
) -> None:
    for first, second in reader_pairs(readers):
        score_a, score_b = first.score_at(horizon), second.score_at(horizon)
        if score_a is None or score_b is None:
            continue
        rows = read_rows(work, outcome, part, score_a, score_b)
        if len(rows) == 0:
            continue
        here = CasesAt.of(outcome, part, rows, horizon)
        size, where = Size(len(rows), int(here.happened.sum())), (first.name, second.name, part)
        try:
            result = _area_difference(work, (first, second), here)
            work.ledger.compare(where, "auc_t", result, size, at=here.at)
            if horizon in first.at and horizon in second.at:
                for measure, place, result in differences_of_probability(work, (first, second), here):
                    work.ledger.compare(where, measure, result, size, at=place)
        except MeasureError:
            # What cannot be compared could not be measured either, and was said there.
            continue


def _area_difference(work: Work, readers: tuple[RiskReader, RiskReader], here: CasesAt) -> Difference:
    scores = [reader.score_at(here.day) for reader in readers]
    first, second = (score[:, here.rows] for score in scores if score is not None)
    if not any(reader.repeated for reader in readers):
        return auc_t_difference(first[0], second[0], here.follow_up, here.day, work.patients(here.rows))
    sampled = auc_samples(work, readers[0].name, first, here)
    return sampled.minus(auc_samples(work, readers[1].name, second, here))
