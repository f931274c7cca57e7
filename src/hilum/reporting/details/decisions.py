"""What follows from an operating point: predictive values elsewhere, screening, recalibration in a cohort."""

from collections.abc import Iterable

from hilum.reporting.details.frame import Heading, Table, table_of_measures
from hilum.reporting.story import Story

AFTER = "recalibrated in this cohort"


def predictive_values(story: Story) -> Iterable[Table]:
    """PPV and NPV at a stated share of cases with the condition."""
    heading = Heading(
        "predictive-values",
        "results",
        "Predictive values at a stated prevalence",
        "From sensitivity and specificity at the frozen operating point, by the rule of Bayes.",
    )
    return table_of_measures(story, heading, lambda row: (row.at or "").startswith("prevalence="))


def screening(story: Story) -> Iterable[Table]:
    """How a reader does at the operating point of what is used today."""
    heading = Heading(
        "screening",
        "results",
        "At the operating point of what is used today",
        "A share screened is the share of all cases that is called positive.",
    )
    points = ("sensitivity of ", "specificity of ", "screened as ")
    return table_of_measures(story, heading, lambda row: (row.at or "").startswith(points))


def recalibrated(story: Story) -> Iterable[Table]:
    """Calibration before and after intercept and slope were shifted in the cohort itself."""
    measures = {row.measure for row in story.evaluation.measures if row.at == AFTER}
    heading = Heading(
        "recalibration",
        "discrimination",
        "Calibration before and after recalibration in the cohort itself",
        "After: intercept and slope fitted in the cohort, crosswise by patient, so that no case corrects "
        "itself.",
    )
    return table_of_measures(story, heading, lambda row: row.measure in measures and row.at in {None, AFTER})
