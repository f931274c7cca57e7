"""Classification: one yes-or-no question for two classes, one-vs-rest and the most likely class for more."""

import numpy as np

from hilum.errors import ReadingsError
from hilum.evaluation.ledger import Work
from hilum.evaluation.tasks.agreement import evaluate_agreement
from hilum.evaluation.tasks.binary import measure_part
from hilum.evaluation.tasks.binary_comparisons import compare_readers
from hilum.evaluation.tasks.binary_reader import Question, warn_of_decisions
from hilum.evaluation.tasks.binary_readers import make_readers
from hilum.evaluation.tasks.binary_screening import compare_with_comparator
from hilum.evaluation.tasks.several_classes import evaluate_several_classes
from hilum.evaluation.tasks.subgroups import measure_subgroups


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
        evaluate_several_classes(work, label)
        return
    question = Question(label == truth.positive, label != "", (truth.classes[0], truth.classes[1]))
    asked = []
    for opinions in work.alignment.opinions:
        score = opinions.columns.get("score", opinions.columns.get(f"score_{truth.positive}"))
        if score is None and "decision" not in opinions.columns:
            raise ReadingsError(
                f"{opinions.reader} has neither `score` nor `decision`: a classification needs one of them"
            )
        asked.append((opinions, score))
    readers = make_readers(work, asked, question)
    warn_of_decisions(work, readers)
    for part in work.parts:
        measure_part(work, readers, question, part)
    for part in work.compared_parts:
        compare_readers(work, readers, question, part)
        compare_with_comparator(work, readers, question, part)
    measure_subgroups(work, readers, question)
    evaluate_agreement(work, readers, question)
