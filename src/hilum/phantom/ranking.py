"""AUROC and Harrell's C of very many patients: the phantom's own, independent of `evaluation`."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def area_under_roc(score: npt.ArrayLike, label: npt.ArrayLike) -> float:
    """Probability that a positive scores above a negative; ties count one half (Mann-Whitney by mid-ranks).

    Args:
        score: any monotone number, (n,).
        label: 1 or 0, (n,); both must occur.

    Returns:
        AUROC, 0 to 1.

    Example:
        >>> area_under_roc([0.1, 0.4, 0.4, 0.9], [0, 0, 1, 1])
        0.875
    """
    positive = np.asarray(label) == 1
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    _, place, count = np.unique(np.asarray(score), return_inverse=True, return_counts=True)
    mid_rank = np.cumsum(count) - (count - 1) / 2
    wins = mid_rank[place[positive]].sum() - n_positive * (n_positive + 1) / 2
    return float(wins / (n_positive * n_negative))


def smaller_before(values: Ints) -> Ints:
    """For each place of a permutation, how many smaller values stand before it; O(n log n).

    A radix descent: at each bit, places that share the higher bits form a run that keeps the original
    order; a one counts the zeros before it in its run, then the run is split stably.

    Args:
        values: a permutation of 0..n-1, (n,).

    Returns:
        Counts, (n,), in the order of `values`.

    Example:
        >>> smaller_before(np.array([2, 0, 1, 3]))
        array([0, 0, 1, 3])
    """
    n = len(values)
    current = np.asarray(values, dtype=np.int32)
    by_value = np.zeros(n, dtype=np.int32)
    place = np.arange(n, dtype=np.int32)
    zeros_until = np.zeros(n + 1, dtype=np.int32)
    for bit in range(max(n - 1, 1).bit_length() - 1, -1, -1):
        one = (current >> bit & 1).astype(bool)
        np.cumsum(~one, out=zeros_until[1:])
        start = current >> (bit + 1) << (bit + 1)
        zeros_before = zeros_until[:-1] - zeros_until[start]
        by_value[current] += np.where(one, zeros_before, 0)
        target = np.where(one, (1 << bit) + place - zeros_before, start + zeros_before)
        after = np.empty_like(current)
        after[target] = current
        current = after
    return by_value[values].astype(np.int64)


def _wins(risk: Floats, time: Floats, event: npt.NDArray[np.bool_]) -> int:
    """Comparable pairs in which the one who died earlier had strictly the higher risk."""
    order = np.lexsort((-risk, event, -time))
    ascending = np.lexsort((-np.arange(len(risk)), risk[order]))
    rank = np.empty(len(risk), dtype=np.int64)
    rank[ascending] = np.arange(len(risk))
    return int(smaller_before(rank)[event[order]].sum())


def _comparable_pairs(group: Floats, time: Floats, event: npt.NDArray[np.bool_]) -> int:
    """Comparable pairs within groups of equal value."""
    _, moment = np.unique(time, return_inverse=True)
    _, label = np.unique(group, return_inverse=True)
    span = 2 * (int(moment.max()) + 1)
    keys = label * span + 2 * moment + ~event  # a censoring comes just after the deaths of its day
    ordered = np.sort(keys)
    ends = np.searchsorted(ordered, (label[event] + 1) * span)
    return int((ends - np.searchsorted(ordered, keys[event], side="right")).sum())


def harrell_c(risk: npt.ArrayLike, time: npt.ArrayLike, event: npt.ArrayLike) -> float:
    """Harrell's C: among comparable pairs, how often the higher risk died earlier; tied risks count half.

    A pair is comparable when the shorter time is a death; a censoring at the time of a death counts as
    later; two deaths at the same time are not comparable (Harrell 1982; as R survival::concordance).

    Args:
        risk: higher = earlier death, (n,).
        time: days, (n,).
        event: 1 died, 0 censored, (n,).

    Returns:
        C, 0 to 1.

    Example:
        >>> harrell_c([3.0, 2.0, 1.0, 1.0], [1, 2, 3, 3], [1, 1, 1, 0])
        0.9166666666666666
    """
    risks = np.asarray(risk, dtype=np.float64)
    times = np.asarray(time, dtype=np.float64)
    events = np.asarray(event) == 1
    comparable = _comparable_pairs(np.zeros_like(risks), times, events)
    tied = _comparable_pairs(risks, times, events)
    return (_wins(risks, times, events) + tied / 2) / comparable
