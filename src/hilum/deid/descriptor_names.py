"""Words of a vocabulary that are names where they stand: after a title, or as initials beside a name."""

import re
from collections.abc import Collection, Iterator, Sequence

from hilum.deid.words import Word

_TITLE = re.compile(
    r"(?<![^\W_])(?:(?:Dr|dr|Prof|prof|PROF|Mr|mr|Mrs|mrs|MRS|Ms|ms|Miss|MISS)\b\.?|(?:DR|MR|MS)\.(?!\d)"
    r"|(?i:professor|doctor)\b)"
)
_NEAR = re.compile(r"[ .,\-_^']{1,3}")
_MOST_INITIALS = 2
_NO_INITIALS = frozenset(
    ("ct", "mr", "pt", "us", "cr", "dx", "nm", "xa", "pa", "ap", "ll", "rl", "lt", "rt", "ax")
)


def after_titles(text: str, words: Sequence[Word]) -> Iterator[int]:
    """The places of titles and of the names after them, also where such a name is a word of medicine.

    `DR` and `MR` in capitals without a point are modalities.

    Example:
        >>> from hilum.deid.words import words_of
        >>> found = "LUNG Dr. Young Head, MR BRAIN"
        >>> [list(words_of(found))[place].text for place in after_titles(found, list(words_of(found)))]
        ['Dr', 'Young', 'Head']
    """
    for title in _TITLE.finditer(text):
        end = title.end()
        for place, word in enumerate(words):
            if title.start() <= word.start < title.end():
                yield place
            elif word.start >= end and (end == title.end() or word.text.istitle()):
                if not _NEAR.fullmatch(text[end : word.start] or " ") or "," in text[end : word.start]:
                    break
                yield place
                if end != title.end():
                    break
                end = word.end


def initials(
    text: str, words: Sequence[Word], names: Sequence[bool], known: Collection[str]
) -> Iterator[int]:
    """The places of one or two letters beside a name that begin another name of the same file.

    Args:
        text: the description.
        words: its words.
        names: for each word, whether it is part of an identifier.
        known: words of identifiers, in lower case.

    Example:
        >>> from hilum.deid.words import words_of
        >>> found = list(words_of("CT GD Hong"))
        >>> list(initials("CT GD Hong", found, [False, False, True], {"gildong", "hong"}))
        [1]
    """
    for place, is_name in enumerate(names):
        for beside in (place - 1, place + 1) if is_name else ():
            if not 0 <= beside < len(words) or names[beside]:
                continue
            first, second = sorted((words[place], words[beside]), key=lambda word: word.start)
            letters = words[beside].text.casefold()
            if letters not in _NO_INITIALS and re.fullmatch(rf"[a-z]{{1,{_MOST_INITIALS}}}", letters):
                begins = any(name.startswith(letters[0]) and letters[1:] in name[1:] for name in known)
                if begins and _NEAR.fullmatch(text[first.end : second.start]):
                    yield beside
