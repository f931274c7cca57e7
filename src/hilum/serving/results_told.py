"""What the page of results says in words, in the language of whoever asks; numbers and names stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hilum.serving.language import Language, language_spoken, told

_SAID: Final = frozenset(
    {
        *("question", "answer", "event_noun", "endpoints", "notes", "note", "texts", "title", "caption"),
        *("alt", "x_label", "y_label", "better", "worse", "noun", "group", "cells", "map_notes"),
    }
)
_HEADED: Final = frozenset({"columns", "blocks"})
_ROWS: Final = frozenset({"all readers", "macro average", "micro average", "weighted average"})
_LEFT: Final = frozenset({"readers", "comparator", "lead", "parts", "methods", "lines", "name", "reader"})


def told_results(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a run's results, told; what people named, such as readers and parts, is left as it is.

    Args:
        shown: What the page shows, in English. The study's own title is a name.

    Example:
        >>> told_results({"title": "Does it?", "answer": ["Because."]})
        {'title': 'Does it?', 'answer': ['Because.']}
    """
    readers = [each.get(key) for each in shown.get("readers") or () for key in ("name", "label")]
    telling = _Telling(frozenset(map(str, [*readers, *(shown.get("parts") or ())])))
    return {name: value if name == "title" else telling.under(name, value) for name, value in shown.items()}


@dataclass(frozen=True)
class _Telling:
    """Tells what is not one of the names that people gave."""

    names: frozenset[str]

    def under(self, name: str, value: Any) -> Any:
        """What stands under a key: words, or more of it."""
        if name in _LEFT:
            return value
        if name == "limits" and isinstance(value, list):
            return [self.limit(each) for each in value]
        if name in _SAID:
            return self.words(value)
        if name == "label" and isinstance(value, str) and value in _ROWS:
            return self.words(value)
        if name in _HEADED and isinstance(value, list):
            return [self.headed(each) for each in value]
        return self.further(value)

    def limit(self, group: Any) -> Any:
        """Limits of one kind: each whole, since what English leaves out of alike ones cannot be told."""
        if language_spoken() is Language.ENGLISH or not isinstance(group, Mapping) or "each" not in group:
            return self.further(group)
        return self.further({**group, "texts": group["each"]})

    def further(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self.under(str(name), each) for name, each in value.items()}
        return [self.further(each) for each in value] if isinstance(value, list) else value

    def words(self, value: Any) -> Any:
        """Texts are told; numbers of cells, and whatever else, stay."""
        if isinstance(value, str):
            return value if value in self.names else told(value)
        return [self.words(each) for each in value] if isinstance(value, list) else self.further(value)

    def headed(self, value: Any) -> Any:
        """The heading of a column or block."""
        if not isinstance(value, Mapping):
            return self.words(value)
        label = {"label": self.words(value["label"])} if isinstance(value.get("label"), str) else {}
        return {**self.further(value), **label}
