"""One grey frame as a doctor sees it: the grey-scale pipeline of PS3.4 section N.2."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from hilum.dicom.attributes import text
from hilum.dicom.modality import ModalityTransform, modality_transform
from hilum.dicom.padding import padding_mask
from hilum.dicom.pixel_header import transfer_syntax
from hilum.dicom.windows import Voi, Window, to_grey, values_of_interest


def grey_frame(stored: NDArray[Any], dataset: Dataset, frame: int, voi: Voi | None) -> NDArray[np.float32]:
    """Return a frame as grey from 0, black, to 1, white.

    Args:
        stored: the stored values of the frame, (rows, columns).
        dataset: where they came from.
        frame: which frame it is, counted from 0.
        voi: the window or table to use; None = the file's own, else the whole range of values.

    Raises:
        ImageError: a table cannot be read, or the rescale slope is 0.
    """
    transform = transform_of(stored, dataset, frame)
    if voi is None:
        voi = _own_voi(stored, dataset, frame, transform)
    if voi is None:
        voi = _whole_range(stored, dataset, transform)
    if stored.dtype.kind == "f" or stored.size == 0:
        return _pipeline(stored, dataset, transform, voi)
    low, high = int(stored.min()), int(stored.max())
    if high - low >= stored.size or high >= 2**31 or low < -(2**31):
        return _pipeline(stored, dataset, transform, voi)
    # Every value that occurs goes through the pipeline once and is then looked up: much faster than each
    # pixel.
    table = _pipeline(np.arange(low, high + 1, dtype=np.int32), dataset, transform, voi)
    return table[stored.astype(np.intp) - low]


def transform_of(stored: NDArray[Any], dataset: Dataset, frame: int) -> ModalityTransform:
    """Return what turns the stored values of a frame into modality values.

    Raises:
        ImageError: a table cannot be read, or the rescale slope is 0.

    Example:
        >>> transform_of(np.zeros((1, 1), np.uint8), Dataset(), 0)
        ModalityTransform(slope=1.0, intercept=0.0, table=None)
    """
    signed = stored.dtype.kind == "i"
    return modality_transform(dataset, frame, signed=signed, little=_is_little(dataset))


def _own_voi(stored: NDArray[Any], dataset: Dataset, frame: int, transform: ModalityTransform) -> Voi | None:
    negative = transform.table is None and (transform.intercept < 0 or transform.slope < 0)
    signed = negative or (transform.table is None and stored.dtype.kind == "i")
    return values_of_interest(dataset, frame, signed=signed, little=_is_little(dataset))


def _whole_range(stored: NDArray[Any], dataset: Dataset, transform: ModalityTransform) -> Voi:
    """Return the window from the lowest to the highest value of the image proper, padding left out."""
    padded = padding_mask(stored, dataset)
    image = stored if padded is None or padded.all() else stored[~padded]
    measured = transform.apply(image)
    measured = measured[np.isfinite(measured)] if measured.dtype.kind == "f" else measured
    if measured.size == 0:
        return Window(0.0, 1.0, "LINEAR_EXACT")
    low, high = float(measured.min()), float(measured.max())
    return Window((low + high) / 2, high - low or 1.0, "LINEAR_EXACT")


def _pipeline(
    stored: NDArray[Any], dataset: Dataset, transform: ModalityTransform, voi: Voi
) -> NDArray[np.float32]:
    grey = to_grey(transform.apply(stored), voi)
    if is_inverted(dataset):
        grey = 1.0 - grey
    padded = padding_mask(stored, dataset)
    if padded is not None:
        grey = np.where(padded, 0.0, grey)
    return np.nan_to_num(grey, nan=0.0).astype(np.float32)


def is_inverted(dataset: Dataset) -> bool:
    """Tell whether low values are shown white: MONOCHROME1, or a Presentation LUT Shape of INVERSE.

    Both together mean the same thing once (PS3.3 C.8.11.3.1.2 asks for both in digital X-ray images).

    Example:
        >>> dataset = Dataset()
        >>> dataset.PhotometricInterpretation = "MONOCHROME1"
        >>> is_inverted(dataset)
        True
    """
    shape = text(dataset, "PresentationLUTShape").upper()
    return text(dataset, "PhotometricInterpretation").upper() == "MONOCHROME1" or shape == "INVERSE"


def _is_little(dataset: Dataset) -> bool:
    return transfer_syntax(dataset) != ExplicitVRBigEndian
