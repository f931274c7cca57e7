"""How each reader appears everywhere: its label, its colour."""

from collections.abc import Mapping
from dataclasses import dataclass

from hilum.readers import SCORES
from hilum.reporting.colours import GREYS, PALETTE, darkened_to_read
from hilum.reporting.doctors import Doctors
from hilum.reporting.inputs import EvidenceInput

ENSEMBLE, RECALIBRATED = "-ensemble", ", recalibrated"
Paint = tuple[str, bool]


@dataclass(frozen=True)
class Look:
    """How one reader appears everywhere: its label, what it is, its colour.

    Attributes:
        name: As in the evaluation.
        label: As printed.
        short: As printed where there is little room, in figures.
        role: model, score, product, combination, doctor, group (the mean of doctors) or reader.
        colour: For lines and points.
        text: The same hue, dark enough for text.
        dashed: Whether its line is broken, to tell greys apart.
        repeats: How many trainings it stands for; 0 for a reader that read once.
        ensemble_of: The reader whose repeats it averages, empty for others.
    """

    name: str
    label: str
    short: str
    role: str
    colour: str
    text: str
    dashed: bool = False
    repeats: int = 0
    ensemble_of: str = ""


def looks_of(
    given: EvidenceInput, roles: Mapping[str, str], comparator: str | None, doctors: Doctors
) -> tuple[Look, ...]:
    """How each reader appears, in the evaluation's order; the means of doctors stand last."""
    paints = _paints(roles, comparator, doctors)
    looks = [_look(given, roles, name, paints) for name in roles]
    for condition, name in doctors.means.items():
        colour, dashed = _of_condition(doctors, condition)
        label = name[:1].upper() + name[1:].replace("readers", "doctors")
        looks.append(Look(name, label, label, "group", colour, darkened_to_read(colour), dashed))
    return tuple(looks)


def base_of(roles: Mapping[str, str], name: str) -> str:
    """The reader that an ensemble averages, or the reader itself."""
    base = name.removesuffix(ENSEMBLE)
    return base if base in roles else name


def _look(given: EvidenceInput, roles: Mapping[str, str], name: str, paints: Mapping[str, Paint]) -> Look:
    base = base_of(roles, name)
    colour, dashed = paints[base]
    repeats, label = _repeats(given, base), _label(base, roles[name])
    averaged = base != name
    return Look(
        name,
        f"{label}, ensemble of {repeats}" if averaged else label,
        f"{label} \u00d7{repeats}" if averaged else label,
        roles[name],
        colour,
        darkened_to_read(colour),
        dashed,
        repeats,
        base if averaged else "",
    )


def _paints(roles: Mapping[str, str], comparator: str | None, doctors: Doctors) -> dict[str, Paint]:
    """Colour of each reader and whether its line is broken; doctors of one condition share a colour."""
    paints: dict[str, Paint] = {}
    greys = coloured = 0
    taken = max(0, len(doctors.conditions) - 1) if doctors.of else 0
    for name, role in roles.items():
        base = base_of(roles, name)
        if base in paints:
            continue
        if base.endswith(RECALIBRATED) and base.removesuffix(RECALIBRATED) in paints:
            paints[base] = (paints[base.removesuffix(RECALIBRATED)][0], True)
        elif base in doctors.of:
            paints[base] = _of_condition(doctors, doctors.of[base][1])
        elif role in {"score", "product"} or base == comparator:
            paints[base] = (GREYS[greys % len(GREYS)], greys > 0)
            greys += 1
        else:
            place = taken + coloured
            paints[base] = (PALETTE[place % len(PALETTE)], place >= len(PALETTE))
            coloured += 1
    return paints


def _of_condition(doctors: Doctors, condition: str) -> Paint:
    """Without help grey, with help in colour."""
    place = doctors.conditions.index(condition) if condition in doctors.conditions else 0
    if len(doctors.conditions) < 2:
        return PALETTE[0], False
    return (GREYS[0], False) if place == 0 else (PALETTE[(place - 1) % len(PALETTE)], False)


def _label(name: str, role: str) -> str:
    """Scores go by the name that papers print."""
    titles = {record.name: record.title for record in SCORES}
    if role == "combination":
        return "+".join(titles.get(part, part) for part in name.split("+"))
    base = name.removesuffix(RECALIBRATED)
    return titles.get(base, base) + (" (recalibrated)" if base != name else "")


def _repeats(given: EvidenceInput, reader: str) -> int:
    for readings in given.readings:
        rows = readings.frame[readings.frame["reader"] == reader]
        if len(rows):
            return int(rows["repeat"].nunique())
    return 0
