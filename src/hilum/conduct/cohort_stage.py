"""From study file to a cohort that has been looked at: joined, split, copies kept together, checked."""

import json
from pathlib import Path

from hilum.cohorts import Cohort, Finding, Findings, build_cohort, check, keep_together, near_duplicate_groups
from hilum.conduct.context import StudyContext, open_study
from hilum.errors import CohortError
from hilum.files import write_atomically
from hilum.progress import Progress, silent
from hilum.readers import score
from hilum.study import Study, read_table
from hilum.study.words import hint


def make_cohort(context: StudyContext, progress: Progress = silent) -> tuple[Cohort, Findings]:
    """Join, filter and split; move near-identical images into one part; look for what is wrong.

    Where hilum drew the parts, copies that fell into different ones are brought together, so that no picture
    is learnt from and tested on. Parts that the table gives are left as they are, and the finding is serious.
    """
    study = context.study
    columns = (*_columns_of_scores(study, context.folder), *study.evaluation.subgroups)
    cohort = build_cohort(study, context.folder, context.archive, tuple(dict.fromkeys(columns)))
    _refuse_absent_subgroups(study, cohort)
    copies = near_duplicate_groups(cohort, progress)
    if study.split.parts_column is None:
        cohort = keep_together(cohort, copies)
    return cohort, check(cohort, progress, copies)


def check_study(
    path: Path, workspace: Path | None = None, progress: Progress = silent
) -> tuple[Cohort, Findings]:
    """Make a study's cohort and look for what is wrong with it, without training anything.

    Args:
        path: The study file.
        workspace: The workspace's folder; None means the nearest parent of the study file that is one.
        progress: Told how far it is.

    Returns:
        The cohort and the findings.
    """
    return make_cohort(open_study(path, workspace), progress)


def _columns_of_scores(study: Study, folder: Path) -> tuple[str, ...]:
    """The table's columns that clinical scores are made from; no others are copied into the run."""
    readers = [reader for reader in study.readers if reader.score is not None]
    if not readers or study.cohort.table is None:
        return ()
    available = [str(column) for column in read_table(folder / study.cohort.table).columns]
    scores = [score(str(r.score), r.mapping, **r.score_choices) for r in readers]
    columns = [column for each in scores for column in each.columns(available)]
    return tuple(dict.fromkeys(columns))


def _refuse_absent_subgroups(study: Study, cohort: Cohort) -> None:
    for column in study.evaluation.subgroups:
        if column not in cohort.cases.columns:
            known = hint(column, cohort.variables, "columns that describe a case")
            raise CohortError(f"[evaluation] names the subgroup `{column}`, which no case has: {known}")


def save_findings(findings: Findings, path: Path) -> None:
    """Write findings as JSON, whole or not at all."""
    write_atomically(path, json.dumps(findings.to_json(), indent=1, ensure_ascii=False))


def load_findings(path: Path) -> Findings:
    """Read what `save_findings` wrote."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    items = tuple(Finding(**{**item, "cases": tuple(item["cases"])}) for item in kept["items"])
    return Findings(items, tuple(tuple(group) for group in kept["near_duplicate_groups"]))
