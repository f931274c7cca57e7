"""Three classes and more: each class against the rest, the classes' averages, the most likely class."""

import itertools

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Z95, Estimate, repeats_patients
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures import calibration
from hilum.evaluation.measures.multiclass import (
    confusion,
    macro_auroc,
    macro_auroc_difference,
    mean_recall,
    multiclass_brier,
)
from hilum.evaluation.measures.operating_point import Calls
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.roc import auroc, auroc_difference
from hilum.evaluation.results import Confusion
from hilum.evaluation.tasks.agreement import evaluate_class_agreement
from hilum.evaluation.tasks.class_reader import (
    MACRO,
    MICRO,
    WEIGHTED,
    ClassReader,
    class_areas,
    class_calibration,
    class_calls,
    class_reader,
)
from hilum.evaluation.tasks.classes_subgroups import measure_classes_subgroups
from hilum.evaluation.tasks.samples import Cases, Sampled

Target = NDArray[np.int64]
SHARES = ("sensitivity", "specificity", "ppv", "npv")


def evaluate_several_classes(work: Work, label: NDArray[np.object_]) -> None:
    """Write down everything about one label of three classes or more.

    Raises:
        ReadingsError: a reader has neither a score for every class nor a decision.
    """
    index = {name: number for number, name in enumerate(work.alignment.truth.classes)}
    target = np.array([index.get(str(name), -1) for name in label], dtype=np.int64)
    readers = [class_reader(work, opinions) for opinions in work.alignment.opinions]
    for part in work.parts:
        _warn_of_absent(work, target, part)
        for reader in readers:
            _measure_scores(work, reader, target, part)
            _measure_calls(work, reader, target, part)
    evaluate_class_agreement(work, {one.name: one.call[0] for one in readers if not one.repeated}, target)
    if work.options.unpaired:
        work.ledger.warn(
            "unpaired_classes",
            "with three classes or more, readers of other cases are measured and not compared",
        )
    for part in () if work.options.unpaired else work.compared_parts:
        for first, second in itertools.combinations(readers, 2):
            own = first.name == second.ensemble_of or second.name == first.ensemble_of
            if not own:
                _compare_scores(work, first, second, target, part)
                _compare_calls(work, first, second, target, part)
    measure_classes_subgroups(work, readers, target)


def _warn_of_absent(work: Work, target: Target, part: str) -> None:
    true = target[work.alignment.truth.in_part(part) & (target >= 0)]
    for number, name in enumerate(work.alignment.truth.classes):
        positive = true == number
        if len(true) and (positive.all() or not positive.any()):
            work.ledger.warn(
                "one_class",
                f"class {name} has no case, or all, in {part}: its measures are left out, and with them the "
                "averages over classes",
            )


def _cases(
    work: Work, target: Target, part: str, read: NDArray[np.bool_]
) -> tuple[Cases, int] | tuple[None, int]:
    """Cases of a part that were read, and how many of it were not or have no label."""
    inside = work.alignment.truth.in_part(part)
    rows = np.flatnonzero(inside & (target >= 0) & read)
    if len(rows) == 0:
        return None, 0
    true = target[rows]
    # Samples are drawn apart for the commonest class and the others.
    return Cases(part, rows, true != np.bincount(true).argmax()), int(inside.sum()) - len(rows)


def _size(true: Target, number: int | None, excluded: int = 0) -> Size:
    events = len(true) if number is None else int(np.sum(true == number))
    return Size(len(true), events, excluded)


def _measure_scores(work: Work, reader: ClassReader, target: Target, part: str) -> None:
    cases, excluded = _cases(work, target, part, reader.scored())
    if reader.scores is None or cases is None:
        return
    true, patient, where = target[cases.rows], work.patients(cases.rows), (reader.name, part)
    scores = reader.scores[:, :, cases.rows]
    samples = class_areas(work, reader, target, cases)
    classes = work.alignment.truth.classes
    for number, name in enumerate(classes):
        positive, size = true == number, _size(true, number, excluded)
        if positive.all() or not positive.any():
            continue
        area = samples["auroc", name].estimate()
        if not reader.repeated:
            area = auroc(scores[0, number], positive, patient)
        work.ledger.measure(where, "auroc", area, size, of=name)
        work.ledger.measure(where, "auprc", samples["auprc", name].estimate(), size, of=name)
    if len(np.unique(true)) == len(classes):
        whole = _size(true, None, excluded)
        area = samples["auroc", MACRO].estimate()
        if not reader.repeated:
            area = macro_auroc(scores[0], true, patient)
        for of in (None, MACRO):
            work.ledger.measure(where, "auroc", area, whole, of=of)
            work.ledger.measure(where, "auprc", samples["auprc", MACRO].estimate(), whole, of=of)
        for measure in ("auroc", "auprc"):
            work.ledger.measure(where, measure, samples[measure, MICRO].estimate(), whole, of=MICRO)
    if reader.is_probability:
        _measure_calibration(work, reader, target, cases, excluded)


def _measure_calibration(
    work: Work, reader: ClassReader, target: Target, cases: Cases, excluded: int
) -> None:
    assert reader.scores is not None
    true, patient, where = target[cases.rows], work.patients(cases.rows), (reader.name, cases.part)
    whole = _size(true, None, excluded)
    samples = class_calibration(work, reader, target, cases)
    found = samples["multiclass_brier", None].estimate()
    if not reader.repeated:
        found = multiclass_brier(reader.scores[0][:, cases.rows], true, patient)
        for number, name in enumerate(work.alignment.truth.classes):
            one = calibration.brier(reader.scores[0, number, cases.rows], true == number, patient)
            work.ledger.measure(where, "brier", one, _size(true, number, excluded), of=name)
    work.ledger.measure(where, "multiclass_brier", found, whole)
    work.ledger.measure(where, "ece", _around(samples["ece", None]), whole)


def _around(sampled: Sampled) -> Estimate:
    """Value +- 1.96 standard errors: bootstrap samples of the calibration error lie too high."""
    error = sampled.estimate().se
    if error is None:
        return Estimate(sampled.value)
    low, high = max(0.0, sampled.value - Z95 * error), min(1.0, sampled.value + Z95 * error)
    method = "hierarchical_bootstrap_wald" if sampled.repeated else "bootstrap_wald"
    return Estimate(sampled.value, low, high, error, method)


def _measure_calls(work: Work, reader: ClassReader, target: Target, part: str) -> None:
    cases, excluded = _cases(work, target, part, reader.called())
    if cases is None:
        return
    classes, true = work.alignment.truth.classes, target[cases.rows]
    calls, patient = reader.call[:, cases.rows].astype(np.int64), work.patients(cases.rows)
    for number, said in enumerate(calls):
        counts = confusion(true, said, len(classes))
        table = tuple(tuple(int(count) for count in line) for line in counts)
        repeat = reader.repeats[number] if reader.repeats else None
        work.ledger.confusions.append(
            Confusion(reader.name, part, classes, table, repeat=repeat, n_excluded=excluded)
        )
    samples, where = class_calls(work, reader, target, cases), (reader.name, part)
    whole = _size(true, None, excluded)
    accuracy = samples["accuracy", None].estimate()
    if not reader.repeated:
        accuracy = share_of_cases(calls[0] == true, patient, work.options.share_interval)
    work.ledger.measure(where, "accuracy", accuracy, whole)
    for number, name in enumerate(classes):
        positive, size = true == number, _size(true, number, excluded)
        if positive.all() or not positive.any():
            continue
        work.ledger.measure(
            where, "prevalence", share_of_cases(positive, patient, work.options.share_interval), size, of=name
        )
        made = Calls(calls[0] == number, positive, patient)
        for measure in SHARES:
            estimate = samples[measure, name].estimate() if reader.repeated else made.share(measure)
            work.ledger.measure(where, measure, estimate, size, of=name)
        work.ledger.measure(where, "f1", samples["f1", name].estimate(), size, of=name)
    if len(np.unique(true)) == len(classes):
        balanced = samples["balanced_accuracy", None].estimate()
        if not reader.repeated:
            balanced = mean_recall(true, calls[0], len(classes), patient)
        work.ledger.measure(where, "balanced_accuracy", balanced, whole)
        _write_averages(work, where, samples, whole)
        _warn_of_never_called(work, reader, calls, part)


def _write_averages(
    work: Work, where: tuple[str, str], samples: dict[tuple[str, str | None], Sampled], size: Size
) -> None:
    for measure in (*SHARES, "f1"):
        for of in (None, MACRO):
            work.ledger.measure(where, measure, samples[measure, MACRO].estimate(), size, of=of)
        for of in (MICRO, WEIGHTED):
            work.ledger.measure(where, measure, samples[measure, of].estimate(), size, of=of)


def _warn_of_never_called(work: Work, reader: ClassReader, calls: NDArray[np.int64], part: str) -> None:
    classes = work.alignment.truth.classes
    never = [name for number, name in enumerate(classes) if not (calls == number).any(axis=1).all()]
    if never:
        work.ledger.warn(
            "never_called",
            f"{reader.name} never calls {', '.join(never)} in {part}: the predictive value is not defined "
            "there and the average of predictive values is over the other classes",
            len(never),
        )


def _compare_scores(work: Work, first: ClassReader, second: ClassReader, target: Target, part: str) -> None:
    cases, _ = _cases(work, target, part, first.scored() & second.scored())
    if first.scores is None or second.scores is None or cases is None:
        return
    rows, where = cases.rows, (first.name, second.name, part)
    true, patient = target[rows], work.patients(rows)
    repeated = first.repeated or second.repeated
    areas_a, areas_b = class_areas(work, first, target, cases), class_areas(work, second, target, cases)
    if len(np.unique(true)) == len(work.alignment.truth.classes):
        result = areas_a["auroc", MACRO].minus(areas_b["auroc", MACRO])
        if not repeated:
            score_a, score_b = (one.scores[0][:, rows] for one in (first, second) if one.scores is not None)
            result = macro_auroc_difference(score_a, score_b, true, patient)
        precision = areas_a["auprc", MACRO].minus(areas_b["auprc", MACRO])
        for of in (None, MACRO):
            work.ledger.compare(where, "auroc", result, _size(true, None), of=of)
            work.ledger.compare(where, "auprc", precision, _size(true, None), of=of)
    for number, name in enumerate(work.alignment.truth.classes):
        positive = true == number
        if positive.all() or not positive.any():
            continue
        result = areas_a["auroc", name].minus(areas_b["auroc", name])
        if not repeated:
            a, b = first.scores[0, number, rows], second.scores[0, number, rows]
            result = auroc_difference(a, b, positive, patient)
        work.ledger.compare(where, "auroc", result, _size(true, number), of=name)


def _compare_calls(work: Work, first: ClassReader, second: ClassReader, target: Target, part: str) -> None:
    cases, _ = _cases(work, target, part, first.called() & second.called())
    if cases is None:
        return
    true, patient = target[cases.rows], work.patients(cases.rows)
    where, whole = (first.name, second.name, part), _size(true, None)
    calls_a, calls_b = class_calls(work, first, target, cases), class_calls(work, second, target, cases)
    if first.repeated or second.repeated:
        difference = calls_a["accuracy", None].minus(calls_b["accuracy", None])
        work.ledger.compare(where, "accuracy", difference, whole)
    else:
        right_a, right_b = (one.call[0, cases.rows] == true for one in (first, second))
        if repeats_patients(patient):
            work.ledger.compare(where, "accuracy", mcnemar_clustered(right_a, right_b, patient), whole)
        else:
            paired = Paired.of(right_a, right_b)
            for method in ("mcnemar_exact", "mcnemar_mid_p"):
                work.ledger.compare(where, "accuracy", paired.difference(method), whole)
    if len(np.unique(true)) < len(work.alignment.truth.classes):
        return
    balanced = calls_a["balanced_accuracy", None].minus(calls_b["balanced_accuracy", None])
    work.ledger.compare(where, "balanced_accuracy", balanced, whole)
    for of in (None, MACRO):
        f1 = calls_a["f1", MACRO].minus(calls_b["f1", MACRO])
        work.ledger.compare(where, "f1", f1, whole, of=of)
    for number, name in enumerate(work.alignment.truth.classes):
        for measure in ("sensitivity", "specificity"):
            result = calls_a[measure, name].minus(calls_b[measure, name])
            work.ledger.compare(where, measure, result, _size(true, number), of=name)
