"""What is on a film besides the patient: side marker, edges of the collimator."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Marks:
    """Side marker and collimation of one film.

    Attributes:
        letter: "L", "R" or "" (no marker on the film).
        place: of the marker's middle, as fractions of width and height.
        size: height of the letter as a fraction of the film's height.
        angle: degrees by which the marker was stuck on askew.
        borders: unexposed strips at left, top, right, bottom as fractions of the film.
        shutter: grey of the unexposed strips: 0 (covered black by the machine) or near 1 (white, as
        unexposed).

    Example:
        >>> Marks("L", (0.9, 0.1), 0.03, 0.0, (0, 0, 0, 0), 0.0).letter
        'L'
    """

    letter: str
    place: tuple[float, float]
    size: float
    angle: float
    borders: tuple[float, float, float, float]
    shutter: float


def draw_marks(rng: np.random.Generator, view: str) -> Marks:
    """Draw marker and collimation: a letter on nine films of ten, unexposed strips on about half.

    Example:
        >>> draw_marks(np.random.default_rng(0), "PA").letter in {"L", "R", ""}
        True
    """
    letter = str(rng.choice(["L", "R", ""], p=[0.55, 0.35, 0.10]))
    x = rng.uniform(0.07, 0.13)
    place = (float(1 - x if letter == "L" else x), float(rng.uniform(0.06, 0.16 if view == "PA" else 0.3)))
    strips = np.where(rng.random(4) < 0.3, rng.uniform(0.004, 0.028, 4), 0.0)
    left, top, right, bottom = (float(strip) for strip in strips)
    shutter = 0.0 if rng.random() < 0.7 else 0.97
    size, angle = float(rng.uniform(0.026, 0.036)), float(rng.normal(0, 4))
    return Marks(letter, place, size, angle, (left, top, right, bottom), shutter)


def put_marks(picture: Floats32, marks: Marks) -> None:
    """Put marker and unexposed strips on a picture, in place.

    Args:
        picture: 0 black to 1 white, (rows, columns).
        marks: what to put.

    Example:
        >>> picture = np.zeros((200, 200), np.float32)
        >>> put_marks(picture, Marks("R", (0.2, 0.2), 0.1, 0.0, (0, 0, 0, 0), 0.0))
        >>> bool(picture.max() > 0.8)
        True
    """
    rows, columns = picture.shape
    left, top, right, bottom = (
        round(part * size) for part, size in zip(marks.borders, (columns, rows, columns, rows), strict=True)
    )
    picture[:top] = marks.shutter
    picture[rows - bottom :] = marks.shutter
    picture[:, :left] = marks.shutter
    picture[:, columns - right :] = marks.shutter
    if marks.letter:
        _put_letter(picture, marks)


def _put_letter(picture: Floats32, marks: Marks) -> None:
    """A lead letter: nearly white, edges a little soft."""
    rows, columns = picture.shape
    height = marks.size * rows
    side = 2 * (int(height) + 4)
    stamp = np.zeros((side, side), np.uint8)
    scale = height / 22.0  # the font's capitals are 22 pixels high at scale 1
    thick = max(1, round(height / 6))
    (w, h), _ = cv2.getTextSize(marks.letter, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    origin = ((side - w) // 2, (side + h) // 2)
    cv2.putText(stamp, marks.letter, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), marks.angle, 1.0)
    lead = cv2.warpAffine(stamp, turn, (side, side)).astype(np.float32) / 255
    x0 = int(np.clip(marks.place[0] * columns - side / 2, 0, columns - side))
    y0 = int(np.clip(marks.place[1] * rows - side / 2, 0, rows - side))
    part = picture[y0 : y0 + side, x0 : x0 + side]
    part += lead * (np.float32(0.97) - part)
