"""The strata of findings and of numbers, within which patients are put into parts."""

import numpy as np
import pandas as pd

MOST_GROUPS = 10
NONE = "none"


def rarest_finding_strata(findings: pd.DataFrame) -> dict[str, str]:
    """A patient's stratum is the rarest finding that the patient has; those without any are one stratum.

    The rarest labels are the ones that chance would put into one part alone, so they are dealt out first,
    as in iterative stratification (Sechidis et al., ECML PKDD 2011); common ones spread by themselves.

    Args:
        findings: One row a patient, one column a finding: 1, 0, or NaN where it is not known.

    Returns:
        The stratum of every patient.

    Example:
        >>> people = pd.DataFrame({"mass": [1, 1, 0], "hernia": [0, 1, None]}, index=["a", "b", "c"])
        >>> rarest_finding_strata(people)
        {'a': 'mass', 'b': 'hernia', 'c': 'none'}
    """
    there = findings.to_numpy(dtype=np.float64, na_value=np.nan) == 1
    counts = there.sum(axis=0)
    # Equally rare findings are taken by name, whatever the order in which the study names them.
    order = sorted(range(len(counts)), key=lambda place: (int(counts[place]), str(findings.columns[place])))
    strata = {str(patient): NONE for patient in findings.index}
    for place in reversed(order):
        name = str(findings.columns[place]).removeprefix(" finding ")
        strata |= {str(patient): name for patient in findings.index[there[:, place]]}
    return strata


def quantile_strata(values: "pd.Series[float]", parts: int) -> dict[str, str]:
    """A patient's stratum is the group, cut at quantiles, that the patient's largest number falls into.

    Groups are equal in size as far as ties allow, at most ten, and large enough for two patients a part.

    Args:
        values: One number a patient.
        parts: Into how many parts patients will be put.

    Returns:
        The stratum of every patient.

    Example:
        >>> quantile_strata(pd.Series([1.0, 2.0, 30.0, 40.0], index=["a", "b", "c", "d"]), parts=1)
        {'a': '0', 'b': '0', 'c': '1', 'd': '1'}
    """
    numbers = values.to_numpy(dtype=np.float64)
    groups = int(np.clip(len(numbers) // (2 * max(parts, 1)), 1, MOST_GROUPS))
    cuts = np.unique(np.quantile(numbers, np.arange(1, groups) / groups)) if len(numbers) else np.zeros(0)
    places = np.searchsorted(cuts, numbers, side="left")
    return {str(patient): str(place) for patient, place in zip(values.index, places.tolist(), strict=True)}
