"""How fast the statistics are beside other programs: `python benchmarks/measures.py`.

A promise that is missed is named at the end, and the script exits with 1. Ratios are of
times taken in the same run on the same data, about one in ten of 100,000 cases having the event. Ours run
three times after a first call that compiles; the best counts. Where another program would take minutes, its
time is that of a tenth or a hundredth of the work, and named so.

Whole evaluations run in a process of their own, imports not counted; their memory is the largest that the
process ever held, imports counted.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from hilum.evaluation import (
    EvaluationOptions,
    FollowUp,
    Readings,
    Truth,
    auc_t,
    auroc_difference,
    compare_aurocs,
    evaluate,
    harrell_c,
    harrell_c_difference,
)
from hilum.evaluation.measures.concordance import weighted_harrell_c

GIB = 2**30
Arrays = tuple[np.ndarray, ...]


def best_of(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs, after one that does not count."""
    work()
    return min(once(work) for _ in range(times))


def once(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass
class Promises:
    """What was promised, and which of it is missed."""

    missed: list[str] = field(default_factory=list)

    def times_as_fast(self, what: str, ours: float, theirs: tuple[str, float], least: float) -> None:
        """Print a ratio to another program and hold it against the least that was promised."""
        name, seconds = theirs
        ratio = seconds / ours
        self._print(
            what, f"{ours:8.3f} s   {name} {seconds:8.2f} s   {ratio:7.1f} x", f"{least:g} x", ratio >= least
        )

    def below(self, what: str, value: float, unit: str, most: float) -> None:
        """Print a number and hold it against the most that was promised."""
        self._print(what, f"{value:8.3f} {unit}", f"{most:g} {unit}", value < most)

    def _print(self, what: str, found: str, goal: str, kept: bool) -> None:  # noqa: FBT001
        print(f"{what:<64}{found:<66}{'goal' if kept else 'MISSED'} {goal}", flush=True)
        if not kept:
            self.missed.append(what)


def survival(n: int) -> Arrays:
    """Two risks, follow-up and events of n cases, about one in ten with an event."""
    rng = np.random.default_rng(7)
    severity = rng.normal(size=n)
    death, censored = rng.exponential(np.exp(-severity)), rng.exponential(0.09, n)
    noise = rng.normal(size=(2, n))
    return severity + noise[0], severity + noise[1], np.minimum(death, censored), death <= censored


def concordance(promises: Promises) -> None:
    """Harrell's C with its error, a paired difference, and its bootstrap."""
    import lifelines.utils
    from sksurv.metrics import concordance_index_censored

    first, second, days, event = survival(100_000)
    print(f"n = 100,000, {event.mean():.1%} events")
    alone = best_of(lambda: harrell_c(first, FollowUp.of(days, event)))
    paired = best_of(lambda: harrell_c_difference(first, second, FollowUp.of(days, event)))
    peer = best_of(lambda: lifelines.utils.concordance_index(days, -first, event))
    promises.times_as_fast("Harrell's C + SE", alone, ("lifelines, C alone", peer), 10)
    promises.below("Harrell's C + SE of two readers + paired difference", paired, "s", 0.3)
    peer = best_of(lambda: concordance_index_censored(event, days, first), 1)
    promises.times_as_fast("Harrell's C + SE", alone, ("scikit-survival, C alone", peer), 50)

    risk, time_, happened = first[:10_000], days[:10_000], event[:10_000]
    follow_up = FollowUp.of(time_, happened)
    weights = np.random.default_rng(1).poisson(1.0, (1000, 10_000)).astype(float)
    mine = best_of(lambda: weighted_harrell_c(risk, follow_up, weights))
    peer = 100 * once(lambda: [lifelines.utils.concordance_index(time_, -risk, happened) for _ in range(10)])
    promises.times_as_fast("1,000 bootstraps of C at n = 10,000", mine, ("lifelines, 10 x 100", peer), 15)


def horizons(promises: Promises) -> None:
    """AUC(t) with its error at ten horizons."""
    from sksurv.metrics import cumulative_dynamic_auc
    from sksurv.util import Surv

    first, _, days, event = survival(100_000)
    at = np.quantile(days, np.linspace(0.1, 0.9, 10))
    outcome = Surv.from_arrays(event, days)

    def ours() -> None:
        follow_up = FollowUp.of(days, event)
        for day in at:
            auc_t(first, follow_up, float(day))

    peer = best_of(lambda: cumulative_dynamic_auc(outcome, outcome, first, at))
    promises.times_as_fast("AUC(t) + SE at 10 horizons", best_of(ours), ("scikit-survival, no SE", peer), 1)


def areas(promises: Promises) -> None:
    """DeLong's test of two readers, and of five together."""
    from MLstatkit import Delong_test

    rng = np.random.default_rng(3)
    label = rng.random(100_000) < 0.1
    scores = rng.normal(size=(5, 100_000)) + label
    truth = label.astype(int)
    peer = best_of(lambda: Delong_test(truth, scores[0], scores[1]))
    mine = best_of(lambda: auroc_difference(scores[0], scores[1], label))
    promises.times_as_fast("DeLong, a pair of readers", mine, ("MLstatkit", peer), 8)
    promises.below("DeLong, 5 readers together", best_of(lambda: compare_aurocs(scores, label)), "s", 0.5)


def _cohort(n: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.random.Generator]:
    """Cases with groups (one case in five is for validation) and how ill each is."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "case": np.arange(n),
            "patient": np.arange(n),
            "part": np.where(np.arange(n) < n // 5, "validation", "test"),
            "sex": rng.choice(["F", "M"], n),
            "age": rng.normal(60, 14, n).round(),
            "site": rng.choice(["A", "B", "C"], n),
        }
    )
    return frame, rng.normal(size=n), rng


def diagnosis(
    n: int, readers: int, options: EvaluationOptions
) -> tuple[list[Readings], Truth, EvaluationOptions]:
    """Readers that give probabilities of a condition that one case in five has."""
    frame, severity, rng = _cohort(n, 5)
    frame["label"] = (severity + rng.normal(size=n) > 1.2).astype(int)
    tables = []
    for number in range(readers):
        strength = 0.6 * severity + rng.normal(size=n) * (0.5 + 0.1 * number) - 1.4
        table = pd.DataFrame({"case": frame["case"], "score": 1 / (1 + np.exp(-strength))})
        tables.append(Readings.from_frame(table, f"reader {number + 1}"))
    return tables, Truth.from_frame(frame), options


def prognosis(
    n: int, readers: int, options: EvaluationOptions
) -> tuple[list[Readings], Truth, EvaluationOptions]:
    """Readers that give a risk, and the probability of the event by each horizon."""
    frame, severity, rng = _cohort(n, 6)
    death, censored = rng.exponential(900 * np.exp(-severity)), rng.uniform(200, 2000, n)
    frame["time"], frame["event"] = np.minimum(death, censored), (death <= censored).astype(int)
    tables = []
    for number in range(readers):
        risk = 0.8 * severity + rng.normal(size=n) * (0.3 + 0.1 * number)
        table = pd.DataFrame({"case": frame["case"], "risk": risk})
        for day in options.horizons_days:
            table[f"risk_{day:g}d"] = 1 - np.exp(-day / 900 * np.exp(risk))
        tables.append(Readings.from_frame(table, f"reader {number + 1}"))
    return tables, Truth.from_frame(frame), options


GROUPS = ("sex", "age", "site")
ALL_PROBABILITIES = frozenset({"*"})
WHOLE = {
    "5,000 cases, 5 readers, diagnosis": lambda: diagnosis(
        5000,
        5,
        EvaluationOptions(probabilities=ALL_PROBABILITIES, prevalences=(0.05,), subgroups=GROUPS),
    ),
    "5,000 cases, 5 readers, survival": lambda: prognosis(
        5000, 5, EvaluationOptions(horizons_days=(365.0, 730.0), subgroups=GROUPS)
    ),
    "a million cases, diagnosis": lambda: diagnosis(
        1_000_000, 1, EvaluationOptions(probabilities=ALL_PROBABILITIES, bootstrap=100)
    ),
    "a million cases, survival": lambda: prognosis(
        1_000_000, 1, EvaluationOptions(horizons_days=(365.0, 730.0), bootstrap=100)
    ),
}


def evaluated(name: str) -> dict[str, float]:
    """Evaluate, report and draw in this process: seconds, and the most memory it ever held in GiB."""
    readings, truth, options = WHOLE[name]()
    found = {}
    start = time.perf_counter()
    evaluation = evaluate(readings, truth, options)
    found["evaluate"] = time.perf_counter() - start
    if len(truth.frame) <= 10_000:
        from hilum.reporting import evaluation_report, render_html

        page = render_html(evaluation_report(evaluation, readings, truth))
        found["page"] = len(page) / 1e6
    found["seconds"] = time.perf_counter() - start
    found["memory"] = largest_memory()
    return found


def largest_memory() -> float:
    """The most memory this process ever held, in GiB; not that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        for row in status.read_text(encoding="ascii", errors="replace").splitlines():
            if row.startswith("VmHWM"):
                return int(row.split()[1]) * 1024 / GIB
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / GIB


def whole(promises: Promises) -> None:
    """Whole evaluations, each in a process of its own: time of the small, memory of the large."""
    for name in WHOLE:
        made = subprocess.run(
            [sys.executable, __file__, name], check=True, capture_output=True, text=True, timeout=600
        )
        found = json.loads(made.stdout.splitlines()[-1])
        if name.startswith("a million"):
            print(f"{name}: {found['seconds']:.1f} s", flush=True)
            promises.below(f"{name}, memory", found["memory"], "GiB", 2)
        else:
            print(f"{name}: evaluation {found['evaluate']:.1f} s, page of {found['page']:.1f} MB", flush=True)
            promises.below(f"{name}, 1,000 bootstraps and report", found["seconds"], "s", 60)


def main() -> int:
    """Run everything, or the one evaluation that is named; 1 where a promise is missed."""
    if len(sys.argv) > 1:
        print(json.dumps(evaluated(sys.argv[1])))
        return 0
    promises = Promises()
    whole(promises)
    concordance(promises)
    horizons(promises)
    areas(promises)
    for what in promises.missed:
        print(f"missed: {what}")
    return int(bool(promises.missed))


if __name__ == "__main__":
    sys.exit(main())
