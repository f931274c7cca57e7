"""From what identified the patient to the bytes that may stand in a file."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from hilum.deid.identifiers import NUMBER, PATIENT, PLACE
from hilum.deid.second_look_forms import forms
from hilum.deid.second_look_search import Bound, Search, Word

Texts = frozenset[tuple[str, str]]
Raw = frozenset[tuple[str, bytes]]
SQUEEZED_OUT = b"\0 -_.,'^/()"
"""What people put between the parts of names and numbers, and the zeros of UTF-16."""

_ENCODINGS = ("utf-8", "cp949", "shift_jis", "euc_jp", "gb18030", "big5", "latin-1", "iso8859_2", "koi8_r")
_ISO_2022 = ("iso2022_kr", "iso2022_jp_2")
_UTF_16 = ("utf-16-le", "utf-16-be")
_DESIGNATORS = re.compile(rb"\x1b[\x20-\x2f]+[\x30-\x7e]")
_BINARY = re.compile(rb"[\x00-\x0d\x10-\x1a\x1c-\x1f]")  # no name in any character set holds these
_SHORTEST_LETTERS, _SHORTEST_DIGITS, _SHORTEST_OTHER = 4, 5, 2
_BOUND_LETTERS, _BOUND_DIGITS, _LONG_DIGITS = 5, 6, 9
_SHORTEST_NATIVE, _SHORTEST_IN_STREAM, _SHORTEST_SQUEEZED, _SHORTEST_ENCODED = 8, 6, 6, 6
_LAST_LATIN = "\u024f"


@lru_cache(64)
def header_search(texts: Texts, raw: Raw) -> Search:
    """The search through a header and through text inside compressed streams: every form in every encoding.

    Latin words of at least 4 letters (up to 5 letters only as words of their own), numbers of at least 5
    digits, other scripts from 2 characters on.
    """
    words = {Word(kind, pattern.upper()) for kind, pattern in raw if not _BINARY.search(pattern)}
    for kind, form in _forms(texts, _SHORTEST_LETTERS):
        words.update(_words_of(kind, form))
    return Search(words, stride=1)


@lru_cache(64)
def squeezed_search(texts: Texts) -> Search:
    """The search through a header without spaces, hyphens and the like: `GIL-DONG`, `010 1234 5678`.

    Names and numbers of the patient are also searched for as base64 and hexadecimal digits.
    """
    words: set[Word] = set()
    for kind, form in _forms(texts, _SHORTEST_LETTERS):
        words.update(_squeezed_words(kind, form))
    for kind, text in texts:
        for code in _base64_and_hex(kind, text):
            words.add(Word(kind, code.translate(None, SQUEEZED_OUT).upper()))
    return Search(words, stride=1)


def _squeezed_words(kind: str, form: str) -> Iterator[Word]:
    if kind == PLACE and " " in form:
        return  # `GE Medical Systems` is no place where it is a maker
    plain = form.encode("utf-8", "replace").translate(None, SQUEEZED_OUT).decode("utf-8", "replace")
    digits = plain.isascii() and plain.isdigit()
    searched = plain.lstrip("0") if digits else form
    shortest = _BOUND_DIGITS + 1 if digits else _SHORTEST_SQUEEZED if form.isascii() else _SHORTEST_OTHER + 1
    if len(searched if digits else plain) >= shortest:
        bound: Bound = "long digits" if digits and len(searched) < _LONG_DIGITS else "none"
        for pattern, _ in _encoded(searched):
            yield Word(kind, pattern.translate(None, SQUEEZED_OUT).upper(), bound, zeros=digits)


@lru_cache(64)
def pixel_search(texts: Texts, *, compressed: bool) -> Search:
    """The search through pixels: only what does not stand in any large block of numbers by chance.

    Words of at least 8 bytes; in compressed streams, whose bytes are like noise, of 6. Not one with fewer
    than 4 different characters (3 where they are not Latin), nor one whose characters rise or fall evenly:
    these look like the ramps of test patterns and tables.
    """
    shortest = _SHORTEST_IN_STREAM if compressed else _SHORTEST_NATIVE
    words: set[Word] = set()
    for kind, form in _forms(texts, shortest, striking=True):
        if _is_striking(form) and len(form.encode("utf-8", "replace")) >= shortest:
            words.update(_words_of(kind, form))
    chosen = {_whatever_beside(word) for word in words if len(word.pattern) >= _SHORTEST_IN_STREAM}
    if not compressed:  # a few small numbers, each with a zero, stand in any picture of 16 bits
        chosen = {word for word in chosen if 0 not in word.pattern or len(word.pattern) >= 2 * shortest}
    short = any(len(word.pattern) < _SHORTEST_NATIVE for word in chosen)
    return Search(chosen, stride=2 if short else 4)


def _whatever_beside(word: Word) -> Word:
    """A long word as it is found in pixels: a grey value beside it that reads as a digit must not hide it."""
    core = word.pattern.replace(b"\0", b"").decode("latin-1")
    return replace(word, bound="none") if len(core) >= _SHORTEST_NATIVE and _is_striking(core) else word


def uid_search(uids: Iterable[str]) -> Search:
    """The search through pixels for unique identifiers, which are others in each file."""
    return Search([Word("unique identifier", uid.encode()) for uid in uids if uid.isascii()], stride=4)


def _forms(texts: Texts, shortest: int, *, striking: bool = False) -> Iterator[tuple[str, str]]:
    """All forms of all identifiers; none of a whole name of which a part is found wherever it stands."""

    def found_alone(part: str) -> bool:
        fits = len(part.encode("utf-8", "replace")) >= shortest and (_is_striking(part) or not striking)
        latin = max(part) <= _LAST_LATIN
        return (
            part in known and fits and (len(part) > _BOUND_LETTERS and not part.isdigit() if latin else True)
        )

    known = {
        text for _, text in texts if max(text, default="") <= _LAST_LATIN or len(text) >= _SHORTEST_OTHER
    }
    for kind, text in texts:
        for form in forms(kind, text, found_alone):
            yield kind, form


def _words_of(kind: str, form: str) -> Iterator[Word]:
    """One form in every encoding, with what must not stand beside it."""
    letters = sum(character.isalnum() for character in form)
    if form.isascii() and form.isdigit():
        core = form.lstrip("0")
        zeros = len(core) >= _SHORTEST_DIGITS
        core = core if zeros else form
        if len(core) >= _SHORTEST_DIGITS and core.strip("0"):
            bound: Bound = "digits" if len(core) <= _BOUND_DIGITS else "long digits"
            for pattern, width in _encoded(core):
                yield Word(kind, pattern, bound, width, zeros)
    elif max(form, default="") <= _LAST_LATIN:
        if letters >= _SHORTEST_LETTERS:
            bound = "letters" if len(form) <= _BOUND_LETTERS else "none"
            for pattern, width in _encoded(form):
                yield Word(kind, pattern.upper(), bound, width)
    elif letters >= _SHORTEST_OTHER:
        for pattern, _ in _encoded(form):
            yield Word(kind, pattern.upper())


def _encoded(text: str) -> Iterator[tuple[bytes, int]]:
    """A text in every encoding that can write it, with the bytes of a Latin character."""
    encodings = _ENCODINGS[:1] if text.isascii() else _ENCODINGS
    for width, names in ((1, encodings), (2, _UTF_16)):
        for encoding in names:
            try:
                pattern = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            if len(pattern) >= 4:
                yield pattern, width
    if not text.isascii():
        yield from ((pattern, 1) for pattern in _with_escapes(text))


def _with_escapes(text: str) -> Iterator[bytes]:
    """ISO 2022: the seven-bit bytes between the escape sequences; two characters only with their opening."""
    for encoding in _ISO_2022:
        try:
            written = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        runs = [run for run in re.split(rb"[\x0e\x0f]", _DESIGNATORS.sub(b"\x0f", written)) if run]
        if len(runs) == 1 and len(runs[0]) >= 6:
            yield runs[0]
        opening = written.removeprefix(b"\x1b$)C").rstrip(b"\x0f").removesuffix(b"\x1b(B")
        if len(opening) >= 5:
            yield opening


def _base64_and_hex(kind: str, text: str) -> Iterator[bytes]:
    """Names and numbers of the patient as programs pack them; base64 at each of its three beginnings."""
    plain = text.encode("utf-8", "replace")
    if kind not in (NUMBER, PATIENT) or len(plain) < _SHORTEST_ENCODED:
        return
    yield binascii.hexlify(plain)
    for shift, skipped in ((0, 0), (1, 2), (2, 3)):
        whole = (shift + len(plain)) // 3 * 4
        yield base64.b64encode(bytes(shift) + plain)[skipped:whole]


def _is_striking(text: str) -> bool:
    """Whether a text cannot be mistaken for numbers that stay the same, alternate or rise evenly."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(set(text)) >= (4 if text.isascii() else 3) and len(steps) > 1
