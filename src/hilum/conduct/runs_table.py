"""Runs as a table for the terminal, those of a study together."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from hilum.conduct.runs import Run, local_time
from hilum.conduct.runs_differences import differences
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import digits_for, interval_text
from hilum.reporting.format import counted
from hilum.reporting.labels import in_sentence

_SHOWN = 4
_NUMBERS_OF_A_SIZE = ("mae", "rmse", "bias", "hd95")


def runs_lines(runs: Sequence[Run]) -> list[str]:
    """The table of `hilum runs`: by study, with what each run changed against the one before.

    Args:
        runs: Sorted by study and number.

    Example:
        >>> runs_lines([])
        ['no run is here yet: make one with `hilum run study.toml`']
    """
    if not runs:
        return ["no run is here yet: make one with `hilum run study.toml`"]
    lines: list[str] = []
    for _, group in groupby(runs, key=lambda run: run.study):
        of_study = list(group)
        lines += ["", of_study[-1].title] if lines else [of_study[-1].title]
        lines += [f"  {line}" for line in aligned(_grid(of_study)).splitlines()]
        for earlier, later in pairwise(of_study):
            lines.append(f"  {later.name} differs from {earlier.name}: {_in_short(earlier, later)}")
    return lines


def _grid(runs: Sequence[Run]) -> Grid:
    """One line a reader; the run's own facts stand in its first."""
    rows: Grid = [["run", "when", "state", "reader", _title(runs), "cases"]]
    for run in runs:
        own = [run.name, local_time(run.ended), run.state]
        for line in _results(run) or [[", ".join(run.readers), "", ""]]:
            rows.append([*own, *line])
            own = ["", "", ""]
    return rows


def _results(run: Run) -> list[list[str]]:
    digits = digits_of(run)
    return [[row.reader, interval_text(row, digits), f"{row.n:,}"] for row in run.results]


def digits_of(run: Run) -> int:
    """Two digits behind the point, for numbers with a unit as many as show three that count."""
    if run.endpoint is None or run.endpoint.measure not in _NUMBERS_OF_A_SIZE:
        return 2
    return digits_for([row.value for row in run.results])


def _title(runs: Sequence[Run]) -> str:
    """The measure's name where all runs of the study lead with the same one."""
    led = {(run.endpoint.label, run.part) for run in runs if run.endpoint is not None}
    if len(led) != 1:
        return "leading measure" if led else ""
    label, part = next(iter(led))
    return f"{label} in {part} (95 % interval)"


def _in_short(earlier: Run, later: Run) -> str:
    found = differences([earlier, later])
    if not found:
        return "in nothing that was written down"
    told = [f"{each.name}: {each.values[0]}, now {each.values[1]}" for each in found[:_SHOWN]]
    more = len(found) - len(told)
    rest = [counted(more, "more entry", "more entries")] if more else []
    return in_sentence("; ".join([*told, *rest]))
