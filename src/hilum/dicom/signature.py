"""Is this a DICOM file? Answered from its first bytes."""

from pathlib import Path

_HEAD = 144
_FIRST_GROUPS = {0x0002, 0x0008}
_FIRST_VRS = {
    b"UL",
    b"OB",
    b"UI",
    b"CS",
    b"DA",
    b"SH",
    b"LO",
    b"TM",
    b"DT",
    b"SQ",
    b"PN",
    b"ST",
    b"UN",
    b"AE",
}


def is_dicom(path: Path | str) -> bool:
    """Tell cheaply whether a file is DICOM.

    True if the file has the prefix `DICM` after its preamble (PS3.10 section 7.1), whatever the preamble
    holds, or if it begins at once with a data element of group 0002 or 0008, as files from before PS3.10 do.
    Reads 144 bytes.

    Args:
        path: the file; a folder or a file that cannot be read is not DICOM.

    Example:
        >>> is_dicom("no-such-file")
        False
    """
    try:
        with Path(path).open("rb") as file:
            return looks_like_dicom(file.read(_HEAD))
    except OSError:
        return False


def looks_like_dicom(head: bytes) -> bool:
    """Tell from the first 144 bytes of a file whether it is DICOM.

    Example:
        >>> looks_like_dicom(bytes(128) + b"DICM")
        True
        >>> looks_like_dicom(b"PNG")
        False
    """
    return head[128:132] == b"DICM" or starts_with_element(head)


def starts_with_element(head: bytes) -> bool:
    """Tell whether bytes begin with a data element as the first of a data set would be.

    Example:
        >>> starts_with_element(bytes.fromhex("0800 0500") + b"CS" + bytes.fromhex("0a00") + b"ISO_IR 100")
        True
    """
    if len(head) < 16:
        return False
    for order in ("little", "big"):
        group = int.from_bytes(head[0:2], order)
        element = int.from_bytes(head[2:4], order)
        if group in _FIRST_GROUPS and element <= 0x0100:
            if head[4:6] in _FIRST_VRS:
                return True
            length = int.from_bytes(head[4:8], "little")
            return order == "little" and 0 <= length <= 1024
    return False
