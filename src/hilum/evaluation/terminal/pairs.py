"""Which differences are printed, and a comparison turned round where it was made the other way."""

import dataclasses
import itertools
from collections.abc import Sequence

from hilum.evaluation.results import Comparison, Evaluation

TEST_NAMES = {
    "delong_paired": "DeLong",
    "delong_paired_clustered": "DeLong, cases clustered by patient",
    "delong_macro_wald": "DeLong, mean over classes or findings",
    "infinitesimal_jackknife_wald": "infinitesimal jackknife",
    "infinitesimal_jackknife_clustered_wald": "infinitesimal jackknife, cases clustered by patient",
    "hierarchical_bootstrap_wald": "bootstrap of patients, then repeats",
    "bootstrap_wald": "bootstrap of patients",
    "unpaired_wald": "as if of other cases",
    "mcnemar_exact": "McNemar exact",
    "mcnemar_clustered": "McNemar, cases clustered by patient",
    "wafroc_paired": "paired, cases clustered by patient",
    "cluster_robust_wald": "Wald, cases clustered by patient",
    "obuchowski_rockette": "Obuchowski-Rockette, readers and cases random",
    "obuchowski_rockette_fixed_readers": "Obuchowski-Rockette, these readers only",
    "obuchowski_rockette_single": "Obuchowski-Rockette, one reader against several",
    "paired_t": "paired t",
    "ipcw_influence_wald": "weighted for censoring",
    "non_inferiority_wald": "Wald",
    "tango_non_inferiority": "Tango",
}
ALL_PAIRS_OF = 3


def shown_pairs(readers: Sequence[str], comparator: str | None = None) -> list[tuple[str, str]]:
    """Which differences are printed: with a comparator all against it; all pairs of three.

    Else the first against all.

    Example:
        >>> shown_pairs(["a", "b", "c", "d"], "c")
        [('a', 'c'), ('b', 'c'), ('d', 'c')]
    """
    if comparator in readers:
        return [(reader, str(comparator)) for reader in readers if reader != comparator]
    if len(readers) <= ALL_PAIRS_OF:
        return list(itertools.combinations(readers, 2))
    return [(readers[0], other) for other in readers[1:]]


def oriented(
    evaluation: Evaluation,
    first: str,
    second: str,
    where: tuple[str, str, str | None],
    of: str | None = None,
) -> Comparison | None:
    """The comparison first minus second, turned round where it was made the other way.

    Args:
        evaluation: Where it stands.
        first: A reader.
        second: The reader that is subtracted.
        where: Part, measure, and operating point or horizon.
        of: A finding, a class or a group.

    Example:
        >>> oriented(Evaluation("classification"), "a", "b", ("test", "auroc", None)) is None
        True
    """
    part, measure, at = where
    found = evaluation.compare(first, second, part, measure, at=at, of=of)
    if found is not None:
        return found
    found = evaluation.compare(second, first, part, measure, at=at, of=of)
    if found is None or found.scale != "difference":
        return None
    return dataclasses.replace(
        found,
        reader_a=first,
        reader_b=second,
        difference=_minus(found.difference),
        low=_minus(found.high),
        high=_minus(found.low),
        statistic=_minus(found.statistic) if found.df is None else found.statistic,
    )


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def name_of_test(method: str) -> str:
    """How a test is called in print.

    Example:
        >>> name_of_test("delong_paired"), name_of_test("some_other_test")
        ('DeLong', 'some other test')
    """
    return TEST_NAMES.get(method, method.replace("_", " "))
