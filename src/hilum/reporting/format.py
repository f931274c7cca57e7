"""How numbers are printed, fixed once for every page, table and figure."""

import re

from hilum.study.tasks import horizon_in_words

DASH = "\u2013"
MINUS = "\u2212"
NOTHING = "—"


def number(value: float | None, digits: int = 2) -> str:
    """A number with a fixed count of decimals, a true minus sign, no negative zero.

    Example:
        >>> number(0.8), number(-0.001), number(None)
        ('0.80', '0.00', '—')
    """
    if value is None:
        return NOTHING
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def estimate(value: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    """An estimate with its interval, as 0.79 (0.77\u20130.81); with "to" where a limit is negative.

    Example:
        >>> estimate(0.79, 0.77, 0.81), estimate(0.1, -0.02, 0.22), estimate(0.5, None, None)
        ('0.79 (0.77\u20130.81)', '0.10 (\u22120.02 to 0.22)', '0.50')
    """
    if value is None:
        return NOTHING
    if low is None or high is None:
        return number(value, digits)
    return f"{number(value, digits)} ({interval(low, high, digits)})"


def interval(low: float, high: float, digits: int = 2) -> str:
    """Two limits.

    Example:
        >>> interval(0.77, 0.81), interval(-0.02, 0.2)
        ('0.77\u20130.81', '\u22120.02 to 0.20')
    """
    between = " to " if low < 0 or high < 0 else DASH
    return f"{number(low, digits)}{between}{number(high, digits)}"


def difference(value: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    """A difference with its sign and interval.

    Example:
        >>> difference(0.1, 0.07, 0.13), difference(-0.02, -0.05, 0.01)
        ('+0.10 (0.07 to 0.13)', '\u22120.02 (\u22120.05 to 0.01)')
    """
    if value is None:
        return NOTHING
    sign = "+" if float(f"{value:.{digits}f}") > 0 else ""
    shown = f"{sign}{number(value, digits)}"
    if low is None or high is None:
        return shown
    return f"{shown} ({number(low, digits)} to {number(high, digits)})"


def p_value(p: float | None) -> str:
    """A p value: two decimals, three below .01 and around .05, never 0 and never 1.

    Example:
        >>> p_value(0.0004), p_value(0.004), p_value(0.03), p_value(0.048), p_value(0.996), p_value(0.5)
        ('p < .001', 'p = .004', 'p = .03', 'p = .048', 'p > .99', 'p = .50')
    """
    if p is None:
        return NOTHING
    if p < 0.001:
        return "p < .001"
    if p > 0.99:
        return "p > .99"
    digits = 3 if p < 0.01 or 0.045 <= p < 0.055 else 2
    return f"p = {p:.{digits}f}".replace("0.", ".")


def count(n: float | None) -> str:
    """A count with a comma at the thousands.

    Example:
        >>> count(4703), count(None)
        ('4,703', '—')
    """
    return NOTHING if n is None else f"{int(n):,}"


def counted(n: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    Example:
        >>> counted(1, "case"), counted(4703, "case"), counted(2, "study", "studies")
        ('1 case', '4,703 cases', '2 studies')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """A count with its share of a whole, as 214 (4.6 %); the bare count where there is no whole.

    Example:
        >>> share(214, 4703), share(0, 0)
        ('214 (4.6 %)', '0')
    """
    return f"{count(part)} ({100 * part / whole:.1f} %)" if whole else count(part)


FRACTIONS = {"0.125": "1/8", "0.25": "1/4", "0.5": "1/2"}
DAYS = re.compile(r"\d+(\.\d+)?d")


def without_horizon(at: str) -> str:
    """An operating point without the horizon before it.

    Example:
        >>> without_horizon("2190d,equal sensitivity to rule"), without_horizon("30d")
        ('equal sensitivity to rule', '30d')
    """
    first, comma, second = at.partition(",")
    return second if comma and DAYS.fullmatch(first) else at


def at_words(at: str | None) -> str:
    """The `at` of a measure in words, with a blank (or a comma) before it.

    Example:
        >>> at_words("30d"), at_words("threshold=0.41"), at_words(None)
        (' at 30 days', ' at a threshold of 0.41', '')
        >>> at_words("fp_per_image=0.125"), at_words("sensitivity of curb65")
        (' at 1/8 false positives per image', ' at the sensitivity of curb65')
    """
    if at is None:
        return ""
    if DAYS.fullmatch(at):
        return f" at {horizon_in_words(float(at[:-1]))}"
    first, comma, second = at.partition(",")
    if comma and DAYS.fullmatch(first):
        return f"{at_words(first)},{at_words(second).removeprefix(' at')}"
    kind, equals, value = at.partition("=")
    if not equals:
        return _words_without_value(at)
    if kind == "threshold":
        return " at a threshold of each repeat" if value == "per repeat" else f" at a threshold of {value}"
    if kind == "fp_per_image":
        one = "false positive" if value == "1" else "false positives"
        return f" at {FRACTIONS.get(value, value)} {one} per image"
    if kind == "grid":
        found = listed([horizon_in_words(float(day[:-1])).removesuffix(" days") for day in value.split(",")])
        return f" over {found}" + (" days" if found[-1:].isdigit() else "")
    if kind == "tolerance":
        return " at a tolerance of " + re.sub(r"(?<=\d)(?=[a-z])", " ", value)
    if kind == "iou":
        return f" at an overlap of {value.replace(':', ' to ')}"
    return f" at a {kind.replace('_', ' ')} of {value}"


def _words_without_value(at: str) -> str:
    if at.startswith(("sensitivity of ", "specificity of ")):
        return f" at the {at}"
    if at == "centre":
        return ", hit by its centre"
    if at in {"pixels", "mm"} or at.startswith("recalibrated"):
        return f", {at}"
    return f" at {at}"


def listed(words: list[str], last: str = "and") -> str:
    """Words as a list in a sentence.

    Example:
        >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
        ('a', 'a and b', 'a, b and c')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
