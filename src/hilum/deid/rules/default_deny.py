"""Everything else."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.required import without_value
from hilum.deid.rule import ElementRule, Verdict


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    return without_value(case, element)


DEFAULT_DENY = ElementRule(
    "everything else",
    (
        "Every attribute that no rule above knows is removed, or emptied where this kind of object must have "
        "it: other free text, network names and addresses, data of unknown kind."
    ),
    "the program's own rule, stricter than PS3.15",
    _judge,
)
