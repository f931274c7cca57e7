"""Doctors without and with AI: who is printed, and which differences are asked for."""

from collections.abc import Sequence

from hilum.evaluation.results import Evaluation

MEAN, ALL = "mean of ", "all readers"
MOST_SHOWN = 12


def mean_readers(evaluation: Evaluation) -> list[str]:
    """The means of several doctors, as they are named in the results.

    Example:
        >>> mean_readers(Evaluation("classification"))
        []
    """
    return list(dict.fromkeys(row.reader for row in evaluation.measures if row.reader.startswith(MEAN)))


def conditions(evaluation: Evaluation) -> tuple[str, str] | None:
    """The two conditions that all doctors were compared in, the one with help first.

    Example:
        >>> conditions(Evaluation("classification")) is None
        True
    """
    for row in evaluation.comparisons:
        if row.reader_b is not None and row.reader_a.startswith(f"{ALL}, ") and row.reader_b.startswith(ALL):
            return row.reader_a.removeprefix(ALL), row.reader_b.removeprefix(ALL)
    return None


def shown_readers(evaluation: Evaluation, readers: Sequence[str]) -> list[str]:
    """All readers; of very many, the doctors stand for each other as their mean.

    Example:
        >>> shown_readers(Evaluation("classification"), ["cnn", "vit"])
        ['cnn', 'vit']
    """
    both = conditions(evaluation)
    if both is None or len(readers) <= MOST_SHOWN:
        return list(readers)
    return [name for name in readers if name.startswith(MEAN) or not name.endswith(both)]


def doctor_pairs(evaluation: Evaluation, readers: Sequence[str]) -> list[tuple[str, str]]:
    """Each doctor with help against the same without, then everyone else against the doctors' means.

    Empty where no doctors were compared in two conditions; the test of all doctors together stands between.

    Example:
        >>> doctor_pairs(Evaluation("classification"), ["cnn", "vit"])
        []
    """
    both = conditions(evaluation)
    if both is None:
        return []
    helped, alone = both
    persons = [
        name.removesuffix(helped) for name in readers if name.endswith(helped) and not name.startswith(MEAN)
    ]
    own = [(f"{one}{helped}", f"{one}{alone}") for one in persons if f"{one}{alone}" in readers]
    others = [name for name in readers if not name.endswith(both)]
    means = [name for name in readers if name.startswith(MEAN)]
    return [*own, (f"{ALL}{helped}", f"{ALL}{alone}"), *((name, mean) for name in others for mean in means)]
