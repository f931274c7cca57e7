"""One anterior lung scan: where the tracer lies, the camera's blur, and counts.

Lengths are in centimetres, `x` from the midline towards the patient's left (the right side of the picture),
`y` downwards from the apex of the lungs. Chance decides first (`draw_scan`); what is expected follows from
that (`expected_counts`); what is counted is Poisson about it (`count`).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]

SIDE = 256
CM_PER_PIXEL = 0.175  # a field of view of 45 cm
_BEND_CM = 0.6
_BLUR_CM = {"perfusion": 0.6, "ventilation": 0.7}  # collimator and breathing, as a standard deviation
_COUNTS = {"perfusion": 600_000, "ventilation": 260_000}
# What the body outside the lungs holds and scatters, against the mean of the lungs.
_BODY = {"perfusion": 0.035, "ventilation": 0.025}


@dataclass(frozen=True)
class Scan:
    """Everything chance decides about one scan but its counts.

    Attributes:
        kind: `perfusion` or `ventilation`.
        neck: activity of windpipe and throat against that of a scan that shows them well; 0 = none.
        heights: of the right and of the left lung, cm.
        widths: of each lung with its half of the mediastinum, cm.
        domes: how far each half of the diaphragm stands above its edge, cm.
        shares: of each lung in the tracer, against one another.
        heart: half axes of the heart, cm.
        shadow: how much of the left lung's tracer the heart hides where it is thickest.
        gradient: how much more tracer the base holds than the apex, against the mean.
        shift: of the body in the field of view, x and y, cm.
        tilt: of the body, degrees.
        bend: two planes by how far the body is bent out of the regular shape, x and y, in steps of 0.6 cm.
        wedges: (n, 5): side, angle and half angle in degrees, inner radius in cm, depth of each defect.
        spots: (n, 4): x, y, radius in cm, strength against the lungs' mean, of what was left in airways.
        stomach: activity there against the lungs' mean; 0 = none.
        patchiness: three planes of noise, coarse to fine.
        unevenness: how far that noise changes the lungs' activity.
        total: counts that are expected.

    Example:
        >>> draw_scan("perfusion", neck=False, rng=np.random.default_rng(0)).neck
        0.0
    """

    kind: str
    neck: float
    heights: tuple[float, float]
    widths: tuple[float, float]
    domes: tuple[float, float]
    shares: tuple[float, float]
    heart: tuple[float, float]
    shadow: float
    gradient: float
    shift: tuple[float, float]
    tilt: float
    bend: tuple[Floats32, Floats32]
    wedges: npt.NDArray[np.float64]
    spots: npt.NDArray[np.float64]
    stomach: float
    patchiness: tuple[Floats32, ...]
    unevenness: float
    total: float


def draw_scan(kind: str, *, neck: bool, rng: np.random.Generator) -> Scan:
    """Draw a body, its place under the camera, and where the tracer went.

    Args:
        kind: `perfusion` or `ventilation`.
        neck: whether the neck is to be seen, for ventilation.
        rng: the source of chance.

    Example:
        >>> scan = draw_scan("ventilation", neck=True, rng=np.random.default_rng(0))
        >>> scan.neck > 0, len(scan.wedges)
        (True, 0)
    """
    z = np.clip(rng.standard_normal(10), -2.2, 2.2)
    perfusion = kind == "perfusion"
    size = 1 + 0.09 * z[0]
    planes = tuple(rng.standard_normal(shape, dtype=np.float32) for shape in ((8, 8), (20, 20), (48, 48)))
    return Scan(
        kind=kind,
        neck=float(rng.uniform(0.35, 1.3)) if neck and not perfusion else 0.0,
        heights=_two(size * (22.0 + 1.8 * z[1]), 0.06, rng, left=1.05),
        widths=_two(size * (12.6 + 1.0 * z[2]), 0.06, rng),
        domes=_two(2.6 + 0.5 * z[1], 0.3, rng),
        shares=_two(1.0, 0.14, rng),
        heart=(float(size * (6.4 + 0.5 * z[3])), float(size * (4.6 + 0.4 * z[4]))),
        shadow=float(
            np.clip(0.82 + 0.06 * z[5], 0, 0.95) if perfusion else np.clip(0.62 + 0.08 * z[5], 0, 1)
        ),
        gradient=float(0.35 + 0.12 * z[6] if perfusion else 0.05 + 0.1 * z[6]),
        shift=(float(3.3 * z[7]), float(2.7 * z[8])),
        tilt=float(2.5 * z[9]),
        bend=(
            rng.standard_normal((5, 5), dtype=np.float32),
            rng.standard_normal((5, 5), dtype=np.float32),
        ),
        wedges=_draw_wedges(rng) if perfusion else np.empty((0, 5)),
        spots=np.empty((0, 4)) if perfusion else _draw_spots(rng),
        stomach=float(rng.uniform(0.4, 1.6)) if neck and not perfusion and rng.random() < 0.45 else 0.0,
        patchiness=planes,
        unevenness=float(rng.uniform(0.05, 0.22) if perfusion else rng.uniform(0.08, 0.26)),
        total=float(_COUNTS[kind] * np.exp(0.25 * rng.standard_normal())),
    )


def _two(mean: float, spread: float, rng: np.random.Generator, left: float = 1.0) -> tuple[float, float]:
    """A right and a left one that differ by chance."""
    factors = np.exp(spread * np.clip(rng.standard_normal(2), -2, 2))
    return float(mean * factors[0]), float(mean * left * factors[1])


def _draw_wedges(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Segments without flow, in most patients: one to eight."""
    count = int(rng.integers(1, 9)) if rng.random() < 0.6 else 0
    sides = rng.choice([-1.0, 1.0], count)
    columns = (rng.uniform(-80, 80, count), rng.uniform(7, 17, count), rng.uniform(2.5, 6, count))
    return np.column_stack([sides, *columns, rng.uniform(0.6, 0.97, count)])


def _draw_spots(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Particles that stuck in the large airways about the hila, in a third of the scans."""
    count = int(rng.integers(3, 10)) if rng.random() < 0.35 else 0
    side = rng.choice([-1.0, 1.0], count)
    x, y = side * rng.uniform(1.5, 5.5, count), rng.uniform(6, 13, count)
    return np.column_stack([x, y, rng.uniform(0.3, 0.7, count), rng.uniform(0.5, 2.0, count)])


def expected_counts(scan: Scan) -> Floats32:
    """The counts that are to be expected in every pixel.

    Args:
        scan: as drawn.

    Returns:
        (256, 256); they add up to `scan.total` but for what lies outside the picture.

    Example:
        >>> scan = draw_scan("perfusion", neck=False, rng=np.random.default_rng(0))
        >>> bool(abs(expected_counts(scan).sum() / scan.total - 1) < 0.01)
        True
    """
    x, y = _places(scan)
    lungs = (_lung(scan, x, y, -1) + _lung(scan, x, y, 1)) * _unevenness(scan)
    level = float(lungs[lungs > 0.2].mean())
    tracer = lungs + np.float32(level) * (_airways(scan, x, y) + _body(scan, x, y))
    sigma = _BLUR_CM[scan.kind] / CM_PER_PIXEL
    seen = cv2.GaussianBlur(tracer.astype(np.float32), (0, 0), sigma)
    # Scattered photons and those that went through the collimator's walls come from a wide neighbourhood.
    seen = 0.9 * seen + 0.1 * cv2.GaussianBlur(seen, (0, 0), 6 * sigma)
    return np.asarray(seen * (scan.total / float(seen.sum(dtype=np.float64))), dtype=np.float32)


def count(expected: Floats32, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """What the camera counts: in every pixel a Poisson number.

    Example:
        >>> bool(abs(count(np.full((200, 200), 9.0, np.float32), np.random.default_rng(0)).var() - 9) < 0.5)
        True
    """
    return np.asarray(rng.poisson(expected), dtype=np.int64)


def _places(scan: Scan) -> tuple[Floats32, Floats32]:
    """Where in the body every pixel lies; the middle of the lungs is at the camera's middle but for shift."""
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    across = (columns - (SIDE - 1) / 2) * CM_PER_PIXEL - scan.shift[0]
    down = (rows - (SIDE - 1) / 2) * CM_PER_PIXEL - scan.shift[1] - 2.5
    cos, sin = np.cos(np.deg2rad(scan.tilt)), np.sin(np.deg2rad(scan.tilt))
    x = cos * across + sin * down
    y = cos * down - sin * across + scan.heights[0] / 2
    bent = [_BEND_CM * cv2.resize(plane, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) for plane in scan.bend]
    return (x + bent[0]).astype(np.float32), (y + bent[1]).astype(np.float32)


def _lung(scan: Scan, x: Floats32, y: Floats32, side: int) -> Floats32:
    """Activity of one lung (side -1 = the patient's right): its thickness, its gradient, shadow, defects."""
    which = max(side, 0)
    height, width = scan.heights[which], scan.widths[which]
    u, t = side * x, y / height
    rise = np.clip(t / 0.6, 0, 1)
    outer = 1.6 + (width - 1.6) * (1 - (1 - rise) ** 2.3) ** 0.5 * (1 - 0.05 * np.clip(t - 0.6, 0, 1))
    inner = 1.5 + 1.3 * np.exp(-(((t - 0.5) / 0.2) ** 2)) + 0.5 * np.clip(t, 0, 1)
    middle, half = (outer + inner) / 2, np.maximum((outer - inner) / 2, 0.05)
    across = np.clip(1 - np.abs((u - middle) / half) ** 2.1, 0, None) ** 0.5
    # The dome of the diaphragm is highest in the middle; at the side and behind, the lung reaches lower.
    dome = height - scan.domes[which] * np.clip(1 - ((u - 5.0) / 6.0) ** 2, -0.4, 1)
    base = _smooth((dome + 1.6 - y) / 3.6)
    apex = np.clip(t / 0.22, 0, 1) ** 0.6
    flow = scan.shares[which] * (1 + scan.gradient * (np.clip(t, 0, 1) - 0.5))
    shape = across * base * apex * flow * ((t > 0) & (u > 0))
    return np.asarray(shape * _heart(scan, x, y) * _defects(scan, x, y, side), dtype=np.float32)


def _heart(scan: Scan, x: Floats32, y: Floats32) -> Floats32:
    """What the heart leaves to be seen: it lies in the left lung's place, and in front of the rest of it."""
    along, across = scan.heart
    dx, dy = x - 3.6, y - 0.77 * scan.heights[1]
    cos, sin = np.cos(np.deg2rad(38)), np.sin(np.deg2rad(38))
    distance = np.hypot((cos * dx + sin * dy) / along, (cos * dy - sin * dx) / across)
    return np.asarray(1 - scan.shadow * _smooth((1.15 - distance) / 0.6), dtype=np.float32)


def _defects(scan: Scan, x: Floats32, y: Floats32, side: int) -> Floats32:
    """Wedges from the hilum to the pleura where no blood goes."""
    left = np.ones_like(x)
    dx, dy = side * x - 2.5, y - 0.45 * scan.heights[0]
    radius, angle = np.hypot(dx, dy), np.rad2deg(np.arctan2(dy, dx))
    for at, middle, half, start, depth in scan.wedges:
        if at == side:
            inside = _smooth((half - np.abs(angle - middle)) / 7 + 0.5) * _smooth((radius - start) / 1.2)
            left = left * (1 - depth * inside)
    return np.asarray(left, dtype=np.float32)


def _airways(scan: Scan, x: Floats32, y: Floats32) -> Floats32:
    """What was left on the way in, against the lungs' mean."""
    found = np.zeros_like(x)
    for at, down, radius, strength in scan.spots:
        found += strength * np.exp(-((x - at) ** 2 + (y - down) ** 2) / (2 * radius**2))
    if not scan.neck:
        return np.asarray(found, dtype=np.float32)
    return np.asarray(found + scan.neck * _swallowed(scan, x, y), dtype=np.float32)


def _swallowed(scan: Scan, x: Floats32, y: Floats32) -> Floats32:
    """Windpipe, main bronchi, throat and mouth; gullet and stomach where something was swallowed."""
    carina = 0.27 * scan.heights[0]
    found = 0.9 * np.exp(-((x / 0.75) ** 2)) * _smooth((carina - y) / 1.0) * _smooth((y + 9.0) / 1.0)
    for side in (-1, 1):  # the main bronchi fall away to both sides
        u = side * x
        line = np.exp(-(((y - carina - 0.75 * u) / 0.7) ** 2))
        found += 0.6 * line * _smooth(u / 0.5) * _smooth((4.2 - u) / 1.0)
    found += 1.5 * np.exp(-((x / 1.5) ** 2) - ((y + 9.6) / 1.3) ** 2)  # larynx and throat
    found += 0.8 * np.exp(-((x / 2.0) ** 2) - ((y + 13.0) / 1.2) ** 2)  # mouth
    if scan.stomach:
        end = scan.heights[0] + 2.0
        found += (
            0.35 * np.exp(-(((x - 0.8) / 0.6) ** 2)) * _smooth((end - y) / 1.0) * _smooth((y - carina) / 1.0)
        )
        found += scan.stomach * np.exp(-(((x - 6.0) / 2.8) ** 2) - ((y - end - 1.0) / 1.8) ** 2)
    return np.asarray(found, dtype=np.float32)


def _body(scan: Scan, x: Floats32, y: Floats32) -> Floats32:
    """The faint outline of trunk, shoulders and neck, against the lungs' mean."""
    half = np.where(y > 0, max(scan.widths) + 3.0, (max(scan.widths) + 4.5) * _smooth((y + 8.5) / 8.0) + 4.5)
    inside = _smooth((half - np.abs(x)) / 2.0)
    return np.asarray(np.float32(_BODY[scan.kind]) * inside, dtype=np.float32)


def _unevenness(scan: Scan) -> Floats32:
    field = np.zeros((SIDE, SIDE), np.float32)
    for plane, gain in zip(scan.patchiness, (0.6, 0.6, 0.4), strict=True):
        field += np.float32(gain) * cv2.resize(plane, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.exp(np.float32(scan.unevenness) * field), dtype=np.float32)


def _smooth(u: npt.NDArray[np.floating]) -> Floats32:
    """From 0 at 0 to 1 at 1, without a corner."""
    v = np.clip(u, 0, 1)
    return np.asarray(v * v * (3 - 2 * v), dtype=np.float32)
