"""A pydicom data set over bytes that converts what is asked for and notes what that was."""

from collections.abc import Callable, Iterator, MutableMapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from pydicom.charset import convert_encodings, default_encoding
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from hilum.deid.raw.forms import Form, form_of
from hilum.deid.raw.skeleton import PIXEL_DATA, Skeleton

Element = DataElement | RawDataElement
_MOST_REMEMBERED = 5_000
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())


class RawSource:
    """The elements of a file by tag.

    Args:
        data: the file.
        skeleton: where its elements are.

    Attributes:
        raws: the bytes of each element of the top level but the pixel data.
        encoding: pydicom's names of its character sets.
    """

    def __init__(self, data: bytes, skeleton: Skeleton) -> None:
        self.data, self.skeleton = data, skeleton
        self.raws = dict(skeleton.elements)
        self._forms: dict[int, Form | None] = {}
        self.encoding: Any = default_encoding
        if (declared := self.raws.get(0x00080005)) is not None:
            self.encoding = _encoding(declared, implicit=skeleton.implicit)

    def element(self, tag: int, raw: bytes) -> Element:
        """One element as pydicom reads it from a file, not converted yet."""
        element = _raw_element(tag, raw, implicit=self.skeleton.implicit)
        return self._sequence(tag, raw) if element.length == -1 else element

    def form(self, tag: int, raw: bytes) -> Form | None:
        """The form of an element, found once."""
        if tag not in self._forms:
            self._forms[tag] = form_of(tag, raw, implicit=self.skeleton.implicit)
        return self._forms[tag]

    def pixel_element(self) -> RawDataElement:
        """The pixel data, without looking into it."""
        header, (start, end) = self.skeleton.pixel_header, self.skeleton.pixels
        vr = None if self.skeleton.implicit else header[4:6].decode("ascii")
        value = self.data[start:end]
        return RawDataElement(BaseTag(PIXEL_DATA), vr, len(value), value, 0, self.skeleton.implicit, True)

    def meta(self, *, syntax_only: bool) -> FileMetaDataset:
        """The file meta information, or only the transfer syntax of it."""
        found: dict[BaseTag, Any] = {
            BaseTag(tag): RawDataElement(BaseTag(tag), vr, len(value), value or _empty(vr), 0, False, True)
            for tag, (vr, value) in self.skeleton.meta.items()
            if tag == 0x00020010 or not syntax_only
        }
        meta = FileMetaDataset(found)
        meta.set_original_encoding(False, True, "iso8859")
        return meta

    def _sequence(self, tag: int, raw: bytes) -> Element:
        """A sequence of undefined length is read at once, as pydicom does."""
        read = read_dataset(BytesIO(raw), self.skeleton.implicit, True, parent_encoding=self.encoding)
        found = read.get_item(tag)
        assert len(read) == 1
        assert isinstance(found, DataElement)
        return found


class Watched(MutableMapping[BaseTag, Element]):
    """What a pydicom `Dataset` keeps its elements in; notes what is asked for.

    Notes are tags; those of elements that were asked for as cleaned are written as `~tag`.

    Args:
        source: the elements as they came.
        subject: the tag that the computation is about, which is no note; None where it is about all.

    Attributes:
        notes: what was asked for, in order.
        everything: whether all elements were asked for.
        alone: whether the subject is to look like the only element to who asks for all.
        whole_meta: whether all of the file meta information is to be seen, or only the transfer syntax.
        changed: what was set; None for what was deleted.
        cleaned: the bytes of elements after cleaning, which stand in place of those of the source with tags
            below the subject.
    """

    def __init__(self, source: RawSource, subject: int | None) -> None:
        self.source, self.subject = source, subject
        self.notes: dict[int, None] = {}
        self.everything = False
        self.alone = self.whole_meta = False
        self.changed: dict[int, Element | None] = {}
        self.cleaned: dict[int, bytes] | None = None

    def _raw(self, tag: int) -> bytes | None:
        """The bytes that stand for an element now; notes that it was asked for."""
        as_cleaned = self.cleaned is not None and (self.subject is None or tag < self.subject)
        if tag != self.subject:
            self.notes[~tag if as_cleaned else tag] = None
        if as_cleaned:
            assert self.cleaned is not None
            return self.cleaned.get(tag)
        return self.source.raws.get(tag)

    def __getitem__(self, tag: int) -> Element:
        tag = int(tag)
        if tag in self.changed:
            found = self.changed[tag]
        elif tag == PIXEL_DATA:
            found = self._pixels()
        else:
            raw = self._raw(tag)
            found = self.source.element(tag, raw) if raw else None
        if found is None:
            raise KeyError(tag)
        return found

    def _pixels(self) -> Element:
        self.notes[PIXEL_DATA] = None
        found = self.source.pixel_element()
        self.changed[PIXEL_DATA] = found
        return found

    def __contains__(self, tag: object) -> bool:
        assert isinstance(tag, int)
        tag = int(tag)
        if tag in self.changed:
            return self.changed[tag] is not None
        if tag == PIXEL_DATA:
            self.notes[PIXEL_DATA] = None
            return True
        return bool(self._raw(tag))

    def __setitem__(self, tag: int, element: Element) -> None:
        self.changed[int(tag)] = element

    def __delitem__(self, tag: int) -> None:
        self.changed[int(tag)] = None

    def __iter__(self) -> Iterator[BaseTag]:
        if self.alone:
            assert self.subject is not None
            return iter((BaseTag(self.subject),))
        self.everything = True
        return iter(sorted(map(BaseTag, (*self.source.raws, PIXEL_DATA))))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Header(Dataset):
    """A cleaned header for reading, which knows the values that were read from equal elements of other files.

    Attributes:
        remembered: those values by the bytes of their elements.
        cleaned: the bytes of its own elements.
    """

    remembered: dict[bytes, Any]
    cleaned: dict[int, bytes]

    def get(self, key: Any, default: Any = None) -> Any:
        """As `Dataset.get`."""
        tag = tag_for_keyword(key) if isinstance(key, str) else None
        if tag is None:
            return super().get(key, default)
        raw = self.cleaned.get(tag)
        if not raw:
            return super().get(key, default) if tag == PIXEL_DATA else default
        if raw not in self.remembered:
            self.remembered[raw] = super().get(key, default)
        return self.remembered[raw]


def header_of(source: RawSource, cleaned: dict[int, bytes], remembered: dict[bytes, Any]) -> Header:
    """A header to read from, as it is after cleaning.

    Args:
        source: the file as it came.
        cleaned: the bytes of its elements after cleaning.
        remembered: values by the bytes of their elements, of files with the same encoding; it is added to.
    """
    if len(remembered) > _MOST_REMEMBERED:
        remembered.clear()
    watched = Watched(source, None)
    watched.cleaned = cleaned
    header = Header(watched)
    header.set_original_encoding(source.skeleton.implicit, True, ["utf8"])
    object.__setattr__(header, "file_meta", _syntax_only(implicit=source.skeleton.implicit))
    object.__setattr__(header, "cleaned", cleaned)
    object.__setattr__(header, "remembered", remembered if not source.skeleton.implicit else {})
    return header


def dataset_over(watched: Watched) -> Dataset:
    """A data set of pydicom's that takes its elements from there.

    What is asked for in its file meta information is not noted; so rules are given only the transfer syntax,
    which is that of the encoding.
    """
    dataset = Dataset(watched)
    dataset.set_original_encoding(watched.source.skeleton.implicit, True, watched.source.encoding)
    dataset.file_meta = watched.source.meta(syntax_only=not watched.whole_meta)
    dataset.preamble = watched.source.data[:128]
    return dataset


def look_at(source: RawSource, cleaned: dict[int, bytes]) -> Callable[[int], bytes | None]:
    """What a note means in this file."""
    raws, pixels = source.raws, source.skeleton.pixel_header

    def look(note: int) -> bytes | None:
        if note == PIXEL_DATA:
            return pixels
        return raws.get(note) if note >= 0 else cleaned.get(~note)

    return look


@lru_cache(2)
def _syntax_only(*, implicit: bool) -> FileMetaDataset:
    """File meta information that names the transfer syntax only; for reading."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    return meta


@lru_cache(64)
def _encoding(declared: bytes, *, implicit: bool) -> Any:
    """The character sets that a file declares, by the names that pydicom gives them."""
    raw = _raw_element(0x00080005, declared, implicit=implicit)
    return convert_encodings(convert_raw_data_element(raw).value)


def _raw_element(tag: int, raw: bytes, *, implicit: bool) -> RawDataElement:
    """An element as pydicom reads it; its length is -1 where it is not given."""
    vr = None if implicit else raw[4:6].decode("ascii")
    start = 12 if raw[4:6] in _LONG and not implicit else 8
    length = -1 if raw[start - 4 : start] == b"\xff\xff\xff\xff" else len(raw) - start
    return RawDataElement(BaseTag(tag), vr, length, raw[start:] or _empty(vr), 0, implicit, True)


def _empty(vr: str | None) -> Any:
    from pydicom.dataelem import empty_value_for_VR

    return empty_value_for_VR(vr, raw=True)
