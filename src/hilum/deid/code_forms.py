"""What codes of published schemes look like, where the form alone would let a name or a number through."""

import re
from collections.abc import Callable, Mapping

_PREFIX = r"(?:da|[YZEPTGMkhdcmunpfazy])?"
_METRIC = (
    r"mol|Hz|Pa|Ohm|Wb|lm|lx|Bq|Ci|Gy|Sv|rad|RAD|REM|sr|Cel|cd|eV|bar|kat|cal|bit|By|osm|eq|dyn|erg|Np|St|"
    r"m|s|g|L|l|N|J|W|A|V|F|S|T|H|C|K|R|G|B|U|u|t"
)
_OTHERS = (
    r"min|h|d|wk|mo|a|deg|'|''|%|diop|pH|ppm|ppb|10\*|10\^|\d{1,6}|d?B\[[a-zA-Z]{1,3}\]|m?m\[H(?:g|2O)\]|"
    r"\[(?:arb'U|hnsf'U|wood'U|iU|IU|PRU|Ch|degF|in_i|ft_i|mi_i|lb_av|oz_av|pH|ppm|ppb|ppth|pptr|cfu|pfu|g|hp_X|\d{1,4})\]"
)
_ANNOTATION = (
    r"\{(?:counts?|propcounts|ratio|fraction|events?|beats?|cells?|particles|pixels?|voxels?|frames?|images?|"
    r"SUV(?:bw|lbm|bsa|ibw)?|MU|score|index|relative|H\.?B\.?|tissue|wet|dry)\}"
)
_EXPONENT = r"(?:[+\-]?\d{1,2}|[*^][+\-]?\d{1,2})?"
_UNIT = (
    rf"(?:(?:{_ANNOTATION})?(?:{_PREFIX}(?:{_METRIC})|{_OTHERS}){_EXPONENT}(?:{_ANNOTATION})?|{_ANNOTATION})"
)
_UCUM = re.compile(rf"/?{_UNIT}(?:[./]{_UNIT}){{0,5}}")

_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_MOVED = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415",
    "7046913258",
)  # fmt: skip


def is_unit(code: str) -> bool:
    """Whether a code is a unit as UCUM builds them, with none but known remarks in braces.

    Example:
        >>> is_unit("[hnsf'U]"), is_unit("{SUVbw}g/ml"), is_unit("Hong"), is_unit("{Hong}")
        (True, True, False, False)
    """
    return _UCUM.fullmatch(code) is not None


def is_snomed(code: str) -> bool:
    """Whether a number is the identifier of a SNOMED CT concept: its kind and its check digit (Verhoeff) fit.

    Example:
        >>> is_snomed("51185008"), is_snomed("9001011234567")
        (True, False)
    """
    if not re.fullmatch(r"[1-9]\d{5,17}", code) or code[-3:-1] not in ("00", "10"):
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_TIMES[check][int(_MOVED[place % 8][int(digit)])])
    return check == 0


CHECKS: Mapping[str, Callable[[str], bool]] = {"UCUM": is_unit, "SCT": is_snomed}
"""By coding scheme: what its codes must pass beside their form."""
