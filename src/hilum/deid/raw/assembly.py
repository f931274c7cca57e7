"""The beginning of a cleaned file: preamble and file meta information."""

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from hilum.deid.case import Case
from hilum.deid.raw.watched import RawSource
from hilum.deid.rules.file_meta import FILE_META
from hilum.deid.writing import write

_CLASS, _INSTANCE = 0x00080016, 0x00080018


class FileMeta:
    """Makes the beginnings of files: one by the rule, the others like it with another instance.

    Example:
        >>> FileMeta().known
        {}
    """

    def __init__(self) -> None:
        self.known: dict[tuple[bool, bytes, int], tuple[bytes, bytes]] = {}

    def bytes_for(self, source: RawSource, cleaned: dict[int, bytes], case: Case) -> bytes:
        """Everything of a cleaned file before its data set.

        Args:
            source: the file as it came.
            cleaned: its elements after cleaning.
            case: whose it is.

        Raises:
            ValueError: the identifier of the instance does not stand in it exactly once.
        """
        kind, instance = cleaned[_CLASS], cleaned[_INSTANCE]
        uid = instance[8:]
        key = (source.skeleton.implicit, kind, len(uid))
        if key not in self.known:
            before, after = _head(source, kind, instance, case).split(uid)
            self.known[key] = before, after
        before, after = self.known[key]
        return b"".join((before, uid, after))


def _head(source: RawSource, kind: bytes, instance: bytes, case: Case) -> bytes:
    """What the slow path writes before a data set with these two elements."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = (
        UID(element[8:].rstrip(b"\0 ").decode("ascii")) for element in (kind, instance)
    )
    dataset.set_original_encoding(source.skeleton.implicit, True)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = source.meta(syntax_only=True).TransferSyntaxUID
    FILE_META.apply(case, dataset)
    data = write(dataset).data
    if not data.endswith(kind + instance):
        raise ValueError("the data set was not written as expected")
    return data[: -len(kind + instance)]
