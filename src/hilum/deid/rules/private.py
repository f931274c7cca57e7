"""Private attributes."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.rules.dates import move
from hilum.deid.safe_private import creator_of, is_creator, is_safe, is_safe_creator


def _judge(case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    if not element.tag.is_private:
        return None
    if not case.options.safe_private:
        return Verdict.REMOVE
    if is_creator(element):
        if not is_safe_creator(dataset, element, case.identifiers):
            return Verdict.REMOVE
        element.value = creator_of(dataset, element)
        return Verdict.KEEP
    if not is_safe(dataset, element, case.identifiers):
        return Verdict.REMOVE
    if element.VR != "DT":
        return Verdict.KEEP
    return Verdict.REMOVE if case.options.dates == "removed" else move(case, element)


def _sentence(options: Options) -> str:
    if not options.safe_private:
        return "Every private attribute (odd group) is removed, with its private creator, at any depth."
    return (
        "Private attributes (odd groups) are removed at any depth, except a list of those that are known to "
        "hold nothing but a number, a code or a time of measurement (scale factors of PET, b-values, table "
        "speed ...): they are kept, times moved as all dates are, where private creator, kind of value and "
        "value are as listed and the value is no identifier of the same file."
    )


PRIVATE = ElementRule(
    "private attributes",
    _sentence,
    "PS3.15 table E.1-1, (gggg,eeee) where gggg is odd: X; section E.3.10, Retain Safe Private Option",
    _judge,
)
