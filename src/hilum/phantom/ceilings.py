"""The best that can be got out of a phantom population: what perfect readers reach."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.ranking import area_under_roc, harrell_c
from hilum.phantom.truth import fit_logistic

Floats = npt.NDArray[np.float64]

BATCHES = 20


@dataclass(frozen=True)
class Arm:
    """One perfect reader of a phantom population.

    Attributes:
        name: short, one word.
        sentence: what it sees.
        columns: of the simulated patients. One is taken as it is; several are put together by the logistic
            regression of the event by `Asked.fitted_at`, fitted on the first hospital's population.

    Example:
        >>> Arm("image", "the severity on the film, without error", ("severity",)).columns
        ('severity',)
    """

    name: str
    sentence: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """The outcome and the moments at which it is asked for.

    Attributes:
        time: column with the days to the event or to the end of follow-up, as a hospital would know them.
        event: column with 1 where the event happened, 2 where a competing one came first, 0 otherwise.
        true_time: the same without an end of follow-up; where follow-up always reaches every horizon, `time`.
        true_event: the same, 1 or 2 for everybody; or `event`.
        horizons_days: in ascending order.
        fitted_at: the horizon by whose events several columns are put together, days.

    Example:
        >>> Asked("days", "died", "days", "died", (30.0,), 30.0).horizons_days
        (30.0,)
    """

    time: str
    event: str
    true_time: str
    true_event: str
    horizons_days: tuple[float, ...]
    fitted_at: float

    def happened(self, people: pd.DataFrame, horizon: float) -> npt.NDArray[np.bool_]:
        """Whose event had happened by a day; a competing event by then counts as known to be without.

        Example:
            >>> asked = Asked("days", "died", "days", "died", (30.0,), 30.0)
            >>> asked.happened(pd.DataFrame({"days": [30, 31, 5], "died": [1, 1, 2]}), 30.0).tolist()
            [True, False, False]
        """
        return ((people[self.true_time] <= horizon) & (people[self.true_event] == 1)).to_numpy()

    def has_pairs(self, people: pd.DataFrame) -> bool:
        """Whether any two patients can be compared: somebody stays on after somebody's event.

        Example:
            >>> asked = Asked("days", "died", "days", "died", (30.0,), 30.0)
            >>> asked.has_pairs(pd.DataFrame({"days": [10, 20], "died": [0, 1]}))
            False
        """
        event, days = people[self.event].to_numpy(), people[self.time].to_numpy()
        if not (event == 1).any():
            return False
        first = days[event == 1].min()
        return bool(((days > first) | (event == 2) | ((days == first) & (event == 0))).any())

    def concordance(self, risk: Floats, people: pd.DataFrame) -> float:
        """Harrell's C; who had a competing event outlives everybody who has the event (Wolbers 2009).

        Example:
            >>> asked = Asked("days", "died", "days", "died", (30.0,), 30.0)
            >>> people = pd.DataFrame({"days": [10, 4, 20], "died": [1, 2, 0]})
            >>> asked.concordance(np.array([2.0, 1.0, 3.0]), people)
            0.5
        """
        event = people[self.event].to_numpy()
        days = people[self.time].to_numpy(dtype=np.float64)
        return harrell_c(risk, np.where(event == 2, np.inf, days), event == 1)


@dataclass(frozen=True)
class Ceiling:
    """One number that a perfect reader reaches.

    Attributes:
        site: the hospital, or the word for the whole population.
        reader: name of the arm.
        measure: "harrell_c", or "auc_t": those with the event by day `at` against those without, who may have
            had a competing event.
        at: null, or the horizon such as "30d".
        value: the mean over twenty independent populations.
        se: its Monte Carlo standard error.

    Example:
        >>> Ceiling("home", "image", "auc_t", "30d", 0.79, 0.001).at
        '30d'
    """

    site: str
    reader: str
    measure: str
    at: str | None
    value: float
    se: float


@dataclass(frozen=True)
class Ceilings:
    """What perfect readers reach in a phantom world.

    Attributes:
        measures: one record a hospital, arm, measure and horizon.
        incidence: by hospital and horizon, the share with the event by then.
        weights: by arm of several columns, the intercept and slopes that put them together.
        patients: how many simulated patients a hospital the numbers rest on.

    Example:
        >>> Ceilings((), {}, {}, 2000).patients
        2000
    """

    measures: tuple[Ceiling, ...]
    incidence: dict[str, dict[str, float]]
    weights: dict[str, tuple[float, ...]]
    patients: int

    def value(self, site: str, reader: str, measure: str, at: str | None = None) -> float:
        """Look one number up.

        Raises:
            HilumError: nothing of that name was computed.

        Example:
            >>> one = Ceiling("A", "both", "harrell_c", None, 0.8, 0.0)
            >>> Ceilings((one,), {}, {}, 1).value("A", "both", "harrell_c")
            0.8
        """
        for entry in self.measures:
            if (entry.site, entry.reader, entry.measure, entry.at) == (site, reader, measure, at):
                return entry.value
        raise HilumError(f"no ceiling of `{reader}` at `{site}` is known for {measure} {at or ''}".rstrip())

    def to_dict(self) -> dict[str, object]:
        """The same as plain values for JSON.

        Example:
            >>> Ceilings((), {"home": {"30d": 0.2}}, {}, 2000).to_dict()["incidence"]
            {'home': {'30d': 0.2}}
        """
        return {
            "patients_per_site": self.patients,
            "incidence": self.incidence,
            "weights": {name: list(beta) for name, beta in self.weights.items()},
            "measures": [asdict(entry) for entry in self.measures],
        }


def at_day(horizon: float) -> str:
    """A horizon as it is written in tables.

    Example:
        >>> at_day(30.0), at_day(2191.5)
        ('30d', '2191.5d')
    """
    return f"{horizon:g}d"


def find_ceilings(populations: Mapping[str, pd.DataFrame], arms: tuple[Arm, ...], asked: Asked) -> Ceilings:
    """Compute Harrell's C and the AUC at every horizon of every arm, by hospital.

    Args:
        populations: by hospital, large simulated populations of equal size with the arms' columns and the
            outcome; at least 2,000 each, in any order within. Arms of several columns are fitted on the
            first. Who lacks a value of an arm is left out of that arm.
        arms: the perfect readers.
        asked: outcome and horizons.

    Returns:
        The ceilings, with Monte Carlo standard errors from twenty equal parts of each population.

    Raises:
        HilumError: a population is too small.

    Example:
        >>> from hilum.phantom.patients import simulate_patients
        >>> asked = Asked("days", "died", "days", "died", (30.0,), 30.0)
        >>> arm = Arm("image", "severity", ("severity",))
        >>> found = find_ceilings({"home": simulate_patients(20_000, 1)}, (arm,), asked)
        >>> 0.76 < found.value("home", "image", "auc_t", "30d") < 0.82
        True
    """
    smallest = min((len(people) for people in populations.values()), default=0)
    if smallest < 100 * BATCHES:
        raise HilumError(f"{smallest} patients cannot tell a ceiling: ask for at least {100 * BATCHES}")
    first = next(iter(populations.values()))
    weights = {arm.name: _fitted(first, arm, asked) for arm in arms if len(arm.columns) > 1}
    measures = [
        entry
        for site, people in populations.items()
        for arm in arms
        for entry in _measured(site, people.dropna(subset=list(arm.columns)), arm, weights, asked)
    ]
    incidence = {
        site: {at_day(h): float(asked.happened(people, h).mean()) for h in asked.horizons_days}
        for site, people in populations.items()
    }
    return Ceilings(tuple(measures), incidence, weights, smallest)


def arm_risk(people: pd.DataFrame, arm: Arm, weights: Mapping[str, tuple[float, ...]]) -> Floats:
    """What a perfect reader says of each patient; higher = more risk.

    Args:
        people: with the arm's columns.
        arm: the reader.
        weights: by arm of several columns, intercept and slopes.

    Returns:
        (n,) on any monotone scale.

    Example:
        >>> arm_risk(pd.DataFrame({"a": [1.0], "b": [2.0]}), Arm("c", "", ("a", "b")), {"c": (0.0, 1.0, 3.0)})
        array([7.])
    """
    values = people[list(arm.columns)].to_numpy(dtype=np.float64)
    if len(arm.columns) == 1:
        return np.asarray(values[:, 0])
    beta = np.asarray(weights[arm.name])
    return np.asarray(beta[0] + values @ beta[1:])


def found_in(
    people: pd.DataFrame, arms: tuple[Arm, ...], asked: Asked, ceilings: Ceilings
) -> list[dict[str, object]]:
    """The same measures in one set of patients, each with its ceiling: what a perfect reader has on them.

    Args:
        people: patients for whom arms and outcomes are known.
        arms: the perfect readers; a patient whose value is missing is left out of that arm.
        asked: outcome and horizons.
        ceilings: whose weights put several columns together.

    Returns:
        One plain record a reader, measure and horizon, with `n`.

    Example:
        >>> from hilum.phantom.patients import simulate_patients
        >>> asked = Asked("days", "died", "days", "died", (30.0,), 30.0)
        >>> arms = (Arm("image", "severity", ("severity",)),)
        >>> rows = found_in(simulate_patients(500, 1), arms, asked, Ceilings((), {}, {}, 0))
        >>> [row["measure"] for row in rows]
        ['harrell_c', 'auc_t']
    """
    rows: list[dict[str, object]] = []
    for arm in arms:
        known = people.dropna(subset=list(arm.columns))
        risk = arm_risk(known, arm, ceilings.weights)
        rows += [
            {"reader": arm.name, "measure": measure, "at": at, "value": value, "n": len(known)}
            for (measure, at), value in _values(known, risk, asked).items()
        ]
    return rows


def _fitted(people: pd.DataFrame, arm: Arm, asked: Asked) -> tuple[float, ...]:
    known = people.dropna(subset=list(arm.columns))
    features = known[list(arm.columns)].to_numpy(dtype=np.float64)
    centre, spread = features.mean(axis=0), features.std(axis=0)  # Newton's steps need like scales
    beta = fit_logistic((features - centre) / spread, asked.happened(known, asked.fitted_at))
    beta[1:] /= spread
    beta[0] -= beta[1:] @ centre
    return tuple(float(value) for value in beta)


def _values(people: pd.DataFrame, risk: Floats, asked: Asked) -> dict[tuple[str, str | None], float]:
    found: dict[tuple[str, str | None], float] = {}
    if asked.has_pairs(people):
        found["harrell_c", None] = asked.concordance(risk, people)
    for horizon in asked.horizons_days:
        happened = asked.happened(people, horizon)
        if 0 < happened.sum() < len(happened):
            found["auc_t", at_day(horizon)] = area_under_roc(risk, happened)
    return found


def _measured(
    site: str, people: pd.DataFrame, arm: Arm, weights: Mapping[str, tuple[float, ...]], asked: Asked
) -> list[Ceiling]:
    risk = arm_risk(people, arm, weights)
    parts = np.array_split(np.arange(len(people)), BATCHES)
    batches = [_values(people.iloc[part], risk[part], asked) for part in parts]
    shared = [key for key in batches[0] if all(key in batch for batch in batches)]
    summed = {key: np.array([batch[key] for batch in batches]) for key in shared}
    return [
        Ceiling(site, arm.name, measure, at, float(v.mean()), float(v.std(ddof=1) / np.sqrt(BATCHES)))
        for (measure, at), v in summed.items()
    ]
