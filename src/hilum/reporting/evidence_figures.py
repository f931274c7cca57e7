"""Which figures the evidence calls for, each with title, caption, description and the numbers behind it."""

from collections.abc import Iterable
from typing import Any

from hilum.reporting.curves import align_for_figures
from hilum.reporting.figure_data import MAKERS
from hilum.reporting.figure_data.learning_curve import learning_curve
from hilum.reporting.flow import flow_of
from hilum.reporting.forests import forests
from hilum.reporting.format import counted, listed
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.layout import figures_in_order
from hilum.reporting.story import Story


def figures(given: EvidenceInput, story: Story) -> list[dict[str, Any]]:
    """All figures that can be drawn, in the order of the page; `kind` says how each is drawn."""
    found = [*_flow(given, story), *forests(story), *learning_curve(given, story)]
    data = align_for_figures(given)
    if data is not None:
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
