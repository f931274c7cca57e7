"""Everything else."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict


def _judge(_case: Case, _dataset: Dataset, _element: DataElement) -> Verdict | None:
    return Verdict.REMOVE


DEFAULT_DENY = ElementRule(
    "everything else",
    (
        "Every attribute that no rule above knows is removed: other free text, network names and "
        "addresses, data of unknown kind."
    ),
    "the program's own rule, stricter than PS3.15",
    _judge,
)
