"""A second table below a first one, as an external cohort: the same columns, and one that names it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hilum.errors import TableError
from hilum.study.words import listed

if TYPE_CHECKING:
    import pandas as pd

COHORT = "external cohort"
"""The column that names the cohort of a row; it is empty for the rows of the first table."""


@dataclass(frozen=True)
class Joining:
    """How a second table comes below a first one.

    Attributes:
        name: What the cohort is called.
        columns: Column of the first table = what the second one calls it; others of the same name come along.
        patient: The first table's column with the patient, or "".
        image: The first table's column with the image's path, or "".
        below: The folder, below that of the images, to which the second table's paths are relative, or "".
        apart: Whether the second table's patients are other people even where their numbers are the same.
    """

    name: str
    columns: Mapping[str, str]
    patient: str = ""
    image: str = ""
    below: str = ""
    apart: bool = False


def criterion_of(name: str) -> str:
    """The criterion by which a study finds the rows of a cohort that was joined.

    Example:
        >>> criterion_of("Seoul")
        "`external cohort` == 'Seoul'"
    """
    return f"`{COHORT}` == '{name}'"


def joined(
    first: "pd.DataFrame", second: "pd.DataFrame", joining: Joining, needed: Sequence[str]
) -> "pd.DataFrame":
    """The rows of both tables, all values as text, so that no number changes the way it is written.

    Args:
        first: The study's table.
        second: The table of the external cohort.
        joining: How it is joined.
        needed: The first table's columns that the study reads.

    Returns:
        A new table with the first one's columns, and `COHORT`.

    Raises:
        TableError: The second table lacks a column that the study reads.

    Example:
        >>> import pandas as pd
        >>> first = pd.DataFrame({"id": ["007", "008"], "died": [1, 0]})
        >>> second = pd.DataFrame({"no": ["007"], "died": [1]})
        >>> joining = Joining("Seoul", {"id": "no"}, patient="id", apart=True)
        >>> joined(first, second, joining, ["id", "died"]).to_numpy().tolist()
        [['007', '1', ''], ['008', '0', ''], ['Seoul 007', '1', 'Seoul']]
    """
    import pandas as pd

    from hilum.study.values import texts_of

    columns = {str(name): str(name) for name in first.columns if name in second.columns}
    columns |= {own: other for own, other in joining.columns.items() if own in first.columns}
    lacking = [name for name in needed if columns.get(name) not in second.columns]
    if lacking:
        raise TableError(
            f"the second table lacks {listed(lacking)}: say which of its columns stands for each"
        )
    rows = pd.DataFrame({name: texts_of(first[name]) for name in first.columns})
    if COHORT not in rows.columns:
        rows[COHORT] = ""
    elif joining.name in set(rows[COHORT]):
        raise TableError(f"there is an external cohort `{joining.name}` already: give this one another name")
    more = pd.DataFrame(index=range(len(second)))
    for name in rows.columns:
        other = columns.get(str(name))
        more[name] = texts_of(second[other]) if other is not None else ""
    more[COHORT] = joining.name
    if joining.below and joining.image:
        more[joining.image] = [f"{joining.below}/{path}" if path else "" for path in more[joining.image]]
    if joining.apart and joining.patient:
        more[joining.patient] = [f"{joining.name} {each}" if each else "" for each in more[joining.patient]]
    return pd.concat([rows, more], ignore_index=True)


def without(table: "pd.DataFrame", name: str) -> "pd.DataFrame":
    """A table without the rows of a cohort that was joined.

    Example:
        >>> import pandas as pd
        >>> without(pd.DataFrame({"id": ["a", "b"], COHORT: ["", "Seoul"]}), "Seoul")["id"].tolist()
        ['a']
    """
    from hilum.study.values import texts_of

    return table[[each != name for each in texts_of(table[COHORT])]].reset_index(drop=True)
