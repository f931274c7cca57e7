"""How fast the statistics are beside lifelines and scikit-survival: `python benchmarks/statistics.py`.

About one in ten of 100,000 cases has an event. Where another program would take minutes its time is that of
a tenth or a hundredth of the work, and named so. Ours run three times after a first call that compiles; the
best counts.
"""

import time
import tracemalloc
from collections.abc import Callable

import lifelines.utils
import numpy as np
import pandas as pd
from sksurv.metrics import concordance_index_censored, cumulative_dynamic_auc
from sksurv.util import Surv

from hilum.evaluation import (
    EvaluationOptions,
    FollowUp,
    Readings,
    Truth,
    auc_t,
    compare_aurocs,
    evaluate,
    harrell_c,
    harrell_c_difference,
)
from hilum.evaluation.measures.concordance import weighted_harrell_c


def best_of(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs, after one that does not count."""
    work()
    return min(once(work) for _ in range(times))


def once(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def line(what: str, ours: float, goal: str, peer: tuple[str, float] | None = None) -> None:
    """Print one result, with the ratio to the other program."""
    other = "" if peer is None else f"   {peer[0]} {peer[1]:8.2f} s   {peer[1] / ours:7.1f} times as long"
    print(f"{what:<54}{ours:8.3f} s   goal {goal:<9}{other}", flush=True)


def survival(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two risks, follow-up and events of n cases, about one in ten with an event."""
    rng = np.random.default_rng(7)
    severity = rng.normal(size=n)
    death, censored = rng.exponential(np.exp(-severity)), rng.exponential(0.09, n)
    noise = rng.normal(size=(2, n))
    return severity + noise[0], severity + noise[1], np.minimum(death, censored), death <= censored


def concordance() -> None:
    """Harrell's C with its error and a paired difference, and its bootstrap."""
    first, second, days, event = survival(100_000)
    print(f"n = 100,000, {event.mean():.1%} events")

    def ours() -> None:
        harrell_c_difference(first, second, FollowUp.of(days, event))

    mine = best_of(ours)
    peer = once(lambda: lifelines.utils.concordance_index(days, -first, event))
    line("Harrell's C + SE + paired difference", mine, "<= 0.3 s", ("lifelines, C alone      ", peer))
    peer = once(lambda: concordance_index_censored(event, days, first))
    line("Harrell's C + SE + paired difference", mine, "<= 0.3 s", ("scikit-survival, C alone", peer))
    alone = best_of(lambda: harrell_c(first, FollowUp.of(days, event)))
    line("Harrell's C + SE", alone, "", ("scikit-survival, C alone", peer))

    risk, time_, happened = first[:10_000], days[:10_000], event[:10_000]
    follow_up = FollowUp.of(time_, happened)
    weights = np.random.default_rng(1).poisson(1.0, (1000, 10_000)).astype(float)
    mine = best_of(lambda: weighted_harrell_c(risk, follow_up, weights), 1)
    peer = 100 * once(lambda: [lifelines.utils.concordance_index(time_, -risk, happened) for _ in range(10)])
    line("1,000 bootstraps of C at n = 10,000", mine, "<= 6 s", ("lifelines, 10 x 100     ", peer))


def horizons() -> None:
    """AUC(t) with its error at ten horizons."""
    first, _, days, event = survival(100_000)
    at = np.quantile(days, np.linspace(0.1, 0.9, 10))
    follow_up, outcome = FollowUp.of(days, event), Surv.from_arrays(event, days)
    mine = best_of(lambda: [auc_t(first, follow_up, day) for day in at])
    peer = once(lambda: cumulative_dynamic_auc(outcome, outcome, first, at))
    line("AUC(t) + SE at 10 horizons", mine, "<= 1 s", ("scikit-survival, no SE  ", peer))


def areas() -> None:
    """DeLong's covariance of five readers."""
    rng = np.random.default_rng(3)
    label = rng.random(100_000) < 0.1
    scores = rng.normal(size=(5, 100_000)) + label
    line("DeLong, 5 readers together", best_of(lambda: compare_aurocs(scores, label)), "<= 0.5 s")


def whole() -> None:
    """A whole evaluation in the form of the demo, and one of a million cases."""
    rng = np.random.default_rng(5)
    n, repeats = 1500, 5
    severity = rng.normal(size=n)
    death, censored = rng.exponential(60 * np.exp(-severity)), rng.uniform(20, 200, n)
    cases = np.arange(n)
    part = np.repeat(["validation", "test", "A", "B"], [100, 400, 500, 500])
    truth = pd.DataFrame(
        {"case": cases, "part": part, "time": np.minimum(death, censored), "event": death <= censored}
    )
    tables = [
        pd.DataFrame({"case": cases, "reader": name, "repeat": repeat, "risk": severity + rng.normal(size=n)})
        for name in ("resnet18", "small_cnn")
        for repeat in range(1, repeats + 1)
    ]
    readings = [Readings.from_frame(pd.concat(tables))]
    for name in ("curb65", "both"):
        table = pd.DataFrame({"case": cases, "risk": severity + rng.normal(size=n)})
        readings.append(Readings.from_frame(table, name))
    options = EvaluationOptions(horizons_days=(30.0,))
    seconds = once(lambda: evaluate(readings, Truth.from_frame(truth), options))
    line("evaluate: 6 readers x 3 parts x 500 cases, 5 repeats", seconds, "< 20 s")


def million() -> None:
    """Time and memory of a million cases."""
    rng = np.random.default_rng(9)
    n = 1_000_000
    label = rng.random(n) < 0.1
    truth = Truth.from_frame(pd.DataFrame({"case": np.arange(n), "label": label.astype(int)}))
    readings = Readings.from_frame(
        pd.DataFrame({"case": np.arange(n), "score": rng.normal(size=n) + label}), "m"
    )
    tracemalloc.start()
    seconds = once(lambda: evaluate([readings], truth, EvaluationOptions(bootstrap=100)))
    peak = tracemalloc.get_traced_memory()[1] / 2**30
    tracemalloc.stop()
    line(f"evaluate: a million cases, 100 bootstraps, {peak:.2f} GiB", seconds, "< 2 GiB")


if __name__ == "__main__":
    concordance()
    horizons()
    areas()
    whole()
    million()
