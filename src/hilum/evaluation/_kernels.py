"""The few loops that must be compiled. Imported when first needed: numba takes half a second."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function and keep the machine code beside the source.

    Where that folder may not be written, it is compiled anew each time.
    """
    try:
        result: Any = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        result = numba.njit(nogil=True)(function)
    return cast("Function", result)


@compiled
def concordance_counts(  # noqa: PLR0917 - compiled functions take no keywords
    order: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
    rank: np.ndarray,
    weight: np.ndarray,
    won: np.ndarray,
    pairs: np.ndarray,
) -> None:
    """Concordance of each case with all it can be compared with, by two sweeps with a Fenwick tree.

    Args:
        order: Cases by time, among equal times events before censored ones.
        stop: For each place in `order` the first place of a later time; for an event at that place
            everything that is censored at the same time, or later, is compared with it.
        event: 1 where the event was observed.
        rank: Rank of risk from 1, equal risks having equal ranks.
        weight: Weight of each case.
        won: Filled with the weight of concordant partners, ties of risk counting one half.
        pairs: Filled with the weight of all partners.
    """
    count = len(order)
    top = 0
    for case in range(count):
        top = max(top, rank[case])
        won[case] = 0.0
        pairs[case] = 0.0
    tree = np.zeros(top + 1)
    total = 0.0
    # From late to early: what outlives each event.
    place = count - 1
    while place >= 0:
        first = place
        while first > 0 and stop[first - 1] == stop[place]:
            first -= 1
        for index in range(place, first - 1, -1):
            case = order[index]
            if event[case] == 0:
                total += weight[case]
                at = rank[case]
                while at <= top:
                    tree[at] += weight[case]
                    at += at & -at
        for index in range(first, place + 1):
            case = order[index]
            if event[case] == 1:
                won[case] += _half_below(tree, rank[case])
                pairs[case] += total
        for index in range(first, place + 1):
            case = order[index]
            if event[case] == 1:
                total += weight[case]
                at = rank[case]
                while at <= top:
                    tree[at] += weight[case]
                    at += at & -at
        place = first - 1
    # From early to late: which events each case outlives.
    tree[:] = 0.0
    total = 0.0
    place = 0
    while place < count:
        last = stop[place]
        for index in range(place, last):
            case = order[index]
            if event[case] == 1:
                won[case] += total - _half_below(tree, rank[case])
                pairs[case] += total
        for index in range(place, last):
            case = order[index]
            if event[case] == 1:
                total += weight[case]
                at = rank[case]
                while at <= top:
                    tree[at] += weight[case]
                    at += at & -at
        for index in range(place, last):
            case = order[index]
            if event[case] == 0:
                won[case] += total - _half_below(tree, rank[case])
                pairs[case] += total
        place = last


@compiled
def _half_below(tree: np.ndarray, rank: int) -> float:
    """Weight of smaller ranks plus half the weight of this rank."""
    below = 0.0
    at = rank - 1
    while at > 0:
        below += tree[at]
        at -= at & -at
    upto = 0.0
    at = rank
    while at > 0:
        upto += tree[at]
        at -= at & -at
    return 0.5 * (below + upto)


@compiled
def concordance_of_weights(  # noqa: PLR0917 - compiled functions take no keywords
    order: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
    rank: np.ndarray,
    weights: np.ndarray,
    result: np.ndarray,
) -> None:
    """Harrell's C for each row of `weights`.

    Arguments as `concordance_counts`, NaN where no pair can be compared.
    """
    count = len(order)
    top = 0
    for case in range(count):
        top = max(top, rank[case])
    tree = np.zeros(top + 1)
    for row in range(len(weights)):
        tree[:] = 0.0
        total = 0.0
        won = 0.0
        pairs = 0.0
        place = count - 1
        while place >= 0:
            first = place
            while first > 0 and stop[first - 1] == stop[place]:
                first -= 1
            for wanted in (0, 1):
                if wanted == 1:
                    for index in range(first, place + 1):
                        case = order[index]
                        if event[case] == 1 and weights[row, case] > 0:
                            won += weights[row, case] * _half_below(tree, rank[case])
                            pairs += weights[row, case] * total
                for index in range(first, place + 1):
                    case = order[index]
                    if event[case] == wanted and weights[row, case] > 0:
                        total += weights[row, case]
                        at = rank[case]
                        while at <= top:
                            tree[at] += weights[row, case]
                            at += at & -at
            place = first - 1
        result[row] = won / pairs if pairs > 0 else np.nan


@compiled
def areas_of_weights(  # noqa: PLR0917 - compiled functions take no keywords
    order: np.ndarray,
    last: np.ndarray,
    label: np.ndarray,
    weights: np.ndarray,
    roc: np.ndarray,
    precision_recall: np.ndarray,
) -> None:
    """AUROC and step-wise average precision for each row of `weights`, NaN where one class has no weight.

    Args:
        order: Cases from the highest score down.
        last: For each place in `order`, whether it is the last of its score.
        label: True for cases with the condition.
        weights: (b, n) weights.
        roc: (b,) filled with AUROCs.
        precision_recall: (b,) filled with average precisions.
    """
    for row in range(len(weights)):
        found = 0.0
        wrong = 0.0
        hits = 0.0
        misses = 0.0
        won = 0.0
        steps = 0.0
        for place in range(len(order)):
            case = order[place]
            if label[case]:
                hits += weights[row, case]
            else:
                misses += weights[row, case]
            if last[place]:
                won += misses * (found + 0.5 * hits)
                found += hits
                wrong += misses
                if hits > 0.0:
                    steps += hits * found / (found + wrong)
                hits = 0.0
                misses = 0.0
        if found > 0.0 and wrong > 0.0:
            roc[row] = won / (found * wrong)
            precision_recall[row] = steps / found
        else:
            roc[row] = np.nan
            precision_recall[row] = np.nan
