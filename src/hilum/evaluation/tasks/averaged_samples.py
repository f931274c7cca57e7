"""Bootstrap samples of measures that are averages: over findings, over classes, over repeated trainings."""

from collections.abc import Callable, Sequence

import numpy as np

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.ledger import Work
from hilum.evaluation.tasks.samples import Cases, Sampled, draw_samples

Named = tuple[str, str | None]
OfWeights = Callable[[Floats], dict[Named, Floats]]


def averaged_samples(
    work: Work, what: str, reader: str, of_repeats: Sequence[OfWeights], cases: Cases
) -> dict[Named, Sampled]:
    """Samples of several measures at once, each named by (measure, of).

    Args:
        work: The evaluation.
        what: Names these samples, so that they are drawn once.
        reader: Whose they are.
        of_repeats: For each repeated training (one, if there are none) what maps (b, n) weights to the (b,)
            values of every measure.
        cases: On which cases.
    """
    return work.remember(cases.key(what, reader), lambda: _draw(work, reader, of_repeats, cases))


def _draw(work: Work, reader: str, of_repeats: Sequence[OfWeights], cases: Cases) -> dict[Named, Sampled]:
    names = list(of_repeats[0](np.ones((1, len(cases.rows)))))

    def statistic(weights: Floats) -> Floats:
        found = [of(weights) for of in of_repeats]
        return np.stack([values[name] for name in names for values in found], axis=1)

    numbered = tuple(str(number) for number in range(len(names)))
    drawn = draw_samples(work, reader, statistic, cases, numbered)
    return {name: drawn[number] for name, number in zip(names, numbered, strict=True)}
