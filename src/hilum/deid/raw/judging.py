"""One data element before the rules: the rules of the slow path, and its writer."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, fields

from pydicom.dataelem import DataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element

from hilum.deid.case import Case
from hilum.deid.cleaning import clean_element
from hilum.deid.identifiers import Identifiers, identifiers_of
from hilum.deid.options import Options
from hilum.deid.raw.watched import RawSource, Watched, dataset_over
from hilum.deid.rule import FileRule
from hilum.dicom import quietly

CHARACTER_SET = "ISO_IR 192"
_NOTED = tuple(field.name for field in fields(Case) if field.default_factory in (list, set))


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the rules made of one element.

    Attributes:
        written: its bytes after cleaning; empty where it was removed.
        noted: what was noted in the case: (attribute of the case, what was added).
    """

    written: bytes
    noted: tuple[tuple[str, tuple[str, ...]], ...] = ()


def judge(source: RawSource, tag: int, cleaned: dict[int, bytes], case: Case) -> tuple[Judged, Watched]:
    """Show one element of the top level to the rules, as the slow path does.

    Args:
        source: the file as it came.
        tag: which element.
        cleaned: the elements before it, as they are now.
        case: whose file it is.

    Returns:
        What became of the element, and what the rules looked at.
    """
    watched = Watched(source, tag)
    dataset = dataset_over(watched)
    own = fresh(case)
    with quietly():
        try:
            element: DataElement | None = dataset[tag]
        except Exception:  # noqa: BLE001 - a broken value raises nearly anything
            element = None
        watched.changed = {tag: element}
        watched.cleaned = cleaned
        clean_element(dataset, tag, element, own)
    asked = {tag, *watched.notes, *(~note for note in watched.notes)}
    watched.everything |= not asked.issuperset(watched.changed)  # a rule changed another element
    after = watched.changed[tag]
    written = _written(after, source) if isinstance(after, DataElement) else b""
    return Judged(written, _noted(own)), watched


def identifiers_in(source: RawSource, tag: int, options: Options) -> tuple[Identifiers, Watched]:
    """What identifies the patient in one element of the top level."""
    watched = Watched(source, tag)
    watched.alone = True
    with quietly():
        return identifiers_of(dataset_over(watched), options), watched


def apply_file_rules(
    source: RawSource, cleaned: dict[int, bytes], case: Case, rules: Iterable[FileRule]
) -> tuple[dict[int, bytes], Judged, Watched]:
    """Let rules that work on the whole file work.

    Returns:
        The bytes of the elements that they changed, what they noted, and what they looked at.
    """
    watched = Watched(source, None)
    watched.cleaned = cleaned
    dataset, own = dataset_over(watched), fresh(case)
    with quietly():
        for rule in rules:
            rule.apply(own, dataset)
    changed = {}
    for tag, element in watched.changed.items():
        if element is None:
            changed[tag] = b""
        elif isinstance(element, DataElement):
            changed[tag] = _written(element, source)
    return changed, Judged(b"", _noted(own)), watched


def fresh(case: Case) -> Case:
    """The same case with nothing noted yet."""
    own = copy(case)
    for name in _NOTED:
        setattr(own, name, type(getattr(own, name))())
    return own


def note(case: Case, noted: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """Write into a case what was noted when the same element was judged before."""
    for name, values in noted:
        kept = getattr(case, name)
        (kept.extend if isinstance(kept, list) else kept.update)(values)


def _noted(case: Case) -> tuple[tuple[str, tuple[str, ...]], ...]:
    values = ((name, tuple(getattr(case, name))) for name in _NOTED)
    return tuple((name, value) for name, value in values if value)


def _written(element: DataElement, source: RawSource) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = source.skeleton.implicit, True
    with quietly():
        write_data_element(buffer, element, CHARACTER_SET)
    return bytes(buffer.getvalue())
