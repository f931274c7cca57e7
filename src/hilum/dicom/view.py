"""From which side a radiograph was taken, as far as the file says so."""

from pydicom.dataset import Dataset

from hilum.dicom.attributes import items, text

UNKNOWN = "unknown"
_VIEWS = {  # SNOMED CT, and the SNOMED RT codes that older machines write
    "272479007": "PA",
    "R-10214": "PA",
    "R-40888": "PA",
    "399348003": "AP",
    "R-10206": "AP",
    "399173006": "LL",
    "R-10236": "LL",
    "399198007": "RL",
    "R-10232": "RL",
}


def view_position(dataset: Dataset) -> str:
    """Return the view of a radiograph, such as `PA`, `AP` or `LL`, or `unknown`.

    ViewPosition (PS3.3 section C.8.7.1.1.1) comes first, then the code in the View Code Sequence (CID 4010).
    What neither says is unknown: it is never guessed from the picture, the description or the station.

    Example:
        >>> view_position(Dataset())
        'unknown'
    """
    written = text(dataset, "ViewPosition").upper()
    if written:
        return written
    for code in items(dataset, "ViewCodeSequence")[:1]:
        return _VIEWS.get(text(code, "CodeValue"), UNKNOWN)
    return UNKNOWN
