"""Numbers that lie far from the others, as a slip of the pen or another unit leaves them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.findings import Finding

FEWEST = 20  # below that, quartiles say too little about what is usual
FEW_VALUES = 10
# What a number is multiplied by when it is written in another unit: mm and cm, g and kg, percent, inch,
# pound.
FACTORS = (10.0, 100.0, 1000.0, 2.54, 2.2046)
_FAR, _NEAR = 3.0, 1.5  # times the distance between the quartiles (Tukey's outer and inner fences)
_Numbers = NDArray[np.float64]


def look(what: Look) -> Iterator[Finding]:
    """Say how the numbers lie; warn of outlying ones, of another unit, and of parts where all are one."""
    task, cases = what.cohort.task, what.cohort.cases
    if task.kind != "regression":
        return
    values = cases["value"].to_numpy(dtype=np.float64)
    for part in what.cohort.parts:
        inside = values[(cases["part"] == part).to_numpy()]
        if len(np.unique(inside)) == 1:
            text = (
                f"`{task.value}` is {inside[0]:g} in all cases of the part {part}: how well it is "
                "told cannot be "
                "measured there"
            )
            yield Finding("constant_value", "warning", text, len(inside))
        elif len(inside) < FEW_VALUES:
            text = f"the part {part} has only {len(inside)} cases: its intervals will be wide"
            yield Finding("few_values", "warning", text, len(inside))
    yield from _outlying(values, task.value, cases["case"].to_numpy(dtype=str))
    low, quarter, middle, upper, high = np.percentile(values, [0, 25, 50, 75, 100])
    text = f"`{task.value}` is {middle:g} in the median ({quarter:g} to {upper:g}), from {low:g} to {high:g}"
    yield Finding("value_range", "note", text, len(values))


def _outlying(values: _Numbers, name: str, cases: NDArray[np.str_]) -> Iterator[Finding]:
    quarter, upper = np.percentile(values, [25, 75])
    apart = upper - quarter
    if len(values) < FEWEST or apart <= 0:
        return
    far = (values < quarter - _FAR * apart) | (values > upper + _FAR * apart)
    if not far.any():
        return
    low, high = quarter - _NEAR * apart, upper + _NEAR * apart
    count = int(far.sum())
    furthest = values[far][np.argmax(np.abs(values[far] - np.median(values)))]
    lie = counted(count, "value", "values") + (" lies" if count == 1 else " lie")
    text = (
        f"{lie} far from the others, most of which are between {low:.3g} and {high:.3g} (the furthest is "
        f"{furthest:g}): look at them, since one slip can outweigh many cases"
    )
    yield Finding("outlying_values", "warning", text, count, tuple(cases[far].tolist()))
    found = _other_unit(values[far], low, high)
    if found is not None:
        how, fits = found
        text = (
            f"{fits} of these {count} would lie among the others if {how}: they may be written in "
            "another unit"
            if count > 1
            else f"it would lie among the others if {how}: it may be written in another unit"
        )
        yield Finding("other_unit", "warning", f"`{name}`: {text}", fits)


def _other_unit(far: _Numbers, low: float, high: float) -> tuple[str, int] | None:
    """The factor that brings most outlying numbers among the others, where it brings half or more."""
    best: tuple[str, int] | None = None
    for factor in FACTORS:
        for moved, how in (
            (far / factor, f"divided by {factor:g}"),
            (far * factor, f"multiplied by {factor:g}"),
        ):
            fits = int(((moved >= low) & (moved <= high) & (far != 0)).sum())
            if 2 * fits >= len(far) and (best is None or fits > best[1]):
                best = (how, fits)
    return best


CHECK = Check(
    "numbers",
    "Numbers are of one unit, and none is a slip of the pen.",
    ("outlying_values", "other_unit", "constant_value", "few_values", "value_range"),
    look,
    "Tukey 1977, Exploratory Data Analysis: outer fences, three times the quartiles' distance",
)
