"""Which object a received file says it is, read from its first bytes."""

from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.uid import DeflatedExplicitVRLittleEndian

from hilum.dicom import quietly

_HEAD = 16 << 10
_SOP_INSTANCE_UID = 0x00080018


def instance_sent(path: Path) -> str | None:
    """The SOP Instance UID inside a file; None where its first bytes do not tell.

    Example:
        >>> instance_sent(Path("nowhere.dcm")) is None
        True
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        with quietly():
            meta = pydicom.filereader.read_file_meta_info(path)
            if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
                return None
            dataset = pydicom.dcmread(
                BytesIO(head), specific_tags=[_SOP_INSTANCE_UID], stop_before_pixels=True, force=True
            )
            value = dataset.get("SOPInstanceUID")
    except Exception:  # noqa: BLE001 - damaged heads raise nearly anything; what is kept is looked at later
        return None
    return None if value is None else str(value).strip(" \0")
