"""What somebody asks of our archive, read from the identifier of C-FIND, C-MOVE or C-GET (PS3.4 annex C)."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pynetdicom.dsutils import decode

from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.attributes import ATTRIBUTES, LEVELS, SAID_ALWAYS, UNIQUE, above, told_at
from hilum.pacs.matching import Match, match_of
from hilum.pacs.query import Level

MOST_BYTES, MOST_KEYS, MOST_VALUES_IN_ALL = 1 << 20, 300, 20_000
DOES_NOT_MATCH, OUT_OF_RESOURCES = 0xA900, 0xA700


class QuestionError(PacsError):
    """A question that is not answered.

    Args:
        sentence: why, without any value of the question.
        status: the status of the answer (PS3.4 sections C.4.1.1.4 and C.4.2.1.5).
    """

    def __init__(self, sentence: str, status: int = DOES_NOT_MATCH) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        level: of what.
        matches: by keyword, what its values must be; a key that matches everything is not among them.
        wanted: keywords of what is to be told.
        passed_over: whether it has keys that are not known here, and that were passed over.
    """

    level: Level
    matches: Mapping[str, Match]
    wanted: tuple[str, ...]
    passed_over: bool


def decoded(data: BytesIO | None, transfer_syntax: object) -> Dataset:
    """The identifier of a request.

    Args:
        data: as it was sent.
        transfer_syntax: a UID of pydicom.

    Raises:
        QuestionError: it is missing, too long, or cannot be read.

    Example:
        >>> decoded(None, None)
        Traceback (most recent call last):
        hilum.pacs.question.QuestionError: the question has no identifier
    """
    if data is None:
        raise QuestionError("the question has no identifier")
    if data.getbuffer().nbytes > MOST_BYTES:
        raise QuestionError("the question is too long: ask for less at once", OUT_OF_RESOURCES)
    syntax: object = transfer_syntax
    try:
        with quietly():
            implicit, little = bool(syntax.is_implicit_VR), bool(syntax.is_little_endian)  # type: ignore[attr-defined]
            return decode(data, implicit, little)
    except Exception:  # noqa: BLE001 - a damaged identifier raises nearly anything
        raise QuestionError("the question cannot be read") from None


def question_of(identifier: Dataset, root: Level) -> Question:
    """Read what is asked.

    Args:
        identifier: of the request.
        root: `PATIENT` or `STUDY`, the highest level of the information model that was agreed on.

    Raises:
        QuestionError: the level is none of the model's, or a key cannot be read.

    Example:
        >>> asked = Dataset()
        >>> asked.QueryRetrieveLevel, asked.PatientID, asked.StudyDate = "STUDY", "P0*", ""
        >>> question = question_of(asked, "STUDY")
        >>> question.matches["PatientID"].kind, question.wanted, question.passed_over
        ('pattern', ('StudyDate', 'PatientID'), False)
    """
    if len(identifier) > MOST_KEYS:
        raise QuestionError("the question has too many keys")
    try:
        with quietly():
            level = _level(identifier, root)
            return _read(identifier, level)
    except QuestionError:
        raise
    except PacsError as error:
        raise QuestionError(str(error)) from None
    except Exception:  # noqa: BLE001 - a damaged identifier raises nearly anything
        raise QuestionError("a key of the question cannot be read") from None


def _level(identifier: Dataset, root: Level) -> Level:
    named = str(identifier.get("QueryRetrieveLevel", "")).strip(" \0")
    for level in LEVELS[LEVELS.index(root) :]:
        if named == level:
            return level
    raise QuestionError("the level of the question is none of its information model")


def _read(identifier: Dataset, level: Level) -> Question:
    matches: dict[str, Match] = {}
    wanted, passed_over = [], False
    for tag in sorted(identifier.keys()):
        keyword = keyword_for_tag(tag)
        if keyword in SAID_ALWAYS:
            continue
        if not told_at(keyword, level):
            passed_over = True
            continue
        wanted.append(keyword)
        match = _match(identifier, keyword)
        if match is not None and ATTRIBUTES[keyword].form != "count":
            matches[keyword] = match
    if sum(len(match.values) for match in matches.values()) > MOST_VALUES_IN_ALL:
        raise QuestionError("the question has too many values: ask for less at once", OUT_OF_RESOURCES)
    return Question(level, matches, tuple(wanted), passed_over)


def _match(identifier: Dataset, keyword: str) -> Match | None:
    element = identifier[keyword]
    if dictionary_VR(element.tag) != element.VR:
        raise QuestionError("a key of the question has another value representation than it should")
    value = element.value
    parts = value if isinstance(value, MultiValue) else [value]
    form = ATTRIBUTES[keyword].form
    texts = ["" if part is None else str(part) for part in parts]
    if form == "name":
        texts = [text.rstrip("^= ") for text in texts]
    return None if form == "count" else match_of(form, texts)


def chosen(question: Question) -> Question:
    """A question of C-MOVE or C-GET, where the keys must say what is to be sent (PS3.4 section C.4.2.2.1).

    Only unique keys belong there; some programs give further ones, which narrow what is sent.

    Raises:
        QuestionError: the unique key of its level is missing or a pattern, or a further key, which could
            only narrow it, is none that the index holds.

    Example:
        >>> chosen(Question("STUDY", {}, (), False))
        Traceback (most recent call last):
        hilum.pacs.question.QuestionError: what is to be sent is not named by its unique identifier
    """
    if question.level not in LEVELS or UNIQUE[question.level] not in question.matches:
        raise QuestionError("what is to be sent is not named by its unique identifier")
    if any(ATTRIBUTES[keyword].source != "index" for keyword in question.matches):
        raise QuestionError("what is to be sent is narrowed by a key that is not looked at")
    unique = {UNIQUE[level] for level in above(question.level)}
    if any(match.kind != "one of" for keyword, match in question.matches.items() if keyword in unique):
        raise QuestionError("what is to be sent is named by a pattern")
    if "PatientID" in question.matches and len(question.matches["PatientID"].values) > 1:
        raise QuestionError("what is to be sent is named by more than one patient")
    return question
