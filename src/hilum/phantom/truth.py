"""What a perfect program would find: the true discrimination of every reader of the phantom world."""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from hilum.errors import HilumError
from hilum.phantom.patients import simulate_patients
from hilum.phantom.ranking import area_under_roc, harrell_c
from hilum.phantom.sites import SITES

Floats = npt.NDArray[np.float64]

READERS = ("curb65", "severity", "both")
HORIZON_DAYS = 30
_BATCHES = 20


@dataclass(frozen=True)
class TrueMeasure:
    """One true number and how exactly it is known.

    Attributes:
        site: "home", "A" or "B".
        reader: "curb65" (points 0-5, complete values), "severity" (what a perfect image reader sees) or
            "both" (the logistic regression of death by day 30 on severity and points, fitted on the home
            population).
        measure: "auroc" (dead by day 30 or not; the status is known for everybody) or "harrell_c" (death at
            any time, administrative end of follow-up as in `simulate_patients`).
        value: the mean over independent populations.
        se: its Monte Carlo standard error.

    Example:
        >>> TrueMeasure("home", "curb65", "auroc", 0.68, 0.0005).value
        0.68
    """

    site: str
    reader: str
    measure: str
    value: float
    se: float


@dataclass(frozen=True)
class Truth:
    """The true performance in the phantom world.

    Attributes:
        measures: one record a hospital, reader and measure.
        mortality: by hospital, the probability of death by day 30.
        coefficients: intercept, severity and CURB-65 points of the logistic regression behind "both".
        patients: how many patients a hospital the numbers rest on.

    Example:
        >>> truth = true_performance(patients=40_000)
        >>> 0.6 < truth.value("home", "curb65", "auroc") < truth.value("home", "severity", "auroc")
        True
    """

    measures: tuple[TrueMeasure, ...]
    mortality: dict[str, float]
    coefficients: tuple[float, float, float]
    patients: int

    def value(self, site: str, reader: str, measure: str) -> float:
        """Look one number up.

        Raises:
            HilumError: nothing of that name was computed.

        Example:
            >>> one = TrueMeasure("A", "both", "auroc", 0.8, 0.0)
            >>> Truth((one,), {}, (0.0, 0.0, 0.0), 1).value("A", "both", "auroc")
            0.8
        """
        for entry in self.measures:
            if (entry.site, entry.reader, entry.measure) == (site, reader, measure):
                return entry.value
        raise HilumError(
            f"no true {measure} of `{reader}` at `{site}` is known: readers are {', '.join(READERS)}"
        )

    def to_dict(self) -> dict[str, object]:
        """The same as plain values for JSON.

        Example:
            >>> Truth((), {"A": 0.2}, (0.0, 0.0, 0.0), 1).to_dict()["mortality"]
            {'A': 0.2}
        """
        return {
            "horizon_days": HORIZON_DAYS,
            "patients_per_site": self.patients,
            "mortality": self.mortality,
            "both": dict(zip(("intercept", "severity", "curb65"), self.coefficients, strict=True)),
            "measures": [asdict(entry) for entry in self.measures],
        }


def fit_logistic(features: Floats, label: npt.NDArray[np.bool_]) -> Floats:
    """Maximum-likelihood logistic regression by Newton's method.

    Args:
        features: (n, k), without the column of ones.
        label: true = event, (n,).

    Returns:
        Intercept and k slopes, (k + 1,).

    Example:
        >>> fit_logistic(np.zeros((4, 0)), np.array([True, False, False, False])).round(4)
        array([-1.0986])
    """
    design = np.column_stack([np.ones(len(label)), features])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ beta))
        step = np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design, design.T @ (label - p))
        beta += step
        if np.abs(step).max() < 1e-10:
            break
    return np.asarray(beta)


def true_performance(patients: int = 1_000_000, seed: int = 20_011) -> Truth:
    """Compute the true AUROC at 30 days and Harrell's C of CURB-65, of severity and of both, by hospital.

    Twenty independent populations a hospital give the mean and its Monte Carlo standard error. Values go
    missing completely at random in the phantom world, so the truth in complete cases is the truth in all,
    and the points of all patients are used here.

    Args:
        patients: how many a hospital, at least 2,000 (a million: about 10 s on one core).
        seed: of the simulation; unrelated to the seed of the patients that are compared with the truth.

    Returns:
        The truth, the same for the same arguments.

    Raises:
        HilumError: too few patients for twenty populations.

    Example:
        >>> true_performance(patients=20_000).patients
        20000
    """
    if patients < 100 * _BATCHES:
        raise HilumError(f"{patients} patients cannot tell the truth: ask for at least {100 * _BATCHES}")
    frames = {site.name: simulate_patients(patients, seed, site.name) for site in SITES}
    dead = {name: ((f["days"] <= HORIZON_DAYS) & (f["died"] == 1)).to_numpy() for name, f in frames.items()}
    beta = fit_logistic(frames["home"][["severity", "curb65"]].to_numpy(dtype=np.float64), dead["home"])
    measures: list[TrueMeasure] = []
    for name, frame in frames.items():
        columns = {reader: frame[reader].to_numpy(dtype=np.float64) for reader in READERS[:2]}
        columns["both"] = beta[1] * columns["severity"] + beta[2] * columns["curb65"]
        time, event = frame["days"].to_numpy(dtype=np.float64), frame["died"].to_numpy()
        for reader, score in columns.items():
            measures += _measures(name, reader, score, dead[name], (time, event))
    mortality = {name: float(values.mean()) for name, values in dead.items()}
    return Truth(tuple(measures), mortality, (float(beta[0]), float(beta[1]), float(beta[2])), patients)


def _measures(
    site: str,
    reader: str,
    score: Floats,
    dead: npt.NDArray[np.bool_],
    outcome: tuple[Floats, npt.NDArray[np.int64]],
) -> list[TrueMeasure]:
    parts = np.array_split(np.arange(len(score)), _BATCHES)
    values = {
        "auroc": [area_under_roc(score[part], dead[part]) for part in parts],
        "harrell_c": [harrell_c(score[part], outcome[0][part], outcome[1][part]) for part in parts],
    }
    return [
        TrueMeasure(site, reader, name, float(np.mean(v)), float(np.std(v, ddof=1) / np.sqrt(_BATCHES)))
        for name, v in values.items()
    ]
