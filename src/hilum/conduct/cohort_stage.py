"""From study file to a cohort that has been looked at: joined, split, copies kept together, checked."""

import json
from pathlib import Path

from hilum.cohorts import Cohort, Findings, build_cohort, check, keep_together, near_duplicate_groups
from hilum.conduct.context import StudyContext, open_study
from hilum.progress import Progress, silent
from hilum.readers import needed_columns


def make_cohort(context: StudyContext, progress: Progress = silent) -> tuple[Cohort, Findings]:
    """Join, filter and split; move near-identical images into one part; look for what is wrong.

    Where the parts were drawn by hilum, copies that fell into different parts are brought together, so that
    no picture is learnt from and tested on. Where the table gives the parts, they are left as they are, and the
    finding is serious.
    """
    study = context.study
    columns = sorted({column for reader in study.readers for column in needed_columns(reader)})
    cohort = build_cohort(study, context.folder, context.archive, columns)
    if study.cohort.images is not None and study.split.parts_column is None:
        cohort = keep_together(cohort, near_duplicate_groups(cohort, progress=progress))
    return cohort, check(cohort, progress=progress)


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


def save_findings(findings: Findings, path: Path) -> None:
    """Write findings as JSON, atomically."""
    from hilum.files import write_atomically

    write_atomically(path, json.dumps(findings.to_json(), indent=1, ensure_ascii=False))
