"""What a report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort, Findings
from hilum.evaluation import Evaluation, EvaluationOptions, Readings, Truth
from hilum.readers import Combination, ReaderWarning
from hilum.study import Study


@dataclass(frozen=True)
class Example:
    """One case to look at: the film, what a model looked at, what readers said, what was true.

    Attributes:
        case: The case's research identifier.
        part: Its part.
        truth: What was true, in words, such as `died on day 12`.
        scores: What each reader said, by reader.
        picture: (rows, columns) grey values 0 to 1.
        map: Where the model looked, 0 to 1, of the same or a smaller size, None where there is none.
        right: Whether the model was right; None where that cannot be said.
        reader: The model whose map and verdict this is.
        map_title: How the map was made.
        further_maps: Maps made in other ways, by title.
        group: Why the case is shown, such as `Surest errors: called positive`.
        threshold: From which the model calls the case positive; None where there is none.
    """

    case: str
    part: str
    truth: str
    scores: Mapping[str, float]
    picture: NDArray[np.float32]
    map: NDArray[np.float32] | None = None
    right: bool | None = None
    reader: str = ""
    map_title: str = "Class activation map"
    further_maps: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    group: str = ""
    threshold: float | None = None


@dataclass(frozen=True)
class MapCheck:
    """One check of the maps beside the examples.

    Attributes:
        check: `rank_correlation`, `similarity`, `deletion`, `insertion` or `pointing`.
        method: How the maps were made, as printed.
        value: What was found, the mean over images.
        low: Of its 95 % interval.
        high: Of its 95 % interval.
        chance: What maps by chance reach.
        passed: Whether the interval lies on the good side of chance; None where that cannot be said.
        n: Images.
        reader: The model whose maps they are.
    """

    check: str
    method: str
    value: float
    low: float
    high: float
    chance: float
    passed: bool | None
    n: int
    reader: str = ""


@dataclass(frozen=True)
class EvidenceInput:
    """Everything a report can be made from; only evaluation, readings and truth (or cohort) must be there.

    Attributes:
        evaluation: What was measured.
        readings: What the readers said.
        truth: The reference standard; left out, the cohort's.
        title: The report's title; left out, the study's.
        study: The study file.
        cohort: The cohort, with flow and notes.
        table_one: Characteristics in rows, parts in columns, the first column naming the characteristic.
        findings: What the check of the cohort found.
        plan: What was decided before training, by reader.
        examples: Cases to look at.
        map_checks: Whether the examples' maps are to be believed.
        map_notes: What must be said of how the maps were made, in sentences.
        atlas: Mean maps of groups and their differences, as `atlas_sections` tells them.
        inside: One image's way through a network, as `inside_section` tells it.
        warnings: What readers noticed while reading.
        combinations: How combined readers were fitted.
        provenance: Versions, hashes, machine, times, as plain data.
        training: Facts of training by reader, as plain data.
        learning_curve: By reader, what was reached by training on fewer cases: size, value, standard error.
        options: What was asked of the evaluation, for the methods; left out, they say what the results tell.
        made_at: When the report was made, as text; nothing is written where it is empty.
    """

    evaluation: Evaluation
    readings: Sequence[Readings]
    truth: Truth | None = None
    title: str = ""
    study: Study | None = None
    cohort: Cohort | None = None
    table_one: pd.DataFrame | None = None
    findings: Findings | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    examples: Sequence[Example] = ()
    map_checks: Sequence[MapCheck] = ()
    map_notes: Sequence[str] = ()
    atlas: Sequence[Mapping[str, Any]] = ()
    inside: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[ReaderWarning] = ()
    combinations: Sequence[Combination] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    learning_curve: Mapping[str, Sequence[tuple[float, float, float]]] = field(default_factory=dict)
    options: EvaluationOptions | None = None
    made_at: str = ""

    @property
    def known_truth(self) -> Truth | None:
        """The truth as given, or the cohort's."""
        if self.truth is not None:
            return self.truth
        return self.cohort.truth() if self.cohort is not None else None
