"""Which figures the evidence calls for, each with title, caption, description and the numbers behind it."""

from collections.abc import Iterable
from typing import Any

from hilum.evaluation import group_names
from hilum.reporting.curves import (
    Aligned,
    align_for_figures,
    calibration_panels,
    roc_panels,
    survival_panels,
)
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.figure_data import MAKERS
from hilum.reporting.flow import flow_of
from hilum.reporting.forests import forests, slug
from hilum.reporting.format import at_words, counted, estimate, listed, p_value
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.layout import figures_in_order
from hilum.reporting.story import Look, Story

MOST_FINDINGS = 15


def figures(given: EvidenceInput, story: Story) -> list[dict[str, Any]]:
    """All figures that can be drawn, in the order of the page; `kind` says how each is drawn."""
    found = [*_flow(given, story), *forests(story)]
    data = align_for_figures(given)
    if data is not None:
        ranked = [endpoint for endpoint in story.endpoints if endpoint.measure in {"auroc", "auc_t"}]
        for endpoint in ranked[:3]:
            if data.truth.kind == "survival" or data.truth.positive is not None:
                found += [*_roc(story, data, endpoint), *_calibration(story, data, endpoint)]
        found += _roc_of_findings(story, data)
        found += _kaplan_meier(story, data)
        found += [figure for make in MAKERS for figure in make(story, data)]
    return figures_in_order({"figures": found})


def _flow(given: EvidenceInput, story: Story) -> Iterable[dict[str, Any]]:
    flow = flow_of(given.cohort, given.known_truth, story)
    if not flow["steps"]:
        return
    excluded = sum(step["excluded"] for step in flow["steps"])
    last = flow["steps"][-1]
    parts = listed([f"{part['part']} {part['cases']:,}" for part in flow["parts"]])
    yield {
        "id": "flow",
        "kind": "flow",
        "title": "Flow of cases",
        "caption": f"{counted(excluded, 'exclusion')} by rule; {counted(last['cases'], 'case')} of "
        f"{counted(last['patients'], 'patient')} analysed.",
        "alt": f"{counted(excluded, 'exclusion')}; {counted(last['cases'], 'case')} remain: {parts}.",
        **flow,
    }


def _roc(story: Story, data: Aligned, endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    panels = roc_panels(story, data, endpoint)
    if not panels:
        return
    averaged = [look.short for look in story.drawn if look.ensemble_of and _in_panels(look, panels)]
    ensembles = f" {listed(averaged)}: the mean score of repeated trainings." if averaged else ""
    points = any(line["point"] for panel in panels for line in panel["lines"])
    circle = " Open circles: thresholds frozen on the validation part." if points else ""
    few = [line["label"] for line in panels[0]["lines"] if line["few"]]
    dots = f" {listed(few)}: every possible cut-off, bars instead of a band." if few else ""
    yield {
        "id": f"roc-{slug(endpoint)}",
        "kind": "roc",
        "title": f"Discrimination{at_words(endpoint.at)}",
        "caption": "Receiver operating characteristic with AUROC (95 % confidence interval). Bands: 95 % "
        f"pointwise interval of the sensitivity (Wilson).{dots}{circle}{ensembles}{_lost(endpoint)}",
        "alt": _roc_words(panels),
        "panels": panels,
    }


def _roc_of_findings(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One panel a finding, on the part of the headline."""
    if data.truth.kind != "findings":
        return
    panels = []
    named = [row.of for row in story.evaluation.measures if row.measure == "auroc" and row.of is not None]
    for finding in [name for name in dict.fromkeys(named) if name in data.truth.findings][:MOST_FINDINGS]:
        endpoint = Endpoint("auroc", None, "AUROC", finding)
        found = [each for each in roc_panels(story, data, endpoint) if each["part"] == story.main_part]
        panels += [{**each, "part": finding} for each in found]
    if panels:
        yield {
            "id": "roc-findings",
            "kind": "roc",
            "title": f"Discrimination of each finding, {story.main_part}",
            "caption": "Receiver operating characteristic with AUROC (95 % confidence interval), on cases "
            "in which the finding is known to be present or absent. Bands: 95 % pointwise interval of the "
            "sensitivity (Wilson).",
            "alt": _roc_words(panels),
            "panels": panels,
        }


def _lost(endpoint: Endpoint) -> str:
    if endpoint.at is None:
        return ""
    return " Cases lost to follow-up before the horizon are left out."


def _in_panels(look: Look, panels: list[dict[str, Any]]) -> bool:
    return any(line["reader"] == look.name for panel in panels for line in panel["lines"])


def _roc_words(panels: list[dict[str, Any]]) -> str:
    words = []
    for panel in panels:
        lines = listed(
            [f"{line['label']} {estimate(*line['auroc'])}" for line in panel["lines"] if line["auroc"]]
        )
        words.append(f"{panel['part']}: {lines}")
    return f"ROC curves. AUROC in {'; '.join(words)}."


def _calibration(story: Story, data: Aligned, endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    panels = calibration_panels(story, data, endpoint)
    if not panels:
        return
    survival = data.truth.kind == "survival"
    how = "Kaplan-Meier estimate" if survival else "observed share"
    yield {
        "id": f"calibration-{slug(endpoint)}",
        "kind": "calibration",
        "title": f"Calibration{at_words(endpoint.at)}",
        "caption": f"Mean predicted probability against the {how} in groups of like predictions (equal size, "
        "ties kept "
        f"together), with 95 % intervals; the dotted line is perfect calibration.",
        "alt": "Calibration plot of "
        + listed(sorted({line["label"] for panel in panels for line in panel["lines"]}))
        + f" in {listed([panel['part'] for panel in panels])}.",
        "x_label": "Predicted probability",
        "y_label": "Observed",
        "panels": panels,
    }


def _kaplan_meier(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    if data.truth.kind != "survival":
        return
    wanted = [story.drawn_for(story.lead)] + ([story.comparator] if story.comparator else [])
    for place, name in enumerate(wanted, start=1):
        if name not in story.evaluation.risk_cuts or name not in data.opinions:
            continue
        look = story.look(name)
        cuts = story.evaluation.risk_cuts[name]
        panels = survival_panels(story, data, look, group_names(len(cuts) + 1))
        if panels:
            yield _survival_figure(look, panels, cuts, place)


def _survival_figure(
    look: Look, panels: list[dict[str, Any]], cuts: tuple[float, ...], place: int
) -> dict[str, Any]:
    lowest = min(
        (
            value
            for panel in panels
            for line in panel["lines"]
            for value in (*line["y"], *line["low"])
            if value is not None
        ),
        default=0.0,
    )
    floor = 0.0 if lowest < 0.5 else 0.5
    begins = "" if floor == 0 else " The vertical axis begins at 50 %."
    tests = "; ".join(f"{panel['part']} {p_value(panel['p'])}" for panel in panels if panel["p"] is not None)
    limits = listed([f"{cut:.3g}" for cut in cuts])
    names = listed([line["name"] for line in panels[0]["lines"]])
    return {
        "id": f"survival-{place}",
        "kind": "kaplan_meier",
        "title": f"Survival by risk group of {look.label}",
        "caption": f"Kaplan-Meier with 95 % bands (log-log). Risk groups cut at {limits} of {look.label}, "
        "frozen before the "
        f"cases shown were read.{begins}" + (f" Log-rank test: {tests}." if tests else ""),
        "alt": f"Kaplan-Meier curves of {names} risk by {look.label} in "
        f"{listed([panel['part'] for panel in panels])}." + (f" Log-rank: {tests}." if tests else ""),
        "colour": look.colour,
        "floor": floor,
        "panels": panels,
    }
