"""Is what the program says true? Its answers on the phantom hospital beside the simulator's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hilum.evaluation import Evaluation, Measure, interval_text

# The simulator's name of a reader, and what the study calls it.
READERS = {"curb65": "curb65", "severity": "severity", "both": "severity+curb65"}
MEASURES = {"auroc": "AUROC at 30 days", "harrell_c": "Harrell's C"}
# The simulator knows the AUROC of one day: an answer at another horizon is not to be held against it.
AT = {"auroc": "30d"}


@dataclass(frozen=True)
class TruthCheck:
    """One answer of the program beside the truth.

    Attributes:
        found: What the program says.
        true: The simulator's value.

    Example:
        >>> found = Measure("curb65", "test", "auroc", value=0.70, se=0.01, method="delong_wald")
        >>> TruthCheck(found, true=0.69).standard_errors_off
        1.0
    """

    found: Measure
    true: float

    @property
    def standard_errors_off(self) -> float:
        """How many of its own standard errors the answer is from the truth."""
        if self.found.value is None or not self.found.se:
            return float("nan")
        return round(abs(self.found.value - self.true) / self.found.se, 6)


def check_truth(evaluation: Evaluation, truth: Mapping[str, Any], part: str = "test") -> list[TruthCheck]:
    """Set the program's AUROC at 30 days and C beside the truth; what was not asked at 30 days is left out.

    Args:
        evaluation: Of a study of the phantom's tables.
        truth: What the simulator wrote beside them.
        part: The part whose measures are taken.

    Returns:
        One entry a reader and measure.
    """
    true = {(m["reader"], m["measure"]): m["value"] for m in truth["measures"] if m["site"] == truth["site"]}
    checks = []
    for simulated, reader in READERS.items():
        for measure in MEASURES:
            found = evaluation.find(reader, part, measure, at=AT.get(measure))
            if found is not None:
                checks.append(TruthCheck(found, true[simulated, measure]))
    return checks


def truth_lines(checks: list[TruthCheck]) -> list[str]:
    """The checks as a table for the terminal."""
    lines = [" " * 37 + f"{'program':<22}truth   standard errors off"]
    for check in checks:
        row = check.found
        said = f"  {row.reader:<17}{MEASURES[row.measure]:<18}{interval_text(row, digits=3):<22}"
        lines.append(f"{said}{check.true:.3f}   {check.standard_errors_off:.1f}")
    return lines
