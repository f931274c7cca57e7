"""One patient's thorax, drawn by chance once; everything after it is deterministic.

Lengths are in centimetres in the plane of the detector. `x` grows towards the patient's left (the right
side of the film as it hangs), `y` downwards from the apex of the lungs, `z` backwards from the middle of
the chest.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]

LEFT, RIGHT, TOP, BOTTOM = -21.5, 21.5, -9.5, 37.0


@dataclass(frozen=True)
class Signs:
    """What is seen on a film besides pneumonia.

    Attributes:
        nodules: how much nodular tissue lies in the lungs, 0 (none) to 1 (seven nodules).
        emphysema: 0 (none) to 1: dark lungs, long and deep chest, flat diaphragm, narrow heart.
        bone: mineral of all bones against a healthy adult's (1); None = drawn from age and sex.
        crushed: how many thoracic vertebrae have lost almost half their height, 0 to 4; the chest is shorter.

    Example:
        >>> Signs(bone=0.6).nodules
        0.0
    """

    nodules: float = 0.0
    emphysema: float = 0.0
    bone: float | None = None
    crushed: int = 0


@dataclass(frozen=True)
class Person:
    """What of a patient decides how the chest looks.

    Attributes:
        age: years.
        sex: "M" or "F".
        view: "PA" (standing, from behind) or "AP" (sitting or lying, from the front).
        severity: of the pneumonia, 0 to 1.
        signs: what else is on the film.

    Example:
        >>> Person(age=70, sex="F", view="PA", severity=0.4).view
        'PA'
    """

    age: float
    sex: str
    view: str
    severity: float
    signs: Signs = Signs()


@dataclass(frozen=True)
class Thorax:
    """Sizes of one chest, in cm unless said otherwise.

    Attributes:
        height: from lung apex to the top of the right diaphragm; deep inspiration is taller.
        half_width: inside the rib cage, at its widest.
        half_depth: inside the rib cage, front to back.
        wall: thickness of the chest wall at the sides.
        fat_depth: soft tissue in front and behind, each.
        breast: greatest thickness of a breast; 0 = none.
        lung_density: of aerated lung against water.
        heart: factor on the size of the heart.
        aorta: radius of the aortic arch.
        left_dome: how far the left diaphragm lies below the right.
        rotation: how far structures in front move against those behind.
        scoliosis: greatest side-shift of the midline.
        bone: factor on the mineral of all bones.
        clavicle: height of the clavicles' inner ends above (-) or below (+) the lung apex.
        scapula: how far the shoulder blades lie over the lungs.
        rib_jitter: random shift of each rib, (2, 12).
        rib_fall: factor on how far the ribs fall on their way to the front.
        rib_width: factor on the width of the ribs.
        spine_pitch: how much taller the upper vertebrae are than usual, and the lower ones lower.
        gas: radius of the gastric air bubble; 0 = none.
        flattened: how flat the diaphragm lies, 0 (domes) to 1.
        crushed: places of crushed vertebrae, counted from C6.

    Example:
        >>> 18 < draw_thorax(Person(60, "M", "PA", 0.2), np.random.default_rng(1)).height < 28
        True
    """

    height: float
    half_width: float
    half_depth: float
    wall: float
    fat_depth: float
    breast: float
    lung_density: float
    heart: float
    aorta: float
    left_dome: float
    rotation: float
    scoliosis: float
    bone: float
    clavicle: float
    scapula: float
    rib_jitter: Floats32
    rib_fall: float
    rib_width: float
    spine_pitch: float
    gas: float
    flattened: float = 0.0
    crushed: tuple[int, ...] = ()


def draw_thorax(person: Person, rng: np.random.Generator) -> Thorax:
    """Draw one chest.

    An AP film shows a shorter, wider chest, a larger heart (it lies farther from the detector), higher
    clavicles and more of the shoulder blades.

    Args:
        person: age, sex, view.
        rng: the source of chance.

    Returns:
        The chest.

    Example:
        >>> draw_thorax(Person(30, "M", "PA", 0.0), np.random.default_rng(1)).breast
        0.0
    """
    z = np.clip(rng.standard_normal(19), -2.2, 2.2)
    woman, ap = person.sex == "F", person.view == "AP"
    old = np.clip((person.age - 50) / 35, -0.5, 1.2)
    size = (0.945 if woman else 1.0) * (1 + 0.035 * z[0])
    fat = np.clip(0.5 + 0.3 * z[1], 0.0, 1.3)
    return Thorax(
        height=float(size * (23.2 + 1.5 * z[2] - 2.6 * ap - 0.5 * old)),
        half_width=float(size * (14.0 + 0.7 * z[3] + 0.5 * ap)),
        half_depth=float(size * (9.3 + 0.6 * z[4] + 0.5 * old)),
        wall=float(2.6 + 1.7 * fat),
        fat_depth=float(1.6 + 1.4 * fat),
        breast=float(max(0.0, 3.4 + 1.0 * z[5] + 2.0 * fat) if woman else 0.0),
        lung_density=float(0.30 + 0.02 * z[6] + 0.03 * ap),
        heart=float(size * (0.97 + 0.07 * z[7] + 0.06 * old + 0.12 * ap)),
        aorta=float(1.65 + 0.25 * z[8] + 0.3 * old),
        left_dome=float(1.2 + 0.65 * z[9]),
        rotation=float((0.45 + 0.35 * ap) * z[10]),
        scoliosis=float((0.25 + 0.3 * max(old, 0)) * z[11]),
        bone=float(1.05 - 0.12 * old + 0.08 * z[12] - 0.06 * woman),
        clavicle=float(2.3 + 0.6 * z[13] - 1.3 * ap),
        scapula=float(np.clip(0.25 + 0.6 * z[14] + 1.3 * ap, 0, 2.2)),
        rib_jitter=rng.normal(0, 0.18, (2, 12)).astype(np.float32),
        rib_fall=float(1 + 0.09 * z[16]),
        rib_width=float(1 + 0.09 * z[17]),
        spine_pitch=float(0.12 * z[18]),
        gas=float(max(0.0, 1.2 + 0.9 * z[15])),
    )


_CRUSHED_FROM, _CRUSHED_TO = 8, 14  # the seventh thoracic to the first lumbar vertebra, counted from C6


def thorax_with_signs(thorax: Thorax, signs: Signs, rng: np.random.Generator) -> Thorax:
    """The chest as emphysema and the loss of bone have changed it.

    Args:
        thorax: as it would be without.
        signs: what is to be seen.
        rng: the source of chance, used for the places of crushed vertebrae only.

    Returns:
        The changed chest; the same where there is no such sign.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> thorax = draw_thorax(Person(60, "F", "PA", 0.0), rng)
        >>> changed = thorax_with_signs(thorax, Signs(emphysema=0.5, bone=0.6, crushed=2), rng)
        >>> changed.bone, len(changed.crushed), changed.heart < thorax.heart
        (0.6, 2, True)
    """
    e = signs.emphysema
    places = rng.choice(np.arange(_CRUSHED_FROM, _CRUSHED_TO + 1), size=signs.crushed, replace=False)
    return replace(
        thorax,
        height=thorax.height * (1 + 0.10 * e) * (1 - 0.025 * signs.crushed),
        half_depth=thorax.half_depth * (1 + 0.10 * e),
        lung_density=thorax.lung_density * (1 - 0.35 * e),
        heart=thorax.heart * (1 - 0.12 * e),
        bone=thorax.bone if signs.bone is None else signs.bone,
        flattened=e,
        crushed=tuple(sorted(places.tolist())),
    )


@dataclass(frozen=True)
class Grid:
    """Where the rays meet the detector: equally spaced pixels over the whole phantom.

    Attributes:
        x: (1, columns), cm.
        y: (rows, 1), cm.
        step: cm a pixel.

    Example:
        >>> make_grid(1.0).x.shape
        (1, 43)
    """

    x: Floats32
    y: Floats32
    step: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.y.shape[0], self.x.shape[1]


def make_grid(step: float) -> Grid:
    """Lay a grid of pixels over the phantom.

    Args:
        step: cm a pixel.

    Returns:
        The grid, pixel centres half a step inside the borders.

    Example:
        >>> make_grid(0.5).shape
        (93, 86)
    """
    columns, rows = round((RIGHT - LEFT) / step), round((BOTTOM - TOP) / step)
    x = LEFT + (np.arange(columns, dtype=np.float32) + 0.5) * np.float32(step)
    y = TOP + (np.arange(rows, dtype=np.float32) + 0.5) * np.float32(step)
    return Grid(x[None, :], y[:, None], step)


def midline(thorax: Thorax, y: Floats32) -> Floats32:
    """The x of the midline at height `y`: a gentle scoliosis.

    Example:
        >>> person = Person(50, "M", "PA", 0.0)
        >>> midline(draw_thorax(person, np.random.default_rng(0)), np.zeros((1, 1), np.float32))
        array([[0.]], dtype=float32)
    """
    return np.asarray(thorax.scoliosis * np.sin(y * np.float32(np.pi / thorax.height)), dtype=np.float32)


def cage_half_width(thorax: Thorax, y: Floats32) -> Floats32:
    """Half the inner width of the rib cage at height `y`; 0 above the apex.

    Example:
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(cage_half_width(thorax, np.float32([[30.0]]))[0, 0] > 12)
        True
    """
    length = np.float32(0.86 * thorax.height)
    above = np.clip((length - y) / length, 0, 1) ** 2.6
    return np.asarray(thorax.half_width * (1 - above) ** np.float32(0.42), dtype=np.float32)
