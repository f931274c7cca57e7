"""Many findings in groups of patients: the mean AUROC over findings."""

import itertools
from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Difference, Estimate, Floats
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.many_findings import (
    findings_auroc,
    findings_auroc_difference,
    mean_area_influence,
)
from hilum.evaluation.tasks.finding_panel import Panel
from hilum.evaluation.tasks.group_tests import (
    Judged,
    JudgedPair,
    Rows,
    SmallGroups,
    judge_groups,
    judge_pair_in_groups,
)
from hilum.evaluation.tasks.subgroup_columns import groupings


def measure_findings_subgroups(work: Work, panels: Sequence[Panel]) -> None:
    """Write down the mean AUROC over findings of each reader in each group of `options.subgroups`.

    Groups in which a finding is in no case, or in all, have no mean. Single findings are not cut into groups:
    few cases would be left of each. Readers trained several times are shown by their ensemble.

    Raises:
        ReadingsError: the truth has no such column.
    """
    columns = groupings(work)
    if not columns:
        return
    work.ledger.warn(
        "subgroups_of_averages",
        "with many findings, groups of patients are shown for the mean AUROC over findings only",
    )
    small = SmallGroups()
    single = [panel for panel in panels if not panel.repeated]
    for part in work.parts:
        inside = work.alignment.truth.in_part(part)
        for panel in single:
            scored = panel.within(inside).scored()
            for grouping in columns if scored.findings else ():
                judge_groups(work, (panel.name, part), _judged(work, scored), grouping, small, both=True)
    for part in () if work.options.unpaired else work.compared_parts:
        inside = work.alignment.truth.in_part(part)
        for first, second in itertools.combinations(single, 2):
            one, two = (panel.scored() for panel in first.within(inside).beside(second.within(inside)))
            for grouping in columns if one.findings else ():
                where = (first.name, second.name, part)
                judge_pair_in_groups(work, where, _judged_pair(work, one, two), grouping)
    small.warn(work, "cases with, or without, any of the findings")


def _judged(work: Work, panel: Panel) -> Judged:
    patient = work.patients(panel.rows)

    def estimate(inside: Rows) -> Estimate:
        return findings_auroc(panel.scores[0][:, inside], panel.labels[:, inside], patient[inside])

    def influence(inside: Rows) -> tuple[float, Floats]:
        return mean_area_influence(panel.scores[0][:, inside], panel.labels[:, inside], patient[inside])

    return Judged("auroc", panel.rows, np.asarray((panel.labels == 1).any(axis=0)), estimate, influence)


def _judged_pair(work: Work, first: Panel, second: Panel) -> JudgedPair:
    patient, labels = work.patients(first.rows), first.labels

    def difference(inside: Rows) -> Difference:
        return findings_auroc_difference(
            first.scores[0][:, inside], second.scores[0][:, inside], labels[:, inside], patient[inside]
        )

    def influence(inside: Rows) -> tuple[float, Floats]:
        value_a, moved_a = mean_area_influence(first.scores[0][:, inside], labels[:, inside], patient[inside])
        value_b, moved_b = mean_area_influence(
            second.scores[0][:, inside], labels[:, inside], patient[inside]
        )
        return value_a - value_b, moved_a - moved_b

    return JudgedPair("auroc", first.rows, np.asarray((labels == 1).any(axis=0)), difference, influence)
