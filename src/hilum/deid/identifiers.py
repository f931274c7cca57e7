"""What in a file says who the patient, the hospital and the doctors are."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import elements, values
from hilum.deid.options import RESEARCH, Options
from hilum.deid.vocabulary import STANDARD_UIDS, terms

PATIENT, PERSON, NUMBER, PLACE, BIRTH = (
    "patient's name",
    "person's name",
    "identifying number",
    "institution or address",
    "birth date",
)
_INSTITUTION = frozenset(("InstitutionName", "InstitutionAddress"))
_DEVICE_UIDS = frozenset(("DeviceUID", "ManufacturerDeviceClassUID"))
_SEPARATORS = re.compile(r"[\^=\\\s,;/()]+")
_SIGNS = re.compile(r"[\W_]+")
_ESCAPES = re.compile(rb"\x1b[\x20-\x2f]+[\x30-\x7e]")


@dataclass(frozen=True)
class Identifiers:
    """What a source holds that must not be anywhere in what becomes of it.

    Attributes:
        texts: (kind, text) for names, numbers, places: whole values and their words.
        raw: (kind, bytes) of names as the file writes them, whatever its character set.
        uids: unique identifiers of instances, series, studies, frames of reference, devices.
        dates: dates as YYYYMMDD, the birth date among them.

    Example:
        >>> source = Dataset()
        >>> source.PatientName = "Hong^Gildong"
        >>> sorted(text for _, text in identifiers_of(source).texts)
        ['Gildong', 'Hong', 'HongGildong', 'Hong^Gildong']
    """

    texts: frozenset[tuple[str, str]]
    raw: frozenset[tuple[str, bytes]]
    uids: frozenset[str]
    dates: frozenset[str]

    def named_in(self, text: str) -> bool:
        """Whether a short text holds one of the identifiers as a word of its own.

        Example:
            >>> source = Dataset()
            >>> source.PatientName = "Hong^Gildong"
            >>> found = identifiers_of(source)
            >>> found.named_in("CHEST OF HONG"), found.named_in("HONGKONG")
            (True, False)
        """
        folded = text.casefold()
        for _, known in self.texts:
            word = known.casefold()
            if len(word) >= (3 if word.isascii() else 2) and word in folded:
                pattern = rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
                if not word.isascii() or re.search(pattern, folded):
                    return True
        return False

    def is_number(self, text: str) -> bool:
        """Whether a number of at least 5 digits is one that identifies the patient or an order.

        Zeros before it and signs inside it do not make it another.

        Example:
            >>> source = Dataset()
            >>> source.PatientID = "123456"
            >>> identifiers_of(source).is_number("123456"), identifiers_of(source).is_number("12")
            (True, False)
        """
        return bare(text) in self.numbers()

    def numbers(self) -> frozenset[str]:
        """The identifying numbers of at least 5 digits, without signs and without zeros before them.

        Example:
            >>> source = Dataset()
            >>> source.AccessionNumber = "0012-3456"
            >>> identifiers_of(source).numbers()
            frozenset({'123456'})
        """
        return _numbers(self.texts)


def bare(number: str) -> str:
    """A number without signs and without zeros before it; letters stay.

    Example:
        >>> bare("00-123456"), bare("A12")
        ('123456', 'A12')
    """
    return _SIGNS.sub("", number).lstrip("0")


@lru_cache(64)
def _numbers(texts: frozenset[tuple[str, str]]) -> frozenset[str]:
    found = (bare(text) for kind, text in texts if kind == NUMBER)
    return frozenset(number for number in found if len(number) >= 5)


def identifiers_of(source: Dataset, options: Options = RESEARCH) -> Identifiers:
    """Collect every identifier of a data set, at any depth, private attributes included.

    What the options retain (unique identifiers, names of institutions, devices' identifiers) is none of them.

    Example:
        >>> source = Dataset()
        >>> source.PatientID = "00123456"
        >>> identifiers_of(source).texts
        frozenset({('identifying number', '00123456')})
    """
    collector = _Collector(options)
    collector.visit(source)
    return Identifiers(
        frozenset(collector.texts),
        frozenset(collector.raw),
        frozenset(collector.uids),
        frozenset(collector.dates),
    )


def uid_is_retained(keyword: str, options: Options) -> bool:
    """Whether the options keep a unique identifier: all, or those of devices (PS3.15 sections E.3.8, E.3.9).

    Example:
        >>> uid_is_retained("DeviceUID", RESEARCH)
        False
        >>> uid_is_retained("DeviceUID", Options(device_identity=True))
        True
    """
    return options.uids or (options.device_identity and keyword in _DEVICE_UIDS)


def _is_name(item: RawDataElement) -> bool:
    """Whether an element holds a person's name, also where the file does not write what it holds."""
    if item.VR is not None or int(item.tag) >> 16 & 1:
        return item.VR == "PN"
    return dictionary_has_tag(item.tag) and dictionary_VR(item.tag) == "PN"


class _Collector:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.retained = _INSTITUTION if options.institution_identity else frozenset()
        self.texts: set[tuple[str, str]] = set()
        self.raw: set[tuple[str, bytes]] = set()
        self.uids: set[str] = set()
        self.dates: set[str] = set()

    def visit(self, dataset: Dataset) -> None:
        for tag in list(dataset.keys()):
            item: object = dataset.get_item(tag)  # as bytes, where pydicom has not converted it yet
            if isinstance(item, RawDataElement) and item.value and _is_name(item):
                self._raw_name(item.value)
        for _, element in elements(dataset):
            if element is None:
                continue
            if element.VR == "SQ":
                for part in element.value:
                    self.visit(part)
            else:
                self._element(element)

    def _element(self, element: DataElement) -> None:
        keyword = element.keyword
        if element.VR == "PN":
            for value in values(element.value):
                self._words(PATIENT if keyword in terms().patient_names else PERSON, value)
        elif keyword in terms().numbers:
            for value in values(element.value):
                self.texts.add((NUMBER, value))
        elif keyword in terms().places and keyword not in self.retained:
            for value in values(element.value):
                self._words(PLACE, value)
        elif element.VR == "UI" and not uid_is_retained(keyword, self.options):
            self.uids.update(
                uid for uid in values(element.value) if len(uid) > 10 and uid not in STANDARD_UIDS
            )
        elif element.VR in ("DA", "DT"):
            days = (value.replace(".", "").replace("-", "")[:8] for value in values(element.value))
            self.dates.update(day for day in days if len(day) == 8 and day.isdigit() and day > "1000")

    def _words(self, kind: str, value: str) -> None:
        """Take a value as a whole, each of its words, and a name's two first parts written as one."""
        common = terms().common_words | (terms().makers if kind == PLACE else frozenset())
        for group in value.split("="):
            if group.casefold() not in common:
                self.texts.add((kind, group))
            parts = [part for part in _SEPARATORS.split(group) if part]
            self.texts.update((kind, part) for part in parts if part.casefold() not in common)
            if kind != PLACE and len(parts) > 1:
                self.texts.add((kind, parts[0] + parts[1]))

    def _raw_name(self, value: bytes) -> None:
        """Take a name in the bytes of its own character set; Latin ones are found as text."""
        for part in re.split(rb"[\^=\\]", _ESCAPES.sub(b"", value)):
            word = part.strip(b" \0")
            if len(word) >= 4 and max(word) > 127 and len(word) <= 64:
                self.raw.add((PERSON, word))
