"""How words and numbers of the evidence are put in a table's cell, on the page and on paper alike."""

import re
from collections.abc import Sequence

from hilum.readers import SCORES
from hilum.reporting.format import NOTHING, number

STACKED_FROM = 5  # columns of cells from which intervals stand below
NUMBER = re.compile(r"$|\u2014|(p [<=>] |ratio |median )?[+<>\u2212]?\.?\d")


def sides_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """On which side each column of cells stands: numbers under numbers at the right, words at the left.

    Example:
        >>> sides_of([["0.79 (0.7 to 0.8)", "AUROC"], ["\u2014", "0.5"]])
        ['right', 'left']
    """
    columns = zip(*rows, strict=True)
    return ["right" if all(NUMBER.match(text) for text in column) else "left" for column in columns]


def halves(text: str) -> tuple[str, str]:
    """An estimate and its interval, to stand below it where a table has many columns; others stay whole.

    Example:
        >>> halves("0.79 (0.77 to 0.81)"), halves("p = .03")
        (('0.79', '0.77 to 0.81'), ('p = .03', ''))
    """
    found = re.fullmatch(r"(\S+) \((.+)\)", text)
    return (found[1], found[2]) if found else (text, "")


def characteristic(name: str) -> str:
    """A characteristic as papers print it: columns that a score knows by what they are and their unit.

    Example:
        >>> characteristic("systolic_bp"), characteristic("urea_mmol_l: missing"), characteristic("sex: F")
        ('Systolic blood pressure, mmHg', 'Urea in blood, mmol/L: missing', 'Sex: F')
    """
    column, colon, value = name.partition(": ")
    known = {each.name: each for record in SCORES for each in record.inputs}
    if column in known:
        each = known[column]
        column = each.sentence.split(",")[0] + (f", {each.unit}" if each.unit else "")
    return column[:1].upper() + column[1:] + colon + value


def ranges(text: str) -> str:
    r"""What stands between the limits of a range is a dash in print.

    Example:
        >>> ranges("70.5 [61.0 to 80.2]") == ranges("70.5 [61.0-80.2]") == "70.5 [61.0\u201380.2]"
        True
    """
    return re.sub(r"(?<=\d)(?:-| to )(?=\d)", "\u2013", text)


def reading(score: float) -> str:
    """A reader's number beside a film: points as they are, others at two decimals.

    Example:
        >>> reading(3.0), reading(0.123)
        ('3', '0.12')
    """
    return f"{score:g}" if float(score).is_integer() else number(score)


def thresholds(values: list[float]) -> str:
    """A reader's threshold in a table's cell.

    Example:
        >>> thresholds([0.4123]), thresholds([0.4, 0.5]), thresholds([])
        ('0.412', 'several', '—')
    """
    if not values:
        return NOTHING
    return f"{values[0]:.3g}" if len(values) == 1 else "several"
