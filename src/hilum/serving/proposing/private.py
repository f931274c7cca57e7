"""Columns that tell who a person is, by their heading or by what their values look like."""

import re
from collections.abc import Sequence

PRIVATE_ROLES = frozenset({"national number", "phone", "address", "person", "birth", "patient", "accession"})
_NATIONAL = re.compile(
    r"\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\s?-\s?[0-9*]{1,7}|[1-8]\d{6})|\d{3}-\d{2}-\d{4}"
)
_PHONE = re.compile(
    r"\+?(82[-\s.]?)?0?1[016789][-\s.]?\d{3,4}[-\s.]?\d{4}|0\d{1,2}[-\s.]\d{3,4}[-\s.]\d{4}|\+\d{8,15}"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_ADDRESS = re.compile(
    r".*(특별시|광역시|[가-힣]+[시군구]\s+[가-힣0-9]+[동로길읍면]).*|\d+\s+\w+.*\b(street|st\.|road|rd\.|avenue|ave)\b.*",
    re.IGNORECASE,
)
_KOREAN_NAME = re.compile(
    r"[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용][가-힣*○O]{1,3}"
)
_ROMAN_NAME = re.compile(r"[A-Z][A-Za-z'\-]+(\^|, ?| )[A-Z][A-Za-z'\-. ]+(\^.*)?")
_SHARE = 0.6
_FEW = 12  # below so many different values a column of short words is one of classes, not of names


def looks_private(role: str, texts: Sequence[str]) -> str:
    """Why a column's values should be hidden, or the empty string.

    Args:
        role: What its heading says, from `role_of`.
        texts: Its values as text, missing ones empty.

    Returns:
        `patient`, `person`, `birth`, `national number`, `phone`, `address`, or `accession`.

    Example:
        >>> looks_private("", ["010-1234-5678", "010-9876-5432"]), looks_private("person", ["x"])
        ('phone', 'person')
        >>> looks_private("", ["normal", "pneumonia"])
        ''
    """
    if role in PRIVATE_ROLES:
        return role
    present = [text.strip() for text in texts if text.strip()][:2000]
    if not present:
        return ""
    distinct = set(present)
    for what, pattern in (
        ("national number", _NATIONAL),
        ("phone", _PHONE),
        ("address", _MAIL),
        ("address", _ADDRESS),
    ):
        if _share(present, pattern) >= 0.3:
            return what
    varied = len(distinct) >= max(_FEW, 0.3 * len(present)) or (
        len(distinct) == len(present) and len(present) > 2
    )
    if varied and max(_share(present, _KOREAN_NAME), _share(present, _ROMAN_NAME)) >= _SHARE:
        return "person"
    return ""


def holds_private(text: str) -> bool:
    """Whether free text holds a number or an address by which a person can be found.

    Example:
        >>> holds_private("call 010-1234-5678"), holds_private("2 nodules in the upper lobe")
        (True, False)
    """
    return any(pattern.search(text) for pattern in (_NATIONAL, _PHONE, _MAIL))


def _share(texts: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(text) is not None for text in texts) / len(texts)
