"""A folder of lung scans: perfusion and ventilation scintigrams, sorted into two folders.

The world of document 001. In a perfusion scan the tracer lies where blood flows: smooth lungs, more of it
towards the bases, the heart's shadow in the left lung, and wedges without flow in some patients. In a
ventilation scan it lies where air went and where it was left on the way: windpipe and throat, and stomach for
what was swallowed. The patient's right is on the left of the picture.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from hilum.errors import HilumError
from hilum.phantom.labelled_folder import png_bytes
from hilum.phantom.scintigram_drawing import count, draw_scan, expected_counts
from hilum.phantom.scintigram_objects import ScanOrder, scan_bytes, seen_from_behind
from hilum.phantom.writing import csv_bytes, json_bytes, write_whole
from hilum.progress import Progress, silent

KINDS = ("perfusion", "ventilation")
# Of the paper: scans of each kind, those of each kind in validation and in test, and the ventilation scans
# in which the neck can be seen.
_OF_THE_PAPER = {"perfusion": 394, "ventilation": 136}
_HELD_BACK = 20
NECK_SHARE = 111 / 136
_EVERYBODY = 530
_STREAM, _SCANS, _BACK = 701, 702, 704


@dataclass(frozen=True)
class Scintigrams:
    """Where the scans lie.

    Attributes:
        folder: of everything.
        scans: with a sub-folder for each kind.
        table: `scans.csv`: every scan's file, patient and part.
        truth: `truth.json`: what is to be seen in every scan.
        made: how many scans were made by this call; the others were there.
        dicom: the same scans as the cameras write them, with the posterior frame; None where they were not
            asked for.

    Example:
        >>> Scintigrams(Path("a"), Path("a/scans"), Path("t"), Path("j"), made=0).scans.name
        'scans'
    """

    folder: Path
    scans: Path
    table: Path
    truth: Path
    made: int
    dicom: Path | None = None


def write_scintigrams(
    folder: Path,
    patients: int = _EVERYBODY,
    seed: int = 7,
    progress: Progress = silent,
    *,
    dicom: bool = False,
) -> Scintigrams:
    """Write anterior scans, 256 x 256, into one folder a kind.

    530 patients are as many as in the paper, in the same parts; of fewer, each kind and part has its share.
    Each patient has one scan. Scans that are there are not made again.

    Args:
        folder: made if it is not there.
        patients: how many, 24 to 99,999.
        seed: same seed, same scans on the same machine type.
        progress: told after every scan.
        dicom: whether to write each scan as a nuclear medicine image too, in `dicom/` with `dicom.csv`; its
            anterior frame holds the counts that the picture shows.

    Returns:
        Where everything lies.

    Raises:
        HilumError: too few or too many patients.

    Example:
        >>> import tempfile
        >>> made = write_scintigrams(Path(tempfile.mkdtemp()), patients=24)
        >>> sorted(path.name for path in made.scans.iterdir()), len(list(made.scans.rglob("*.png")))
        (['perfusion', 'ventilation'], 24)
    """
    if not 24 <= patients <= 99_999:
        raise HilumError(
            f"{patients} patients were asked for, and such a folder has 24 to 99999 of them: ask for a "
            "number between, or leave the number out"
        )
    orders = order_scans(patients, seed)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    made = 0
    for number, row in enumerate(orders.itertuples(), start=1):
        order = _Order(folder, str(row.kind), str(row.image), neck=bool(row.neck), seed=seed, number=number)
        made += order.write(partial, dicom=dicom)
        progress(number, len(orders), "making scans")
    found = Scintigrams(folder, folder / "scans", folder / "scans.csv", folder / "truth.json", made)
    if dicom:
        found = replace(found, dicom=folder / "dicom")
        write_whole(folder / "dicom.csv", csv_bytes(_as_registered(orders, seed)), partial)
    write_whole(found.table, csv_bytes(orders[["image", "patient", "part"]]), partial)
    seen = orders[["patient", "kind", "neck"]].to_dict("records")
    write_whole(found.truth, json_bytes({"seed": seed, "patients": patients, "scans": seen}), partial)
    partial.rmdir()
    return found


@dataclass(frozen=True)
class _Order:
    """One scan that is to be written."""

    folder: Path
    kind: str
    image: str
    neck: bool
    seed: int
    number: int

    def write(self, partial: Path, *, dicom: bool) -> bool:
        """Write what is not there; whether anything was made."""
        picture = self.folder / "scans" / self.image
        whole = (self.folder / "dicom" / self.image).with_suffix(".dcm")
        missing = [path for path in (picture, whole)[: 2 if dicom else 1] if not path.is_file()]
        if not missing:
            return False
        seed = (self.seed, _SCANS, self.number)
        counts = make_scan(self.kind, neck=self.neck, seed=seed)
        if picture in missing:
            write_whole(picture, png_bytes(shown(counts)), partial)
        if whole in missing:
            order = ScanOrder(self.seed, self.number, self.kind)
            write_whole(
                whole, scan_bytes(order, counts, make_back(self.kind, neck=self.neck, seed=seed)), partial
            )
        return True


def _as_registered(orders: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The scans with the hospital's own numbers, as the table beside a PACS export would have them."""
    who = [ScanOrder(seed, n, str(row.kind)).identity for n, row in enumerate(orders.itertuples(), start=1)]
    return pd.DataFrame(
        {
            "image": orders["image"].str.replace(".png", ".dcm", regex=False),
            "patient": [each.patient_id for each in who],
            "accession": [each.accession for each in who],
            "kind": orders["kind"],
            "part": orders["part"],
        }
    )


def make_scan(kind: str, *, neck: bool, seed: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """One scan as the anterior detector counted it.

    Args:
        kind: `perfusion` or `ventilation`.
        neck: whether windpipe and throat are to be seen, in ventilation.
        seed: same seed, same scan.

    Returns:
        Counts, (256, 256).

    Example:
        >>> make_scan("perfusion", neck=False, seed=(7, 1)).shape
        (256, 256)
    """
    rng = np.random.default_rng([*seed])
    return count(expected_counts(draw_scan(kind, neck=neck, rng=rng)), rng)


def make_back(kind: str, *, neck: bool, seed: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """The same body as the posterior detector counted it at the same time, its left lung on the left.

    Args:
        kind: as of the anterior scan.
        neck: as of the anterior scan.
        seed: as of the anterior scan.

    Returns:
        Counts, (256, 256).

    Example:
        >>> make_back("perfusion", neck=False, seed=(7, 1)).shape
        (256, 256)
    """
    scan = seen_from_behind(draw_scan(kind, neck=neck, rng=np.random.default_rng([*seed])))
    return count(expected_counts(scan)[:, ::-1], np.random.default_rng([*seed, _BACK]))


def shown(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """Counts as the workstation shows them: the highest is white.

    Example:
        >>> shown(np.array([[0, 5], [10, 10]])).tolist()
        [[0.0, 0.5], [1.0, 1.0]]
    """
    return np.asarray(counts / max(int(counts.max()), 1), dtype=np.float32)


def order_scans(patients: int, seed: int) -> pd.DataFrame:
    """Which scans there are: kind, part, whether the neck is seen, patient, file.

    Example:
        >>> orders = order_scans(530, seed=7)
        >>> orders.groupby(["kind", "part"]).size().tolist(), int(orders["neck"].sum())
        ([20, 354, 20, 20, 96, 20], 111)
    """
    rng = np.random.default_rng([seed, _STREAM])
    first = round(patients * _OF_THE_PAPER["perfusion"] / _EVERYBODY)
    kinds = np.repeat(KINDS, [first, patients - first])
    parts = np.concatenate([_parts(first, patients, rng), _parts(patients - first, patients, rng)])
    neck = np.zeros(patients, dtype=np.bool_)
    neck[first + rng.permutation(patients - first)[: round(NECK_SHARE * (patients - first))]] = True
    order = rng.permutation(patients)
    orders = pd.DataFrame({"kind": kinds[order], "part": parts[order], "neck": neck[order]})
    orders["patient"] = [f"N{number:05d}" for number in range(1, patients + 1)]
    orders["image"] = orders["kind"] + "/" + orders["patient"] + ".png"
    return orders


def _parts(scans: int, patients: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    """The part of every scan of a kind; as many of each kind are held back."""
    held = max(2, round(_HELD_BACK * patients / _EVERYBODY))
    parts = np.array(["validation"] * held + ["test"] * held + ["train"] * (scans - 2 * held))
    return parts[rng.permutation(scans)]
