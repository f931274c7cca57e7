"""Patients with community-acquired pneumonia whose hazard of death is known.

Severity of the pneumonia (what an image can show) and the clinical state (what vital signs and urea show,
with noise) are correlated Gaussian variables; age, respiratory rate, blood pressure, urea and confusion
follow from them. Death is Weibull: ``hazard(t) = SHAPE * t**(SHAPE - 1) * exp(log_hazard)`` with
``log_hazard = B0 + B_SEVERITY * severity + B_CLINICAL * clinical_state``. Nobody is censored before day 90,
so the status at 30 days is always known; follow-up ends on a day drawn evenly from 90 to 365. Values
missing from the table are missing completely at random, so complete cases have the same truth as everybody.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from hilum.errors import HilumError
from hilum.phantom.sites import SITES, CaseMix, site_named

Floats = npt.NDArray[np.float64]

SHAPE = 0.6
B0 = -5.95
B_SEVERITY = 4.5
B_CLINICAL = 1.05
FOLLOW_UP_DAYS = (90, 365)
MISSING_CONFUSION = 0.04
MISSING_UREA = 0.006
SEVERITY_WITH_CLINICAL = 0.1
AGE_WITH_CLINICAL = 0.35
_STREAM = 101


def curb65_points(
    confusion: npt.NDArray[np.bool_],
    urea_mmol_l: Floats,
    respiratory_rate: Floats,
    pressure: Floats,
    age: Floats,
) -> npt.NDArray[np.int64]:
    """Count CURB-65 points of complete values (Lim 2003), as the phantom's own truth.

    One point each: confusion; urea > 7 mmol/L; respiratory rate >= 30/min; systolic < 90 or diastolic <= 60
    mmHg; age >= 65 years.

    Args:
        confusion: new confusion, (n,).
        urea_mmol_l: urea in mmol/L, (n,).
        respiratory_rate: breaths a minute, (n,).
        pressure: systolic and diastolic blood pressure in mmHg, (n, 2).
        age: years, (n,).

    Returns:
        Points 0 to 5, (n,).

    Example:
        >>> one = np.ones(1)
        >>> curb65_points(one < 0, 7.5 * one, 30 * one, np.array([[95.0, 60.0]]), 70 * one)
        array([4])
    """
    low = (pressure[:, 0] < 90) | (pressure[:, 1] <= 60)
    points = confusion.astype(np.int64) + (urea_mmol_l > 7) + (respiratory_rate >= 30) + low + (age >= 65)
    return np.asarray(points, dtype=np.int64)


def _latent(n: int, rng: np.random.Generator, mix: CaseMix) -> tuple[Floats, Floats, Floats]:
    """Age in years, clinical state and image severity (0-1)."""
    z_age, z_clinical, z_severity = rng.standard_normal((3, n))
    age = np.floor(np.clip(mix.age_mean + 15 * z_age, 18, 102))
    clinical = AGE_WITH_CLINICAL * z_age + np.sqrt(1 - AGE_WITH_CLINICAL**2) * z_clinical
    z = SEVERITY_WITH_CLINICAL * clinical + np.sqrt(1 - SEVERITY_WITH_CLINICAL**2) * z_severity
    severity = (1 - (1 - ndtr(z)) ** (1 / mix.severity_b)) ** (1 / mix.severity_a)
    return age, clinical + mix.clinical_mean, np.asarray(severity, dtype=np.float64)


def _signs(rng: np.random.Generator, clinical: Floats, severity: Floats) -> dict[str, Floats]:
    """What is measured at the bedside: the clinical state with noise, rounded as it is charted."""
    n = len(clinical)
    z = rng.standard_normal((4, n))
    systolic = 124 - 12 * clinical + 16 * z[0]
    diastolic = 72 - 6 * clinical + 8 * (0.6 * z[0] + 0.8 * z[1])
    return {
        "confusion": (rng.random(n) < 1 / (1 + np.exp(2.4 - 1.2 * clinical))).astype(np.float64),
        "urea_mmol_l": np.round(np.exp(np.log(6.0) + 0.32 * clinical + 0.33 * z[2]), 1),
        "respiratory_rate": np.round(np.clip(20.5 + 3.2 * clinical + 4 * severity + 3.8 * z[3], 8, 60)),
        "systolic_bp": np.round(np.clip(systolic, 55, 230)),
        "diastolic_bp": np.round(np.clip(np.minimum(diastolic, systolic - 12), 25, 130)),
    }


def _one_site(n: int, rng: np.random.Generator, mix: CaseMix) -> pd.DataFrame:
    age, clinical, severity = _latent(n, rng, mix)
    signs = _signs(rng, clinical, severity)
    pressure = np.column_stack([signs["systolic_bp"], signs["diastolic_bp"]])
    points = curb65_points(
        signs["confusion"] > 0, signs["urea_mmol_l"], signs["respiratory_rate"], pressure, age
    )
    log_hazard = B0 + B_SEVERITY * severity + B_CLINICAL * clinical
    death = np.ceil((rng.exponential(size=n) / np.exp(log_hazard)) ** (1 / SHAPE))
    end = rng.integers(FOLLOW_UP_DAYS[0], FOLLOW_UP_DAYS[1], size=n, endpoint=True)
    signs["confusion"][rng.random(n) < MISSING_CONFUSION] = np.nan
    signs["urea_mmol_l"][rng.random(n) < MISSING_UREA] = np.nan
    return pd.DataFrame(
        {
            "site": np.full(n, mix.name),
            "sex": np.where(rng.random(n) < 0.57, "M", "F"),
            "age": age,
            **signs,
            "days": np.maximum(np.minimum(death, end), 1).astype(np.int64),
            "died": (death <= end).astype(np.int64),
            "severity": severity,
            "clinical_state": clinical,
            "log_hazard": log_hazard,
            "curb65": points,
        }
    )


def simulate_patients(n: int, seed: int, site: str | None = "home") -> pd.DataFrame:
    """Draw patients with known severity, known hazard, and what a ward would have charted.

    Args:
        n: how many patients (a million takes about a second).
        seed: same seed, same patients.
        site: "home", "A" or "B"; None mixes the three in their shares, home first.

    Returns:
        One row a patient: `site, sex, age` (years), `confusion` (1, 0, missing), `urea_mmol_l`,
        `respiratory_rate` (per minute), `systolic_bp`, `diastolic_bp` (mmHg), `days` (whole days to death
        or end of follow-up, >= 1), `died` (1, 0), and the truth nobody in a hospital has: `severity` (0-1),
        `clinical_state`, `log_hazard` (per day**SHAPE) and `curb65` (points before values went missing).

    Raises:
        HilumError: fewer than one patient was asked for, or an unknown hospital.

    Example:
        >>> patients = simulate_patients(1000, seed=1)
        >>> bool(0.15 < ((patients.days <= 30) & (patients.died == 1)).mean() < 0.25)
        True
    """
    if n < 1:
        raise HilumError(f"{n} patients were asked for: ask for at least 1")
    mixes = SITES if site is None else (site_named(site),)
    sizes = [n] if site is not None else site_sizes(n)
    frames = [
        _one_site(size, np.random.default_rng([seed, _STREAM, SITES.index(mix)]), mix)
        for mix, size in zip(mixes, sizes, strict=True)
        if size
    ]
    return pd.concat(frames, ignore_index=True)


def site_sizes(n: int) -> list[int]:
    """How many of `n` patients each hospital has; they sum to `n`, home takes the remainder.

    Example:
        >>> site_sizes(900)
        [500, 200, 200]
    """
    others = [round(n * site.share) for site in SITES[1:]]
    return [n - sum(others), *others]
