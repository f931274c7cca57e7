"""How a column with two or three values says yes and no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_YES = {
    *(
        "1",
        "y",
        "yes",
        "true",
        "t",
        "positive",
        "pos",
        "present",
        "abnormal",
        "malignant",
        "event",
        "deceased",
    ),
    *(
        "dead",
        "died",
        "death",
        "expired",
        "recurred",
        "recurrence",
        "relapsed",
        "progressed",
        "+",
        "o",
        "예",
        "네",
    ),
    *(
        "있음",
        "유",
        "이상",
        "비정상",
        "악성",
        "사망",
        "사망함",
        "재발",
        "진행",
        "발생",
        "골절",
        "전이",
        "확진",
        "해당",
    ),
}
_NO = {
    *(
        "0",
        "n",
        "no",
        "false",
        "f",
        "negative",
        "neg",
        "absent",
        "normal",
        "benign",
        "none",
        "alive",
        "living",
    ),
    *(
        "survived",
        "survivor",
        "censored",
        "control",
        "-",
        "x",
        "아니오",
        "아니요",
        "없음",
        "무",
        "정상",
        "생존",
        "생존함",
    ),
    *("생존중", "미사망", "무재발", "비재발", "미발생", "음성", "대조군", "정상군", "미해당", "중도절단"),
}
# 양성 is "positive" beside 음성 and "benign" beside 악성: the same word for opposite things.
_TWO_FACED = "양성"


@dataclass(frozen=True)
class Coding:
    """What the values of a column stand for.

    Attributes:
        yes: Values that say that it is there or happened.
        no: Values that say that it is not.
        competing: Values that say that something else came first (2 of a survival table).
        plain: Whether the values are 0 and 1 (and 2) already.
        sure: Whether the words leave no doubt.
    """

    yes: tuple[str, ...]
    no: tuple[str, ...]
    competing: tuple[str, ...] = ()
    plain: bool = False
    sure: bool = True

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number that stands for each value: 1, 0, or 2."""
        return dict.fromkeys(self.no, 0) | dict.fromkeys(self.yes, 1) | dict.fromkeys(self.competing, 2)


def coding_of(values: Iterable[str]) -> Coding | None:
    """What two or three values stand for; None where the words do not tell.

    Args:
        values: The distinct values of a column, without those that are missing.

    Returns:
        The coding.

    Example:
        >>> coding_of(["사망", "생존"]).yes, coding_of(["양성", "음성"]).yes, coding_of(["양성", "악성"]).yes
        (('사망',), ('양성',), ('악성',))
        >>> coding_of(["1", "2"]).sure, coding_of(["red", "green"])
        (False, None)
    """
    found = tuple(sorted({value.strip() for value in values if value.strip()}))
    words = {value: _word(value) for value in found}
    plain = set(words.values())
    if not 1 <= len(found) <= 4:
        return None
    if plain <= {"0", "1", "2"}:
        return _of_digits(words)
    faces = (
        {"no"} if plain & {"악성", "malignant"} else {"yes"} if plain & {"음성", "negative", "neg"} else set()
    )
    yes = tuple(v for v, w in words.items() if w in _YES or (w == _TWO_FACED and "yes" in faces))
    no = tuple(v for v, w in words.items() if w in _NO or (w == _TWO_FACED and "no" in faces))
    if len(yes) + len(no) < len(found) or not yes:
        return None
    return Coding(yes, no, sure=bool(no) or len(found) > 1)


def _of_digits(words: Mapping[str, str]) -> Coding | None:
    digits = set(words.values())
    if "1" not in digits or len(digits) < 2:
        return None
    by = {digit: tuple(v for v, w in words.items() if w == digit) for digit in "012"}
    written = all(value == word for value, word in words.items())
    if "0" not in digits:
        # R's survival package writes 1 for alive and 2 for dead; others write 1 for yes and 2 for no.
        return Coding(by["2"], by["1"], sure=False)
    return Coding(by["1"], by["0"], by["2"], plain=written)


def _word(value: str) -> str:
    word = value.strip().casefold()
    return word[:-2] if word in {"0.0", "1.0", "2.0"} else word
