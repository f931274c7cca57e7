"""De-identification: one rule one file; what is not known to be safe does not pass."""

from hilum.deid.acceptance import BURNED_IN, Refusal, must_look_for_text, refusal_of
from hilum.deid.deidentification import Deidentified, deidentify
from hilum.deid.keys import ResearchKeys
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
