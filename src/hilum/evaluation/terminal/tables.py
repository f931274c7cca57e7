"""An evaluation as plain text: the main numbers of its task, then what else was asked for."""

from hilum.evaluation.notices import joined_notices
from hilum.evaluation.results import Evaluation, Notice
from hilum.evaluation.terminal.by_finding import finding_blocks
from hilum.evaluation.terminal.decisions import decision_blocks, operating_blocks
from hilum.evaluation.terminal.further import (
    agreement_block,
    calibration_block,
    group_block,
    margin_block,
    screening_block,
)
from hilum.evaluation.terminal.limits import limits_block
from hilum.evaluation.terminal.notices import warning_lines
from hilum.evaluation.terminal.readers import Shown, reader_block
from hilum.study.tasks import horizon_in_words

TWO_CLASSES = 2


def text_table(evaluation: Evaluation, *, warnings: bool = True) -> str:
    """The tables for the terminal.

    The main measures of the task by reader and part, differences with their tests, a paper's table of
    decisions, and warnings, the most serious first.

    Example:
        >>> from hilum.evaluation.results import Measure
        >>> row = Measure("cnn", "test", "auroc", value=0.8, low=0.7, high=0.9, n=99, events=20)
        >>> whole = Evaluation("classification", readers=("cnn",), parts=("test",), measures=(row,))
        >>> print(text_table(whole))
             test
        cnn  0.80 (0.70-0.90)  AUROC
        n    99, 20 events
    """
    main = main_measures(evaluation)
    blocks = [reader_block(evaluation, shown) for shown in main]
    blocks.extend(_of_the_task(evaluation, any(blocks)))
    blocks.append(
        reader_block(evaluation, Shown("reading_seconds", "seconds a case", events=None, digits=None))
    )
    blocks.append(screening_block(evaluation))
    blocks.append(calibration_block(evaluation))
    blocks.append(margin_block(evaluation))
    blocks.append(agreement_block(evaluation))
    if main:
        blocks.append(group_block(evaluation, main[0].measure, main[0].title, main[0].at))
    if warnings:
        blocks.append(warning_lines(_in_few_words(evaluation)))
    return "\n\n".join(block for block in blocks if block)


def _in_few_words(evaluation: Evaluation) -> tuple[Notice, ...]:
    findings = dict.fromkeys(row.of for row in evaluation.measures if row.of and "=" not in row.of)
    names = [name for name in findings if name is not None]
    return joined_notices(evaluation.warnings, evaluation.readers, evaluation.parts, names, briefly=True)


def main_measures(evaluation: Evaluation) -> list[Shown]:
    """What a paper on this task would print first.

    Example:
        >>> [shown.measure for shown in main_measures(Evaluation("survival", horizons_days=(30.0,)))]
        ['auroc', 'harrell_c']
    """
    task = evaluation.task
    if task == "survival":
        areas = [
            Shown("auroc", f"AUROC at {horizon_in_words(day)}", f"{day:g}d")
            for day in evaluation.horizons_days
        ]
        return [*areas, Shown("harrell_c", "Harrell's C")]
    if task == "findings":
        return [Shown("auroc", "AUROC, mean over findings", events="with any")]
    if task == "regression":
        return [Shown("mae", "mean absolute error", events=None, digits=None)]
    if task == "detection":
        return _of_lesions()
    if task == "segmentation":
        return _of_outlines(evaluation)
    several = len(evaluation.classes) > TWO_CLASSES
    return [Shown("auroc", "AUROC, mean over classes", events=None) if several else Shown("auroc", "AUROC")]


def _of_lesions() -> list[Shown]:
    rate = "at 1 false mark an image"
    return [
        Shown("wafroc", "wAFROC", events="lesions"),
        Shown("froc", "FROC: mean share found at 1/8 to 8 false marks an image", events="lesions"),
        Shown("froc", f"lesions found {rate}", "fp_per_image=1", events="lesions"),
        Shown(
            "lesion_sensitivity", "lesions found, all marks or those above the threshold", events="lesions"
        ),
        Shown("fp_per_image", "false marks an image, of the same marks", events="lesions"),
        Shown("auroc", "AUROC, cases with against without a lesion", of="case", events="with a lesion"),
    ]


def _of_outlines(evaluation: Evaluation) -> list[Shown]:
    def at(measure: str) -> str | None:
        return next((row.at for row in evaluation.measures if row.measure == measure), None)

    tolerance = at("nsd")
    size = "" if tolerance is None else tolerance.removeprefix("tolerance=")
    within = f" within {size.rstrip('pixelsm')} {size.lstrip('0123456789.')}" if size else ""
    return [
        Shown("dice", "Dice", events=None),
        Shown("hd95", f"HD95, {at('hd95') or 'mm'}", events=None, digits=None),
        Shown("nsd", f"NSD{within}", events=None),
    ]


def _of_the_task(evaluation: Evaluation, anything: bool) -> list[str]:  # noqa: FBT001
    if evaluation.task == "findings":
        return _of_findings(evaluation)
    if evaluation.task == "regression":
        return limits_block(evaluation)
    if evaluation.task == "detection":
        return operating_blocks(evaluation, "case", ", case by case")
    if evaluation.task == "segmentation":
        return [block for shown in _of_outlines(evaluation) for block in finding_blocks(evaluation, shown)]
    if evaluation.task == "survival" and anything:
        return (
            operating_blocks(evaluation, about=_by_horizon(evaluation)) if _decides_only(evaluation) else []
        )
    if len(evaluation.classes) > TWO_CLASSES or _decides_only(evaluation) or not anything:
        return decision_blocks(evaluation)
    return operating_blocks(evaluation)


def _by_horizon(evaluation: Evaluation) -> str:
    first = next(iter(evaluation.horizons_days), None)
    return "" if first is None else f" at {horizon_in_words(first)}, as decided or at the frozen threshold"


def _of_findings(evaluation: Evaluation) -> list[str]:
    areas = finding_blocks(evaluation, Shown("auroc", "AUROC", events="with it"))
    scored = {row.reader for row in evaluation.measures if row.measure == "auroc"}
    if all(reader in scored for reader in evaluation.readers):
        return areas
    means = operating_blocks(evaluation, about=", mean over findings")
    each = finding_blocks(evaluation, Shown("sensitivity", "sensitivity", events="with it"))
    return [
        *areas,
        *means,
        *each,
        *finding_blocks(evaluation, Shown("specificity", "specificity", events="with it")),
    ]


def _decides_only(evaluation: Evaluation) -> bool:
    scored = {row.reader for row in evaluation.measures if row.measure in {"auroc", "harrell_c"}}
    return any(row.reader not in scored for row in evaluation.confusions)
