"""The rules, in the order in which they are asked. One rule is one file; adding one is one line here."""

from hilum.deid.rule import ElementRule, FileRule
from hilum.deid.rules.bookkeeping import BOOKKEEPING
from hilum.deid.rules.character_set import CHARACTER_SET
from hilum.deid.rules.characteristics import AGE_FROM_BIRTH_DATE, CHARACTERISTICS
from hilum.deid.rules.code_strings import CODE_STRINGS
from hilum.deid.rules.codes import CODES
from hilum.deid.rules.dates import DATES
from hilum.deid.rules.default_deny import DEFAULT_DENY
from hilum.deid.rules.descriptors import DESCRIPTORS
from hilum.deid.rules.device_identity import DEVICE_IDENTITY
from hilum.deid.rules.drawn_annotations import DRAWN_ANNOTATIONS
from hilum.deid.rules.file_meta import FILE_META
from hilum.deid.rules.graphics import GRAPHICS
from hilum.deid.rules.identity import PATIENT_MODULE, PSEUDONYMS
from hilum.deid.rules.institution_identity import INSTITUTION_IDENTITY
from hilum.deid.rules.labels import LABELS
from hilum.deid.rules.listed import LISTED
from hilum.deid.rules.local_codes import LOCAL_CODES
from hilum.deid.rules.malformed import MALFORMED
from hilum.deid.rules.marks import MARKS
from hilum.deid.rules.numbers import NUMBERS
from hilum.deid.rules.object_pixels import OBJECT_PIXELS
from hilum.deid.rules.pixels import PIXELS, UNUSED_BITS
from hilum.deid.rules.private import PRIVATE
from hilum.deid.rules.streams import STREAMS
from hilum.deid.rules.structured_content import COMPLETE_CONTENT, STRUCTURED_CONTENT
from hilum.deid.rules.technical_text import TECHNICAL_TEXT
from hilum.deid.rules.uids import UIDS

ELEMENT_RULES: tuple[ElementRule, ...] = (
    PRIVATE,
    GRAPHICS,
    BOOKKEEPING,
    MALFORMED,
    LOCAL_CODES,
    PSEUDONYMS,
    CHARACTERISTICS,
    DEVICE_IDENTITY,
    INSTITUTION_IDENTITY,
    DATES,
    UIDS,
    STRUCTURED_CONTENT,
    DRAWN_ANNOTATIONS,
    LABELS,
    OBJECT_PIXELS,
    DESCRIPTORS,
    LISTED,
    CODES,
    PIXELS,
    CODE_STRINGS,
    TECHNICAL_TEXT,
    NUMBERS,
    DEFAULT_DENY,
)

FILE_RULES: tuple[FileRule, ...] = (
    PATIENT_MODULE,
    AGE_FROM_BIRTH_DATE,
    MARKS,
    COMPLETE_CONTENT,
    UNUSED_BITS,
    STREAMS,
    CHARACTER_SET,
    FILE_META,
)

__all__ = ["ELEMENT_RULES", "FILE_RULES"]
