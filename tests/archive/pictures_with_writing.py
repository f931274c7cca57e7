"""Pictures with writing burned in, and pictures without any, drawn in code with the truth about each letter.

The ground is a film of the phantom hospital, an ultrasound fan or soft structures. The fonts are those of the
machine; where it has none with Hangul, Latin letters are drawn in their place.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hilum.phantom import Person
from hilum.phantom.film import render_film

LATIN = (
    "HONG GILDONG", "Kim, Younghee", "ID: 00123456", "1956-01-31", "DOB 31.01.1956", "PARK JIHOON 45Y",
    "St Elsewhere Hospital", "Miller^Anna", "2024/03/01 10:11:12", "ACC20240007", "Dr. Choi Minsu",
    "Lee S.J.", "M/68 Jung Haein", "SMITH JOHN", "Nguyen Thi Hoa", "7104-2281-03", "Seoul Nat'l Univ",
    "+82-2-1234-5678",
)  # fmt: skip
HANGUL = (
    "홍길동", "김영희 여 45세", "강변대학교병원", "박지훈", "환자번호 00123456", "최민수 교수",
    "생년월일 1956년 1월", "이순신 남", "서울특별시 종로구", "정해인 촬영 2024", "흉부 정면 한가람", "윤동주",
)  # fmt: skip
_HANGUL_FONTS = ("Nanum*.ttf", "NotoSansCJK-*.ttc", "NotoSansKR*.?tf", "UnDotum*.ttf")
_LATIN_FONTS = ("DejaVuSans*.ttf", "DejaVuSerif.ttf", "LiberationSans-*.ttf")
LOOKS = ("latin", "hangul", "inverted", "rotated", "12 bits", "low contrast")


@dataclass(frozen=True)
class Written:
    """A picture and the truth about it.

    Attributes:
        values: stored values, (rows, columns).
        bits: of a value.
        signed: whether values below 0 are meant.
        letters: where each letter's ink is, (letters, rows, columns) as flat indices.
        lines: which line each letter belongs to.
        look: what is special about the writing.
    """

    values: np.ndarray
    bits: int
    signed: bool
    letters: tuple[np.ndarray, ...] = ()
    lines: tuple[int, ...] = ()
    texts: tuple[str, ...] = field(default=())
    look: str = "clean"


def picture(number: int, look: str, seed: int = 5) -> Written:
    """One picture; `look` is one of LOOKS, or `clean` for a picture without writing."""
    rng = np.random.default_rng([seed, number, sum(map(ord, look))])
    ground = _ground(rng, number)
    bits = 12 if look == "12 bits" else int(rng.choice([8, 10, 12, 16]))
    signed = bits == 16 and bool(rng.random() < 0.5)
    letters: list[np.ndarray] = []
    lines: list[int] = []
    texts: list[str] = []
    if look != "clean":
        taken = np.zeros(ground.shape, bool)
        for _ in range(int(rng.integers(1, 4))):
            text = _text(rng, look)
            if ink := _placed(rng, text, look, taken):
                texts.append(text)
                lines += [len(texts) - 1] * len(ink)
                letters += _burn(rng, ground, ink, look)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    values = np.rint(low + np.clip(ground, 0, 1) * (high - low))
    dtype = np.int16 if signed else np.uint8 if bits == 8 else np.uint16
    return Written(values.astype(dtype), bits, signed, tuple(letters), tuple(lines), tuple(texts), look)


def _ground(rng: np.random.Generator, number: int) -> np.ndarray:
    kind = number % 5
    side = int(rng.choice([448, 512, 640, 768, 1024]))
    if kind < 3:
        person = Person(
            float(rng.uniform(25, 88)),
            str(rng.choice(["M", "F"])),
            str(rng.choice(["PA", "AP"])),
            float(rng.random()),
        )
        columns = round(side * float(rng.uniform(0.8, 1.1)))
        film = render_film(person, (int(rng.integers(1 << 30)),), side, columns).picture
        return np.asarray(film if rng.random() < 0.8 else 1 - film, np.float64)
    return _fan(rng, side) if kind == 3 else _soft(rng, side)


def _fan(rng: np.random.Generator, side: int) -> np.ndarray:
    """An ultrasound fan of speckle on black, with a ruler of ticks."""
    y, x = np.mgrid[:side, :side] / side
    away, angle = np.hypot(x - 0.5, y + 0.1), np.arctan2(x - 0.5, y + 0.1)
    fan = (away > 0.25) & (away < 1.0) & (np.abs(angle) < 0.6)
    soft = cv2.resize(rng.gamma(2.0, 0.5, (24, 24)), (side, side), interpolation=cv2.INTER_CUBIC)
    speckle = cv2.GaussianBlur(rng.gamma(1.2, 0.5, (side, side)), (0, 0), 1.2)
    ground = np.where(fan, np.clip(0.3 * soft * speckle, 0, 0.9), 0.02)
    for tick in np.linspace(0.1, 0.9, 9):
        ground[int(tick * side), side - 14 : side - 4] = 0.8
    return ground


def _soft(rng: np.random.Generator, side: int) -> np.ndarray:
    """Soft structures and grain."""
    soft = cv2.resize(rng.normal(size=(12, 12)), (side, side), interpolation=cv2.INTER_CUBIC)
    soft = (soft - soft.min()) / np.ptp(soft)
    return np.clip(0.15 + 0.6 * soft + rng.normal(0, 0.01, (side, side)), 0, 1)


def _text(rng: np.random.Generator, look: str) -> str:
    hangul = look == "hangul" or (look != "latin" and rng.random() < 0.4)
    hangul = hangul and bool(fonts(hangul=True))
    return str(rng.choice(HANGUL if hangul else LATIN))


def _placed(rng: np.random.Generator, text: str, look: str, taken: np.ndarray) -> list[np.ndarray]:
    """Ink 0 to 1 of each letter over the whole picture, at a free place; empty where there is none."""
    rows, columns = taken.shape
    size = int(rng.uniform(0.02, 0.055) * max(rows, columns) + 5)
    font = font_for(text, size, int(rng.integers(8)))
    stamps = _stamps(text, font, size)
    turn = 0.0
    if look == "rotated":
        turn = float(rng.choice([90, 180, 270])) if rng.random() < 0.7 else float(rng.uniform(-50, 50))
    stamps = [_turned(stamp, turn) for stamp in stamps]
    tall, wide = stamps[0].shape
    if tall >= rows - 8 or wide >= columns - 8:
        return []
    for _ in range(30):
        top, left = int(rng.integers(4, rows - tall - 3)), int(rng.integers(4, columns - wide - 3))
        if not taken[top : top + tall, left : left + wide].any():
            taken[max(0, top - size) : top + tall + size, max(0, left - size) : left + wide + size] = True
            return [
                cv2.copyMakeBorder(stamp, top, rows - tall - top, left, columns - wide - left, 0)
                for stamp in stamps
            ]
    return []


def _stamps(text: str, font: ImageFont.FreeTypeFont, size: int) -> list[np.ndarray]:
    wide, tall = int(font.getlength(text)) + 6, 2 * size
    stamps = []
    for place, letter in enumerate(text):
        if letter.strip():
            stamp = Image.new("L", (wide, tall), 0)
            ImageDraw.Draw(stamp).text(
                (3 + font.getlength(text[:place]), size // 3), letter, fill=255, font=font
            )
            stamps.append(np.asarray(stamp, np.float64) / 255)
    return stamps


def _turned(stamp: np.ndarray, degrees: float) -> np.ndarray:
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(stamp, int(degrees // 90)))
    rows, columns = stamp.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, tall = int(rows * sin + columns * cos) + 2, int(rows * cos + columns * sin) + 2
    matrix[:, 2] += (wide - columns) / 2, (tall - rows) / 2
    return np.asarray(cv2.warpAffine(stamp, matrix, (wide, tall)))


def _burn(rng: np.random.Generator, ground: np.ndarray, ink: list[np.ndarray], look: str) -> list[np.ndarray]:
    """Put a line into the ground, and give back where each letter's ink is."""
    whole = np.clip(np.sum(ink, axis=0), 0, 1)
    around = cv2.dilate((whole > 0.1).astype(np.uint8), np.ones((9, 9))) > 0
    middle, spread = float(np.median(ground[around])), float(ground[around].std())
    if look == "inverted":
        box = cv2.boundingRect(np.argwhere(around)[:, ::-1].astype(np.int32))
        if rng.random() < 0.5:  # black letters on a white strip
            ground[box[1] : box[1] + box[3], box[0] : box[0] + box[2]] = 0.97
        shade = 0.0
        if middle < 0.3 and rng.random() < 2 and ground[around].mean() < 0.5:
            ground[box[1] : box[1] + box[3], box[0] : box[0] + box[2]] = 0.9
    elif look == "low contrast":
        step = max(float(rng.uniform(0.07, 0.14)), 1.5 * spread)
        shade = middle + step if middle < 0.5 else middle - step
        ground += whole * (shade - middle)
        return [np.flatnonzero(one > 0.5) for one in ink]
    else:
        shade = 1.0 if middle < 0.6 else 0.0
    ground += whole * (shade - ground)
    return [np.flatnonzero(one > 0.5) for one in ink]


@cache
def fonts(*, hangul: bool) -> tuple[Path, ...]:
    """Fonts of the machine, those that hold Hangul or the usual Latin ones."""
    home = Path("/usr/share/fonts")
    names = _HANGUL_FONTS if hangul else _LATIN_FONTS
    found = sorted({path for name in names for path in home.rglob(name)})
    if not found and not hangul:
        import matplotlib as mpl

        found = sorted((Path(mpl.__file__).parent / "mpl-data" / "fonts" / "ttf").glob("DejaVuSans*.ttf"))[:4]
    return tuple(found)


def font_for(text: str, size: int, number: int) -> ImageFont.FreeTypeFont:
    """A font that can draw a text."""
    found = fonts(hangul=any("가" <= letter <= "힣" for letter in text))
    return ImageFont.truetype(str(found[number % len(found)]), size)
