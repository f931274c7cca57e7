"""One frame of a DICOM file with several, as an image of its own that any viewer can show."""

import io
from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydicom import Dataset
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from hilum.annotation.frames import frame_count
from hilum.dicom import decode, quietly, read_dataset
from hilum.dicom.functional_groups import frame_group
from hilum.errors import ImageError

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelValueTransformationSequence": (
        *("RescaleIntercept", "RescaleSlope", "RescaleType"),
        "ModalityLUTSequence",
    ),
    "FrameVOILUTSequence": (
        *("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction"),
        "VOILUTSequence",
    ),
}
"""Where enhanced objects keep what ordinary ones keep at the top (PS3.3 section C.7.6.16.2)."""
_OF_ALL_FRAMES = frozenset(
    (
        *("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence", "NumberOfFrames"),
        *("FrameIncrementPointer", "PageNumberVector", "FrameTimeVector", "GridFrameOffsetVector"),
        *("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "DimensionIndexSequence"),
        "DimensionOrganizationSequence",
    )
)
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


@dataclass(frozen=True)
class _Opened:
    """A file's header, and where its pixels stand.

    Attributes:
        header: without pixels.
        frames: how many there are.
        start: of the value of the pixel data in the file; -1 where it must be read whole.
        length: of that value in bytes; -1 for compressed pixels.
    """

    header: FileDataset
    frames: int
    start: int
    length: int


def has_frames(header: Dataset) -> bool:
    """Whether a file has several frames, or keeps what belongs to its frame in functional groups.

    Example:
        >>> has_frames(Dataset())
        False
    """
    return frame_count(header) > 1 or "PerFrameFunctionalGroupsSequence" in header


def frame_content(file: Path, frame: int) -> bytes:
    """A frame as a DICOM file: its pixels as they are stored, what belongs to it at the top of the header.

    Only that part of the file is read, so that the first frame of a long one is there at once.

    Args:
        file: in the archive.
        frame: its number, from 1.

    Raises:
        ImageError: the file cannot be read, or has no such frame.
    """
    state = file.stat()
    opened = _opened(file, state.st_mtime_ns, state.st_size)
    if not 1 <= frame <= opened.frames:
        raise ImageError(f"the image has {opened.frames} frames, so there is no frame {frame}")
    try:
        with quietly():
            made = _alone(opened.header, frame)
            _put_pixels(made, file, opened, frame)
            buffer = io.BytesIO()
            made.save_as(buffer, enforce_file_format=True)
    except (ImageError, OSError):
        raise
    except Exception as error:  # pydicom raises nearly anything on broken files
        raise ImageError(f"frame {frame} cannot be taken out of its file") from error
    return buffer.getvalue()


@lru_cache(maxsize=4)
def _opened(file: Path, _changed: int, _size: int) -> _Opened:
    """The header of a file, kept while its frames are asked for one after the other."""
    from pydicom import dcmread

    header = read_dataset(file, stop_before_pixels=True)
    frames = frame_count(header)
    if header.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        return _Opened(header, frames, -1, 0)
    with quietly():
        whole = dcmread(file, defer_size=4096)
        found = next((whole.get_item(word) for word in _PIXELS if word in whole), None)
    if found is None or getattr(found, "value_tell", None) is None:
        return _Opened(header, frames, -1, 0)
    raw: Any = found
    length = -1 if raw.length == 0xFFFFFFFF else int(raw.length)
    return _Opened(header, frames, int(raw.value_tell), length)


def _alone(header: FileDataset, frame: int) -> FileDataset:
    """The header of one frame."""
    made = FileDataset("", {}, file_meta=deepcopy(header.file_meta), preamble=b"\0" * 128)
    implicit, little = header.original_encoding
    made.set_original_encoding(implicit, little, header.original_character_set)
    for element in header:
        if element.keyword not in _OF_ALL_FRAMES:
            made[element.tag] = copy(element)
    for sequence, keywords in _GROUPS.items():
        group = frame_group(header, sequence, frame - 1)
        if group is None:
            continue
        for keyword in keywords:
            if keyword in made:
                del made[keyword]
            if keyword in group:
                made[keyword] = group[keyword]
    return made


def _put_pixels(made: FileDataset, file: Path, opened: _Opened, frame: int) -> None:
    if opened.start < 0 or int(made.get("BitsAllocated") or 0) == 1:
        _decoded(made, file, frame)
        return
    with file.open("rb") as stream:
        stream.seek(opened.start)
        if opened.length < 0:
            value = encapsulate([get_frame(stream, frame - 1, **_offsets(opened))])
        else:
            size = _frame_bytes(made)
            if size * opened.frames > opened.length:
                raise ImageError("the file holds fewer frames than it says")
            stream.seek(opened.start + (frame - 1) * size)
            value = stream.read(size)
            value += b"\0" * (len(value) % 2)
    made.add_new(0x7FE00010, "OB" if opened.length < 0 or made.BitsAllocated <= 8 else "OW", value)
    made["PixelData"].is_undefined_length = opened.length < 0


def _offsets(opened: _Opened) -> dict[str, Any]:
    table, lengths = (
        opened.header.get(word) for word in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
    )
    found: dict[str, Any] = {"number_of_frames": opened.frames}
    return found | {"extended_offsets": (table, lengths)} if table and lengths else found


def _frame_bytes(made: Dataset) -> int:
    """Bytes of a frame that is not compressed (PS3.5 section 8.1.1; halved colour: PS3.3 C.7.6.3.1.2)."""
    samples = 2 if made.get("PhotometricInterpretation") == "YBR_FULL_422" else int(made.SamplesPerPixel)
    return int(made.Rows) * int(made.Columns) * samples * int(made.BitsAllocated) // 8


def _decoded(made: FileDataset, file: Path, frame: int) -> None:
    """The pixels of files that must be read whole: unpacked ones, and masks of one bit a pixel."""
    pixels = decode(read_dataset(file))
    values = pixels.stored[frame - 1]
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.set_original_encoding(False, True, made.original_character_set)
    made.BitsAllocated = values.dtype.itemsize * 8
    made.BitsStored, made.HighBit = pixels.bits_stored, pixels.bits_stored - 1
    made.PhotometricInterpretation = pixels.photometric
    if values.ndim == 3:
        made.PlanarConfiguration = 0
    value = values.tobytes()
    made.add_new(0x7FE00010, "OB" if values.dtype.itemsize == 1 else "OW", value + b"\0" * (len(value) % 2))
