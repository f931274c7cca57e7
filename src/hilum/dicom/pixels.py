"""The pixels of a DICOM file: as stored, as measured, as a doctor sees them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import named
from hilum.dicom.codecs import decode_stored
from hilum.dicom.colour import is_colour, luminance, to_rgb
from hilum.dicom.functional_groups import has_frame_groups
from hilum.dicom.grey import grey_frame, transform_of
from hilum.dicom.limits import LIMITS, ReadLimits
from hilum.dicom.padding import padding_mask
from hilum.dicom.pixel_header import pixel_header
from hilum.dicom.quiet import quietly
from hilum.dicom.windows import Voi
from hilum.errors import ImageError


@dataclass(frozen=True)
class DicomPixels:
    """Decoded pixels with what is needed to read them.

    Attributes:
        stored: the values as stored, (frames, rows, columns), or (frames, rows, columns, 3) in colour.
        photometric: what the values are in, such as `MONOCHROME2`, `RGB`, `YBR_FULL`, `PALETTE COLOR`.
        bits_stored: bits of one value.
        dataset: where the values came from.
    """

    stored: NDArray[Any]
    photometric: str
    bits_stored: int
    dataset: Dataset

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return int(self.stored.shape[0])

    @property
    def is_colour(self) -> bool:
        """Whether the pixels are in colour, a palette included."""
        return is_colour(self.photometric)

    def modality_values(self) -> NDArray[Any]:
        """Return what the pixels measure, such as Hounsfield units, exactly; the shape is that of `stored`.

        Modality LUT, or slope and intercept, frame by frame where the file has them so (PS3.3 C.11.1). Whole
        slopes and intercepts give whole numbers, others float64. Colour stays as stored.

        Raises:
            ImageError: the rescale slope is 0 or the table is broken.
        """
        if self.is_colour:
            return self.stored
        with named(self.dataset):
            if not has_frame_groups(self.dataset, "PixelValueTransformationSequence"):
                return transform_of(self.stored, self.dataset, 0).apply(self.stored)
            parts = [
                transform_of(self.stored, self.dataset, frame).apply(self.stored[frame])
                for frame in range(self.frames)
            ]
        return np.stack(parts)

    def padding(self) -> NDArray[np.bool_] | None:
        """Mark the pixels that the machine filled in around the image; None where the header names none."""
        return None if self.is_colour else padding_mask(self.stored, self.dataset)

    def rgb(self, frame: int = 0) -> NDArray[Any]:
        """Return a frame in red, green and blue, (rows, columns, 3), whole numbers of as many bits as stored.

        Raises:
            ImageError: the frame is grey, or in colours that cannot be converted.
        """
        with named(self.dataset):
            if not self.is_colour:
                raise ImageError(f"it is in {self.photometric}, which has no colours")
            return to_rgb(self.stored[frame], self.photometric, self.dataset, self.bits_stored)[0]

    def display(self, frame: int = 0, voi: Voi | None = None) -> NDArray[np.float32]:
        """Return one frame as a doctor sees it: grey from 0, black, to 1, white, (rows, columns).

        Modality LUT, then VOI LUT or the first window, else the whole range from the lowest to the highest
        value; MONOCHROME1 inverted; padding black. Colour becomes luminance (ITU-R BT.601).

        Args:
            frame: counted from 0.
            voi: another window or table than the file's own.

        Raises:
            ImageError: there is no such frame, or its tables cannot be read.
        """
        with named(self.dataset):
            if not 0 <= frame < self.frames:
                raise ImageError(f"it has {self.frames} frames, so there is no frame {frame}")
            if self.is_colour:
                rgb, bits = to_rgb(self.stored[frame], self.photometric, self.dataset, self.bits_stored)
                return (luminance(rgb) / (2.0**bits - 1.0)).astype(np.float32)
            return grey_frame(self.stored[frame], self.dataset, frame, voi)


def decode(dataset: Dataset, limits: ReadLimits = LIMITS) -> DicomPixels:
    """Decode the pixels of a data set, exactly as stored.

    The decoder is chosen by transfer syntax: RLE and JPEG 2000 (HTJ2K too) by pylibjpeg, JPEG-LS by pyjpegls,
    lossless JPEG and 12-bit JPEG by GDCM, 8-bit JPEG by Pillow. Bits beside the stored ones are removed and
    signs extended (PS3.5 section 8.1.1). What a compressed frame says of its size is compared with the header
    first.

    Args:
        dataset: from `read_dataset`.
        limits: what decoding may cost.

    Raises:
        ImageError: there are no pixels, they are cut or damaged, their transfer syntax cannot be read, or
            they would cost more than the limits allow.

    Example:
        >>> dataset = Dataset()
        >>> dataset.Rows = dataset.Columns = 2
        >>> dataset.BitsAllocated, dataset.BitsStored, dataset.PixelRepresentation = 16, 12, 0
        >>> dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        >>> dataset.PixelData = np.array([0, 1, 4095, 7], np.uint16).tobytes()
        >>> decode(dataset).stored.tolist()
        [[[0, 1], [4095, 7]]]
    """
    with named(dataset), quietly():
        try:
            header = pixel_header(dataset, limits)
            stored, photometric = decode_stored(dataset, header)
        except ImageError:
            raise
        except MemoryError as error:
            raise ImageError("its pixels need more memory than there is") from error
        except Exception as error:  # codecs raise nearly anything on broken streams
            raise ImageError(
                f"its pixel data cannot be decoded ({type(error).__name__}); export it again"
            ) from error
    return DicomPixels(stored, photometric, header.bits_stored, dataset)
