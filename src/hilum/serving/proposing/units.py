"""The unit in which a column counts, as its heading or its values say it."""

import re

from hilum.study.names import plain_name

DAYS_A_MONTH = 365.25 / 12
_TIMES = (
    ("days", r"(^|_)(d|days?)($|_)|일수|\(일\)|_일$|일$(?<!생일)(?<!종료일)"),
    ("weeks", r"(^|_)weeks?($|_)|\(주\)|_주$"),
    ("months", r"(^|_)(m|mo|mos|months?|개월)($|_)|개월|\(월\)"),
    ("years", r"(^|_)(y|yr|yrs|years?)($|_)|\(년\)|_년$|연수"),
)
_WRITTEN = re.compile(r"[(\[\uff08]\s*([^)\]\uff09]{1,24})\s*[)\]\uff09]\s*$")
_MEASURES = (
    ("mmol/L", r"mmol_?l|mmol/l"),
    ("mg/dL", r"mg_?dl|mg/dl"),
    ("g/dL", r"(^|_)g_?dl|g/dl"),
    ("mmHg", r"mm_?hg"),
    ("kPa", r"kpa"),
    ("cm", r"(^|_)cm($|_)"),
    ("mm", r"(^|_)mm($|_)"),
    ("kg", r"(^|_)kg($|_)"),
    ("%", r"%|percent|(^|_)pct($|_)"),
    ("HU", r"(^|_)hu($|_)"),
    ("mL", r"(^|_)(ml|cc)($|_)"),
)


def time_unit(heading: str, longest: float | None = None) -> tuple[str, bool]:
    """What a column of times counts, and whether that is said and not guessed.

    Args:
        heading: The column's heading.
        longest: Its largest value; times beyond a life in years cannot be years.

    Returns:
        `days`, `weeks`, `months`, `years`, or the empty string where neither heading nor values tell.

    Example:
        >>> time_unit("추적기간(개월)"), time_unit("fu_days"), time_unit("follow-up", 2400)
        (('months', True), ('days', True), ('days', False))
        >>> time_unit("follow-up", 4.5)
        ('', False)
    """
    plain = plain_name(heading)
    for unit, pattern in _TIMES:
        if re.search(pattern, plain) or re.search(pattern, heading.strip().casefold()):
            return unit, True
    return ("days", False) if longest is not None and longest > 250 else ("", False)


def unit_in(heading: str) -> str:
    """The unit that a heading names, such as "mg/dL"; the empty string where it names none.

    Example:
        >>> unit_in("BUN (mg/dL)"), unit_in("urea_mmol_l"), unit_in("키(cm)"), unit_in("age")
        ('mg/dL', 'mmol/L', 'cm', '')
    """
    written = _WRITTEN.search(heading)
    for text in ([written.group(1)] if written else []) + [heading, plain_name(heading)]:
        for unit, pattern in _MEASURES:
            if re.search(pattern, text.casefold()):
                return unit
    return ""


def in_days(value: float, unit: str) -> float:
    """A time in days.

    Example:
        >>> in_days(2, "years"), in_days(30, "days")
        (730.5, 30.0)
    """
    return value * {"days": 1.0, "weeks": 7.0, "months": DAYS_A_MONTH, "years": 365.25}[unit]
