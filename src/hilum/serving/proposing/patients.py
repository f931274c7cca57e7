"""Which column names the patient, or the image: by what the archive and the folder know, then by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from hilum.serving.proposing.columns import ColumnGuess

_SURE, _LIKELY = 0.9, 0.3


@dataclass(frozen=True)
class Match:
    """How well a column's values fit what is known elsewhere.

    Attributes:
        column: The column.
        how: `archive` (research identifiers), `vault` (the hospital's numbers), `accession`, `path` (paths
            below the folder), `stem` (file names without ending), `pattern` (a part of the file names).
        share: Share of its different values that were found, 0 to 1.
        pattern: For `pattern`: the regular expression.
        zeros: Whether values fit only with the leading zeros that a spreadsheet program has cut.
    """

    column: str
    how: str
    share: float
    pattern: str = ""
    zeros: bool = False


@dataclass(frozen=True)
class PatientGuess:
    """The columns that name patient, examination and image.

    Attributes:
        patient: The column with the patient, or "" where none is likely.
        case: `accession` column of the archive's examinations, or "".
        image: The column with the image's path, or "".
        pattern: The pattern that takes the patient from file names, or "".
        why: A code: `archive`, `vault`, `accession`, `path`, `stem`, `pattern`, `heading`, `unique` or
            `unknown`.
        share: Of the match, 0 to 1.
        sure: Whether it can be taken without asking.
        others: Other columns that could name the patient.
        zeros: Whether leading zeros were cut.
    """

    patient: str
    case: str = ""
    image: str = ""
    pattern: str = ""
    why: str = "unknown"
    share: float = 0.0
    sure: bool = False
    others: tuple[str, ...] = ()
    zeros: bool = False


def guess_patient(columns: Sequence[ColumnGuess], matches: Sequence[Match] = ()) -> PatientGuess:
    """The columns that name patient, examination and image.

    Args:
        columns: What each column seems to hold.
        matches: How columns fit archive, vault and folder; empty where nothing could be compared.

    Returns:
        The guess; `sure` is False where a person must choose.

    Example:
        >>> columns = [ColumnGuess("no", "identifier"), ColumnGuess("등록번호", "identifier", "patient")]
        >>> guess_patient(columns, [Match("no", "stem", 0.98)]).patient
        'no'
        >>> guess_patient(columns).why, guess_patient([]).why
        ('heading', 'unknown')
    """
    others = tuple(each.name for each in columns if each.kind in {"identifier", "number", "text"})
    image = _best(matches, ("path",))
    person = _best(matches, ("archive", "vault", "stem", "pattern"))
    accession = _best(matches, ("accession",))
    by_name = next(
        (each.name for each in columns if each.role == "patient" and each.name != _name(image)), ""
    )
    if person is not None and (accession is None or person.share >= accession.share):
        sure = person.share >= _SURE and not person.zeros
        rest = tuple(name for name in others if name != person.column)
        pattern, path = person.pattern, _name(image)
        return PatientGuess(
            person.column, "", path, pattern, person.how, person.share, sure, rest, zeros=person.zeros
        )
    if accession is not None:
        rest = tuple(name for name in others if name != accession.column)
        sure = accession.share >= _SURE
        return PatientGuess(by_name, accession.column, "", "", "accession", accession.share, sure, rest)
    if image is not None:
        rest = tuple(name for name in others if name not in {by_name, image.column})
        return PatientGuess(by_name, "", image.column, "", "path", image.share, image.share >= _SURE, rest)
    if by_name:
        rest = tuple(name for name in others if name != by_name)
        return PatientGuess(by_name, why="heading", sure=not matches, others=rest)
    unique = [each.name for each in columns if each.kind == "identifier" and not each.role]
    first = unique[0] if len(unique) == 1 else ""
    return PatientGuess(
        first, why="unique" if first else "unknown", others=tuple(name for name in others if name != first)
    )


def _best(matches: Sequence[Match], how: tuple[str, ...]) -> Match | None:
    fitting = [match for match in matches if match.how in how and match.share >= _LIKELY]
    return max(fitting, key=lambda match: (match.share, not match.zeros, -how.index(match.how)), default=None)


def _name(match: Match | None) -> str:
    return match.column if match is not None else ""
