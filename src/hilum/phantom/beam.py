"""From centimetres of tissue to the detector's signal, and from there to the picture a doctor is shown."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]

WATER_PER_CM = (
    0.195  # effective linear attenuation of water at about 120 kV with usual filtration (NIST XCOM)
)


@dataclass(frozen=True)
class Exposure:
    """How one film was exposed and processed.

    Attributes:
        photons: detected in an unattenuated pixel of 0.08 cm; the noise of a smaller pixel is greater.
        electronic: noise of the electronics as a fraction of the unattenuated signal.
        scatter: scattered over mean primary signal in the thorax.
        contrast: steepness of the display curve.
        detail: gain of structures smaller than about 4 cm against larger ones.
        level: what the display curve shows as mid-grey, 0 (lung) to 1 (mediastinum).

    Example:
        >>> Exposure(photons=2e5, electronic=1e-4, scatter=0.3, contrast=3.2, detail=1.3, level=0.5).scatter
        0.3
    """

    photons: float
    electronic: float
    scatter: float
    contrast: float
    detail: float
    level: float


def draw_exposure(rng: np.random.Generator, *, portable: bool) -> Exposure:
    """Draw technique and processing; a portable AP film has more scatter and fewer photons.

    Example:
        >>> draw_exposure(np.random.default_rng(0), portable=True).scatter > 0.3
        True
    """
    z = np.clip(rng.standard_normal(5), -2, 2)
    return Exposure(
        photons=float(np.exp(10.6 + 0.3 * z[0] - 0.6 * portable)),
        electronic=1.2e-4,
        scatter=float((0.42 if portable else 0.26) * np.exp(0.12 * z[1])),
        contrast=float(2.7 + 0.2 * z[2]),
        detail=float(1.5 + 0.12 * z[3]),
        level=float(0.53 + 0.03 * z[4]),
    )


def detector_signal(nepers: Floats32, step: float, exposure: Exposure) -> Floats32:
    """Beer-Lambert attenuation, scatter as a wide blur, and the blur of the detector.

    Args:
        nepers: line integral of attenuation, (rows, columns).
        step: cm a pixel.
        exposure: technique.

    Returns:
        Signal against the unattenuated beam, (rows, columns), > 0.

    Example:
        >>> exposure = draw_exposure(np.random.default_rng(0), portable=False)
        >>> signal = detector_signal(np.full((64, 64), 2.0, np.float32), 0.5, exposure)
        >>> bool(0.135 < signal.mean() < 0.25)
        True
    """
    primary = np.exp(-nepers)
    rows, columns = primary.shape
    factor = max(1, round(1.0 / step))
    small = cv2.resize(
        np.minimum(primary, 0.3), (columns // factor, rows // factor), interpolation=cv2.INTER_AREA
    )
    wide = cv2.GaussianBlur(small, (0, 0), 4.0 / (step * factor))
    scatter = cv2.resize(wide, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(primary + np.float32(exposure.scatter) * scatter, dtype=np.float32)


def tone(
    signal: Floats32, step: float, exposure: Exposure, field: npt.NDArray[np.bool_]
) -> tuple[Floats32, Floats32]:
    """Processing for presentation: logarithm, automatic range, structures lifted against the slow background.

    Args:
        signal: noise-free detector signal, (rows, columns).
        step: cm a pixel.
        exposure: processing.
        field: pixels that decide on the range (lungs and mediastinum), (rows, columns).

    Returns:
        The picture before its display curve (0 = lung, 1 = mediastinum; not clipped) and the standard
        deviation that the noise of a pixel of this size has in it, both (rows, columns).

    Example:
        >>> exposure = draw_exposure(np.random.default_rng(0), portable=False)
        >>> signal = np.exp(-np.linspace(1, 4, 4096, dtype=np.float32).reshape(64, 64))
        >>> picture, noise = tone(signal, 0.5, exposure, np.ones((64, 64), bool))
        >>> bool((noise > 0).all())
        True
    """
    density = -np.log(signal)
    low, high = np.percentile(density[field][::5], (4, 92))
    rows, columns = density.shape
    factor = max(1, round(0.4 / step))
    small = cv2.resize(density, (columns // factor, rows // factor), interpolation=cv2.INTER_AREA)
    slow = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.2 / (step * factor)), (columns, rows))
    scale = np.float32(1 / (high - low))
    slow = (slow - np.float32(low)) * scale
    fast = (density - np.float32(low)) * scale - slow
    picture = slow + np.float32(exposure.detail) * fast
    quantum = np.float32(1 / exposure.photons) / signal + np.square(np.float32(exposure.electronic) / signal)
    spread = np.sqrt(quantum) * scale * np.float32(exposure.detail)
    return np.asarray(picture, dtype=np.float32), np.asarray(spread, dtype=np.float32)


def display_curve(picture: Floats32, exposure: Exposure) -> Floats32:
    """The S-shaped curve of film: 0 to 1, dense = bright.

    Example:
        >>> exposure = draw_exposure(np.random.default_rng(0), portable=False)
        >>> curve = display_curve(np.linspace(-2, 3, 50, dtype=np.float32), exposure)
        >>> bool((np.diff(curve) > 0).all())
        True
    """
    steep = np.tanh(np.float32(exposure.contrast / 2) * (picture - np.float32(exposure.level)))
    return np.asarray(0.5 + 0.5 * steep, dtype=np.float32)
