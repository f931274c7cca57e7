"""Which column of a table is which input of a score."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from hilum.errors import TableError
from hilum.readers.scores.record import ScoreInput, ScoreItem, ScoreRecord

_UNIT_ENDINGS = re.compile(r"_(years?|yrs?|y|mm_?hg|per_min(ute)?|(breaths_)?min(ute)?|bpm|yes_no|y_n|0_1)$")


def plain_name(column: str) -> str:
    """A column's name in lower case, its words joined by `_`.

    Example:
        >>> plain_name(" BUN (mg/dL)")
        'bun_mg_dl'
    """
    return re.sub(r"[\W_]+", "_", column.casefold()).strip("_")


def match_columns(record: ScoreRecord, columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The table's column of each input that is there, by the input's name.

    A mapping goes before names; a plain name before synonyms; names are compared without case, blanks and
    trailing units.

    Args:
        record: The score.
        columns: Columns of the table.
        mapping: Input name to column name, as in `mapping = { urea_mmol_l = "Urea" }` of a study file.

    Returns:
        Input name to column name; of alternatives (urea or BUN) all that are there.

    Raises:
        TableError: an item has no column, a mapping names an unknown input or an absent column, or two
            columns could be
            the same input.

    Example:
        >>> from hilum.readers import CURB65
        >>> found = match_columns(CURB65, ["Age", "confusion", "BUN (mg/dL)", "RR", "SBP", "DBP (mmHg)"], {})
        >>> found["bun_mg_dl"], found["diastolic_bp"]
        ('BUN (mg/dL)', 'DBP (mmHg)')
    """
    _refuse_bad_mapping(record, columns, mapping)
    found = dict(mapping)
    for each in record.inputs:
        column = found.get(each.name) or _column_of(each, columns)
        if column is not None:
            found[each.name] = column
    absent = [item for item in record.items if not any(each.name in found for each in item.one_of)]
    if absent:
        raise TableError(_absent_sentence(record, absent, [c for c in columns if c not in found.values()]))
    return found


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


def _absent_sentence(record: ScoreRecord, absent: Sequence[ScoreItem], unused: Sequence[str]) -> str:
    needs = "; ".join(item.label for item in absent)
    hints = []
    for item in absent:
        for each in item.one_of:
            near = _near_column(each, unused)
            if near is not None:
                hints.append(f"is `{near}` the {each.sentence}?")
                break
    hint = f" ({' '.join(hints)})" if hints else ""
    return (
        f"{record.title} needs {needs}, which the table does not have{hint}: "
        'name the column in `mapping`, such as mapping = { age = "Alter" }'
    )


def _near_column(each: ScoreInput, unused: Sequence[str]) -> str | None:
    plain = {plain_name(column): column for column in unused}
    for name in (each.name, *each.synonyms):
        near = get_close_matches(name, plain, n=1, cutoff=0.75)
        if near:
            return plain[near[0]]
    return None
