"""The forms in which a hospital may have written an identifier down."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product

from hilum.deid.identifiers import NUMBER, PATIENT, PERSON

_SEPARATORS = re.compile(r"[\^=\\\s,;/()]+")
_BETWEEN_PARTS = ("", " ", "^", ", ", ",", "_")
_MOST_PARTS = 5
_LETTERS_THEN_DIGITS = re.compile(r"([A-Za-z]+)([0-9]+)")


def forms(kind: str, text: str, found_alone: Callable[[str], bool]) -> set[str]:
    """Write an identifier in every way that means the same: order, separators, accents, composed letters.

    Args:
        kind: one of the kinds of `hilum.deid.identifiers`.
        text: as it stands in the source.
        found_alone: whether a part of a name is searched for by itself, so that the whole need not be.

    Example:
        >>> sorted(forms("patient's name", "Li^An", lambda part: False))[:4]
        ['An Li', 'An, Li', 'An,Li', 'AnLi']
        >>> sorted(forms("identifying number", "900101-1234567", lambda part: False))
        ['900101-1234567', '9001011234567']
    """
    if kind == NUMBER:
        found = {text, *_numbers(text)}
    else:
        parts = [part for part in _SEPARATORS.split(text) if part]
        if len(parts) > 1 and any(found_alone(part) for part in parts):
            return set()
        found = {text, *_joined(text)}
        if kind in (PATIENT, PERSON) and 2 <= len(parts) <= _MOST_PARTS:
            found.update(_orders(parts))
    foreign = [form for form in found if not form.isascii()]
    return found.union(*map(_spellings, foreign))


def _joined(text: str) -> Iterator[str]:
    """A part with a hyphen or an apostrophe, without it and with a space."""
    for mark in ("-", "'", "\u2019"):
        if mark in text:
            yield text.replace(mark, "")
            yield text.replace(mark, " ")


def _orders(parts: list[str]) -> Iterator[str]:
    """Family name first and last, joined by what people put between names."""
    for order, between in product((parts, [*parts[1:], parts[0]]), _BETWEEN_PARTS):
        yield between.join(order)


def _numbers(text: str) -> Iterator[str]:
    """A number without its separators, and with one between letters and digits."""
    compact = "".join(character for character in text if character.isalnum())
    yield compact
    if parts := _LETTERS_THEN_DIGITS.fullmatch(compact):
        for between in ("-", "_", " "):
            yield between.join(parts.groups())


def _spellings(text: str) -> Iterator[str]:
    """Upper, lower and title case of letters outside ASCII, composed and decomposed, without accents."""
    for form in (text, text.upper(), text.lower(), text.title()):
        yield unicodedata.normalize("NFC", form)
        yield unicodedata.normalize("NFD", form)
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    if plain.isascii():
        yield plain
