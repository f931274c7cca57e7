"""Classification: one yes-or-no question for two classes, one-vs-rest and the most likely class for more."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation.common.estimates import Floats, repeats_patients
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.multiclass import macro_auroc, macro_auroc_difference
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.results import Confusion
from hilum.evaluation.tasks.binary import measure_reader
from hilum.evaluation.tasks.binary_comparisons import compare_readers
from hilum.evaluation.tasks.binary_reader import Question, make_reader, warn_of_decisions


def evaluate_classification(work: Work) -> None:
    """Write down everything about one label of two classes or more.

    Raises:
        ReadingsError: a reader has neither score nor decision for these classes.
    """
    truth = work.alignment.truth
    label = truth.frame["label"].to_numpy(dtype=object)
    for part in work.parts:
        unknown = int(np.sum(truth.in_part(part) & (label == "")))
        if unknown:
            work.ledger.warn(
                "unknown_label", f"{unknown} cases of {part} have no label; they are left out", unknown
            )
    if truth.positive is None:
        _evaluate_many(work, label)
        return
    question = Question(label == truth.positive, label != "", (truth.classes[0], truth.classes[1]))
    readers = []
    for opinions in work.alignment.opinions:
        score = opinions.columns.get("score", opinions.columns.get(f"score_{truth.positive}"))
        if score is None and "decision" not in opinions.columns:
            raise ReadingsError(
                f"{opinions.reader} has neither `score` nor `decision`: a classification needs one of them"
            )
        readers.append(make_reader(work, opinions, score, question))
    warn_of_decisions(work, readers)
    for part in work.parts:
        for reader in readers:
            measure_reader(work, reader, question, part)
    for part in work.compared_parts:
        compare_readers(work, readers, question, part)


@dataclass(frozen=True)
class ClassReader:
    """One reader's opinion on several classes.

    `scores` is (classes, rows) or None, `call` the (rows,) index of the class that it calls.
    """

    name: str
    scores: Floats | None
    call: Floats


def _evaluate_many(work: Work, label: NDArray[np.object_]) -> None:
    classes = work.alignment.truth.classes
    index = {name: number for number, name in enumerate(classes)}
    target = np.array([index.get(str(name), -1) for name in label], dtype=np.int64)
    readers = [
        _class_reader(opinions, classes) for opinions in work.alignment.opinions if len(opinions.repeats) < 2
    ]
    if len(readers) < len(work.alignment.opinions):
        work.ledger.warn(
            "repeats_as_ensemble",
            "with more than two classes repeated readers are measured as their ensemble only",
        )
    for part in work.parts:
        for reader in readers:
            _measure_many(work, reader, target, part)
    for part in work.compared_parts:
        if not work.options.unpaired:
            for first, second in itertools.combinations(readers, 2):
                _compare_many(work, first, second, target, part)


def _class_reader(opinions: Opinions, classes: tuple[str, ...]) -> ClassReader:
    columns = [f"score_{name}" for name in classes]
    present = [name for name in columns if name in opinions.columns]
    if len(present) == len(columns):
        scores = np.stack([opinions.columns[name][0] for name in columns])
        missing = np.isnan(scores).any(axis=0)
        likeliest = np.where(missing, np.nan, np.nan_to_num(scores).argmax(axis=0).astype(np.float64))
        call = opinions.columns["decision"][0] if "decision" in opinions.columns else likeliest
        return ClassReader(opinions.reader, scores, call)
    if "decision" in opinions.columns:
        return ClassReader(opinions.reader, None, opinions.columns["decision"][0])
    absent = next(name for name in columns if name not in opinions.columns)
    raise ReadingsError(
        f"{opinions.reader} has no column `{absent}`: with {len(classes)} classes each needs its score, or "
        "the reader a `decision`"
    )


def _rows(work: Work, target: NDArray[np.int64], part: str, *calls: Floats) -> NDArray[np.intp]:
    kept = (target >= 0) & work.alignment.truth.in_part(part)
    for call in calls:
        kept = kept & np.isfinite(call)
    return np.flatnonzero(kept)


def _measure_many(work: Work, reader: ClassReader, target: NDArray[np.int64], part: str) -> None:
    classes = work.alignment.truth.classes
    rows = _rows(work, target, part, reader.call)
    if len(rows) == 0:
        return
    excluded = len(_rows(work, target, part)) - len(rows)
    said, true, patient = reader.call[rows].astype(np.int64), target[rows], work.patients(rows)
    where = (reader.name, part)
    whole = Size(len(rows), len(rows), excluded)
    work.ledger.measure(where, "accuracy", share_of_cases(said == true, patient), whole)
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (true, said), 1)
    table = tuple(tuple(int(count) for count in line) for line in counts)
    work.ledger.confusions.append(Confusion(reader.name, part, classes, table, n_excluded=excluded))
    for number, name in enumerate(classes):
        positive = true == number
        size = Size(len(rows), int(positive.sum()), excluded)
        if positive.all() or not positive.any():
            work.ledger.warn(
                "one_class", f"class {name} has no case, or all, in {part}: its measures are left out"
            )
            continue
        hit = share_of_cases(said[positive] == number, patient[positive])
        work.ledger.measure(where, "sensitivity", hit, size, of=name)
        spared = share_of_cases(said[~positive] != number, patient[~positive])
        work.ledger.measure(where, "specificity", spared, size, of=name)
        if reader.scores is not None:
            area = auroc(reader.scores[number, rows], positive, patient)
            work.ledger.measure(where, "auroc", area, size, of=name)
    if reader.scores is not None and len(np.unique(true)) == len(classes):
        work.ledger.measure(where, "auroc", macro_auroc(reader.scores[:, rows], true, patient), whole)


def _compare_many(
    work: Work, first: ClassReader, second: ClassReader, target: NDArray[np.int64], part: str
) -> None:
    rows = _rows(work, target, part, first.call, second.call)
    if len(rows) == 0:
        return
    true, patient = target[rows], work.patients(rows)
    size, where = Size(len(rows), len(rows)), (first.name, second.name, part)
    right_a, right_b = first.call[rows] == true, second.call[rows] == true
    if repeats_patients(patient):
        work.ledger.compare(where, "accuracy", mcnemar_clustered(right_a, right_b, patient), size)
    else:
        for method in ("mcnemar_exact", "mcnemar_mid_p"):
            work.ledger.compare(where, "accuracy", Paired.of(right_a, right_b).difference(method), size)
    if first.scores is not None and second.scores is not None:
        try:
            result = macro_auroc_difference(first.scores[:, rows], second.scores[:, rows], true, patient)
        except MeasureError:
            return
        work.ledger.compare(where, "auroc", result, size)
