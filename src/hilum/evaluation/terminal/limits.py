"""Numbers against true numbers: bias with limits of agreement, and the ICC."""

from hilum.evaluation.results import Evaluation
from hilum.evaluation.terminal.grid import Grid, aligned
from hilum.evaluation.terminal.numbers import NOTHING, digits_for, span_text
from hilum.evaluation.terminal.readers import Shown, reader_block, shown_parts


def limits_block(evaluation: Evaluation) -> list[str]:
    """Bias, limits of agreement and ICC of all readers.

    Example:
        >>> limits_block(Evaluation("regression", parts=("test",)))
        []
    """
    bias = Shown("bias", "bias: reader minus truth", events=None, digits=None)
    blocks = [reader_block(evaluation, bias), _limits(evaluation)]
    blocks.append(
        reader_block(evaluation, Shown("icc", "ICC with the truth, absolute agreement", events=None))
    )
    return [block for block in blocks if block]


def _limits(evaluation: Evaluation) -> str:
    parts = shown_parts(evaluation)
    ends = [row.value for row in evaluation.measures if row.measure in {"limit_low", "limit_high"}]
    lines: Grid = [["", *parts]]
    for reader in evaluation.readers:
        cells = [_span(evaluation, reader, part, digits_for(ends)) for part in parts]
        if any(cell != NOTHING for cell in cells):
            lines.append([reader, *cells])
    if len(lines) == 1:
        return ""
    lines[1].append("limits of agreement: 95 % of differences lie between")
    return aligned(lines)


def _span(evaluation: Evaluation, reader: str, part: str, digits: int) -> str:
    low = evaluation.find(reader, part, "limit_low")
    high = evaluation.find(reader, part, "limit_high")
    if low is None or high is None or low.value is None or high.value is None:
        return NOTHING
    return span_text(low.value, high.value, digits)
