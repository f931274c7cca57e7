"""Parts by patient: stratified by outcome, the same on any machine and for any order of rows."""

import hashlib
from collections.abc import Mapping

from hilum.errors import CohortError


def assign_parts(strata: Mapping[str, str], fractions: Mapping[str, float], seed: int) -> dict[str, str]:
    """Put every patient into a part.

    Within a stratum patients are ordered by a hash of seed and patient, and the parts take their shares in
    turn. Shares are rounded so that the parts' totals stay as near to the fractions as whole patients
    allow; a stratum with at least as many patients as there are parts is represented in every part. Neither
    the order of rows nor the machine has a say, and a new patient changes the order of no others.

    Args:
        strata: The stratum (class, or event) of every patient.
        fractions: Every part's share, adding up to 1.
        seed: Same seed, same parts.

    Returns:
        The part of every patient.

    Example:
        >>> patients = {f"p{n}": "died" if n < 10 else "alive" for n in range(100)}
        >>> parts = assign_parts(patients, {"train": 0.8, "test": 0.2}, seed=7)
        >>> sum(part == "test" for part in parts.values()), sum(parts[f"p{n}"] == "test" for n in range(10))
        (20, 2)
    """
    members: dict[str, list[str]] = {}
    for patient in sorted(strata):
        members.setdefault(strata[patient], []).append(patient)
    assigned: dict[str, str] = {}
    totals = dict.fromkeys(fractions, 0)
    # Small strata first: the large ones then even out what rounding did to the small ones.
    for name in sorted(members, key=lambda name: (len(members[name]), name)):
        patients = sorted(members[name], key=lambda patient: _rank(patient, seed))
        shares = _shares(len(patients), fractions, totals)
        start = 0
        for part, share in shares.items():
            assigned.update(dict.fromkeys(patients[start : start + share], part))
            totals[part] += share
            start += share
    return assigned


def see_filled(parts: Mapping[str, str], fractions: Mapping[str, float]) -> None:
    """See that no part is empty.

    Args:
        parts: The part of every patient.
        fractions: The parts that were asked for.

    Raises:
        CohortError: A part got no patient.
    """
    empty = [part for part in fractions if part not in parts.values()]
    if parts and empty:
        raise CohortError(
            f"{len(parts)} patient{'s are' if len(parts) > 1 else ' is'} too few for the parts asked for: "
            f"`{empty[0]}` would be empty; ask for fewer parts or include more patients"
        )


def _rank(patient: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{patient}".encode()).digest()


def _shares(count: int, fractions: Mapping[str, float], totals: Mapping[str, int]) -> dict[str, int]:
    """How many of a stratum's patients each part takes."""
    everyone = sum(totals.values()) + count
    shares = {part: int(count * fraction + 1e-9) for part, fraction in fractions.items()}
    for _ in range(count - sum(shares.values())):
        behind = {part: fractions[part] * everyone - totals[part] - shares[part] for part in fractions}
        shares[max(behind, key=lambda part: round(behind[part], 9))] += 1
    if count >= len(fractions):
        for part in [part for part, share in shares.items() if share == 0]:
            shares[max(shares, key=lambda other: shares[other])] -= 1
            shares[part] += 1
    return shares
