"""What differs between runs: their studies, their plans, their inputs, and what they reached."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hilum.conduct.runs import NOT_SHOWN, Run, names_of_readers, study_entries
from hilum.conduct.tracking import flattened, load_tracking, parameters_of
from hilum.evaluation import Measure
from hilum.reporting.endpoints import Endpoint, endpoints_of
from hilum.reporting.story import find_measure

ABSENT = "-"
_SHORT = 12
# Beside the measures that lead the report; each reader has them at a threshold of its own.
_DECISIONS = (Endpoint("sensitivity", None, "Sensitivity"), Endpoint("specificity", None, "Specificity"))


@dataclass(frozen=True)
class Difference:
    """One entry that is not the same in all runs.

    Attributes:
        kind: `study`, `plan`, `input` or `system` (the machine and the versions).
        name: The entry, such as `small_cnn.learning.epochs`, or the input's name.
        values: What each run has, a dash where it has none; of a hash the first twelve letters.
    """

    kind: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class MeasureBeside:
    """One measure of one reader in one part, as each run has it."""

    reader: str
    part: str
    label: str
    rows: tuple[Measure | None, ...]


def differences(runs: Sequence[Run]) -> list[Difference]:
    """Every entry of study, plan and inputs that is not the same in all runs.

    Machines are compared where every run tells its own. An entry of the plan that only follows one of the
    study, such as the epochs, is named once, as the study's.

    Args:
        runs: Two or more.
    """
    inputs = [{name: text[:_SHORT] for name, text in run.inputs.items() if name != "study"} for run in runs]
    studies = [_study(run) for run in runs]
    found = _unequal("study", studies)
    said = {(name.rpartition(".")[2], values) for name, values in ((d.name, d.values) for d in found)}
    plans = [d for d in _unequal("plan", [_plan(run) for run in runs]) if _entry(d) not in said]
    machines = [load_tracking(run.folder).get("system", {}) for run in runs]
    systems = _unequal("system", machines) if all(machines) else []
    return [*found, *plans, *_unequal("input", inputs), *systems]


def same_cases(runs: Sequence[Run], part: str) -> bool | None:
    """Whether the runs read the same cases in a part; None where a run does not tell.

    Args:
        runs: Two or more.
        part: Such as `test`.
    """
    sets = []
    for run in runs:
        try:
            cases = pd.read_parquet(run.folder / "cohort.parquet", columns=["case", "part"])
        except (OSError, ValueError):
            return None
        sets.append(frozenset(cases.loc[cases["part"] == part, "case"].astype(str)))
    return all(each == sets[0] for each in sets)


def measures_beside(runs: Sequence[Run]) -> list[MeasureBeside]:
    """The measures that lead the reports, and sensitivity and specificity, of all runs side by side.

    Args:
        runs: Two or more; one that was not evaluated has no numbers.
    """
    evaluations = [run.evaluation for run in runs if run.evaluation is not None]
    readers = dict.fromkeys(name for each in evaluations for name in each.readers)
    parts = dict.fromkeys(part for each in evaluations for part in each.parts if part not in NOT_SHOWN)
    endpoints = dict.fromkeys(point for each in evaluations for point in (*endpoints_of(each), *_DECISIONS))
    found = []
    for part in parts:
        for endpoint in endpoints:
            for reader in readers:
                rows = tuple(_row(run, reader, part, endpoint) for run in runs)
                if any(row is not None and row.value is not None for row in rows):
                    found.append(MeasureBeside(reader, part, endpoint.label, rows))
    return found


def _row(run: Run, reader: str, part: str, endpoint: Endpoint) -> Measure | None:
    return None if run.evaluation is None else find_measure(run.evaluation, reader, part, endpoint)


def _unequal(kind: str, entries: Sequence[Mapping[str, Any]]) -> list[Difference]:
    names = dict.fromkeys(name for each in entries for name in each)
    rows = [(name, tuple(_word(each, name) for each in entries)) for name in names]
    return [Difference(kind, name, values) for name, values in rows if len(set(values)) > 1]


def _word(entries: Mapping[str, Any], name: str) -> str:
    value = entries.get(name, ABSENT)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _entry(difference: Difference) -> tuple[str, tuple[str, ...]]:
    return difference.name.rpartition(".")[2], difference.values


def _study(run: Run) -> dict[str, Any]:
    """The entries of a study, those of each reader under its name."""
    written = study_entries(run.folder)
    readers = written.pop("readers", [])
    named = dict(zip(names_of_readers({"readers": readers}), readers, strict=True))
    return flattened(written) | flattened(named)


def _plan(run: Run) -> dict[str, Any]:
    """The settings of every trained reader; none where the run has no plan yet or it cannot be read."""
    try:
        plans = json.loads((run.folder / "plan.json").read_text(encoding="utf-8"))
        return flattened({name: parameters_of(plan) for name, plan in plans.items()})
    except (OSError, ValueError, AttributeError):
        return {}
