"""Two or more runs side by side for the terminal, and one run alone in more detail."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from hilum.conduct.runs import Run, local_time
from hilum.conduct.runs_differences import MeasureBeside, differences, measures_beside, same_cases
from hilum.conduct.tracking import load_tracking
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import digits_for, interval_text

_KINDS = {"study": "study file", "plan": "plan", "input": "input (hash)", "system": "machine"}
_NO_UNIT = 1.0


def beside_lines(runs: Sequence[Run]) -> list[str]:
    """What differs between runs, and their measures side by side.

    Args:
        runs: Two or more.
    """
    names = [run.name for run in runs]
    found = differences(runs)
    lines = ["What differs"]
    grid: Grid = [["", "entry", *names]]
    grid += [[_KINDS[each.kind], each.name, *each.values] for each in found]
    lines += _indented(grid) if found else ["  nothing that was written down"]
    lines += ["", "What was reached (95 % interval)"]
    rows = measures_beside(runs)
    for part, group in groupby(rows, key=lambda row: row.part):
        lines += [f"  {part}: {_cases_in_words(runs, part)}"]
        table: Grid = [["measure", "reader", *names]]
        table += [[row.label, row.reader, *_numbers(row)] for row in group]
        lines += _indented(table)
    lines += [] if rows else ["  no run was evaluated yet"]
    return [*lines, *(f"  {run.name}: {run.state}" for run in runs if run.state != "finished")]


def beside_json(runs: Sequence[Run]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "runs": [run.to_json() for run in runs],
        "differences": [asdict(each) for each in differences(runs)],
        "measures": [asdict(each) for each in measures_beside(runs)],
    }


def one_lines(run: Run) -> list[str]:
    """One run: its state, its trainings, the machine, and what its readers reached.

    Args:
        run: The run.
    """
    lines = [f"{run.title}", f"  {run.name}: {run.state}, {local_time(run.ended)}"]
    known = load_tracking(run.folder)
    trained: Grid = [["training", "epochs", "kept", "minutes", "on validation"]]
    for reader, repeats in known.get("models", {}).items():
        for repeat, training in repeats.items():
            trained.append([f"{reader}/{repeat}", *_of_training(training)])
    lines += _indented(trained) if len(trained) > 1 else []
    system = known.get("system", {})
    if system:
        memory = f"{system.get('memory_gib')} GiB of memory"
        lines.append(f"  machine: {system.get('device')}, {system.get('cores')} cores, {memory}")
    reached: Grid = [["measure", "part", "reader", run.name]]
    reached += [[row.label, row.part, row.reader, *_numbers(row)] for row in measures_beside([run])]
    return [*lines, *(_indented(reached) if len(reached) > 1 else [])]


def _of_training(training: dict[str, Any]) -> list[str]:
    facts = training.get("facts", {})
    monitor, best = facts.get("monitor"), facts.get("best_epoch")
    kept = [entry for entry in training.get("curves", []) if entry.get("epoch") == best]
    value = kept[0].get(f"validation_{monitor}") if kept else None
    reached = "" if value is None else f"{monitor} {value:.3f}"
    return [str(facts.get("epochs", "")), str(best), f"{facts.get('seconds', 0) / 60:.1f}", reached]


def _cases_in_words(runs: Sequence[Run], part: str) -> str:
    same = same_cases(runs, part)
    if same is None:
        return "whether the cases are the same is not known"
    if same:
        return "the same cases in all runs; for a test of the difference put both readers into one study"
    return "not the same cases, so that the numbers cannot be compared with each other"


def _numbers(row: MeasureBeside) -> list[str]:
    values = [each.value for each in row.rows if each is not None and each.value is not None]
    digits = 2 if all(abs(value) <= _NO_UNIT for value in values) else digits_for(values)
    return [interval_text(each, digits) for each in row.rows]


def _indented(grid: Grid) -> list[str]:
    return [f"  {line}" for line in aligned(grid).splitlines()]
