"""De-identification: one rule one file; what is not known to be safe does not pass."""

from importlib import import_module
from typing import TYPE_CHECKING

from hilum.deid.keys import ResearchKeys
from hilum.deid.refusal import Refusal

if TYPE_CHECKING:
    from hilum.deid.acceptance import BURNED_IN, must_look_for_text, refusal_of
    from hilum.deid.deidentification import Deidentified, deidentify
    from hilum.deid.protocol import describe

__all__ = [
    "BURNED_IN",
    "Deidentified",
    "Refusal",
    "ResearchKeys",
    "deidentify",
    "describe",
    "must_look_for_text",
    "refusal_of",
]
_HOMES = {
    "BURNED_IN": "hilum.deid.acceptance",
    "must_look_for_text": "hilum.deid.acceptance",
    "refusal_of": "hilum.deid.acceptance",
    "Deidentified": "hilum.deid.deidentification",
    "deidentify": "hilum.deid.deidentification",
    "describe": "hilum.deid.protocol",
}


def __getattr__(name: str) -> object:
    """Import what needs pydicom only when it is asked for: the vault and the archive's writer do not."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
