"""The cases of a run as a reader judged them: right and wrong, how surely, and which have maps."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.serving.results_questions import (
    Asked,
    Floats,
    decisions_of,
    frozen_threshold,
    labels_of,
    numbers_of,
    questions_of,
    reader_of,
)
from hilum.serving.results_runs import OpenedRun

if TYPE_CHECKING:
    from hilum.evaluation import Opinions

OUTCOMES = ("tp", "fp", "fn", "tn", "right", "wrong", "unjudged")
ORDERS = ("number", "confident", "near")


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """One case as one reader judged it.

    Attributes:
        number: Its place in the cohort, from 1 on.
        part: Its part.
        truth: What was there, in words.
        said: What the reader said, in words; empty where it gives a number only.
        score: The number; None where the reader only decides, or said nothing.
        margin: How far the number lies from the threshold, or the class from the next, or the error; None
            where there is no threshold.
        outcome: One of `OUTCOMES`.
    """

    number: int
    part: str
    truth: str
    said: str
    score: float | None
    margin: float | None
    outcome: str


def readers_judged(run: OpenedRun) -> list[str]:
    """Readers that said one thing of a case: of repeated trainings, their mean."""
    return [each.reader for each in run.aligned.opinions if len(each.repeats) < 2]


def judged(run: OpenedRun, reader: str, asked: Asked) -> list[JudgedCase]:
    """Every case whose truth is known, as a reader judged it; in the order of their numbers."""
    opinions = reader_of(run, reader)
    if opinions is None:
        return []
    question = asked if asked in questions_of(run) else None
    return run.once(("judged", reader, question), lambda: _judged(run, opinions, question))


def judged_case(run: OpenedRun, reader: str, asked: Asked, number: int) -> JudgedCase | None:
    """One case as a reader judged it; None where its truth is not known."""
    cases = judged(run, reader, asked)
    place = bisect_left(cases, number, key=lambda case: case.number)
    return cases[place] if place < len(cases) and cases[place].number == number else None


def lines_of(run: OpenedRun, reader: str, asked: Asked, names: Sequence[str]) -> list[str]:
    """What can be typed to find each case of `judged`, in small letters.

    Args:
        run: The run.
        reader: Who judged.
        asked: What was asked.
        names: Of all cases of the cohort that may be named; none where they may not.
    """
    question = asked if asked in questions_of(run) else None
    return run.once(
        ("lines", reader, question, bool(names)),
        lambda: [
            f"{case.number} {names[case.number - 1] if names else ''} {case.part} {case.truth} {case.said} "
            f"{case.outcome}".casefold()
            for case in judged(run, reader, asked)
        ],
    )


def names_of(run: OpenedRun) -> list[str]:
    """What the cohort calls its cases; research identifiers where its images are the archive's."""
    return run.once("names", lambda: run.cohort.cases["case"].astype(str).tolist())


def _judged(run: OpenedRun, opinions: "Opinions", asked: Asked | None) -> list[JudgedCase]:
    if asked is not None:
        found = _yes_or_no(run, opinions, asked)
    elif run.evaluation.task == "classification":
        found = _classes(run, opinions)
    elif run.evaluation.task == "regression":
        found = _numbers(run, opinions)
    else:
        found = [JudgedCase(number, part, "", "", None, None, "unjudged") for number, part in _cases(run)]
    return sorted(found, key=lambda case: case.number)


def ordered(cases: list[JudgedCase], order: str) -> list[JudgedCase]:
    """Cases by number; or what is surest and wrong first; or what lies next to the threshold first."""
    if order == "number":
        return cases
    far = [case for case in cases if case.margin is not None]
    rest = [case for case in cases if case.margin is None]
    if order == "near":
        return [*sorted(far, key=lambda case: abs(case.margin or 0.0)), *rest]
    wrong = {"fp", "fn", "wrong"}
    return [
        *sorted(far, key=lambda case: (case.outcome not in wrong, -abs(case.margin or 0.0), case.number)),
        *rest,
    ]


def groups_of(run: OpenedRun) -> dict[str, list[int]]:
    """Numbers of the cases of each group that the study measures apart, named as the results name it."""
    from hilum.evaluation.tasks.subgroup_columns import MOST_GROUPS, grouping_of

    frame, found = run.aligned.truth.frame, {}
    for column in run.study.evaluation.subgroups:
        if column not in frame.columns:
            continue
        grouping = grouping_of(frame[column], column)
        if len(grouping.names) > MOST_GROUPS:
            continue
        for code in sorted(set(grouping.code.tolist()), key=lambda one: (one < 0, one)):
            rows = np.flatnonzero(grouping.code == code)
            found[grouping.of(code)] = [run.numbers[row] for row in rows]
    return found


def _cases(run: OpenedRun) -> list[tuple[int, str]]:
    return list(zip(run.numbers, run.aligned.truth.frame["part"].astype(str), strict=True))


def _yes_or_no(run: OpenedRun, opinions: "Opinions", asked: Asked) -> list[JudgedCase]:
    label, known = labels_of(run, asked)
    score, decision = numbers_of(run, opinions, asked), decisions_of(opinions, asked)
    threshold = frozen_threshold(run, opinions.reader, asked)
    there, absent = _words(run, asked)
    cases, found = _cases(run), []
    for row in np.flatnonzero(known):
        number, part = cases[row]
        said = None if score is None or not np.isfinite(score[row]) else float(score[row])
        call = _call(said, threshold, None if decision is None else float(decision[row]))
        margin = None if said is None or threshold is None else said - threshold
        ill = bool(label[row])
        outcome = "unjudged" if call is None else _OUTCOME[call, ill]
        words = "" if call is None else (there if call else absent)
        found.append(JudgedCase(number, part, there if ill else absent, words, said, margin, outcome))
    return found


_OUTCOME = {(True, True): "tp", (True, False): "fp", (False, True): "fn", (False, False): "tn"}


def _call(said: float | None, threshold: float | None, decision: float | None) -> bool | None:
    """What the reader called: at its frozen threshold, else what it decided itself."""
    if threshold is not None:
        return None if said is None else said >= threshold
    return None if decision is None or not np.isfinite(decision) else decision == 1


def _words(run: OpenedRun, asked: Asked) -> tuple[str, str]:
    if asked.of is not None:
        return asked.of, f"no {asked.of}"
    if asked.at is not None:
        days = asked.at.removesuffix("d")
        return f"event by day {days}", f"no event by day {days}"
    positive = str(run.cohort.positive)
    return positive, next((name for name in run.cohort.classes if name != positive), f"no {positive}")


def _classes(run: OpenedRun, opinions: "Opinions") -> list[JudgedCase]:
    names = [name for name in run.cohort.classes if f"score_{name}" in opinions.columns]
    truth = run.aligned.truth.frame["label"].astype(str).to_numpy()
    cases, found = _cases(run), []
    for row, (number, part) in enumerate(cases):
        if not truth[row]:
            continue
        scores = np.array([opinions.columns[f"score_{name}"][0][row] for name in names], dtype=np.float64)
        if len(names) < 2 or not np.isfinite(scores).all():
            found.append(JudgedCase(number, part, truth[row], "", None, None, "unjudged"))
            continue
        first, second = np.argsort(-scores, kind="stable")[:2]
        said, gap = names[first], float(scores[first] - scores[second])
        outcome = "right" if said == truth[row] else "wrong"
        found.append(JudgedCase(number, part, truth[row], said, float(scores[first]), gap, outcome))
    return found


def _numbers(run: OpenedRun, opinions: "Opinions") -> list[JudgedCase]:
    true: Floats = run.aligned.truth.frame["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    column: Any = opinions.columns.get("value")
    cases, found = _cases(run), []
    for row in np.flatnonzero(np.isfinite(true)):
        number, part = cases[row]
        said = None if column is None or not np.isfinite(column[0][row]) else float(column[0][row])
        error = None if said is None else said - float(true[row])
        words = "" if said is None else f"{said:g}"
        found.append(JudgedCase(number, part, f"{true[row]:g}", words, said, error, "unjudged"))
    return found
