"""The loops over marks that must be compiled. Imported when first needed: numba takes half a second."""

import numpy as np

from hilum.compiled import compiled


@compiled
def give_away(mark: np.ndarray, lesion: np.ndarray, found: np.ndarray, taken: np.ndarray) -> None:
    """Give marks their lesions, in the order of the pairs.

    Args:
        mark: Rows of marks, the first to choose first.
        lesion: The lesion of each pair.
        found: -1 for every mark; filled with the lesion that it found.
        taken: False for every lesion; filled.
    """
    for pair in range(len(mark)):
        if found[mark[pair]] < 0 and not taken[lesion[pair]]:
            found[mark[pair]] = lesion[pair]
            taken[lesion[pair]] = True


@compiled
def froc_of_weights(  # noqa: PLR0917 - compiled functions take no keywords
    case: np.ndarray,
    state: np.ndarray,
    last: np.ndarray,
    weights: np.ndarray,
    lesions: np.ndarray,
    images: np.ndarray,
    rates: np.ndarray,
    result: np.ndarray,
) -> None:
    """Sensitivity at rates of false positives, for each row of weights.

    Args:
        case: Case of each mark, marks from the highest score down.
        state: 1 for the mark that found a lesion, 0 for a false one, -1 for one that does not count.
        last: Whether the mark is the last of its score.
        weights: (b, cases).
        lesions: (b,) weighted number of lesions.
        images: (b,) weighted number of images.
        rates: False positives per image, ascending.
        result: (b, rates), filled.
    """
    for row in range(len(weights)):
        if lesions[row] <= 0.0 or images[row] <= 0.0:
            result[row, :] = np.nan
            continue
        found, wrong, next_rate = 0.0, 0.0, 0
        x_before, y_before = 0.0, 0.0
        for mark in range(len(case)):
            weight = weights[row, case[mark]]
            if state[mark] == 1:
                found += weight
            elif state[mark] == 0:
                wrong += weight
            if not last[mark]:
                continue
            x, y = wrong / images[row], found / lesions[row]
            while next_rate < len(rates) and x > rates[next_rate]:
                share = (rates[next_rate] - x_before) / (x - x_before)
                result[row, next_rate] = y_before + share * (y - y_before)
                next_rate += 1
            if next_rate == len(rates):
                break
            x_before, y_before = x, y
        result[row, next_rate:] = y_before


@compiled
def precision_of_weights(  # noqa: PLR0917 - compiled functions take no keywords
    case: np.ndarray,
    hit: np.ndarray,
    last: np.ndarray,
    weights: np.ndarray,
    lesions: np.ndarray,
    recalls: np.ndarray,
    result: np.ndarray,
) -> None:
    """Mean over recalls of the highest precision reached at that recall or beyond, for each row of weights.

    Args:
        case: Case of each mark, marks from the highest score down.
        hit: 1 for the mark that found a lesion, else it is a false positive.
        last: Whether the mark is the last of its score.
        weights: (b, cases).
        lesions: (b,) weighted number of lesions.
        recalls: Ascending.
        result: (b,), filled.
    """
    recall = np.empty(len(case))
    precision = np.empty(len(case))
    for row in range(len(weights)):
        if lesions[row] <= 0.0:
            result[row] = np.nan
            continue
        found, all_marks, points, some = 0.0, 0.0, 0, False
        for mark in range(len(case)):
            weight = weights[row, case[mark]]
            all_marks += weight
            if hit[mark] == 1:
                found += weight
                some = True
            # A step without a hit only lowers the precision of the recall before it.
            if last[mark] and some and all_marks > 0.0:
                recall[points] = found / lesions[row]
                precision[points] = found / all_marks
                points, some = points + 1, False
        total, highest, point = 0.0, 0.0, points - 1
        for level in range(len(recalls) - 1, -1, -1):
            while point >= 0 and recall[point] >= recalls[level]:
                highest = max(highest, precision[point])
                point -= 1
            total += highest
        result[row] = total / len(recalls)
