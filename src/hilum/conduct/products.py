"""What a product's table says where the study asks for several findings, or for a number."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hilum.cohorts import Cohort
from hilum.evaluation import Readings
from hilum.readers import ReaderWarning
from hilum.readers.product_columns import find_product_columns
from hilum.readers.scores.names import plain_name
from hilum.study import ReaderOptions, read_table

_ABOUT_PROBABILITIES = ("percent_read", "score_beyond_one")


def product_mapping(options: ReaderOptions, cohort: Cohort, path: Path) -> Mapping[str, str]:
    """The study's mapping; a number is also found as `value` or under the name of the truth's column.

    Args:
        options: The reader, with its mapping.
        cohort: The cohort that will be read.
        path: The product's table.
    """
    if cohort.task.kind != "regression" or {"value", "score"} & options.mapping.keys():
        return options.mapping
    columns = [str(column) for column in read_table(path).columns]
    own = next((name for name in ("value", cohort.task.value) if name in columns), None)
    return options.mapping if own is None else {"value": own, **options.mapping}


def named_as_in_the_study(readings: Readings, findings: Sequence[str]) -> Readings:
    """Opinions on findings under the study's names, where a product spells them another way.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"case": ["1"], "score_pleural_effusion": [0.4]})
        >>> found = Readings.from_frame(table, reader="lunit")
        >>> named_as_in_the_study(found, ["Pleural effusion"]).opinions
        ('score_Pleural effusion',)
    """
    wanted = {plain_name(name): name for name in findings}
    renamed: dict[str, str] = {}
    for column in readings.opinions:
        kind, _, finding = column.partition("_")
        name = wanted.get(plain_name(finding))
        taken = {*readings.frame.columns, *renamed.values()}
        if name is not None and f"{kind}_{name}" not in taken:
            renamed[column] = f"{kind}_{name}"
    return Readings.from_frame(readings.frame.rename(columns=renamed)) if renamed else readings


def numbers_as_they_stand(
    readings: Readings, noticed: Sequence[ReaderWarning], mapping: Mapping[str, str], path: Path
) -> tuple[Readings, tuple[ReaderWarning, ...]]:
    """Numbers in the unit in which they are written: percent are not divided, as those of a probability are.

    Args:
        readings: The product's readings.
        noticed: What was noticed while reading; what concerns probabilities alone is left out.
        mapping: Which column is which.
        path: The product's table.
    """
    columns = [str(column) for column in read_table(path).columns]
    numbers = {
        kind: column
        for kind, column in find_product_columns(columns, mapping, path.name).opinions.items()
        if kind in {"value", "score"}
    }
    frame, kept = readings.frame, []
    for warning in noticed:
        about = [kind for kind, name in numbers.items() if f"olumn `{name}` of {path.name} " in warning.text]
        if not about or warning.code not in _ABOUT_PROBABILITIES:
            kept.append(warning)
        elif warning.code == "percent_read":
            frame = frame.assign(**{kind: frame[kind] * 100 for kind in about})
    return Readings.from_frame(frame), tuple(kept)
