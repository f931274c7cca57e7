"""The three hospitals of the phantom world: who comes to them. What their machines write is in `machines`."""

from dataclasses import dataclass

from hilum.errors import HilumError


@dataclass(frozen=True)
class CaseMix:
    """Who comes to one hospital.

    The hazard of death is the same everywhere; only the patients differ, so measures that depend on the
    spread of severity (AUROC, Harrell's C) truly differ between hospitals.

    Attributes:
        name: the word in the table's column `site`.
        age_mean: mean age in years (standard deviation 15, cut at 18 and 102).
        severity_a: first shape of the Kumaraswamy distribution of image severity; greater = fewer
        near-normal films.
        severity_b: second shape; greater = fewer severe films.
        clinical_mean: mean of the clinical state (0 = the home hospital; higher = sicker).
        share: the hospital's share of the phantom world's patients.

    Example:
        >>> [site.name for site in SITES]
        ['home', 'A', 'B']
    """

    name: str
    age_mean: float
    severity_a: float
    severity_b: float
    clinical_mean: float
    share: float


HOME = CaseMix("home", age_mean=67.0, severity_a=1.15, severity_b=2.15, clinical_mean=0.0, share=5 / 9)
COHORT_A = CaseMix("A", age_mean=64.0, severity_a=1.30, severity_b=2.55, clinical_mean=-0.05, share=2 / 9)
COHORT_B = CaseMix("B", age_mean=69.0, severity_a=1.00, severity_b=1.75, clinical_mean=0.1, share=2 / 9)
SITES = (HOME, COHORT_A, COHORT_B)


def site_named(name: str) -> CaseMix:
    """Find a hospital by the word used for it in the table.

    Args:
        name: "home", "A" or "B".

    Returns:
        Its case mix.

    Raises:
        HilumError: there is no such hospital.

    Example:
        >>> site_named("B").age_mean
        69.0
    """
    for site in SITES:
        if site.name == name:
            return site
    known = ", ".join(f"`{site.name}`" for site in SITES)
    raise HilumError(f"the phantom world has no hospital `{name}`: choose one of {known}")
