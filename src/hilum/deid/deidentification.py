"""De-identification of one file, from the data set as read to the bytes that may be archived."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from hilum.deid.acceptance import refusal_of
from hilum.deid.case import Case
from hilum.deid.cleaning import clean
from hilum.deid.keys import ResearchKeys
from hilum.deid.options import RESEARCH, Options
from hilum.deid.refusal import Refusal
from hilum.deid.second_look import second_look
from hilum.deid.writing import Written, write
from hilum.dicom import quietly


@dataclass(frozen=True)
class Deidentified:
    """A file that may be archived.

    Attributes:
        data: its bytes.
        dataset: the cleaned data set that they were written from.
        case: whose it is, with the real identifiers for the vault.
    """

    data: bytes
    dataset: Dataset
    case: Case


def deidentify(
    dataset: Dataset, keys: ResearchKeys, options: Options = RESEARCH, *, looked_by_person: bool = False
) -> Deidentified | Refusal:
    """Clean a data set by all rules, write it, and search the result for what identified the patient.

    The picture itself is not looked at here: see `hilum.deid.burned_in`.

    Args:
        dataset: as read by `hilum.dicom.read_dataset`; it is changed.
        keys: the workspace's keys.
        options: the options of the workspace's protocol.
        looked_by_person: a person has said that there is no writing in the picture.

    Returns:
        The cleaned file, or why it must not enter the archive: it is of a kind that cannot be cleaned yet, or
        something that identifies the patient was found in the result.

    Example:
        >>> from hilum.deid.example import example_file
        >>> deidentify(example_file(), ResearchKeys(bytes(32))).dataset.PatientIdentityRemoved
        'YES'
    """
    with quietly():
        refusal = refusal_of(dataset, looked_by_person=looked_by_person, options=options)
        if refusal is not None:
            return refusal
        try:
            case = Case.of(dataset, keys, options)
            clean(dataset, case)
            written = write(dataset)
        except Exception as error:  # noqa: BLE001 - broken headers raise nearly anything; none may pass or stop others
            return Refusal(
                "unreadable image", f"its header is too damaged to be cleaned ({type(error).__name__})"
            )
    return checked(written, dataset, case)


def checked(written: Written, dataset: Dataset, case: Case) -> Deidentified | Refusal:
    """Search a cleaned file for what identified the patient (see `hilum.deid.second_look`).

    Args:
        written: the cleaned file.
        dataset: its header.
        case: whose it is.

    Returns:
        The file, or why it must not enter the archive.

    Example:
        >>> from hilum.deid.example import example_file
        >>> case = Case.of(example_file(), ResearchKeys(bytes(32)))
        >>> checked(Written(b"Hong Gildong", 12), Dataset(), case).reason
        'an identifier survived the cleaning'
    """
    survivors = second_look(
        written.data, written.pixels_at, case.identifiers, moved_dates=frozenset(case.moved_dates)
    )
    if survivors:
        return Refusal("an identifier survived the cleaning", f"found in the result: {', '.join(survivors)}")
    return Deidentified(written.data, dataset, case)
