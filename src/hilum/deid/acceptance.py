"""Which files can be cleaned, and which are refused because it is not yet known how."""

from pydicom.dataset import Dataset
from pydicom.uid import UID

from hilum.deid.attributes import plain, values
from hilum.deid.objects import (
    IMAGE,
    PIXELS,
    PRESENTATION,
    REPORT,
    SEGMENTATION,
    kind_of,
    may_have_pixels,
    why_refused,
)
from hilum.deid.options import RESEARCH, Options
from hilum.deid.refusal import Refusal
from hilum.deid.vocabulary import STANDARD_UIDS

BURNED_IN = "burned-in text"
NOT_CLEANED_YET = "this kind of object cannot be cleaned yet"


def refusal_of(
    dataset: Dataset, *, looked_by_person: bool = False, options: Options = RESEARCH
) -> Refusal | None:
    """Say why a data set is refused before its pixels are looked at; None where it is not.

    Args:
        dataset: as read from the file, with its file meta information.
        looked_by_person: a person has said that there is no writing in the picture, whatever the header says.
        options: of the workspace's protocol: without cleaned structured content, reports are refused; without
            cleaned graphics, presentation states.

    Example:
        >>> refusal_of(Dataset()).reason
        'not a complete DICOM image'
    """
    sop_class = UID(plain(dataset, "SOPClassUID") or plain(_meta(dataset), "MediaStorageSOPClassUID"))
    kind = kind_of(sop_class)
    if kind is None and (sentence := why_refused(sop_class)):
        return Refusal(NOT_CLEANED_YET, sentence)
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if not plain(dataset, keyword):
            return Refusal("not a complete DICOM image", f"its header has no {keyword}")
    if kind is None:
        name = sop_class.name if sop_class in STANDARD_UIDS else "an object of unknown kind"
        return Refusal(NOT_CLEANED_YET, f"{name} cannot be cleaned yet")
    if (kind, options.structured_content) == (REPORT, "removed"):
        return Refusal(NOT_CLEANED_YET, "the protocol of this workspace lets no structured reports in")
    if (kind, options.graphics) == (PRESENTATION, "removed"):
        return Refusal(NOT_CLEANED_YET, "the protocol of this workspace lets no presentation states in")
    if kind in (IMAGE, SEGMENTATION) and "PixelData" not in dataset:
        return Refusal("not a complete DICOM image", "it has no pixel data")
    syntax = plain(_meta(dataset), "TransferSyntaxUID")
    if syntax not in STANDARD_UIDS:
        return Refusal("unreadable image", "its transfer syntax is missing or unknown")
    return None if looked_by_person else _says_so(dataset)


def has_pixels(dataset: Dataset) -> bool:
    """Whether an object has pixels that can be decoded.

    Example:
        >>> has_pixels(Dataset())
        False
    """
    sop_class = plain(dataset, "SOPClassUID")
    return any(keyword in dataset and may_have_pixels(keyword, sop_class) for keyword in PIXELS)


def _says_so(dataset: Dataset) -> Refusal | None:
    if plain(dataset, "BurnedInAnnotation").upper() == "YES":
        return Refusal(BURNED_IN, "its header says that text is burned into the picture")
    if plain(dataset, "RecognizableVisualFeatures").upper() == "YES":
        return Refusal(
            "recognisable face or body", "its header says that the patient can be recognised in the picture"
        )
    return None


def must_look_for_text(dataset: Dataset) -> bool:
    """Whether the picture must be searched for writing.

    Every picture is, except original CT, MR, PET and nuclear medicine images: scanners do not write into the
    measured values of these, and they come by the hundred in a series. What is derived, secondary or captured
    from a screen, or says that text is burned in, is searched whatever its modality says. Segmentations,
    doses and parametric maps are no pictures.

    Example:
        >>> slice_ = Dataset()
        >>> slice_.Modality, slice_.ImageType = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"]
        >>> slice_.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        >>> must_look_for_text(slice_)
        False
    """
    sop_class = plain(dataset, "SOPClassUID")
    if kind_of(sop_class) not in (IMAGE, None):
        return False
    if plain(dataset, "BurnedInAnnotation").upper() == "YES":
        return True
    kind = sop_class.removeprefix("1.2.840.10008.5.1.4.1.1.")
    measured = kind in {"2", "2.1", "2.2", "4", "4.1", "4.4", "20", "128", "128.1", "130"}  # CT, MR, NM, PET
    try:
        image_type = values(dataset.get("ImageType"))
    except Exception:  # noqa: BLE001 - a broken value raises nearly anything
        return True
    same_modality = plain(dataset, "Modality") in ("CT", "MR", "PT", "NM")
    return not (measured and same_modality and image_type[:2] == ["ORIGINAL", "PRIMARY"])


def _meta(dataset: Dataset) -> Dataset:
    meta = getattr(dataset, "file_meta", None)
    return meta if isinstance(meta, Dataset) else Dataset()
