"""Do maps point at the pneumonia? `python benchmarks/pointing.py [FOLDER] [METHOD ...]`.

A small network learns on films of the phantom hospital, half of them with pneumonia, and reads others. The
simulator knows where the lungs are filled, so that the highest place of each map can be told to lie inside or
not. At least 80 % are asked for; by chance it would be the part of the film that is filled. The study runs as
any other, with its report.
"""

import csv
import json
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from hilum.conduct.study_run import run_study
from hilum.phantom import Person, render_film

SIDE, FINER = 96, 3
PARTS = {"train": 320, "validation": 80, "test": 160}
WANTED = 0.8
STUDY = """
version = 1
title = "Pneumonia on simulated films"
[cohort]
images = "films"
table = "cases.csv"
patient = "patient"
case = "case"
image = "image"
[task]
kind = "classification"
label = "label"
positive = "pneumonia"
[split]
parts_column = "part"
[[readers]]
model = "small_cnn"
size = 96
epochs = 14
pretrained = false
[explanation]
methods = {methods}
lesions = "lesions.csv"
"""


def write_world(folder: Path) -> None:
    """Films, the table of cases, and masks of what is filled."""
    (folder / "films").mkdir(parents=True, exist_ok=True)
    (folder / "masks").mkdir(exist_ok=True)
    rng = np.random.default_rng(5)
    cases: list[tuple[str, ...]] = []
    lesions: list[tuple[str, ...]] = []
    for part, count in PARTS.items():
        for number in range(count):
            ill, name = number % 2 == 1, f"{part}{number}"
            severity = float(rng.uniform(0.3, 0.9)) if ill else 0.0
            person = Person(float(rng.uniform(30, 85)), "MF"[int(rng.integers(2))], "PA", severity)
            film = render_film(person, (41, len(cases)), FINER * SIDE, FINER * SIDE)
            small = cv2.resize(film.picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            cv2.imwrite(str(folder / "films" / f"{name}.png"), np.rint(255 * small).astype(np.uint8))
            cases.append((name, name, f"{name}.png", "pneumonia" if ill else "normal", part))
            if ill:
                marked = cv2.resize(
                    film.consolidated.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA
                )
                cv2.imwrite(str(folder / "masks" / f"{name}.png"), 255 * (marked >= 0.5).astype(np.uint8))
                lesions.append((name, f"masks/{name}.png"))
    _write(folder / "cases.csv", ("case", "patient", "image", "label", "part"), cases)
    _write(folder / "lesions.csv", ("case", "mask"), lesions)


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *rows])


def main(folder: Path, methods: list[str]) -> int:
    """Write films, run the study, print hits and chance; 1 where fewer than 80 % are hits."""
    start = time.monotonic()
    if not (folder / "lesions.csv").exists():
        write_world(folder)
    print(f"films after {time.monotonic() - start:.0f} s")
    (folder / "study.toml").write_text(STUDY.replace("{methods}", json.dumps(methods)), encoding="utf-8")
    run = run_study(folder / "study.toml")
    evidence = json.loads((run.folder / "evidence.json").read_text(encoding="utf-8"))
    table = evidence["map_checks"]["data"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    for row in rows:
        found = f"{row['value']:6.3f} ({row['low']:.3f} to {row['high']:.3f})"
        print(f"{row['check']:17} {row['method']:22} {found}, by chance {row['chance']:.3f}, n = {row['n']}")
    print(f"report: {run.report}, after {time.monotonic() - start:.0f} s")
    hits = next(row["value"] for row in rows if row["check"] == "pointing")
    return 0 if hits >= WANTED else 1


if __name__ == "__main__":
    asked = sys.argv[2:] or ["cam"]
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1]), asked))
    with tempfile.TemporaryDirectory(prefix="hilum-pointing-") as temporary:
        sys.exit(main(Path(temporary), asked))
