"""How every measure of the catalogue is computed from drawn cases, and what it must give.

Whoever adds a measure to the catalogue adds a line here: the walking test fails until then.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evaluation.walking.cases import (
    CALL,
    CLASS,
    MARKS,
    NUMBER,
    OUTLINE,
    PROBABILITY,
    RISK,
    RISK_PROBABILITY,
    SCORE,
    SECONDS,
    Family,
)
from hilum.evaluation.common.estimates import Difference, Estimate
from hilum.evaluation.common.weighted import average_precision
from hilum.evaluation.comparisons.reading_times import mean_seconds
from hilum.evaluation.measures.benefit import net_benefit
from hilum.evaluation.measures.bland_altman import bland_altman
from hilum.evaluation.measures.calibration import (
    brier,
    calibration_error,
    calibration_in_the_large,
    calibration_slope,
    observed_expected_ratio,
)
from hilum.evaluation.measures.censoring import auc_t
from hilum.evaluation.measures.cohen_kappa import cohen_kappa
from hilum.evaluation.measures.concordance import harrell_c
from hilum.evaluation.measures.concordance_correlation import concordance_correlation
from hilum.evaluation.measures.correlation import pearson
from hilum.evaluation.measures.detections import FALSE_POSITIVE, HIT, Detections
from hilum.evaluation.measures.errors_of_a_number import (
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from hilum.evaluation.measures.fleiss_kappa import fleiss_kappa
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.froc import (
    false_positives_per_image,
    froc_mean,
    lesion_ppv,
    lesion_sensitivity,
)
from hilum.evaluation.measures.incidence import observed_by, survival_by
from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation
from hilum.evaluation.measures.krippendorff_alpha import krippendorff_alpha
from hilum.evaluation.measures.mean_average_precision import mean_average_precision
from hilum.evaluation.measures.multiclass import multiclass_brier
from hilum.evaluation.measures.operating_point import Calls
from hilum.evaluation.measures.overlap import VoxelCounts
from hilum.evaluation.measures.patient_means import mean_of_patients, median_of_patients
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.reclassification import integrated_discrimination, net_reclassification
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.measures.screening import ScreenedOrder
from hilum.evaluation.measures.shift import ks_distance, standardised_difference
from hilum.evaluation.measures.smooth_calibration import SmoothErrors
from hilum.evaluation.measures.surface import SurfaceDistances
from hilum.evaluation.measures.survival_brier import brier_null_t, brier_t, integrated_brier, scaled_brier_t
from hilum.evaluation.measures.survival_curves import kaplan_meier, log_rank
from hilum.evaluation.measures.uno import uno_c
from hilum.evaluation.measures.wafroc import wafroc
from hilum.evaluation.tasks.reading_times import _times

HORIZON = 20.0
RANK, SCALE, FREE, UNORDERED, DRAWN, UNCUT = "rank", "scale", "free", "unordered", "drawn", "uncut"
Array = np.ndarray
Function = Callable[[Array, tuple[Array, ...], Array | None], Estimate]


@dataclass(frozen=True)
class Way:
    """How one measure is computed, and what a perfect, the worst and a constant reader must get.

    Attributes:
        of: Opinion, truth and patients to an estimate.
        perfect: What the perfect reader gets; None where that depends on the cases.
        traits: `rank` (only the order of opinions counts), `scale` (their unit does not count), `free` (the
            reader does not count), `unordered` (the better of two readers need not have the better value),
            `drawn` (the interval is drawn by chance in the order of the cases), `uncut` (a difference of two
            readers, whose interval is not cut at the bounds).
    """

    family: Family
    of: Function
    perfect: float | None = None
    worst: float | None = None
    constant: float | None = None
    traits: tuple[str, ...] = ()


def _estimate(result: Difference) -> Estimate:
    return Estimate(result.difference, result.low, result.high, result.se, result.method)


def _value(value: float) -> Estimate:
    return Estimate(float(value) if np.isfinite(value) else None)


def _nri(of: str) -> Function:
    """Against a reader that says 0.4 of everyone."""
    return lambda q, truth, patient: _estimate(
        getattr(net_reclassification(q, np.full(len(q), 0.4), truth[0], patient), of)
    )


def _idi(of: str) -> Function:
    return lambda q, truth, patient: _estimate(
        getattr(integrated_discrimination(q, np.full(len(q), 0.4), truth[0], patient), of)
    )


def _share(name: str) -> Function:
    return lambda call, truth, patient: Calls(call, truth[0], patient).share(name)


def _smooth(name: str) -> Function:
    return lambda p, truth, patient: SmoothErrors.of(p, truth[0], patient, samples=20).estimate(name)


def _limits(name: str) -> Function:
    return lambda value, truth, patient: getattr(bland_altman(value, truth[0], patient), name)


def _pairs(first: Array, second: Array) -> Array:
    return np.stack([(first == k).astype(np.int64) + (second == k) for k in range(3)], axis=1)


def _numbers(measure: Callable[..., Estimate]) -> Function:
    return lambda value, truth, patient: measure(value, truth[0], patient)


def _at_horizon(measure: Callable[..., Estimate]) -> Function:
    return lambda risk, truth, patient: measure(risk, FollowUp.of(*truth), HORIZON, patient)


def _integrated(p: Array, truth: tuple[Array, ...], patient: Array | None) -> Estimate:
    grid = np.array([10.0, 15.0, HORIZON])
    return integrated_brier(np.stack([p] * len(grid), axis=1), FollowUp.of(*truth), grid, patient)


def _log_rank(risk: Array, truth: tuple[Array, ...], _: Array | None) -> Estimate:
    return Estimate(log_rank(*truth, (risk > np.median(risk)).astype(np.int64)).statistic)


def _detections(marks: Array, lesion: Array) -> Detections:
    hits, wrong = np.isfinite(marks[:, 0]), np.isfinite(marks[:, 1])
    case = np.concatenate([np.flatnonzero(hits), np.flatnonzero(wrong)])
    score = np.concatenate([marks[hits, 0], marks[wrong, 1]])
    state = np.repeat([HIT, FALSE_POSITIVE], [hits.sum(), wrong.sum()])
    where = np.flatnonzero(lesion)
    images = np.ones(len(lesion), dtype=np.int64)
    return Detections.of(case, score, state, where, marks[where, 0], images=images)


def _marks(measure: Callable[..., Estimate]) -> Function:
    return lambda marks, truth, patient: measure(_detections(marks, truth[0]), patient)


def _mark_value(measure: Callable[[Detections], Array]) -> Function:
    return lambda marks, truth, _: _value(measure(_detections(marks, truth[0]))[0])


def _outlines(of_case: Callable[[Array, Array], float | None], *, median: bool = False) -> Function:
    def measure(outline: Array, truth: tuple[Array, ...], _: Array | None) -> Estimate:
        found = [of_case(there, said) for there, said in zip(truth[0], outline, strict=True)]
        values = np.array([np.nan if one is None else one for one in found])
        return _value((median_of_patients if median else mean_of_patients)(values)[0])

    return measure


def _far(there: Array, said: Array) -> float | None:
    return SurfaceDistances.of(there, said, (1.0, 1.0)).hausdorff()


def _near(there: Array, said: Array) -> float:
    return SurfaceDistances.of(there, said, (1.0, 1.0)).surface_dice(0.5)


def _dice(there: Array, said: Array) -> float:
    return VoxelCounts.of(there, said).dice


_FREE = (FREE, UNORDERED)
_TWO = (UNORDERED, UNCUT)
_ORDER = (RANK, SCALE)

WAYS: dict[str, Way] = {
    "auroc": Way(SCORE, lambda s, t, p: auroc(s, t[0], p), 1.0, 0.0, 0.5, _ORDER),
    "auprc": Way(SCORE, lambda s, t, _: _value(average_precision(s, t[0])), 1.0, traits=_ORDER),
    "prevalence": Way(SCORE, lambda _, t, p: share_of_cases(t[0], p), traits=_FREE),
    "sensitivity": Way(CALL, _share("sensitivity"), 1.0, 0.0, 1.0),
    "specificity": Way(CALL, _share("specificity"), 1.0, 0.0, 0.0),
    "ppv": Way(CALL, _share("ppv"), 1.0, 0.0),
    "npv": Way(CALL, _share("npv"), 1.0, 0.0),
    "accuracy": Way(CALL, _share("accuracy"), 1.0, 0.0),
    "f1": Way(CALL, lambda c, t, _: _value(Calls(c, t[0]).f1()), 1.0, 0.0),
    "balanced_accuracy": Way(CALL, lambda c, t, p: Calls(c, t[0], p).balanced_accuracy(), 1.0, 0.0, 0.5),
    "screened_share": Way(
        SCORE,
        lambda s, t, _: _value(ScreenedOrder.of(s, t[0], t[0]).measure(np.ones((1, len(s))))[0, 0]),
        worst=1.0,
        constant=1.0,
        traits=_ORDER,
    ),
    "nri_events": Way(PROBABILITY, _nri("events"), 1.0, -1.0, 0.0, _TWO),
    "nri_non_events": Way(PROBABILITY, _nri("non_events"), 1.0, -1.0, 0.0, _TWO),
    "idi_events": Way(PROBABILITY, _idi("events"), 0.6, -0.4, 0.0, _TWO),
    "idi_non_events": Way(PROBABILITY, _idi("non_events"), 0.4, -0.6, 0.0, _TWO),
    "brier": Way(PROBABILITY, _numbers(brier), 0.0, 1.0),
    "citl": Way(PROBABILITY, _numbers(calibration_in_the_large)),
    "calibration_slope": Way(PROBABILITY, _numbers(calibration_slope)),
    "o_e": Way(PROBABILITY, _numbers(observed_expected_ratio), 1.0),
    "ece": Way(PROBABILITY, lambda q, t, _: _value(calibration_error(q, t[0])[0]), 0.0, 1.0),
    "ici": Way(PROBABILITY, _smooth("ici"), 0.0, 1.0, traits=(DRAWN,)),
    "e50": Way(PROBABILITY, _smooth("e50"), 0.0, 1.0, traits=(DRAWN,)),
    "e90": Way(PROBABILITY, _smooth("e90"), 0.0, 1.0, traits=(DRAWN,)),
    "net_benefit": Way(PROBABILITY, lambda q, t, p: net_benefit(q, t[0], 0.3, p)),
    "harrell_c": Way(RISK, lambda r, t, p: harrell_c(r, FollowUp.of(*t), p), 1.0, 0.0, 0.5, _ORDER),
    "uno_c": Way(RISK, _at_horizon(uno_c), 1.0, 0.0, 0.5, _ORDER),
    "auc_t": Way(RISK, _at_horizon(auc_t), 1.0, 0.0, 0.5, _ORDER),
    "log_rank": Way(RISK, _log_rank, traits=_ORDER),
    "brier_t": Way(RISK_PROBABILITY, _at_horizon(brier_t), 0.0),
    "brier_null_t": Way(
        RISK_PROBABILITY, lambda _, t, p: brier_null_t(FollowUp.of(*t), HORIZON, p), traits=_FREE
    ),
    "scaled_brier_t": Way(RISK_PROBABILITY, _at_horizon(scaled_brier_t), 1.0),
    "integrated_brier": Way(RISK_PROBABILITY, _integrated),
    "cumulative_incidence_t": Way(
        RISK, lambda _, t, p: observed_by(FollowUp.of(*t), HORIZON, p), traits=_FREE
    ),
    "survival_t": Way(RISK, lambda _, t, p: survival_by(FollowUp.of(*t), HORIZON, p), traits=_FREE),
    "median_survival": Way(RISK, lambda _, t, __: kaplan_meier(*t).median(), traits=_FREE),
    "kappa": Way(CLASS, lambda c, t, p: cohen_kappa(c, t[0], p, 3), 1.0, constant=0.0),
    "weighted_kappa": Way(CLASS, lambda c, t, p: cohen_kappa(c, t[0], p, 3, "quadratic"), 1.0, constant=0.0),
    "fleiss_kappa": Way(CLASS, lambda c, t, p: fleiss_kappa(_pairs(c, t[0]), p), 1.0),
    "krippendorff_alpha": Way(
        CLASS,
        lambda c, t, p: krippendorff_alpha(np.stack([c, t[0]]).astype(float), patient=p, samples=100),
        1.0,
        traits=(DRAWN,),
    ),
    "mae": Way(NUMBER, _numbers(mean_absolute_error), 0.0),
    "rmse": Way(NUMBER, _numbers(root_mean_squared_error), 0.0),
    "bias": Way(NUMBER, _limits("bias"), 0.0),
    "limit_low": Way(NUMBER, _limits("limit_low"), 0.0),
    "limit_high": Way(NUMBER, _limits("limit_high"), 0.0),
    "proportional_bias": Way(NUMBER, _limits("proportional_bias"), 0.0, constant=-2.0),
    "pearson": Way(NUMBER, _numbers(pearson), 1.0, -1.0, traits=(SCALE,)),
    "ccc": Way(NUMBER, _numbers(concordance_correlation), 1.0, constant=0.0),
    "icc": Way(
        NUMBER, lambda v, t, p: intraclass_correlation(np.stack([v, t[0]], axis=1), p), 1.0, constant=0.0
    ),
    "r2": Way(NUMBER, _numbers(r_squared), 1.0),
    "froc": Way(MARKS, _mark_value(froc_mean), 1.0, 0.0),
    "wafroc": Way(MARKS, _marks(wafroc), 1.0, 0.0, 0.5, (RANK,)),
    "map": Way(MARKS, _mark_value(lambda made: mean_average_precision([[made]])), 1.0, 0.0, traits=(RANK,)),
    "lesion_sensitivity": Way(MARKS, _marks(lesion_sensitivity), 1.0, 0.0, 1.0),
    "lesion_ppv": Way(MARKS, _marks(lesion_ppv), 1.0, 0.0),
    "fp_per_image": Way(MARKS, _marks(false_positives_per_image), 0.0, 1.0, 1.0),
    "dice": Way(OUTLINE, _outlines(_dice), 1.0, 0.0),
    "dice_median": Way(OUTLINE, _outlines(_dice, median=True), 1.0, 0.0),
    "hd95": Way(OUTLINE, _outlines(_far), 0.0),
    "hd95_median": Way(OUTLINE, _outlines(_far, median=True), 0.0),
    "nsd": Way(OUTLINE, _outlines(_near), 1.0, 0.0),
    "nsd_median": Way(OUTLINE, _outlines(_near, median=True), 1.0, 0.0),
    "voxel_sensitivity": Way(
        OUTLINE, _outlines(lambda there, said: VoxelCounts.of(there, said).sensitivity), 1.0, 0.0, 1.0
    ),
    "voxel_specificity": Way(
        OUTLINE, _outlines(lambda there, said: VoxelCounts.of(there, said).specificity), 1.0, None, 0.0
    ),
    "volume": Way(OUTLINE, _outlines(lambda _, said: float(said.sum()))),
    "volume_difference": Way(
        OUTLINE, _outlines(lambda there, said: float(said.sum()) - float(there.sum())), 0.0
    ),
    "reading_seconds": Way(SECONDS, lambda s, _, p: mean_seconds(s, p)),
    "reading_seconds_total": Way(SECONDS, lambda s, _, p: _times(mean_seconds(s, p), len(s))),
    "multiclass_brier": Way(CLASS, lambda c, t, p: multiclass_brier(np.eye(3)[:, c], t[0], p), 0.0),
    "standardised_difference": Way(SCORE, lambda s, t, _: standardised_difference(s[t[0]], s[~t[0]])),
    "ks_distance": Way(
        SCORE, lambda s, t, _: ks_distance(s[t[0]], s[~t[0]]), 1.0, 1.0, 0.0, (*_ORDER, UNORDERED)
    ),
    "missing_share": Way(SCORE, lambda s, _, p: share_of_cases(np.isnan(s), p), 0.0, 0.0, 0.0, _FREE),
}
