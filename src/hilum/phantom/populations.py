"""The phantom's questions: who the patients are, what shows on their films, what is asked of them."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.anatomy import Person, Signs
from hilum.phantom.ceilings import Arm, Asked
from hilum.phantom.features_only import TABLE_COLUMNS, WHOLE
from hilum.phantom.fracture_patients import (
    DAYS_A_YEAR,
    FRACTURE_COLUMNS,
    FRACTURE_SITES,
    FRACTURE_WHOLE,
    simulate_bones,
)
from hilum.phantom.lung_cancer_patients import (
    LUNG_COLUMNS,
    LUNG_SITES,
    LUNG_WHOLE,
    SIX_YEARS,
    simulate_visitors,
)
from hilum.phantom.pneumonia_severity import PSI_COLUMNS, PSI_WHOLE, simulate_pneumonia
from hilum.phantom.sites import SITES

Simulate = Callable[[int, int, str | None], pd.DataFrame]


@dataclass(frozen=True)
class Population:
    """One question that the phantom hospital can be asked.

    Attributes:
        name: in one word.
        sentence: what is asked.
        simulate: draws patients from their number, a seed and a hospital (None mixes all of them).
        sites: the hospitals; the first is where weights are fitted.
        table: columns that the hospital's table has, after the patient's number.
        whole: those of them that are whole numbers.
        signs: simulated columns that are drawn on the film.
        arms: perfect readers; the first sees the film's signs without error.
        asked: outcome and horizons.
        task: the [task] table of a study file.
        score: name of the clinical score that the study compares with.

    Example:
        >>> POPULATIONS["fracture"].score
        'frax'
    """

    name: str
    sentence: str
    simulate: Simulate
    sites: tuple[str, ...]
    table: tuple[str, ...]
    whole: tuple[str, ...]
    signs: tuple[str, ...]
    arms: tuple[Arm, ...]
    asked: Asked
    task: str
    score: str

    def persons(self, people: pd.DataFrame, views: list[str]) -> list[Person]:
        """The patients as they stand before the machine.

        Args:
            people: as `simulate` gives them, n rows.
            views: of their films, n times "PA" or "AP".

        Example:
            >>> population = POPULATIONS["fracture"]
            >>> population.persons(population.simulate(2, 1, None), ["PA", "PA"])[0].signs.bone is None
            False
        """
        drawn = {name: people[name].tolist() for name in self.signs}
        severities = drawn.pop("severity", [0.0] * len(people))
        signs = [Signs(**dict(zip(drawn, row, strict=True))) for row in zip(*drawn.values(), strict=True)]
        signs = signs or [Signs()] * len(people)
        known = zip(people["age"].tolist(), people["sex"].tolist(), views, severities, signs, strict=True)
        return [Person(*each) for each in known]

    def perfect(self, risk: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What the perfect reader of the film says, 0 to 1; higher = more risk.

        Example:
            >>> POPULATIONS["mortality"].perfect(np.array([0.4])).tolist()
            [0.4]
        """
        return risk if len(self.arms[0].columns) == 1 else 1 / (1 + np.exp(-risk))


def population_named(name: str) -> Population:
    """Find a question by its word.

    Raises:
        HilumError: there is none of that name.

    Example:
        >>> population_named("mortality").sites
        ('home', 'A', 'B')
    """
    if name not in POPULATIONS:
        raise HilumError(
            f"the phantom hospital has no question `{name}`: choose one of {', '.join(POPULATIONS)}"
        )
    return POPULATIONS[name]


def _of_film_and(name: str, sentence: str, film: tuple[str, ...], column: str) -> Arm:
    return Arm(f"image+{name}", f"what is on the film, without error, and {sentence}", (*film, column))


_SEVERITY = ("severity",)
_MORTALITY = Population(
    name="mortality",
    sentence="death within 30 days of community-acquired pneumonia",
    simulate=simulate_pneumonia,
    sites=tuple(site.name for site in SITES),
    table=(*TABLE_COLUMNS[1:-2], *PSI_COLUMNS, *TABLE_COLUMNS[-2:]),
    whole=(*WHOLE, *PSI_WHOLE),
    signs=_SEVERITY,
    arms=(
        Arm("image", "the severity on the film, without error", _SEVERITY),
        Arm("curb65", "CURB-65 points, nothing missing", ("curb65",)),
        Arm("psi", "points of the pneumonia severity index, complete cases", ("psi",)),
        _of_film_and("curb65", "CURB-65 points", _SEVERITY, "curb65"),
        _of_film_and("psi", "points of the pneumonia severity index", _SEVERITY, "psi"),
        _of_film_and("age", "the age, of which a film shows a little", _SEVERITY, "age"),
        Arm("hazard", "the hazard by which the patients die", ("log_hazard",)),
    ),
    asked=Asked("days", "died", "days", "died", (30.0,), 30.0),
    task='kind = "survival"\ntime_days = "days"\nevent = "died"\nhorizons_days = [30]\n',
    score="curb65",
)

_SIX = float(round(SIX_YEARS))  # as a study file's years become days
_LUNG = ("nodules", "emphysema")
_LUNG_CANCER = Population(
    name="lung-cancer",
    sentence="lung cancer within six years of a health check-up; death without it competes",
    simulate=simulate_visitors,
    sites=LUNG_SITES,
    table=LUNG_COLUMNS,
    whole=LUNG_WHOLE,
    signs=_LUNG,
    arms=(
        Arm("image", "nodules and emphysema on the film, without error", _LUNG),
        Arm("plcoall2014", "the linear predictor of PLCOall2014, nothing missing", ("history",)),
        _of_film_and("plcoall2014", "the linear predictor of PLCOall2014", _LUNG, "history"),
        _of_film_and("age", "the age, of which a film shows a little", _LUNG, "age"),
        Arm("hazard", "the hazard by which lung cancer comes", ("log_hazard",)),
    ),
    asked=Asked("days", "event", "true_days", "true_event", (_SIX,), _SIX),
    task='kind = "survival"\ntime_days = "days"\nevent = "event"\nhorizons_years = [6]\n',
    score="plcoall2014",
)

_BONES = ("bone", "crushed")
_FRACTURE_HORIZONS = tuple(float(round(years * DAYS_A_YEAR)) for years in (2, 3, 5, 10))
_FRACTURE = Population(
    name="fracture",
    sentence="osteoporotic fracture within 2, 3, 5 and 10 years; death without it competes",
    simulate=simulate_bones,
    sites=FRACTURE_SITES,
    table=FRACTURE_COLUMNS,
    whole=FRACTURE_WHOLE,
    signs=_BONES,
    arms=(
        Arm("image", "mineral of the bones and crushed vertebrae on the film, without error", _BONES),
        Arm("frax", "the column FRAX, major osteoporotic fracture", ("frax_major",)),
        _of_film_and("frax", "the logarithm of the column FRAX", _BONES, "log_frax"),
        _of_film_and("age", "the age, of which a film shows a little", _BONES, "age"),
        Arm("hazard", "the hazard by which bones break", ("log_hazard",)),
    ),
    asked=Asked("days", "event", "true_days", "true_event", _FRACTURE_HORIZONS, _FRACTURE_HORIZONS[-1]),
    task='kind = "survival"\ntime_years = "years"\nevent = "event"\nhorizons_years = [2, 3, 5, 10]\n',
    score="frax",
)

POPULATIONS = MappingProxyType({each.name: each for each in (_MORTALITY, _LUNG_CANCER, _FRACTURE)})
