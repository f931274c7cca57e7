"""The lines that a person reads in the terminal when a study has been run."""

from hilum.cohorts import Cohort, Findings
from hilum.evaluation import Evaluation, text_table
from hilum.study import Study


def summary_lines(study: Study, cohort: Cohort, findings: Findings, evaluation: Evaluation) -> list[str]:
    """Question, cohort, what was found, and the main table with its warnings."""
    lines = [study.title, f"  cohort    {cohort_line(cohort)}"]
    lines += [f"  {finding.level:<9} {finding.text}" for finding in findings.items if finding.level != "note"]
    return [*lines, "", text_table(evaluation)]


def cohort_line(cohort: Cohort) -> str:
    """Patients, events or classes, and the size of each part, in one line."""
    cases = cohort.cases
    what = []
    if "event" in cases:
        # A competing event (2) is not the event.
        what = [f"{int((cases['event'] == 1).sum()):,} events"]
    elif "label" in cases:
        what = [f"{int((cases['label'] == name).sum()):,} {name}" for name in cohort.classes]
    parts = " · ".join(f"{part} {int((cases['part'] == part).sum()):,}" for part in cohort.parts)
    sizes = [f"{cases['patient'].nunique():,} patients", f"{len(cases):,} cases", *what]
    return f"{', '.join(sizes)}; {parts}"
