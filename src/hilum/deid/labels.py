"""Names that people give to what they draw and measure."""

import hashlib
import re

from hilum.deid.case import Case
from hilum.deid.descriptors import cleaned_text
from hilum.deid.objects import objects

_PLAIN = re.compile(r"[A-Za-z0-9 _.,()/+\-]{1,64}")
_BREAKS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_NUMBER = re.compile(r"[0-9]{1,2}|[0-9]{2}00")
_MOST_NUMBERS = 2  # more of them in a row may be a telephone number


def cleaned_label(text: str, case: Case) -> str:
    """A name such as `PTV_6000`, `Lung_L` or `Nodule 3`, of which only clinical words remain.

    A name of clinical words and short numbers alone stays as it is written; of any other what
    `hilum.deid.descriptors.cleaned_text` lets pass.

    Args:
        text: the name.
        case: the file it stands in; its identifiers never pass, and where its options remove descriptors,
            nothing does.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> case = Case.of(Dataset(), ResearchKeys(bytes(32)))
        >>> cleaned_label("PTV_6000", case), cleaned_label("Hong", case)
        ('PTV_6000', '')
    """
    if case.options.descriptors == "removed":
        return ""
    return text if is_clinical(text, case) else cleaned_text(text, case).strip()


def is_clinical(text: str, case: Case) -> bool:
    """Whether a name is made of clinical words and short numbers alone.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> is_clinical("SpinalCord", Case.of(Dataset(), ResearchKeys(bytes(32))))
        True
    """
    if not _PLAIN.fullmatch(text) or case.identifiers.named_in(text):
        return False
    words = [word for word in _BREAKS.split(text) if word]
    known = objects().structures
    numbers = [word for word in words if word.isdigit()]
    if len(numbers) > _MOST_NUMBERS or len(numbers) == len(words):
        return False
    return all(_NUMBER.fullmatch(word) or word.lower() in known for word in words)


def is_clean(text: str, case: Case) -> bool:
    """Whether a name would stay just as it is.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> is_clean("Nodule of Hong", Case.of(Dataset(), ResearchKeys(bytes(32))))
        False
    """
    return cleaned_label(text, case) == text


def keyed_word(text: str, case: Case) -> str:
    """A word that takes the place of another, always the same for the same with the same key.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> len(keyed_word("LAYER OF HONG", Case.of(Dataset(), ResearchKeys(bytes(32)))))
        13
    """
    digest = hashlib.sha256(b"word " + text.encode("utf-8", "surrogatepass")).digest()
    return "N" + case.keys.fingerprint(digest)[:12].upper()
