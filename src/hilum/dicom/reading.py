"""Reading a DICOM file within limits."""

import os
import zlib
from io import BytesIO
from pathlib import Path

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filereader import read_dataset as pydicom_read_dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from hilum.dicom.limits import LIMITS, ReadLimits
from hilum.dicom.quiet import quietly
from hilum.dicom.signature import looks_like_dicom
from hilum.dicom.structure import DamageError, Encoding, NeedMoreError, StructureWalk
from hilum.errors import ImageError

_HEADER_BYTES = 256 << 10
_INFLATE_STEP = 4 << 20


def read_dataset(
    path: Path | str, *, stop_before_pixels: bool = False, limits: ReadLimits = LIMITS
) -> FileDataset:
    """Read a DICOM file that may be damaged or hostile.

    The skeleton of the file is walked first: how deep sequences nest, whether each length fits into what
    holds it, whether the file ends where it should. Only then pydicom reads it. Implicit and explicit VR, big
    endian and deflated files are read, with or without the preamble of PS3.10; what the preamble holds does
    not matter.

    Args:
        path: the file.
        stop_before_pixels: leave out the pixel data (and what follows it) and read only the header from disk.
        limits: what the file may cost.

    Returns:
        The data set with its file meta information; `filename` is the path as given. Values are converted by
        pydicom when they are asked for; wrap that in `hilum.dicom.quietly` where odd values should not warn.

    Raises:
        ImageError: the file is not DICOM, is cut or damaged, or asks for more than the limits allow.

    Example:
        >>> read_dataset("README.md")
        Traceback (most recent call last):
        hilum.errors.ImageError: README.md is not DICOM...
    """
    path = Path(path)
    try:
        dataset = _read_file(path, limits, stop_before_pixels=stop_before_pixels)
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    except DamageError as error:
        raise ImageError(f"{path} is damaged: {error}; export it again") from error
    except ImageError as error:
        raise ImageError(f"{path} {error}") from error.__cause__
    dataset.filename = str(path)
    return dataset


def _read_file(path: Path, limits: ReadLimits, *, stop_before_pixels: bool) -> FileDataset:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limits.file_bytes:
            raise ImageError(f"is larger than the {limits.file_bytes >> 20:,} MB that a DICOM file may have")
        head = file.read(_HEADER_BYTES)
        if not looks_like_dicom(head):
            raise ImageError("is not DICOM: it has no DICM prefix and starts with no DICOM element")
        if stop_before_pixels:
            try:
                return _parse(head, size, limits, stop_before_pixels=True)
            except NeedMoreError:
                pass
        data = head + file.read()
        return _parse(data, len(data), limits, stop_before_pixels=stop_before_pixels)


def _parse(data: bytes, size: int, limits: ReadLimits, *, stop_before_pixels: bool) -> FileDataset:
    """Walk the skeleton, then let pydicom read."""
    try:
        with quietly():
            return _parse_checked(data, size, limits, stop_before_pixels=stop_before_pixels)
    except (DamageError, NeedMoreError, ImageError):
        raise
    except (MemoryError, RecursionError) as error:
        raise ImageError("is refused: it asks for more memory than there is") from error
    except Exception as error:  # pydicom raises nearly everything on broken headers
        raise DamageError(f"its header cannot be understood ({type(error).__name__})") from error


def _parse_checked(data: bytes, size: int, limits: ReadLimits, *, stop_before_pixels: bool) -> FileDataset:
    preamble, meta, start = _read_meta(data, size, limits)
    syntax = meta.get("TransferSyntaxUID")
    if syntax == DeflatedExplicitVRLittleEndian:
        if len(data) < size:
            raise NeedMoreError
        data, start = _inflate(data[start:], limits), 0
        size = len(data)
    encoding = _encoding(syntax, data[start : start + 6])
    walk = StructureWalk(data, size, limits, stop_at_pixels=stop_before_pixels)
    end = walk.walk(start, encoding)
    buffer = BytesIO(memoryview(data)[start:end])
    body: Dataset = pydicom_read_dataset(buffer, encoding.implicit, encoding.little)
    dataset = FileDataset(BytesIO(), body, preamble, meta, encoding.implicit, encoding.little)
    implicit, little = body.original_encoding
    dataset.set_original_encoding(implicit, little, body.original_character_set)
    dataset.buffer = None
    return dataset


def _read_meta(data: bytes, size: int, limits: ReadLimits) -> tuple[bytes | None, FileMetaDataset, int]:
    """Return the preamble, the file meta information, and where the data set starts."""
    has_preamble = data[128:132] == b"DICM"
    start = 132 if has_preamble else 0
    end = start
    while data[end : end + 2] == b"\x02\x00":
        if end - start > 1 << 16:
            raise DamageError("its file meta information does not end")
        end = StructureWalk(data, size, limits).skip_element(end)
    if end > min(len(data), size):
        raise DamageError("it ends inside the file meta information")
    buffer = BytesIO(data[start:end])
    meta = FileMetaDataset(pydicom_read_dataset(buffer, is_implicit_VR=False, is_little_endian=True))
    meta.set_original_encoding(False, True, "iso8859")
    str(meta.get("TransferSyntaxUID"))  # convert now: a broken value must show here
    return data[:128] if has_preamble else None, meta, end


def _encoding(syntax: str | None, first: bytes) -> Encoding:
    """How the data set is written; guessed from its first element where the file does not say."""
    if syntax is None:
        explicit = first[4:6].isalpha() and first[4:6].isupper()
        return Encoding(implicit=not explicit, little=not (explicit and first[0] == 0 and first[1] != 0))
    return Encoding(implicit=syntax == ImplicitVRLittleEndian, little=syntax != ExplicitVRBigEndian)


def _inflate(data: bytes, limits: ReadLimits) -> bytes:
    """Unpack a deflated data set (PS3.5 A.5); a bomb is counted, not kept."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    size, rest = 0, data
    try:
        while rest and not unpacker.eof:
            size += len(unpacker.decompress(rest, _INFLATE_STEP))
            rest = unpacker.unconsumed_tail
            if size > limits.inflated_bytes:
                raise ImageError(
                    f"is refused: its deflated data set is larger than {limits.inflated_bytes >> 20} MB"
                )
        if not unpacker.eof:
            raise DamageError("its deflated data set is cut")
        return zlib.decompress(data, -zlib.MAX_WBITS, bufsize=size + 1)
    except zlib.error as error:
        raise DamageError("its deflated data set cannot be unpacked") from error
