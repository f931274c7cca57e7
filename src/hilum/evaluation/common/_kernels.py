"""The few loops that must be compiled. Imported when first needed: numba takes half a second."""

import numpy as np

from hilum.compiled import compiled


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
    won[:] = 0.0
    pairs[:] = 0.0
    tree = np.zeros(rank.max() + 1)
    total = 0.0
    # From late to early: what outlives each event.
    last = len(order)
    while last > 0:
        first = _first_of_time(stop, last)
        for wanted in (0, 1):
            for index in range(first, last):
                case = order[index]
                if wanted == 1 and event[case] == 1:
                    won[case] += _half_below(tree, rank[case])
                    pairs[case] += total
            total += _add_all(tree, order[first:last], event, wanted, rank, weight)
        last = first
    # From early to late: which events each case outlives. Simultaneous events do not outlive each other.
    tree[:] = 0.0
    total = 0.0
    first = 0
    while first < len(order):
        last = stop[first]
        for wanted in (1, 0):
            for index in range(first, last):
                case = order[index]
                if event[case] == wanted:
                    won[case] += total - _half_below(tree, rank[case])
                    pairs[case] += total
            if wanted == 1:
                total += _add_all(tree, order[first:last], event, 1, rank, weight)
        first = last


@compiled
def _first_of_time(stop: np.ndarray, last: int) -> int:
    """The first place of the time that ends at `last`."""
    first = last - 1
    while first > 0 and stop[first - 1] == last:
        first -= 1
    return first


@compiled
def _add_all(  # noqa: PLR0917 - compiled functions take no keywords
    tree: np.ndarray,
    cases: np.ndarray,
    event: np.ndarray,
    wanted: int,
    rank: np.ndarray,
    weight: np.ndarray,
) -> float:
    """Put the cases with (1) or without (0) event into the tree; returns their weight."""
    added = 0.0
    for case in cases:
        if event[case] == wanted and weight[case] > 0:
            added += weight[case]
            at = rank[case]
            while at < len(tree):
                tree[at] += weight[case]
                at += at & -at
    return added


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
    tree = np.zeros(rank.max() + 1)
    for row in range(len(weights)):
        weight = weights[row]
        tree[:] = 0.0
        total = 0.0
        won = 0.0
        pairs = 0.0
        last = len(order)
        while last > 0:
            first = _first_of_time(stop, last)
            total += _add_all(tree, order[first:last], event, 0, rank, weight)
            for index in range(first, last):
                case = order[index]
                if event[case] == 1 and weight[case] > 0:
                    won += weight[case] * _half_below(tree, rank[case])
                    pairs += weight[case] * total
            total += _add_all(tree, order[first:last], event, 1, rank, weight)
            last = first
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
