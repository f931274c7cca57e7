"""Films in two folders, normal and pneumonia, and what two simulated products said of them.

The world of document 003: a hospital's films, sorted by radiologists, and two programs that read them before.
A film shows pneumonia where its severity lies above `CUT`. Each product reads a number that is normally
distributed in both classes, higher by the same amount where the pneumonia is more severe; its sensitivity,
specificity and area under the curve are therefore known exactly.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image
from scipy.special import ndtr, ndtri

from hilum.errors import HilumError
from hilum.phantom.anatomy import Person
from hilum.phantom.film import render_film
from hilum.phantom.writing import csv_bytes, json_bytes, write_whole
from hilum.progress import Progress, silent

Floats = npt.NDArray[np.float64]

CLASSES = ("normal", "pneumonia")
CUT = 0.2
_SPAN = 0.6
# Films of the paper: for training, for testing.
_OF_THE_PAPER = {"normal": (900, 231), "pneumonia": (900, 300)}
_EVERYBODY = 2331
_ROWS, _COLUMNS = 256, 216
_STREAM, _FILMS, _CROP = 601, 602, 603
# How much of a product's number is what the film shows; the rest is its own noise.
_SEEN = 0.6


@dataclass(frozen=True)
class SimulatedProduct:
    """A program that says yes from 50 points on, with a known sensitivity and specificity.

    Attributes:
        name: of its file.
        sensitivity: share of films with pneumonia that it calls so.
        specificity: share of normal films that it calls normal.

    Example:
        >>> round(SimulatedProduct("a", sensitivity=0.5, specificity=0.5).auroc, 2)
        0.5
    """

    name: str
    sensitivity: float
    specificity: float

    @property
    def auroc(self) -> float:
        """The area under its curve, from two normal distributions of equal spread."""
        return float(ndtr(self._distance / np.sqrt(2)))

    @property
    def _distance(self) -> float:
        return float(ndtri(self.sensitivity) + ndtri(self.specificity))

    def points(self, ill: npt.NDArray[np.bool_], latent: Floats, rng: np.random.Generator) -> Floats:
        """What it says of every film, 0 to 100.

        Args:
            ill: whether the film shows pneumonia, (n,).
            latent: severity within the class as a standard normal variable, (n,).
            rng: the source of chance.

        Returns:
            (n,), 50 and more where it calls the film pneumonia.

        Example:
            >>> ill, rng = np.ones(9, bool), np.random.default_rng(0)
            >>> said = SimulatedProduct("a", 0.9, 0.8).points(ill, np.zeros(9), rng)
            >>> bool((0 <= said).all() and (said <= 100).all())
            True
        """
        own = _SEEN * latent + np.sqrt(1 - _SEEN**2) * rng.standard_normal(len(latent))
        beyond = own + self._distance * ill - ndtri(self.specificity)
        return np.asarray(100 * ndtr(beyond), dtype=np.float64)


# At the operating points of the two products of the paper.
PRODUCTS = (
    SimulatedProduct("product_a", sensitivity=281 / 300, specificity=164 / 231),
    SimulatedProduct("product_b", sensitivity=289 / 300, specificity=121 / 231),
)


@dataclass(frozen=True)
class LabelledFilms:
    """Where the films lie.

    Attributes:
        folder: of everything.
        films: with a sub-folder for each label.
        table: `films.csv`: every film's file, patient and part.
        products: a CSV for each simulated product.
        truth: `truth.json`: what the products would reach on endless films, and every film's severity.
        made: how many films were made by this call; the others were there.

    Example:
        >>> LabelledFilms(Path("a"), Path("a/films"), Path("t"), (), Path("j"), made=0).films.name
        'films'
    """

    folder: Path
    films: Path
    table: Path
    products: tuple[Path, ...]
    truth: Path
    made: int


def write_labelled_films(
    folder: Path, patients: int = _EVERYBODY, seed: int = 7, progress: Progress = silent
) -> LabelledFilms:
    """Write films of adults into one folder a label, and what two products said of them.

    2,331 patients are as many as in the paper, in the same parts; of fewer, each class and part has its
    share. One film a patient, all PA. Films that are there are not made again.

    Args:
        folder: made if it is not there.
        patients: how many, 20 to 99,999.
        seed: same seed, same films on the same machine type.
        progress: told after every film.

    Returns:
        Where everything lies.

    Raises:
        HilumError: too few or too many patients.

    Example:
        >>> import tempfile
        >>> made = write_labelled_films(Path(tempfile.mkdtemp()), patients=20)
        >>> sorted(path.name for path in made.films.iterdir()), len(list(made.films.rglob("*.png")))
        (['normal', 'pneumonia'], 20)
    """
    if not 20 <= patients <= 99_999:
        raise HilumError(
            f"{patients} patients were asked for, and such a folder has 20 to 99999 of them: ask for a "
            "number between, or leave the number out"
        )
    people = draw_patients(patients, seed)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    made = _write_films(people, folder / "films", partial, seed, progress)
    found = LabelledFilms(
        folder,
        folder / "films",
        folder / "films.csv",
        tuple(folder / f"{product.name}.csv" for product in PRODUCTS),
        folder / "truth.json",
        made,
    )
    write_whole(found.table, csv_bytes(people[["image", "patient", "part"]]), partial)
    for product, path in zip(PRODUCTS, found.products, strict=True):
        write_whole(
            path, csv_bytes(people[["patient", product.name]].set_axis(["patient", "score"], axis=1)), partial
        )
    write_whole(found.truth, json_bytes(_truth(people, seed)), partial)
    partial.rmdir()
    return found


def draw_patients(patients: int, seed: int) -> pd.DataFrame:
    """Patients with their label, severity, part, film, and what each product said.

    Args:
        patients: how many.
        seed: same seed, same patients.

    Example:
        >>> people = draw_patients(2331, seed=7)
        >>> people.groupby(["part", "label"]).size().tolist()
        [231, 300, 900, 900]
    """
    rng = np.random.default_rng([seed, _STREAM])
    rows = [(label, part) for label in CLASSES for part in _parts(label, patients, rng)]
    people = pd.DataFrame(rows, columns=["label", "part"])
    people = people.iloc[rng.permutation(len(people))].reset_index(drop=True)
    latent = rng.standard_normal(len(people))
    ill = (people["label"] == CLASSES[1]).to_numpy()
    people["severity"] = np.where(ill, CUT + _SPAN * ndtr(latent), CUT * ndtr(latent))
    people["age"] = np.round(np.clip(rng.normal(58, 17, len(people)), 20, 95))
    people["sex"] = np.where(rng.random(len(people)) < 0.54, "M", "F")
    people["patient"] = [f"P{number:05d}" for number in range(1, len(people) + 1)]
    people["image"] = people["label"] + "/" + people["patient"] + ".png"
    for product in PRODUCTS:
        people[product.name] = product.points(ill, latent, rng).round(2)
    return people


def _parts(label: str, patients: int, rng: np.random.Generator) -> list[str]:
    """The part of every patient of a class."""
    trained = max(1, round(patients * _OF_THE_PAPER[label][0] / _EVERYBODY))
    normal = round(patients * sum(_OF_THE_PAPER["normal"]) / _EVERYBODY)
    everyone = normal if label == "normal" else patients - normal
    parts = ["train"] * trained + ["test"] * (everyone - trained)
    return [parts[at] for at in rng.permutation(everyone)]


def _write_films(people: pd.DataFrame, films: Path, partial: Path, seed: int, progress: Progress) -> int:
    made = 0
    for number, row in enumerate(people.itertuples(), start=1):
        path = films / str(row.image)
        if not path.is_file():
            person = Person(float(str(row.age)), str(row.sex), "PA", float(str(row.severity)))
            write_whole(path, png_bytes(make_film(person, (seed, _FILMS, number))), partial)
            made += 1
        progress(number, len(people), "making films")
    return made


def make_film(person: Person, seed: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """A film, collimated more or less closely about the chest as it happens, made small.

    Args:
        person: whom it shows.
        seed: same seed, same film.

    Returns:
        0 to 1, (256, 216).

    Example:
        >>> make_film(Person(60, "M", "PA", 0.1), (7, 1)).shape
        (256, 216)
    """
    whole = render_film(person, seed, 5 * _ROWS // 4, 5 * _COLUMNS // 4).picture
    rng = np.random.default_rng([*seed, _CROP])
    rows, columns = (round(side * rng.uniform(0.84, 1.0)) for side in whole.shape)
    top, left = (int(rng.integers(0, room + 1)) for room in (whole.shape[0] - rows, whole.shape[1] - columns))
    part = whole[top : top + rows, left : left + columns]
    return np.asarray(cv2.resize(part, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA), dtype=np.float32)


def png_bytes(picture: npt.NDArray[np.float32]) -> bytes:
    """A picture of 0 to 1 as an 8-bit PNG.

    Example:
        >>> png_bytes(np.zeros((4, 4), np.float32))[1:4]
        b'PNG'
    """
    written = io.BytesIO()
    Image.fromarray(np.round(255 * picture).astype(np.uint8)).save(written, format="PNG")
    return written.getvalue()


def _truth(people: pd.DataFrame, seed: int) -> dict[str, object]:
    products = [
        {"name": p.name, "sensitivity": p.sensitivity, "specificity": p.specificity, "auroc": p.auroc}
        for p in PRODUCTS
    ]
    films = people[["patient", "label", "severity"]].round(4).to_dict("records")
    return {"seed": seed, "patients": len(people), "products": products, "films": films}
