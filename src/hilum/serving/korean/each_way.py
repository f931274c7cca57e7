"""English templates in each way that they are written: one or several, with one verb or another."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Final

_CHOICE: Final = re.compile(r"<([^<>|]*(?:\|[^<>|]*)+)>")


def each_way(sentences: Mapping[str, str]) -> dict[str, str]:
    """Templates with `<patient is|patients are>` in them, written out; the Korean is the same for all ways.

    Args:
        sentences: English template with choices: Korean template.

    Example:
        >>> each_way({"{n} film<s|> lack<|s> a name": "이름이 없는 영상 {n}장"})["{n} film lacks a name"]
        '이름이 없는 영상 {n}장'
        >>> list(each_way({"<column> is read": "<column> 열을 읽습니다"}))
        ['<column> is read']
    """
    return {way: korean for english, korean in sentences.items() for way in _ways(english)}


def as_limits(sentences: Mapping[str, str]) -> dict[str, str]:
    """Templates as they stand, and as a report's limits write them.

    There they begin with a capital and end with a full stop; the same thing noticed of further readers or parts
    stands in brackets or after `Likewise:`. Phrases, whose Korean has no full stop, are no limits.

    Args:
        sentences: English template: Korean template.

    Example:
        >>> list(as_limits({"the views are mixed": "촬영 방향이 섞여 있습니다."}))[:2]
        ['the views are mixed', 'The views are mixed.']
        >>> as_limits({"it is so": "그렇습니다."})["It is so (likewise {likewise}). Likewise: {others}."]
        '그렇습니다. (다음도 같음: {likewise!}) 같은 내용: {others}.'
    """
    found = dict(sentences)
    for english, korean in sentences.items():
        if not korean.endswith("."):
            continue
        limit = _as_limit(english)
        joined = f"{limit[:-1]} (likewise {{likewise}})."
        for written, told in ((limit, korean), (joined, f"{korean} (다음도 같음: {{likewise!}})")):
            found[written] = told
            found[f"{written} Likewise: {{others}}."] = f"{told} 같은 내용: {{others}}."
    return found


def _as_limit(english: str) -> str:
    ended = english if english.endswith((".", "!", "?")) else f"{english}."
    first = ended.split(" ", 1)[0]
    return ended[:1].upper() + ended[1:] if first.isalpha() and first.islower() else ended


def _ways(english: str) -> list[str]:
    pieces = _CHOICE.split(english)
    choices = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    return ["".join(way) for way in product(*choices)]
