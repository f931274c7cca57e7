"""Which column of a table is which input of a score."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from hilum.errors import TableError
from hilum.readers.scores.inputs import ScoreInput
from hilum.readers.scores.names import plain_name
from hilum.readers.scores.record import ScoreItem, ScoreRecord

_UNIT_ENDINGS = re.compile(r"_(years?|yrs?|y|mm_?hg|per_min(ute)?|(breaths_)?min(ute)?|bpm|yes_no|y_n|0_1)$")
_MOST_NAMES = 4
_MOST_IN_A_LINE = 2


def match_columns(
    record: ScoreRecord,
    columns: Sequence[str],
    mapping: Mapping[str, str],
    choices: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The table's column of each input that is there, by the input's name.

    A mapping goes before names; a plain name before synonyms; names are compared without case, blanks and
    trailing units.

    Args:
        record: The score.
        columns: Columns of the table.
        mapping: Input name to column name, as in `mapping = { urea_mmol_l = "Urea" }` of a study file.
        choices: Choices of the score, by which items may be left out.

    Returns:
        Input name to column name; of alternatives (urea or BUN) all that are there.

    Raises:
        TableError: an item has no column, a mapping names an unknown input or an absent column, or two
            columns could be the same input.

    Example:
        >>> from hilum.readers import CURB65
        >>> found = match_columns(CURB65, ["Age", "confusion", "BUN (mg/dL)", "RR", "SBP", "DBP (mmHg)"], {})
        >>> found["bun_mg_dl"], found["diastolic_bp"]
        ('BUN (mg/dL)', 'DBP (mmHg)')
    """
    chosen = {choice.name: choice.values[0] for choice in record.choices if choice.values}
    chosen |= choices or {}
    _refuse_bad_mapping(record, columns, mapping)
    found = dict(mapping)
    for each in record.inputs:
        column = found.get(each.name) or _column_of(each, columns)
        if column is not None:
            found[each.name] = column
    absent = [item for item in record.needed(chosen) if not is_there(item, found)]
    if any(item.needed_in is None for item in absent):
        refuse_absent(record, absent, found, columns)
    return found


def is_there(item: ScoreItem, found: Mapping[str, str]) -> bool:
    """Whether the table has a column from which an item can be had."""
    if any(each.name in found for each in item.one_of):
        return True
    return bool(item.parts) and all(is_there(part, found) for part in item.parts)


def refuse_absent(
    record: ScoreRecord, absent: Sequence[ScoreItem], found: Mapping[str, str], columns: Sequence[str]
) -> None:
    """Say which columns a score lacks, under which names and in which units they are accepted.

    Raises:
        TableError: something is absent.
    """
    if not absent:
        return
    unused = [column for column in columns if column not in found.values()]
    hints = [hint for item in absent for hint in _hints(item, unused)]
    needs = [f"{item.label}{_other_names(item)}" for item in absent]
    hint = f" ({' '.join(hints)})" if hints else ""
    first = absent[0].one_of[0].name
    advice = f'mapping = {{ {first} = "Name" }} of a study file or --map {first}=Name'
    if len(needs) <= _MOST_IN_A_LINE:
        raise TableError(
            f"{record.title} needs {' and '.join(needs)}, which the table does not have{hint}: name the "
            f"column in `mapping`, as in {advice}"
        )
    lines = "".join(f"\n  - {each}" for each in needs)
    raise TableError(
        f"{record.title} needs {len(needs)} columns that the table does not have{hint}:{lines}\n"
        f"Name those that are there under other names in `mapping`, as in {advice}"
    )


def _other_names(item: ScoreItem) -> str:
    names = [name for each in item.one_of for name in each.synonyms[:_MOST_NAMES]]
    return f", also known as {', '.join(names)}" if names else ""


def _hints(item: ScoreItem, unused: Sequence[str]) -> list[str]:
    for each in item.inputs:
        for column in unused:
            if plain_name(column) in each.not_from:
                return [f"`{column}` cannot stand for the {each.sentence}."]
        near = _near_column(each, unused)
        if near is not None:
            return [f"is `{near}` the {each.sentence}?"]
    return []


def _column_of(each: ScoreInput, columns: Sequence[str]) -> str | None:
    exact = [column for column in columns if column == each.name]
    if exact:
        return exact[0]
    names = {each.name, *each.synonyms}
    fits = [column for column in columns if {plain_name(column), _without_unit(column)} & names]
    if len(fits) > 1:
        quoted = " and ".join(f"`{column}`" for column in fits)
        raise TableError(f"the columns {quoted} could all be {each.label}: name one in `mapping`")
    return fits[0] if fits else None


def _without_unit(column: str) -> str:
    return _UNIT_ENDINGS.sub("", plain_name(column))


def _refuse_bad_mapping(record: ScoreRecord, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    names = [each.name for each in record.inputs]
    for name, column in mapping.items():
        if name not in names:
            raise TableError(
                f"{record.title} has no input `{name}`{_nearest(name, names)}; its inputs are "
                f"{', '.join(names)}"
            )
        if column not in columns:
            raise TableError(
                f"the table has no column `{column}`, which `mapping` names for `{name}` of {record.title}"
                f"{_nearest(column, columns)}"
            )


def _nearest(word: str, choices: Sequence[str]) -> str:
    near = get_close_matches(plain_name(word), {plain_name(c): c for c in choices}, n=1, cutoff=0.6)
    original = {plain_name(c): c for c in choices}
    return f": did you mean `{original[near[0]]}`?" if near else ""


def _near_column(each: ScoreInput, unused: Sequence[str]) -> str | None:
    plain = {plain_name(column): column for column in unused}
    for name in (each.name, *each.synonyms):
        near = get_close_matches(name, plain, n=1, cutoff=0.8)
        if near:
            return plain[near[0]]
    return None
