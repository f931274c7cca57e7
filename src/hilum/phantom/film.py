"""One chest radiograph: a drawn patient, rays through the thorax, the detector, the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import (
    LEFT,
    TOP,
    Grid,
    Person,
    Thorax,
    draw_thorax,
    make_grid,
    thorax_with_signs,
)
from hilum.phantom.beam import WATER_PER_CM, Exposure, detector_signal, display_curve, draw_exposure, tone
from hilum.phantom.marks import Marks, draw_marks, put_marks
from hilum.phantom.nodules import DENSITY, Nodules, draw_nodules, nodule_chord
from hilum.phantom.organs import Organs, organs
from hilum.phantom.pneumonia import Pneumonia, draw_pneumonia, filled_fraction
from hilum.phantom.skeleton import skeleton
from hilum.phantom.vessels import Tree, airway_chord, grow_tree, hilar_chord, vessel_chord

Floats32 = npt.NDArray[np.float32]

_COARSE, _FINE = 0.16, 0.08
_MARKED = 0.2


@dataclass(frozen=True)
class Film:
    """A chest radiograph as the machine shows it.

    Attributes:
        picture: 0 (black) to 1 (white), dense = bright, (rows, columns).
        spacing_mm: of the pixels at the detector.
        lung: where aerated or consolidated lung is crossed, (rows, columns) bool; for tests and teaching.
        consolidated: where more than a fifth of the lung that is crossed is filled, (rows, columns) bool: the
            pneumonia that a doctor would mark.

    Example:
        >>> render_film(Person(60, "M", "PA", 0.3), seed=(1, 2), rows=128, columns=112).picture.shape
        (128, 112)
    """

    picture: Floats32
    spacing_mm: float
    lung: npt.NDArray[np.bool_]
    consolidated: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """Everything chance decides about one film, drawn before anything is computed.

    Example:
        >>> rng = np.random.default_rng
        >>> draw_scene(Person(60, "M", "PA", 0.3), rng(0), rng(1)).person.view
        'PA'
    """

    person: Person
    thorax: Thorax
    tree: Tree
    pneumonia: Pneumonia
    nodules: Nodules
    exposure: Exposure
    marks: Marks
    tilt: float
    shift: tuple[float, float]
    margin: float
    mottle: Floats32


def draw_scene(person: Person, rng: np.random.Generator, signs_rng: np.random.Generator) -> Scene:
    """Draw anatomy, disease, technique and positioning of one film.

    Args:
        person: whose film it is.
        rng: the source of chance.
        signs_rng: another one, for the places of the signs, so that the rest of a film does not depend on
            them.

    Example:
        >>> rng = np.random.default_rng
        >>> draw_scene(Person(60, "F", "AP", 0.3), rng(0), rng(1)).thorax.breast > 0
        True
    """
    thorax = thorax_with_signs(draw_thorax(person, rng), person.signs, signs_rng)
    ap = person.view == "AP"
    return Scene(
        person,
        thorax,
        grow_tree(thorax, rng),
        draw_pneumonia(thorax, rng),
        draw_nodules(thorax, signs_rng),
        draw_exposure(rng, portable=ap),
        draw_marks(rng, person.view),
        tilt=float(rng.normal(0, 2.2 if ap else 0.9)),
        shift=(float(rng.normal(0, 0.6)), float(rng.normal(0, 0.5))),
        margin=float(rng.uniform(0.97, 1.06)),
        mottle=rng.standard_normal((150, 140), dtype=np.float32),
    )


def _attenuation(scene: Scene, coarse: Grid, fine: Grid) -> tuple[Floats32, Floats32, Floats32]:
    """Line integral in nepers, chord of lung, and which part of it is filled, on the fine grid."""
    thorax = scene.thorax
    soft: Organs = organs(thorax, coarse)
    part = filled_fraction(scene.pneumonia, coarse, soft.lung, scene.person.severity)
    air = soft.lung * (1 - part)
    size = (fine.shape[1], fine.shape[0])

    def up(plane: Floats32) -> Floats32:
        return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)

    water, lung, aerated = up(soft.body - soft.gas), up(soft.lung), up(1 - part)
    density = np.float32(thorax.lung_density)
    vessels = vessel_chord(scene.tree, fine)
    present = np.clip(lung / 7, 0, 1)
    consolidated = 1 - np.clip(aerated, 0, 1)
    fine_water = (1 - density) * present * (vessels * (1 - np.float32(1.6) * consolidated))
    nodules = np.minimum(nodule_chord(scene.nodules, fine, scene.person.signs.nodules), np.maximum(lung, 0))
    fine_water += (DENSITY - density) * nodules * (1 - consolidated)
    fine_water += hilar_chord(thorax, fine) * np.clip(lung / 5, 0, 1) * np.float32(0.8)
    mottle = up(scene.mottle) * (np.float32(0.012) + np.float32(0.018) * consolidated) * lung
    total = water - up(air) * (1 - density) + fine_water + mottle - airway_chord(thorax, fine)
    nepers = np.float32(WATER_PER_CM) * np.maximum(total, 0) + skeleton(thorax, fine)
    return nepers, lung, consolidated


def _placement(scene: Scene, rows: int, columns: int) -> tuple[npt.NDArray[np.float64], float]:
    """Affine map from film pixels to fine-grid pixels, and the film's spacing in cm."""
    thorax = scene.thorax
    tall = (thorax.height + 12.5) * scene.margin
    wide = 2 * (thorax.half_width + thorax.wall + 1.0) * scene.margin
    spacing = max(tall / rows, wide / columns)
    centre = (scene.shift[0], (thorax.height + 3.0) / 2 + scene.shift[1])
    cos, sin = np.cos(np.deg2rad(scene.tilt)) * spacing, np.sin(np.deg2rad(scene.tilt)) * spacing
    matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    matrix[:, 2] = np.array(centre) - matrix[:, :2] @ np.array([(columns - 1) / 2, (rows - 1) / 2])
    matrix[:, 2] -= np.array([LEFT + _FINE / 2, TOP + _FINE / 2])
    return matrix / _FINE, spacing


def _expose(scene: Scene, rows: int, columns: int, rng: np.random.Generator) -> Film:
    coarse, fine = make_grid(_COARSE), make_grid(_FINE)
    nepers, lung, filled = _attenuation(scene, coarse, fine)
    signal = detector_signal(nepers, _FINE, scene.exposure)
    deciding = (np.abs(fine.x) < scene.thorax.half_width) & (fine.y > 0) & (fine.y < scene.thorax.height + 2)
    picture, noise = tone(signal, _FINE, scene.exposure, deciding)
    matrix, spacing = _placement(scene, rows, columns)
    grain = np.float32(min(2.2, _FINE / spacing)) * rng.standard_normal((rows, columns), dtype=np.float32)

    def place(plane: Floats32, how: int) -> Floats32:
        flags = how | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(plane, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(warped, dtype=np.float32)

    grain = cv2.GaussianBlur(grain, (3, 3), 0.6) * place(noise, cv2.INTER_LINEAR)
    shown = display_curve(place(picture, cv2.INTER_CUBIC) + grain, scene.exposure)
    put_marks(shown, scene.marks)
    crossed = place(lung, cv2.INTER_LINEAR) > 1
    marked = crossed & (place(filled, cv2.INTER_LINEAR) > _MARKED)
    return Film(np.clip(shown, 0, 1), spacing * 10, crossed, marked)


def render_film(person: Person, seed: tuple[int, ...], rows: int, columns: int) -> Film:
    """Make one chest radiograph.

    Args:
        person: age, sex, view, severity of the pneumonia, other signs.
        seed: same seed, same film on the same machine type.
        rows: height of the picture in pixels.
        columns: width of the picture in pixels.

    Returns:
        The film.

    Example:
        >>> film = render_film(Person(72, "F", "PA", 0.5), seed=(7, 1), rows=256, columns=214)
        >>> bool(0 <= film.picture.min() < film.picture.max() <= 1), film.lung.mean().round(1).item()
        (True, 0.3)
    """
    rng, signs_rng = np.random.default_rng([*seed, 301]), np.random.default_rng([*seed, 302])
    return _expose(draw_scene(person, rng, signs_rng), rows, columns, rng)
