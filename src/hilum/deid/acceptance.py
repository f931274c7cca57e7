"""Which files can be cleaned, and which are refused because it is not yet known how."""

from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import UID

from hilum.deid.attributes import plain, values
from hilum.deid.vocabulary import STANDARD_UIDS, terms

_KINDS = {
    "1.2.840.10008.1.3.10": "a DICOMDIR, the table of contents of a medium, names patients and is not needed",
    "1.2.840.10008.5.1.4.1.1.104": "an encapsulated document (PDF, CDA ...) cannot be cleaned yet",
    "1.2.840.10008.5.1.4.1.1.88": "a structured report is text that cannot be cleaned yet",
    "1.2.840.10008.5.1.4.1.1.11": "a presentation state holds drawn text that cannot be cleaned yet",
    "1.2.840.10008.5.1.4.1.1.481": "a radiotherapy object cannot be cleaned yet",
    "1.2.840.10008.5.1.4.1.1.9": "a waveform cannot be cleaned yet",
    "1.2.840.10008.5.1.4.1.1.66": "segmentations, registrations and raw data cannot be cleaned yet",
    "1.2.840.10008.5.1.4.1.1.77": "photographs and microscopy cannot be cleaned yet",
}


@dataclass(frozen=True)
class Refusal:
    """Why a file may not enter the archive.

    Attributes:
        reason: a few words, the same for all files of the kind.
        detail: one sentence more; nothing of the patient.

    Example:
        >>> Refusal("burned-in text", "the header says so").reason
        'burned-in text'
    """

    reason: str
    detail: str = ""


BURNED_IN = "burned-in text"
NOT_CLEANED_YET = "this kind of object cannot be cleaned yet"


def refusal_of(dataset: Dataset, *, looked_by_person: bool = False) -> Refusal | None:
    """Say why a data set is refused before its pixels are looked at; None where it is not.

    Args:
        dataset: as read from the file, with its file meta information.
        looked_by_person: a person has said that there is no writing in the picture, whatever the header says.

    Example:
        >>> refusal_of(Dataset()).reason
        'not a complete DICOM image'
    """
    kind = UID(plain(dataset, "SOPClassUID") or plain(_meta(dataset), "MediaStorageSOPClassUID"))
    for prefix, sentence in _KINDS.items():
        if kind == prefix or kind.startswith(prefix + "."):
            return Refusal(NOT_CLEANED_YET, sentence)
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if not plain(dataset, keyword):
            return Refusal("not a complete DICOM image", f"its header has no {keyword}")
    if kind not in terms().images:
        name = kind.name if kind in STANDARD_UIDS else "an object of unknown kind"
        return Refusal(NOT_CLEANED_YET, f"{name} cannot be cleaned yet")
    if not any(tag in dataset for tag in ("PixelData",)):
        return Refusal("not a complete DICOM image", "it has no pixel data")
    syntax = plain(_meta(dataset), "TransferSyntaxUID")
    if syntax not in STANDARD_UIDS:
        return Refusal("unreadable image", "its transfer syntax is missing or unknown")
    return None if looked_by_person else _says_so(dataset)


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
    from a screen is searched whatever its modality says.

    Example:
        >>> slice_ = Dataset()
        >>> slice_.Modality, slice_.ImageType = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"]
        >>> slice_.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        >>> must_look_for_text(slice_)
        False
    """
    kind = plain(dataset, "SOPClassUID").removeprefix("1.2.840.10008.5.1.4.1.1.")
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
