"""Readers' opinions combined into one: fitted once on the cases that may be learnt from, then frozen.

Classification, and survival read at horizons: logistic regression of the outcome on the readers' logits or
standardised scores, one model a horizon. Where follow-up ends before a horizon for some cases, the others
are weighted
by the inverse probability of being followed that long (IPCW), so that the early lost do not bend the risk.
Firth's
penalty keeps coefficients finite where a reader separates the fitting cases entirely. Survival without a
horizon: Cox.

Where something else may happen first (an event of 2), a case with that by the horizon is without the event
there, so that the risk is the cumulative incidence; Cox looks at the hazard of the event alone and takes the
others as lost, since the ranking of those still at risk is what it is asked for.

A trained model knows its training cases by heart. Its opinions of them would be trusted too much, so
training cases are
used only where every combined reader is honest on them: scores, products, cross-fitted models. Else
validation only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.cohorts.outcome_at_horizon import at_horizon
from hilum.errors import ReadingsError
from hilum.evaluation import Readings
from hilum.readers.combination import Combination, Member, Model
from hilum.readers.logistic import cox, firth_logistic
from hilum.readers.warning import ReaderWarning
from hilum.study.tasks import horizon_in_words

Floats = NDArray[np.float64]
FEWEST_EVENTS_PER_COEFFICIENT = 10
COMPETING = 2


@dataclass(frozen=True)
class CombineOptions:
    """How readers are combined.

    Attributes:
        honest_on_training: Readers whose opinions of training cases are as good as of new ones: scores,
            products and
            models whose opinions of training cases were cross-fitted.
        cross_fitted: Cross-fitted opinions of the training cases, by reader; they take the place of the
            reader's own
            there, and make it honest.
    """

    honest_on_training: frozenset[str] = frozenset()
    cross_fitted: Mapping[str, Readings] = field(default_factory=dict)


def combine(
    readings: Sequence[Readings], cohort: Cohort, name: str = "", options: CombineOptions | None = None
) -> Readings:
    """Fit a combination on the cohort's training and validation cases and apply it to every case.

    Args:
        readings: One reader each, at least two, over the whole cohort.
        cohort: The cohort, with its truth and parts.
        name: Name of the combination; left out, the readers' names joined by `+`.
        options: Which readers are honest on training cases.

    Returns:
        `score` (probability) or `risk` and `risk_<days>d` for every case; empty where one reader has no
        opinion.

    Raises:
        ReadingsError: see `fit_combination`.
    """
    return fit_combination(readings, cohort, name, options)[0].read(readings, cohort)


def fit_combination(
    readings: Sequence[Readings], cohort: Cohort, name: str = "", options: CombineOptions | None = None
) -> tuple[Combination, tuple[ReaderWarning, ...]]:
    """Fit a combination; `Combination.read` applies it, `Combination.save` keeps it as readable JSON.

    Returns:
        The combination and what is to be said about how it was fitted.

    Raises:
        ReadingsError: fewer than two readers, more than two classes, findings or numbers, or nothing to fit
            on (no events, no cases).
    """
    options = options or CombineOptions()
    names = [each.reader for each in readings]
    if len(set(names)) < 2:
        raise ReadingsError(
            "a combination needs at least two different readers: name two or more in `combine`"
        )
    if cohort.task.kind in {"findings", "regression"}:
        raise ReadingsError(
            "readers can be combined for two classes and for survival, this cohort asks for "
            f"{cohort.task.kind}: "
            "leave `combine` out"
        )
    if cohort.task.kind == "classification" and len(cohort.classes) != 2:
        raise ReadingsError(
            f"readers can be combined for two classes, this cohort has {len(cohort.classes)}: leave "
            "`combine` out"
        )
    used = [_with_cross_fitted(each, options.cross_fitted.get(each.reader)) for each in readings]
    parts = _fitting_parts(names, cohort, options)
    fit = np.isin(cohort.cases["part"].to_numpy(dtype=str), parts)
    horizons = tuple(cohort.task.horizons_days) if cohort.task.kind == "survival" else ()
    models = []
    warnings: list[ReaderWarning] = []
    for horizon in horizons or (None,):
        members = tuple(Member.fitted(each, cohort, horizon, fit) for each in used)
        X = np.column_stack([member.values(each, cohort) for member, each in zip(members, used, strict=True)])
        model, said = _fit_one(X, members, cohort, fit, horizon)
        models.append(model)
        warnings += said
    label = name or "+".join(names)
    return Combination(label, cohort.task.kind, parts, tuple(models)), tuple(warnings)


def _with_cross_fitted(readings: Readings, cross_fitted: Readings | None) -> Readings:
    """A reader's opinions, those of the training cases replaced by cross-fitted ones."""
    if cross_fitted is None:
        return readings
    own, honest = readings.frame, cross_fitted.frame
    kept = own[~own["case"].isin(honest["case"])]
    spread = [honest.assign(repeat=repeat) for repeat in own["repeat"].drop_duplicates()]
    both = pd.concat([kept, *spread], ignore_index=True).assign(reader=readings.reader)
    return Readings.from_frame(both[[column for column in own.columns if column in both.columns]])


def _fitting_parts(names: Sequence[str], cohort: Cohort, options: CombineOptions) -> tuple[str, ...]:
    honest = options.honest_on_training | set(options.cross_fitted)
    wanted = ("train", "validation") if set(names) <= honest else ("validation",)
    present = set(cohort.cases["part"])
    parts = tuple(part for part in wanted if part in present)
    if not parts:
        raise ReadingsError(
            f"a combination is fitted on {' and '.join(wanted)} cases, and the cohort has none: give it "
            "such a part"
        )
    return parts


def _fit_one(
    X: Floats, members: tuple[Member, ...], cohort: Cohort, fit: NDArray[np.bool_], horizon: float | None
) -> tuple[Model, list[ReaderWarning]]:
    complete = fit & ~np.isnan(X).any(axis=1)
    if cohort.task.kind == "survival":
        time = cohort.cases["time"].to_numpy(dtype=np.float64)
        event = cohort.cases["event"].to_numpy(dtype=np.float64)
        complete &= ~np.isnan(time) & ~np.isnan(event)
        if horizon is None:
            return _fit_cox(X[complete], members, time[complete], event[complete])
        _refuse_beyond_follow_up(time[complete], event[complete], horizon)
        y, weight = at_horizon(time[complete], event[complete], horizon)
        method = "logistic, Firth" + (
            "" if np.all(weight == 1) else ", inverse probability of censoring weights"
        )
    else:
        y = np.asarray(cohort.cases["label"] == cohort.positive, dtype=np.float64)[complete]
        weight, method = np.ones(len(y)), "logistic, Firth"
    known = weight > 0
    _refuse_nothing_to_learn(y[known])
    beta = firth_logistic(X[complete][known], y[known], weight[known])
    events = int(min(y[known].sum(), (1 - y[known]).sum()))
    model = Model(
        horizon,
        float(beta[0]),
        members,
        tuple(beta[1:].tolist()),
        method,
        int(known.sum()),
        int(y[known].sum()),
    )
    return model, _few_events(events, len(members), horizon)


def _fit_cox(
    X: Floats, members: tuple[Member, ...], time: Floats, event: Floats
) -> tuple[Model, list[ReaderWarning]]:
    happened = (event == 1).astype(np.float64)
    _refuse_nothing_to_learn(happened)
    beta = cox(X, time, happened)
    events = int(happened.sum())
    competes = bool((event == COMPETING).any())
    method = "Cox, cause-specific hazard, Breslow ties" if competes else "Cox, Breslow ties"
    model = Model(None, 0.0, members, tuple(beta.tolist()), method, len(event), events)
    return model, _few_events(events, len(members), None)


def _refuse_beyond_follow_up(time: Floats, event: Floats, horizon: float) -> None:
    """Where nobody is followed to the horizon, those of known status are not like the others."""
    if len(time) and time.max() < horizon and (event == 0).any():
        raise ReadingsError(
            f"the combination cannot be fitted at {horizon_in_words(horizon)}: the longest follow-up of "
            f"its cases ends on day {time.max():g}; take this horizon out of [task]"
        )


def _refuse_nothing_to_learn(y: Floats) -> None:
    if len(y) == 0 or y.sum() == 0 or (y.sum() == len(y)):
        raise ReadingsError(
            f"the combination cannot be fitted: {len(y)} cases have opinions of all its readers, "
            f"{int(y.sum())} of them "
            "with the event; both kinds are needed"
        )


def _few_events(events: int, coefficients: int, horizon: float | None) -> list[ReaderWarning]:
    if events >= FEWEST_EVENTS_PER_COEFFICIENT * coefficients:
        return []
    at = f" at {horizon_in_words(horizon)}" if horizon is not None else ""
    text = (
        f"The combination{at} was fitted on {events} events for {coefficients} coefficients, fewer than "
        f"{FEWEST_EVENTS_PER_COEFFICIENT} each: its weights are uncertain."
    )
    return [ReaderWarning("combination_few_events", text, events)]
