"""A small finished study in a workspace: pictures of two kinds, a table, a network and a product."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from hilum.archive import create_workspace
from program.starting import started

STUDY = """version = 1
title = "Do discs show pneumonia?"
[cohort]
images = "images"
table = "table.csv"
patient = "patient"
image = "film"
[task]
kind = "classification"
label = "diagnosis"
positive = "pneumonia"
[split]
parts = { train = 0.5, validation = 0.2, test = 0.3 }
seed = 1
[evaluation]
subgroups = ["sex"]
bootstrap = 100
[[readers]]
model = "small_cnn"
size = 32
epochs = 3
[[readers]]
product = "product.csv"
name = "product"
threshold = 55
mapping = { case = "film", score = "index" }
"""


def picture(rng: np.random.Generator, ill: bool, side: int = 48) -> np.ndarray:
    """A grey disc in noise; brighter in the ill."""
    rows, columns = np.mgrid[:side, :side]
    centre = side / 2 + rng.normal(0, 2, 2)
    disc = np.hypot(rows - centre[0], columns - centre[1]) < side / 4 + rng.normal(0, 1)
    grey = 90 + rng.normal(0, 22, (side, side)) + disc * rng.normal(45 if ill else 20, 18)
    return np.clip(grey, 0, 255).astype(np.uint8)


def write_study(folder: Path, each: int = 36) -> Path:
    """The study's folder with its images and tables; file names and patients look like those of persons."""
    rng = np.random.default_rng(3)
    rows = []
    for label in ("normal", "pneumonia"):
        (folder / "images" / label).mkdir(parents=True)
        for number in range(each):
            ill = label == "pneumonia"
            patient = f"{label[0]}{700100 + number // 2}"
            film = f"{label}/hong-gildong-{patient}_{number % 2}.png"
            Image.fromarray(picture(rng, ill)).save(folder / "images" / film)
            index = float(np.clip(rng.normal(62 if ill else 45, 15), 0, 100))
            rows.append((film, patient, label, "FM"[number % 3 == 0], round(index, 1)))
    table = pd.DataFrame(rows, columns=["film", "patient", "diagnosis", "sex", "index"])
    table.drop(columns="index").to_csv(folder / "table.csv", index=False)
    table[["film", "index"]].to_csv(folder / "product.csv", index=False)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder / "study.toml"


def make_world(root: Path) -> Path:
    """A workspace with one study that was run; returns the workspace's folder."""
    create_workspace(root)
    study = write_study(root / "studies" / "discs")
    done = started("run", study)
    assert done.returncode == 0, done.stdout + done.stderr
    return root
