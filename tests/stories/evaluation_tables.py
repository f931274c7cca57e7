"""Small simulated tables for `hilum evaluate`, one folder a task, and the command run in this process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from PIL import Image
from typer.testing import CliRunner

from hilum.cli import app

N = 120
FINDINGS = ("mass", "nodule", "effusion")


@dataclass(frozen=True)
class Asked:
    """A command line: the truth, the readings, and further options."""

    truth: Path
    readings: tuple[Path, ...]
    options: tuple[str, ...] = ()

    def words(self, *more: object) -> list[str]:
        """The command line after `hilum`."""
        named = [word for path in self.readings for word in ("--readings", str(path))]
        return ["evaluate", "--truth", str(self.truth), *named, *self.options, *map(str, more)]


def evaluate(asked: Asked, *more: object) -> tuple[int, str]:
    """Run `hilum evaluate` in this process: its exit code and everything it printed."""
    done = CliRunner().invoke(app, asked.words("--bootstrap", 100, *more))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def written(path: Path, columns: Mapping[str, object], **options: object) -> Path:
    """A table as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_csv(path, index=False, **options)
    return path


def cases() -> dict[str, list[str]]:
    """Case, patient and part: a third validation, the rest test and B."""
    parts = ["validation"] * 40 + ["test"] * 50 + ["B"] * 30
    return {
        "case": [f"c{i:03d}" for i in range(N)],
        "patient": [f"p{i:03d}" for i in range(N)],
        "part": parts,
    }


def share(logit: np.ndarray) -> np.ndarray:
    """A probability from its logit, as a table would give it."""
    return np.round(1 / (1 + np.exp(-logit)), 4)


def two_classes(folder: Path) -> Asked:
    """A network with scores, a score in points, a product with decisions and one with both."""
    rng, case = np.random.default_rng(1), cases()["case"]
    ill = np.arange(N) % 3 == 0
    sex = rng.choice(["F", "M"], N)
    truth = written(
        folder / "truth.csv", {**cases(), "label": np.where(ill, "pneumonia", "normal"), "sex": sex}
    )
    decided = (rng.normal(ill * 1.8, 1) > 0.9).astype(int)
    points = np.clip(np.round(rng.normal(ill + 1, 1)), 0, 5)
    tables = (
        written(folder / "cnn.csv", {"case": case, "score": share(rng.normal(ill * 3 - 1.5, 1.2))}),
        written(folder / "curb65.csv", {"case": case, "score": points}),
        written(folder / "vuno.csv", {"case": case, "decision": decided}),
        written(folder / "lunit.csv", {"case": case, "score": rng.normal(ill * 2, 1), "decision": decided}),
    )
    return Asked(truth, tables)


def scores_with_wishes(folder: Path) -> Asked:
    """The same with a comparator, a margin, groups, recalibration and a prevalence."""
    asked = two_classes(folder)
    wishes = "--probability cnn --recalibrate cnn=platt --comparator curb65 --margin auroc=0.1 --subgroup sex"
    return Asked(asked.truth, asked.readings[:2], (*wishes.split(), "--prevalence", "0.05"))


def doctors(folder: Path) -> Asked:
    """Three doctors without and with AI, seconds and confidence, beside a network."""
    rng, case = np.random.default_rng(2), cases()["case"]
    ill, tables = np.arange(N) % 3 == 0, []
    for name in ("Kim", "Lee", "Park"):
        for condition, better, slowness in (("without AI", 1.0, 3.3), ("with AI", 2.2, 3.0)):
            seen = rng.normal(ill * better, 1)
            tables.append(
                pd.DataFrame(
                    {
                        "case": case,
                        "reader": name,
                        "condition": condition,
                        "decision": (seen > 0.8).astype(int),
                        "confidence": np.ceil(np.abs(seen - 0.8) * 30),
                        "seconds": np.round(rng.lognormal(slowness, 0.3, N), 1),
                    }
                )
            )
    asked = two_classes(folder)
    return Asked(asked.truth, (written(folder / "doctors.csv", pd.concat(tables)), asked.readings[0]))


def sessions(folder: Path) -> Asked:
    """A doctor who read everything twice."""
    rng, case = np.random.default_rng(3), cases()["case"]
    ill = np.arange(N) % 3 == 0
    both = [
        pd.DataFrame({"case": case, "reader": "Kim", "session": number, "score": rng.normal(ill * 1.5, 1)})
        for number in (1, 2)
    ]
    return Asked(two_classes(folder).truth, (written(folder / "twice.csv", pd.concat(both)),))


def repeats(folder: Path) -> Asked:
    """A network trained three times, beside a score."""
    rng, case = np.random.default_rng(4), cases()["case"]
    ill = np.arange(N) % 3 == 0
    each = [
        pd.DataFrame({"case": case, "repeat": number, "score": share(rng.normal(ill * 2 - 1, 1))})
        for number in (1, 2, 3)
    ]
    asked = two_classes(folder)
    return Asked(asked.truth, (written(folder / "resnet.csv", pd.concat(each)), asked.readings[1]))


def three_classes(folder: Path) -> Asked:
    """Two networks with a score a class, and a doctor who decides."""
    rng, case = np.random.default_rng(5), cases()["case"]
    names = np.array(["normal", "bacterial", "viral"])
    true = np.arange(N) % 3
    truth = written(folder / "truth.csv", {**cases(), "label": names[true]})
    tables = []
    for reader, better in (("cnn", 2.0), ("vit", 1.2)):
        seen = rng.normal(0, 1, (N, 3))
        seen[np.arange(N), true] += better
        scores = np.exp(seen) / np.exp(seen).sum(axis=1, keepdims=True)
        columns = {f"score_{name}": scores[:, place] for place, name in enumerate(names)}
        tables.append(written(folder / f"{reader}.csv", {"case": case, **columns}))
    said = np.where(rng.random(N) < 0.7, true, rng.integers(0, 3, N))
    return Asked(truth, (*tables, written(folder / "doctor.csv", {"case": case, "decision": names[said]})))


def findings(folder: Path) -> Asked:
    """Three findings, one with unknown labels; one reader wide, one long with decisions."""
    rng, case = np.random.default_rng(6), cases()["case"]
    known = {
        name: (rng.random(N) < rate).astype(float)
        for name, rate in zip(FINDINGS, (0.3, 0.4, 0.5), strict=True)
    }
    labels = {name: values.astype(object) for name, values in known.items()}
    labels["mass"][::9] = ""
    truth = written(folder / "truth.csv", {**cases(), **labels})
    wide = {f"score_{name}": share(rng.normal(values * 2 - 1, 1)) for name, values in known.items()}
    long = [
        pd.DataFrame(
            {
                "case": case,
                "finding": name,
                "score": rng.normal(values, 1),
                "decision": (rng.normal(values * 1.5, 1) > 0.8).astype(int),
            }
        )
        for name, values in known.items()
    ]
    tables = (
        written(folder / "wide.csv", {"case": case, **wide}),
        written(folder / "long.csv", pd.concat(long)),
    )
    return Asked(truth, tables)


def survival(folder: Path, *, competing: bool = False) -> Asked:
    """A model with probabilities at two horizons, and points."""
    rng, case = np.random.default_rng(7), cases()["case"]
    ill = rng.normal(0, 1, N)
    death, end = rng.exponential(300 * np.exp(-ill)), rng.uniform(100, 900, N)
    event = (death <= end).astype(int)
    if competing:
        event = np.where((event == 1) & (np.arange(N) % 4 == 0), 2, event)
    time = np.ceil(np.minimum(death, end))
    truth = written(folder / "truth.csv", {**cases(), "time": time, "event": event})
    seen = ill + rng.normal(0, 0.6, N)
    risks = {f"risk_{day}d": np.round(1 - np.exp(-day / 300 * np.exp(seen)), 4) for day in (90, 365)}
    tables = (
        written(folder / "cox.csv", {"case": case, **risks}),
        written(folder / "points.csv", {"case": case, "risk": np.round(ill + rng.normal(2, 1.2, N))}),
    )
    return Asked(truth, tables, ("--horizon", "90", "--horizon", "365", "--comparator", "points"))


def competing_events(folder: Path) -> Asked:
    """The same where some died of something else."""
    return survival(folder, competing=True)


def regression(folder: Path) -> Asked:
    """A bone age, or any number, by two readers."""
    rng, case = np.random.default_rng(8), cases()["case"]
    value = np.round(rng.normal(60, 12, N), 1)
    truth = written(folder / "truth.csv", {**cases(), "value": value})
    tables = tuple(
        written(
            folder / f"{name}.csv", {"case": case, "value": np.round(value + rng.normal(bias, spread, N), 1)}
        )
        for name, bias, spread in (("cnn", 1, 5), ("radiologist", -2, 7))
    )
    return Asked(truth, tables)


def boxes(folder: Path) -> Asked:
    """Boxes on two images a case: two networks with scores, and a doctor without."""
    rng = np.random.default_rng(9)
    truth, marks = [], {"a": [], "b": [], "doctor": []}
    for number in range(60):
        case = {"case": f"c{number:02d}"}
        for image in (f"c{number:02d}-pa", f"c{number:02d}-lateral"):
            place = {
                "x": int(rng.integers(50, 400)),
                "y": int(rng.integers(50, 400)),
                "width": 40,
                "height": 30,
            }
            lesion = number % 2 == 0 and image.endswith("pa")
            part = "validation" if number < 20 else "test"
            truth.append(
                {**case, "patient": number, "part": part, "image": image, **(place if lesion else {})}
            )
            for reader, found in (("a", 0.9), ("b", 0.6), ("doctor", 0.7)):
                if lesion and rng.random() < found:
                    marks[reader].append({**case, "image": image, **place, "score": rng.normal(1.5, 1)})
                if rng.random() < 0.3:
                    marks[reader].append({**case, "image": image, **place, "x": 5, "score": rng.normal(0, 1)})
    tables = [
        written(folder / f"{name}.csv", pd.DataFrame(rows).drop(columns="score" if name == "doctor" else []))
        for name, rows in marks.items()
    ]
    return Asked(written(folder / "truth.csv", truth), tuple(tables))


def circles(folder: Path) -> Asked:
    """Nodules in volumes: centre and diameter in mm, marks as points."""
    rng, truth, marks = np.random.default_rng(10), [], []
    for number in range(50):
        case = {"case": f"v{number:02d}"}
        part = "validation" if number < 15 else "test"
        place = dict(zip("xyz", rng.uniform(-100, 100, 3).round(1), strict=True))
        lesion = number % 2 == 0
        truth.append(
            {**case, "patient": number, "part": part, **({**place, "diameter": 9.0} if lesion else {})}
        )
        if lesion and rng.random() < 0.8:
            marks.append({**case, **place, "score": rng.normal(1.5, 1)})
        if rng.random() < 0.5:
            marks.append({**case, "x": 300, "y": 0, "z": 0, "score": rng.normal(0, 1)})
    return Asked(written(folder / "truth.csv", truth), (written(folder / "a.csv", marks),))


def outlines(folder: Path, *, nifti: bool = False) -> Asked:
    """Discs outlined by two readers, as PNG or NIfTI."""
    rng = np.random.default_rng(11)
    rows, columns = np.mgrid[:40, :40]
    tables: dict[str, list[dict[str, object]]] = {"truth": [], "a": [], "b": []}
    for number in range(12):
        for name, spread in (("truth", 0.0), ("a", 1.0), ("b", 2.5)):
            across = np.hypot(rows - 20 - rng.normal(0, spread), columns - 20) < 10
            file = f"{name}/{number:02d}{'.nii.gz' if nifti else '.png'}"
            (folder / name).mkdir(parents=True, exist_ok=True)
            if nifti:
                image = nib.Nifti1Image(
                    np.repeat(across[..., None], 4, 2).astype(np.uint8), np.diag([0.8, 0.8, 3, 1])
                )
                nib.save(image, folder / file)
            else:
                Image.fromarray(across.astype(np.uint8)).save(folder / file)
            tables[name].append({"case": number, "patient": number, "mask": file})
    truth, *readings = (written(folder / f"{name}.csv", each) for name, each in tables.items())
    return Asked(truth, tuple(readings))


def volumes(folder: Path) -> Asked:
    """The same in millimetres."""
    return outlines(folder, nifti=True)


TASKS: Sequence[Callable[[Path], Asked]] = (
    two_classes,
    scores_with_wishes,
    doctors,
    sessions,
    repeats,
    three_classes,
    findings,
    survival,
    competing_events,
    regression,
    boxes,
    circles,
    outlines,
    volumes,
)
