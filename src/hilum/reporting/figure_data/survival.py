"""Survival by risk group, or the share with the event where something else may happen first."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation import Comparison, Opinions, aalen_johansen, group_names, kaplan_meier, risk_groups
from hilum.reporting.curves import (
    Aligned,
    Floats,
    competes,
    counted_in,
    followed,
    rounded,
    thinned,
)
from hilum.reporting.format import listed, number, p_value
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

ROUND_DAYS = (1, 2, 5, 7, 10, 20, 30, 50, 60, 90, 100, 180, 365, 730, 1825, 3650)


def survival(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure of the lead, one of what it is compared with; one panel a part."""
    if data.truth.kind != "survival":
        return
    wanted = [story.drawn_for(story.lead)] + ([story.comparator] if story.comparator else [])
    for place, name in enumerate(wanted, start=1):
        if name not in story.evaluation.risk_cuts or name not in data.opinions:
            continue
        look = story.look(name)
        cuts = story.evaluation.risk_cuts[name]
        panels = _panels(story, data, look, group_names(len(cuts) + 1))
        if panels:
            figure = _incidence_figure if competes(data.truth) else _survival_figure
            place_of = {"id": f"survival-{place}", "kind": "kaplan_meier", "colour": look.colour}
            yield {**place_of, **figure(look, panels, cuts), "panels": panels}


def _survival_figure(look: Look, panels: list[dict[str, Any]], cuts: Sequence[float]) -> dict[str, Any]:
    lowest = min(_all_values(panels, ("y", "low")), default=0.0)
    floor = 0.0 if lowest < 0.5 else 0.5
    begins = "" if floor == 0 else " The vertical axis begins at 50 %."
    tests = _tests(panels)
    return {
        "title": f"Survival by risk group of {look.label}",
        "caption": f"Kaplan-Meier with 95 % bands (log-log). {_cut_at(look, cuts)}{begins}"
        + (f" Log-rank test: {tests}." if tests else ""),
        "alt": f"Kaplan-Meier curves of {_names(panels)} risk by {look.label} in {_parts(panels)}."
        + (f" Log-rank: {tests}." if tests else ""),
        "incidence": False,
        "floor": floor,
        "top": 1.0,
    }


def _incidence_figure(look: Look, panels: list[dict[str, Any]], cuts: Sequence[float]) -> dict[str, Any]:
    highest = max(_all_values(panels, ("y", "high")), default=1.0)
    top = min(1.0, float(np.ceil(highest * 10 + 1e-9) / 10))
    ends = "" if top == 1 else f" The vertical axis ends at {100 * top:.0f} %."
    tests = _tests(panels)
    return {
        "title": f"Cumulative incidence by risk group of {look.label}",
        "caption": "Share with the event (Aalen-Johansen, 95 % bands): cases in which something else "
        f"happened first have not had it and cannot have it. {_cut_at(look, cuts)}{ends}"
        + (f" Log-rank test of the cause-specific hazards: {tests}." if tests else ""),
        "alt": f"Cumulative incidence of {_names(panels)} risk by {look.label} in {_parts(panels)}."
        + (f" Log-rank: {tests}." if tests else ""),
        "incidence": True,
        "floor": 0.0,
        "top": top,
    }


def _cut_at(look: Look, cuts: Sequence[float]) -> str:
    limits = listed([f"{number(cut, 3)}" if abs(cut) < 1 else f"{cut:.3g}" for cut in cuts])
    return f"Risk groups cut at {limits} of {look.label}, frozen before the cases shown were read."


def _names(panels: list[dict[str, Any]]) -> str:
    return listed([line["name"] for line in panels[0]["lines"]])


def _parts(panels: list[dict[str, Any]]) -> str:
    return listed([panel["part"] for panel in panels])


def _tests(panels: list[dict[str, Any]]) -> str:
    return "; ".join(f"{panel['part']} {p_value(panel['p'])}" for panel in panels if panel["p"] is not None)


def _all_values(panels: list[dict[str, Any]], keys: tuple[str, ...]) -> list[float]:
    lines = [line for panel in panels for line in panel["lines"]]
    return [value for line in lines for key in keys for value in line[key] if value is not None]


def _panels(story: Story, data: Aligned, look: Look, names: Sequence[str]) -> list[dict[str, Any]]:
    """One panel a part: a curve a risk group, with numbers at risk and the log-rank test."""
    risk = _risk(data.opinions[look.name])
    if risk is None:
        return []
    group = risk_groups(risk, story.evaluation.risk_cuts[look.name])
    read = followed(data.truth) & (group >= 0)
    panels = []
    for part in story.parts:
        inside = data.truth.in_part(part) & read
        if inside.any():
            panels.append(_panel(story, data, look, (part, inside), (group, names)))
    return panels


def _panel(
    story: Story,
    data: Aligned,
    look: Look,
    where: tuple[str, NDArray[np.bool_]],
    groups: tuple[NDArray[np.int64], Sequence[str]],
) -> dict[str, Any]:
    (part, inside), (group, names) = where, groups
    frame = data.truth.frame
    time, event = (frame[name].to_numpy(dtype=np.float64) for name in ("time", "event"))
    limit = _last_day(time[inside], story.evaluation.horizons_days)
    ticks = _ticks(limit)
    draw = _incidence_line if competes(data.truth) else _survival_line
    rows = [(name, inside & (group == place)) for place, name in enumerate(names)]
    lines = [draw(name, time[found], event[found], limit, ticks) for name, found in rows if found.any()]
    test = _log_rank(story, look.name, part)
    return {
        **counted_in(story, part, int(inside.sum()), int((event[inside] == 1).sum())),
        "limit": limit,
        "ticks": ticks,
        "lines": lines,
        "p": None if test is None else test.p,
        "statistic": None if test is None else test.statistic,
        "df": None if test is None else test.df,
    }


def _log_rank(story: Story, reader: str, part: str) -> Comparison | None:
    wanted = (reader, part, "log_rank")
    rows = story.evaluation.comparisons
    return next((row for row in rows if (row.reader_a, row.part, row.measure) == wanted), None)


def _risk(opinions: Opinions) -> Floats | None:
    """The number that ordered the cases: risk, else score, else the probability at the longest horizon."""
    for name in ("risk", "score"):
        if name in opinions.columns:
            return opinions.single(name)
    horizons = sorted(
        (name for name in opinions.columns if name.startswith("risk_")), key=lambda name: float(name[5:-1])
    )
    return opinions.single(horizons[-1]) if horizons else None


def _survival_line(
    name: str, time: Floats, event: Floats, limit: float, ticks: list[float]
) -> dict[str, Any]:
    curve = kaplan_meier(time, event)
    shown = np.flatnonzero((curve.time <= limit) & (curve.events > 0))
    shown = shown[thinned(len(shown))] if len(shown) else shown
    lines = {"y": curve.survival, "low": curve.low, "high": curve.high}
    return {
        **_of_line(name, time, event, limit, ticks),
        "x": rounded(np.concatenate([[0.0], curve.time[shown]])),
        **{key: rounded(np.concatenate([[1.0], values[shown]])) for key, values in lines.items()},
    }


def _incidence_line(
    name: str, time: Floats, event: Floats, limit: float, ticks: list[float]
) -> dict[str, Any]:
    curve = aalen_johansen(time, event)
    shown = np.flatnonzero((curve.time <= limit) & (curve.events > 0))
    shown = shown[thinned(len(shown))] if len(shown) else shown
    lines = {"y": curve.incidence, "low": curve.low, "high": curve.high}
    return {
        **_of_line(name, time, event, limit, ticks),
        "x": rounded(np.concatenate([[0.0], curve.time[shown]])),
        **{key: rounded(np.concatenate([[0.0], values[shown]])) for key, values in lines.items()},
    }


def _of_line(name: str, time: Floats, event: Floats, limit: float, ticks: list[float]) -> dict[str, Any]:
    at_risk = kaplan_meier(time, event).numbers_at_risk(np.array(ticks))
    return {
        "name": name,
        "n": len(time),
        "events": int(np.sum(event == 1)),
        "end": float(min(limit, time.max())),
        "at_risk": [int(n) for n in at_risk],
    }


def _last_day(time: Floats, horizons: tuple[float, ...]) -> float:
    """The axis ends where a tenth is still followed, never before the longest horizon that was reached."""
    last = float(np.quantile(time, 0.9, method="lower"))
    reached = [horizon for horizon in horizons if horizon <= time.max()]
    return max([last, *reached]) or 1.0


def _ticks(limit: float) -> list[float]:
    """Four to seven round days from 0 to the axis' end."""
    for step in ROUND_DAYS:
        if limit / step <= 6:
            return [float(day) for day in np.arange(0, limit + step / 1e6, step)]
    return [0.0, float(limit)]
