"""The engine: asks every rule about every data element."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid.attributes import elements
from hilum.deid.case import Case
from hilum.deid.rule import Verdict
from hilum.deid.rules import ELEMENT_RULES, FILE_RULES


def clean(dataset: Dataset, case: Case) -> None:
    """Clean a data set in place by all rules.

    Every element at every depth is shown to the rules in their order; the first that has something to say
    decides. The last rule removes what none knows. An element that cannot even be read is removed.

    Args:
        dataset: read from a file, with `file_meta`; afterwards ready to be written.
        case: made from the same data set before.

    Example:
        >>> from pydicom.dataset import FileMetaDataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> source = Dataset()
        >>> source.file_meta = FileMetaDataset()
        >>> source.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        >>> source.SOPClassUID, source.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3"
        >>> source.PatientName, source.PatientComments = "Hong^Gildong", "daughter called"
        >>> clean(source, Case.of(source, ResearchKeys(bytes(32))))
        >>> "PatientComments" in source
        False
    """
    _clean_level(dataset, case)
    for rule in FILE_RULES:
        rule.apply(case, dataset)


def _clean_level(dataset: Dataset, case: Case) -> None:
    for tag, element in elements(dataset):
        clean_element(dataset, tag, element, case)


def clean_element(dataset: Dataset, tag: int, element: DataElement | None, case: Case) -> None:
    """Let the rules decide about one element, and do what they say, in everything inside it too.

    Args:
        dataset: what holds the element; it is changed.
        tag: of the element.
        element: the element; None where it cannot be read.
        case: whose file it is.

    Example:
        >>> from hilum.deid.keys import ResearchKeys
        >>> source = Dataset()
        >>> source.PatientComments = "daughter called"
        >>> case = Case.of(source, ResearchKeys(bytes(32)))
        >>> clean_element(source, 0x00104000, source["PatientComments"], case)
        >>> "PatientComments" in source
        False
    """
    if element is None:
        case.notes.append("an attribute could not be read and was removed")
        del dataset[tag]
        return
    verdict = _verdict(case, dataset, element)
    if verdict is Verdict.REMOVE:
        del dataset[tag]
    elif verdict is Verdict.EMPTY:
        element.value = Sequence([]) if element.VR == "SQ" else element.empty_value
    elif verdict is Verdict.DESCEND:
        for item in element.value:
            _clean_level(item, case)


def _verdict(case: Case, dataset: Dataset, element: DataElement) -> Verdict:
    for rule in ELEMENT_RULES:
        verdict = rule.judge(case, dataset, element)
        if verdict is not None:
            return verdict
    return Verdict.REMOVE
