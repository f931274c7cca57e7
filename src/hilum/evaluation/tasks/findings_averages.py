"""Averages over findings: the mean of all findings (macro), and all decisions pooled (micro)."""

import itertools
from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Estimate
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.many_findings import findings_auroc, findings_auroc_difference
from hilum.evaluation.measures.operating_point import SHARES, Calls
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.tasks.finding_panel import MACRO, MICRO, Panel
from hilum.evaluation.tasks.samples import THRESHOLD_MEASURES

# The mean over findings stands without `of` as well: it is the headline.
HEADLINE = (None, MACRO)
COMPARED = ("sensitivity", "specificity", "balanced_accuracy", "f1")


def measure_panel(work: Work, panel: Panel, part: str) -> None:
    """Write down a reader's averages over findings on one part."""
    inside = panel.within(work.alignment.truth.in_part(part))
    whole = len(inside.rows)
    scored, called = inside.scored(), inside.called()
    if scored.findings:
        _measure_scores(work, scored, part, scored.size(whole))
        _warn_of_fewer(work, inside, scored, part)
        if not panel.probable:
            work.ledger.warn(
                "pooled_scores",
                "the micro average of AUROC and AUPRC pools the scores of all findings as if they had one "
                "scale: read the macro average where scores are no probabilities",
            )
    if called.findings:
        _measure_calls(work, called, part, called.size(whole))


def _warn_of_fewer(work: Work, inside: Panel, scored: Panel, part: str) -> None:
    lost = [
        name
        for number, name in enumerate(inside.findings)
        if np.isfinite(inside.scores[0, number]).any() and name not in scored.findings
    ]
    if lost:
        work.ledger.warn(
            "one_class",
            f"{', '.join(lost)}: no case of {part} read by {inside.name} has it, or all have; its AUROC is "
            f"not defined and the averages are over the other {len(scored.findings)} findings",
            len(lost),
        )


def _measure_scores(work: Work, panel: Panel, part: str, size: Size) -> None:
    samples, where = panel.score_samples(work, part), (panel.name, part)
    patient, used = work.patients(panel.rows), np.isfinite(panel.scores[0]) & np.isfinite(panel.labels)
    for measure in ("auroc", "auprc"):
        macro, micro = samples[measure, MACRO].estimate(), samples[measure, MICRO].estimate()
        if measure == "auroc" and not panel.repeated:
            macro = findings_auroc(panel.scores[0], panel.labels, patient)
            pooled = np.broadcast_to(patient, used.shape)[used]
            micro = auroc(panel.scores[0][used], panel.labels[used] == 1, pooled)
        for of in HEADLINE:
            work.ledger.measure(where, measure, macro, size, of=of)
        work.ledger.measure(where, measure, micro, size, of=MICRO)


def _measure_calls(work: Work, panel: Panel, part: str, size: Size) -> None:
    samples, where = panel.call_samples(work, part), (panel.name, part)
    fewer: dict[tuple[str, ...], list[str]] = {}
    for measure in THRESHOLD_MEASURES:
        macro, micro = samples[measure, MACRO].estimate(), samples[measure, MICRO].estimate()
        if not panel.repeated and measure != "f1":
            micro = _pooled(work, panel, measure)
        for of in HEADLINE:
            work.ledger.measure(where, measure, macro, size, of=of)
        work.ledger.measure(where, measure, micro, size, of=MICRO)
        lost = tuple(panel.undefined(measure))
        if lost:
            fewer.setdefault(lost, []).append(measure)
    for lost, measures in fewer.items():
        work.ledger.warn(
            "average_of_fewer",
            f"{', '.join(measures)} of {panel.name} in {part} not being defined for {', '.join(lost)}, the "
            f"mean over findings leaves {'it' if len(lost) == 1 else 'them'} out",
            len(lost),
        )


def _pooled(work: Work, panel: Panel, measure: str) -> Estimate:
    """A share of all findings' decisions, those of one patient being a cluster."""
    used = np.isfinite(panel.calls[0]) & np.isfinite(panel.labels)
    patient = np.broadcast_to(work.patients(panel.rows), used.shape)[used]
    made = Calls(panel.calls[0][used] == 1, panel.labels[used] == 1, patient)
    return made.share(measure) if measure in SHARES else made.balanced_accuracy()


def compare_panels(work: Work, panels: Sequence[Panel], part: str) -> None:
    """Write down the differences of each two readers' averages over findings on one part."""
    if work.options.unpaired:
        return
    for first, second in itertools.combinations(panels, 2):
        if first.ensemble_of == second.name or second.ensemble_of == first.name:
            continue
        inside = work.alignment.truth.in_part(part)
        pair = first.within(inside).beside(second.within(inside))
        _compare_scores(work, pair, part)
        _compare_calls(work, pair, part)


def _compare_scores(work: Work, pair: tuple[Panel, Panel], part: str) -> None:
    first, second = (panel.scored() for panel in pair)
    if not first.findings:
        return
    where, size = (first.name, second.name, part), first.size(len(first.rows))
    samples_a, samples_b = first.score_samples(work, part), second.score_samples(work, part)
    for measure in ("auroc", "auprc"):
        result = samples_a[measure, MACRO].minus(samples_b[measure, MACRO])
        if measure == "auroc" and not (first.repeated or second.repeated):
            patient = work.patients(first.rows)
            result = findings_auroc_difference(first.scores[0], second.scores[0], first.labels, patient)
        for of in HEADLINE:
            work.ledger.compare(where, measure, result, size, of=of)


def _compare_calls(work: Work, pair: tuple[Panel, Panel], part: str) -> None:
    first, second = (panel.called() for panel in pair)
    if not first.findings:
        return
    where, size = (first.name, second.name, part), first.size(len(first.rows))
    samples_a, samples_b = first.call_samples(work, part), second.call_samples(work, part)
    for measure in COMPARED:
        if set(first.undefined(measure)) != set(second.undefined(measure)):
            continue
        macro = samples_a[measure, MACRO].minus(samples_b[measure, MACRO])
        for of in HEADLINE:
            work.ledger.compare(where, measure, macro, size, of=of)
        micro = samples_a[measure, MICRO].minus(samples_b[measure, MICRO])
        work.ledger.compare(where, measure, micro, size, of=MICRO)
