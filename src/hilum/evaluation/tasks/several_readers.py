"""Several doctors on the same cases: with help and without, their mean, a model against their mean."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.comparisons.obuchowski_rockette import (
    against_readers_mean,
    compare_conditions,
    compare_conditions_fixed_readers,
    readers_mean,
)
from hilum.evaluation.comparisons.reader_table import ReaderTable, auroc_table, share_table
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question
from hilum.evaluation.tasks.reader_groups import ReaderGroup, reader_groups

MEASURES = ("auroc", "sensitivity", "specificity")
FEW_READERS = 3


@dataclass(frozen=True)
class Panel:
    """Readers of one question on one part, by name."""

    work: Work
    question: Question
    part: str
    readers: dict[str, BinaryReader]

    def answers(self, names: Sequence[str], measure: str) -> list[Floats | None]:
        """Scores for the AUROC, else calls, of the readers named; None for one that has none."""
        found: list[Floats | None] = []
        for name in names:
            reader = self.readers.get(name)
            grid = None if reader is None else (reader.score if measure == "auroc" else reader.call)
            found.append(None if grid is None or len(grid) > 1 else grid[0])
        return found

    def table(
        self, groups: Sequence[Sequence[str]], measure: str, *, warn: bool = True
    ) -> tuple[ReaderTable, Size] | None:
        """The readers' measure by condition on the cases that all of them read; None where not defined."""
        flat = self.answers([name for group in groups for name in group], measure)
        given = [one for one in flat if one is not None]
        values = np.stack(given).reshape(len(groups), len(groups[0]), -1)
        group = self.question.known & self.work.alignment.truth.in_part(self.part)
        finite = np.isfinite(values)
        rows = np.flatnonzero(group & finite.all(axis=(0, 1)))
        some = int(np.sum(group & finite.any(axis=(0, 1))))
        if warn and len(rows) < some:
            self._warn_incomplete(len(rows), some)
        label = self.question.label[rows]
        if len(rows) == 0 or _undefined(measure, label):
            return None
        patient, size = self.work.patients(rows), Size(len(rows), int(label.sum()), some - len(rows))
        if measure == "auroc":
            return auroc_table(values[:, :, rows], label, patient), size
        return share_table(measure, values[:, :, rows] == 1, label, patient), size

    def _warn_incomplete(self, kept: int, some: int) -> None:
        where = self.part if self.question.at is None else f"{self.part} at {self.question.at}"
        self.work.ledger.warn(
            "incomplete_reading",
            f"{kept:,} of the {some:,} cases that doctors read in {where} were read by all of them: what is "
            "said of all readers together uses these",
            some - kept,
        )


def compare_several(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """Write down what several doctors reach together on one part, in each condition and between two."""
    groups = reader_groups(work.alignment.opinions)
    if not any(len(group.readers) > 1 for group in groups):
        return
    panel = Panel(work, question, part, {reader.name: reader for reader in readers if not reader.repeated})
    warn_of_groups(work, groups)
    doctors = {name for group in groups for name in (*group.readers.values(), *group.again)}
    models = [name for name in panel.readers if name not in doctors]
    for group in groups:
        _one_condition(panel, group, models)
    for without, helped in itertools.combinations(groups, 2):
        _two_conditions(panel, helped, without)


def warn_of_groups(work: Work, groups: Sequence[ReaderGroup]) -> None:
    """Say once how many doctors there are where they are few, and which readings are left out."""
    several = [group for group in groups if len(group.readers) > 1]
    fewest = min((len(group.readers) for group in several), default=FEW_READERS)
    if fewest < FEW_READERS:
        work.ledger.warn(
            "few_readers",
            f"only {fewest} doctors read the same cases: how much doctors differ is hardly known from so "
            "few, and intervals that speak of doctors in general are rough",
            fewest,
        )
    again = [name for group in groups for name in group.again]
    if again:
        work.ledger.warn(
            "further_sessions",
            f"{', '.join(again)} read the same cases again: only the first session counts among all readers",
            len(again),
        )
    everyone = {person for group in several for person in group.readers}
    alone = sorted(person for person in everyone if not all(person in group.readers for group in several))
    if alone:
        work.ledger.warn(
            "readers_of_one_condition",
            f"{', '.join(alone)} did not read in every condition: conditions are compared over the others",
            len(alone),
        )


def _undefined(measure: str, label: NDArray[np.bool_]) -> bool:
    ill, well = bool(label.any()), bool((~label).any())
    return not {"auroc": ill and well, "sensitivity": ill, "specificity": well}[measure]


def _with_answers(panel: Panel, names: Sequence[str], measure: str) -> list[str]:
    return [
        name for name, found in zip(names, panel.answers(names, measure), strict=True) if found is not None
    ]


def _one_condition(panel: Panel, group: ReaderGroup, models: Sequence[str]) -> None:
    """The doctors' mean in one condition, and each model against it."""
    work, question, part = panel.work, panel.question, panel.part
    for measure in MEASURES:
        names = _with_answers(panel, list(group.readers.values()), measure)
        if len(names) < 2:
            continue
        made = panel.table([names], measure)
        if made is None:
            continue
        table, size = made
        reader = group.mean_name(len(names))
        work.ledger.measure(
            (reader, part), measure, readers_mean(table), size, at=question.at, of=question.of
        )
        for model in _with_answers(panel, models, measure):
            made = panel.table([[model, *names]], measure, warn=False)
            if made is not None:
                result, at = against_readers_mean(made[0]), _point(panel, model, measure)
                work.ledger.compare((model, reader, part), measure, result, made[1], at=at, of=question.of)


def _point(panel: Panel, model: str, measure: str) -> str | None:
    """The operating point of a model for what follows from its calls."""
    reader = panel.readers[model]
    return panel.question.at if measure == "auroc" or reader.at is None else reader.at


def _two_conditions(panel: Panel, helped: ReaderGroup, without: ReaderGroup) -> None:
    """The same doctors in two conditions: readers and cases random, then these very readers."""
    work, question = panel.work, panel.question
    where = (helped.name, without.name, panel.part)
    persons = [person for person in helped.readers if person in without.readers]
    for measure in MEASURES:
        sides = [[group.readers[person] for person in persons] for group in (helped, without)]
        answers = [panel.answers(side, measure) for side in sides]
        both = [index for index in range(len(persons)) if all(side[index] is not None for side in answers)]
        if len(both) < 2:
            continue
        made = panel.table([[side[index] for index in both] for side in sides], measure)
        if made is None:
            continue
        table, size = made
        for result in (compare_conditions(table), compare_conditions_fixed_readers(table)):
            work.ledger.compare(where, measure, result, size, at=question.at, of=question.of)
