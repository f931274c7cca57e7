"""Which measures lead the report: those of the main table, the first being the headline."""

import re
from dataclasses import dataclass

from hilum.catalogue import MEASURES
from hilum.evaluation import Evaluation
from hilum.reporting.labels import measure_label

# Each reader reaches these at an operating point of its own.
OPERATING = frozenset({"sensitivity", "specificity", "ppv", "npv", "accuracy", "f1", "balanced_accuracy"})
# From this share of cases lost before a horizon on, the plain AUROC of the others is no longer the headline.
MANY_CENSORED = 0.01
ONE_RATE = "fp_per_image=1"
OF_TASK: dict[str, tuple[str, ...]] = {
    "classification": ("auroc",),
    "findings": ("auroc", "auprc"),
    "regression": ("mae", "bias", "icc"),
    "detection": ("wafroc", "froc"),
    "segmentation": ("dice", "hd95", "nsd"),
}
ONE_POINT = ("balanced_accuracy", "accuracy", "lesion_sensitivity")


@dataclass(frozen=True)
class Endpoint:
    """One measure at one horizon, with the words for it.

    Attributes:
        of: None, or the finding that it is about.
    """

    measure: str
    at: str | None
    label: str
    of: str | None = None

    def is_at(self, at: str | None) -> bool:
        """Whether a row of the evaluation is at this horizon; operating points are each reader's own."""
        if self.measure in OPERATING and self.at is None:
            return at is None or re.fullmatch(r"threshold=.*|\d+(\.\d+)?d", at) is not None
        return at == self.at

    @property
    def better(self) -> str:
        """`higher`, `lower`, or `neither` where a number near 0 or 1 is best."""
        return next((record.better for record in MEASURES if record.name == self.measure), "higher")

    @property
    def higher_is_better(self) -> bool:
        """Whether more is better."""
        return self.better == "higher"

    def is_improvement(self, difference: float) -> bool:
        """Whether a difference is one to the better; never of a measure that has no better side.

        Example:
            >>> Endpoint("mae", None, "").is_improvement(-1), Endpoint("bias", None, "").is_improvement(-1)
            (True, False)
        """
        if self.better == "neither" or difference == 0:
            return False
        return (difference > 0) == self.higher_is_better


def endpoints_of(evaluation: Evaluation) -> tuple[Endpoint, ...]:
    """The measures of the main table: those that rank, else those of one operating point."""
    rows = [row for row in evaluation.measures if row.of is None and row.value is not None]
    present = list(dict.fromkeys((row.measure, row.at) for row in rows))
    found: list[tuple[str, str | None]]
    if evaluation.task == "survival":
        area = "auc_t" if _many_censored(evaluation) else "auroc"
        horizons = [f"{horizon:g}d" for horizon in evaluation.horizons_days]
        wanted: list[tuple[str, str | None]] = [*((area, day) for day in horizons), ("harrell_c", None)]
        found = [pair for pair in wanted if pair in present]
    else:
        names = OF_TASK.get(evaluation.task, ("auroc",))
        found = [pair for name in names for pair in present if pair[0] == name and _leads(*pair)]
    if not found:
        measures = {measure for measure, _ in present}
        first = next((name for name in ONE_POINT if name in measures), None)
        found = [] if first is None else [(first, None)]
    return tuple(Endpoint(measure, at, measure_label(measure, at)) for measure, at in found)


def _leads(measure: str, at: str | None) -> bool:
    """Of the many points of a free-response curve two stand in the main table."""
    return measure != "froc" or at in {None, ONE_RATE}


def _many_censored(evaluation: Evaluation) -> bool:
    """Whether, at any horizon, the plain AUROC leaves out more than a hundredth of the cases.

    Only then, and where every reader that has an AUROC has an AUC(t) too, is AUC(t) the fairer headline.
    """
    plain = {(r.reader, r.part, r.at): r for r in evaluation.measures if r.measure == "auroc" and not r.of}
    weighted = {(r.reader, r.part, r.at): r for r in evaluation.measures if r.measure == "auc_t" and not r.of}
    if not set(plain) <= set(weighted):
        return False
    return any(row.n < (1 - MANY_CENSORED) * weighted[key].n for key, row in plain.items())
