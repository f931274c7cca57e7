"""What a person asked for, held against what is there: names of readers, columns and measures."""

import math
from collections.abc import Iterable, Sequence

from hilum.catalogue import measure_names
from hilum.errors import ReadingsError
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.inputs.truth import Truth
from hilum.evaluation.measures.matching import Hit
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.results import Notice
from hilum.study.words import hint

FURTHER = ("nri", "idi")
EVERYONE = "*"
ENSEMBLE = "-ensemble"
_NUMBERS_AND_OUTLINES = frozenset({"regression", "segmentation"})


def refuse_what_is_not_there(options: EvaluationOptions, readings: Sequence[Readings], truth: Truth) -> None:
    """Refuse names of readers, columns and measures that nothing here has, and numbers that cannot be.

    Args:
        options: What was asked for.
        readings: All readings.
        truth: The reference standard.

    Raises:
        ReadingsError: Something asked for is not there; the message names what is near.
        MeasureError: `hit` cannot be understood.

    Example:
        >>> import pandas as pd
        >>> truth = Truth.from_frame(pd.DataFrame({"case": ["a", "b"], "label": ["0", "1"]}))
        >>> cnn = Readings.from_frame(pd.DataFrame({"case": ["a", "b"], "score": [0.1, 0.9]}), "cnn")
        >>> refuse_what_is_not_there(EvaluationOptions(comparator="cn"), [cnn], truth)
        Traceback (most recent call last):
        hilum.errors.ReadingsError: the comparator `cn` is none of the readers: did you mean `cnn`?
    """
    readers = reader_names(readings)
    named = (
        ("the comparator", () if options.comparator is None else (options.comparator,)),
        ("a threshold is given for `{}`, which", (name.partition(":")[0] for name in options.thresholds)),
        ("a threshold rule is given for `{}`, which", options.threshold_rules),
        ("`{}` is called a probability, but it", options.probabilities),
        ("a recalibration is asked for `{}`, which", options.recalibration),
    )
    for what, names in named:
        for name in names:
            if name not in {*readers, EVERYONE}:
                said = what.format(name) if "{}" in what else f"{what} `{name}`"
                raise ReadingsError(f"{said} is none of the readers: {hint(name, readers, 'readers')}")
    columns = [str(column) for column in truth.frame.columns if column not in {"case", "patient", "part"}]
    for column in options.subgroups:
        if column not in truth.frame.columns:
            raise ReadingsError(
                f"the truth has no column `{column}` to make groups by: {hint(column, columns, 'columns')}"
            )
    _refuse_measures(options)
    Hit.parse(options.hit)


def _refuse_measures(options: EvaluationOptions) -> None:
    for measure, margin in options.margins.items():
        if measure != EVERYONE and measure not in measure_names():
            raise ReadingsError(
                f"a margin is given for `{measure}`, which is no measure: "
                f"{hint(measure, sorted(measure_names()), 'measures')}"
            )
        if margin >= 1 and measure in {EVERYONE, "auroc", "harrell_c", "sensitivity", "specificity"}:
            raise ReadingsError(
                f"a margin of {margin:g} allows any loss of a share between 0 and 1: write 0.05 for 5 points"
            )
    for name in options.further:
        if name not in FURTHER:
            raise ReadingsError(f"there is nothing further called `{name}`: {hint(name, FURTHER, 'names')}")
    if not 0 < options.tolerance_mm < float("inf"):
        raise ReadingsError(
            f"a tolerance of {options.tolerance_mm:g} mm is no distance: write one above 0, such as 2"
        )
    if not all(math.isfinite(threshold) for threshold in options.thresholds.values()):
        raise ReadingsError("a threshold is not finite: write a number on the scale of the score")


def reader_names(readings: Iterable[Readings]) -> list[str]:
    """All readers as they can be named, with the ensemble of each that was trained several times.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"case": ["a", "a"], "repeat": [1, 2], "score": [0.1, 0.9]})
        >>> reader_names([Readings.from_frame(table, "cnn")])
        ['cnn', 'cnn-ensemble']
    """
    names: list[str] = []
    for one in readings:
        trained_again = set(one.frame.loc[one.frame["repeat"].notna(), "reader"])
        for name in one.readers:
            names.extend([name, f"{name}{ENSEMBLE}"] if name in trained_again else [name])
    return list(dict.fromkeys(names))


def unused_options(options: EvaluationOptions, readings: Sequence[Readings], truth: Truth) -> list[Notice]:
    """What was asked for and means nothing for this task: said, so that nobody looks for it in vain.

    Example:
        >>> import pandas as pd
        >>> truth = Truth.from_frame(pd.DataFrame({"case": ["a", "b"], "label": ["0", "1"]}))
        >>> cnn = Readings.from_frame(pd.DataFrame({"case": ["a", "b"], "score": [0.1, 0.9]}), "cnn")
        >>> [notice.text for notice in unused_options(EvaluationOptions(horizons_days=(30,)), [cnn], truth)]
        ['--horizon means nothing for classification: it is not used']
    """
    task, usual = truth.kind, EvaluationOptions()
    decides_nothing = task in _NUMBERS_AND_OUTLINES
    idle = (
        ("--horizon", bool(options.horizons_days) and task != "survival"),
        ("--hit", options.hit != usual.hit and task != "detection"),
        ("--tolerance-mm", options.tolerance_mm != usual.tolerance_mm and task != "segmentation"),
        ("--positive", options.positive is not None and task != "classification"),
        ("--threshold", bool(options.thresholds) and decides_nothing),
        ("--threshold-rule", bool(options.threshold_rules) and decides_nothing),
        ("--probability", bool(options.probabilities) and decides_nothing),
        ("--recalibrate", bool(options.recalibration) and decides_nothing),
        ("--prevalence", bool(options.prevalences) and decides_nothing),
        ("--subgroup", bool(options.subgroups) and task in {"detection", "segmentation"}),
    )
    found = [
        Notice("unused_option", f"{name} means nothing for {task}: it is not used")
        for name, asked in idle
        if asked
    ]
    alone = len(reader_names(readings)) == 1
    if options.margins and alone:
        found.append(
            Notice("unused_option", "--margin needs two readers to compare and there is one: it is not used")
        )
    return found
