"""Compiled loops over pairs of cases in which the earlier event carries a weight of its own."""

import numpy as np

from hilum.compiled import compiled
from hilum.evaluation.common._kernels import _add_all, _first_of_time, _half_below


@compiled
def weighted_event_counts(  # noqa: PLR0917 - compiled functions take no keywords
    order: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
    rank: np.ndarray,
    weight: np.ndarray,
    earlier: np.ndarray,
    later: np.ndarray,
) -> None:
    """What each case adds to concordance as the earlier event of a pair, and as the later case.

    Args:
        order: Cases by time, among equal times events before censored ones.
        stop: For each place in `order` the first place of a later time.
        event: 1 where the event was observed.
        rank: Rank of risk from 1, equal risks having equal ranks.
        weight: Weight of each case when it is the earlier event.
        earlier: (2, n) filled with concordant and all later cases of each event, unweighted.
        later: (2, n) filled with the weight of concordant and of all events that each case outlives.
    """
    earlier[:] = 0.0
    later[:] = 0.0
    ones = np.ones(len(order))
    tree = np.zeros(rank.max() + 1)
    total = 0.0
    last = len(order)
    while last > 0:
        first = _first_of_time(stop, last)
        total += _add_all(tree, order[first:last], event, 0, rank, ones)
        for case in order[first:last]:
            if event[case] == 1:
                earlier[0, case] = _half_below(tree, rank[case])
                earlier[1, case] = total
        total += _add_all(tree, order[first:last], event, 1, rank, ones)
        last = first
    tree[:] = 0.0
    total = 0.0
    first = 0
    while first < len(order):
        last = stop[first]
        # Simultaneous events do not outlive each other; a case censored at that time outlives them.
        for case in order[first:last]:
            if event[case] == 1:
                later[0, case] = total - _half_below(tree, rank[case])
                later[1, case] = total
        total += _add_all(tree, order[first:last], event, 1, rank, weight)
        for case in order[first:last]:
            if event[case] != 1:
                later[0, case] = total - _half_below(tree, rank[case])
                later[1, case] = total
        first = last


@compiled
def concordance_of_event_weights(  # noqa: PLR0917 - compiled functions take no keywords
    order: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
    rank: np.ndarray,
    weights: np.ndarray,
    event_weights: np.ndarray,
    result: np.ndarray,
) -> None:
    """Concordance for each row of weights, pairs weighted by `event_weights` of the earlier event.

    NaN where no pair can be compared. Arguments as `weighted_event_counts`, with (b, n) weights of the later
    case and of the earlier event.
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
            for case in order[first:last]:
                if event[case] == 1 and event_weights[row, case] > 0:
                    won += event_weights[row, case] * _half_below(tree, rank[case])
                    pairs += event_weights[row, case] * total
            total += _add_all(tree, order[first:last], event, 1, rank, weight)
            last = first
        result[row] = won / pairs if pairs > 0 else np.nan
