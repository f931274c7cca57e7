"""What one film is to be, decided before any film is made."""

from dataclasses import dataclass

import numpy as np

from hilum.phantom.anatomy import Person, Signs
from hilum.phantom.machines import MACHINES
from hilum.phantom.people import Identity, invent_identity

_STREAM = 402


@dataclass(frozen=True)
class FilmOrder:
    """Everything that makes one file; equal orders give equal bytes.

    Attributes:
        seed: of the phantom world.
        site: a hospital of `machines`.
        index: of the patient within the hospital.
        person: age, sex, view, severity.
        identity: invented name, numbers, days.
        longest_side: of the picture, pixels.
        transfer_syntax: UID.
        inverted: MONOCHROME1.
        burned_in: name, number and day are in the pixels.
        says_view: View Position is filled in.
        window: factor on the width of the stored window; 1 shows the whole range.

    Example:
        >>> order_film(7, "A", 3, age=70, sex="F", severity=0.4, longest_side=512).relative_path
        'A/A200114/S0000001/IM000001.dcm'
    """

    seed: int
    site: str
    index: int
    person: Person
    identity: Identity
    longest_side: int
    transfer_syntax: str
    inverted: bool
    burned_in: bool
    says_view: bool
    window: float

    @property
    def relative_path(self) -> str:
        """Where the file lies in the export of the PACS, with forward slashes."""
        return f"{self.site}/{self.identity.patient_id}/S0000001/IM000001.dcm"


def order_film(
    seed: int,
    site: str,
    index: int,
    *,
    age: float,
    sex: str,
    severity: float,
    longest_side: int,
    signs: Signs | None = None,
) -> FilmOrder:
    """Decide how one film is made.

    Args:
        seed: of the phantom world.
        site: a hospital of `machines`.
        index: of the patient within the hospital.
        age: completed years.
        sex: "M" or "F".
        severity: of the pneumonia, 0 to 1.
        longest_side: of the picture, pixels.
        signs: what else is on the film; None: nothing.

    Returns:
        The order; view, format and burned-in text do not depend on the patient, so leaving films out
        because of them leaves the truth as it is.

    Example:
        >>> order_film(7, "home", 0, age=70, sex="F", severity=0.4, longest_side=512).person.age
        70.0
    """
    machine = MACHINES[site]
    rng = np.random.default_rng([seed, _STREAM, ord(site[0]), index])
    chance = rng.random(5)
    view = "AP" if chance[0] < machine.ap else "PA"
    person = Person(float(age), sex, view, float(severity), signs or Signs())
    shares = np.array([share for _, share in machine.syntaxes])
    chosen = min(int(np.searchsorted(np.cumsum(shares), chance[1], side="right")), len(shares) - 1)
    return FilmOrder(
        seed=seed,
        site=site,
        index=index,
        person=person,
        identity=invent_identity(seed, site, index, sex, age),
        longest_side=longest_side,
        transfer_syntax=machine.syntaxes[chosen][0],
        inverted=bool(chance[2] < machine.inverted),
        burned_in=bool(chance[3] < machine.burned_in),
        says_view=bool(chance[4] >= machine.view_missing),
        window=float(rng.uniform(0.9, 1.0)),
    )
