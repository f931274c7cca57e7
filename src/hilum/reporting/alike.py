"""The same sentence for several readers or parts, said once."""

import difflib
from collections.abc import Sequence

ALIKE = 0.6
GAP = " \u2026 "
NEAR = 2
# Sentences that differ in more places are said whole: their scraps could not be read.
MOST_SPANS = 3


def said_once(texts: Sequence[str]) -> list[str]:
    """Sentences that differ in few words are said once, with the words in which the others differ.

    Example:
        >>> said_once(["41 cases of test have no score.", "7 cases of B have no score."])
        ['41 cases of test have no score. Likewise: 7 cases of B.']
        >>> said_once(["One thing is so.", "Something else altogether!"])
        ['One thing is so.', 'Something else altogether!']
    """
    kinds: list[list[str]] = []
    for text in texts:
        home = next((kind for kind in kinds if _alike(kind[0], text)), None)
        if home is None:
            kinds.append([text])
        else:
            home.append(text)
    return [_together(kind) for kind in kinds]


def _alike(one: str, other: str) -> bool:
    matcher = difflib.SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    return matcher.ratio() >= ALIKE and len(_spans(one, other)) <= MOST_SPANS


def _together(kind: Sequence[str]) -> str:
    if len(kind) == 1:
        return kind[0]
    others = list(dict.fromkeys(_other_words(kind[0], text) for text in kind[1:]))
    return f"{kind[0]} Likewise: {'; '.join(others)}."


def _other_words(first: str, text: str) -> str:
    """The words of a text that the first one does not have, near ones joined."""
    other = text.split()
    return GAP.join(" ".join(other[start:end]) for start, end in _spans(first, text)).rstrip(".;:,")


def _spans(first: str, text: str) -> list[tuple[int, int]]:
    """From which word to which the second text differs."""
    matcher = difflib.SequenceMatcher(None, first.split(), text.split(), autojunk=False)
    spans: list[tuple[int, int]] = []
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag == "equal" or start == end:
            continue
        if spans and start - spans[-1][1] <= NEAR:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans
