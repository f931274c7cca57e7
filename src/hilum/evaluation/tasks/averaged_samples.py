"""Bootstrap samples of measures that are averages: over findings, over classes, over repeated trainings."""

from collections.abc import Callable, Sequence

import numpy as np

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.common.resampling import over_repeats
from hilum.evaluation.ledger import Work
from hilum.evaluation.tasks.samples import Cases, Sampled

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
            values of every measure. The first row of each call's weights need not be the data themselves.
        cases: On which cases.
    """
    return work.remember(cases.key(what, reader), lambda: _draw(work, reader, of_repeats, cases))


def _draw(work: Work, reader: str, of_repeats: Sequence[OfWeights], cases: Cases) -> dict[Named, Sampled]:
    once = [of(np.ones((1, len(cases.rows)))) for of in of_repeats]
    names, repeated = list(once[0]), len(of_repeats) > 1

    def statistic(weights: Floats) -> Floats:
        found = [of(weights) for of in of_repeats]
        return np.stack([values[name] for name in names for values in found], axis=1)

    patients = work.draws(cases.part, cases.rows, cases.outcome)
    drawn = np.split(patients.apply(statistic), len(names), axis=1)
    bca = work.options.bootstrap_interval == "bca" and not repeated
    left_out = patients.jackknife(statistic) if bca else ()
    seed = work.seed("repeats", reader)
    return {
        name: Sampled(
            float(np.mean([values[name][0] for values in once])),
            over_repeats(draws, seed),
            repeated,
            tuple(values[:, number] for values in left_out),
        )
        for number, (name, draws) in enumerate(zip(names, drawn, strict=True))
    }
