"""Training throughput beside the usual PyTorch loop, in one run on one machine.

Usual: torchvision ImageFolder, Resize, Grayscale, ToTensor, DataLoader with 2 workers, default memory format.
Same images, size, batch, network, optimiser; augmentation off in both. The films are made here.

    python benchmarks/training.py [--images 600] [--size 224] [--models small_cnn resnet18] [--threads 2]
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import nn

from hilum.cohorts import Cohort
from hilum.models import Shape, build_model
from hilum.preparation import Augmentation, Learning, Picture, Plan, prepare
from hilum.study import Classification
from hilum.tasks import make_task
from hilum.training import TrainOptions, train

BATCH = 32


def make_films(folder: Path, n: int) -> Cohort:
    """Write n JPEGs of 224 to 512 pixels into two folders, half each."""
    rng = np.random.default_rng(0)
    rows = []
    for number in range(n):
        label = ("normal", "pneumonia")[number % 2]
        side = int(rng.integers(224, 513))
        coarse = rng.integers(0, 255, (16, 16)).astype(np.uint8)
        film = np.asarray(
            Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC), dtype=np.int16
        )
        film = np.clip(film + rng.normal(0, 6, film.shape), 0, 255).astype(np.uint8)
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(film).save(folder / label / f"{number}.jpeg", quality=90)
        rows.append((f"c{number}", f"p{number}", "train", f"{label}/{number}.jpeg", label))
    cases = pd.DataFrame(rows, columns=["case", "patient", "part", "image", "label"])
    return Cohort(cases, Classification(), folder, (), ("normal", "pneumonia"), "pneumonia", ())


def usual_rate(films: Path, name: str, size: int, epochs: int, workers: int = 2) -> float:
    """Images a second of the usual loop, in its second and later epochs."""
    from torch.utils.data import DataLoader
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    steps = [transforms.Resize((size, size)), transforms.Grayscale(), transforms.ToTensor()]
    data = ImageFolder(str(films), transforms.Compose(steps))
    loader = DataLoader(data, batch_size=BATCH, shuffle=True, num_workers=workers, drop_last=True)
    torch.manual_seed(0)
    network = build_model(name, Shape(1, 1, size))
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    loss_of = nn.BCEWithLogitsLoss()
    network.train()
    rates = []
    for _ in range(epochs):
        began, seen = time.perf_counter(), 0
        for images, labels in loader:
            optimiser.zero_grad()
            loss = loss_of(network(images)[:, 0], labels.float())
            torch.autograd.backward(loss)
            optimiser.step()
            seen += len(images)
        rates.append(seen / (time.perf_counter() - began))
    return max(rates)


def plan_for(name: str, options: argparse.Namespace) -> Plan:
    """The same work as the usual loop does."""
    return Plan(
        model=name,
        pretrained=False,
        picture=Picture(size=options.size, fit="stretch"),
        augmentation=Augmentation.none(),
        learning=Learning(epochs=options.epochs, batch_size=BATCH, class_balance="none"),
        threads=options.threads,
    )


def our_rate(cohort: Cohort, folder: Path, plan: Plan) -> tuple[float, float]:
    """Images a second of hilum's training in its best epoch, and the seconds of reading the files once."""
    began = time.perf_counter()
    prepared = prepare(cohort, plan, folder / "prepared")
    seconds = time.perf_counter() - began
    marks: list[tuple[int, float]] = []
    train(
        cohort,
        prepared,
        make_task(cohort),
        plan,
        TrainOptions(folder / "models", plan.model, checkpoint_seconds=1e9),
        lambda done, total, what: marks.append((done, time.perf_counter())),  # noqa: ARG005  # told three things
    )
    epochs = plan.learning.epochs
    an_epoch = len(marks) // epochs
    rates = [
        (an_epoch - 1) * BATCH / (marks[(e + 1) * an_epoch - 1][1] - marks[e * an_epoch][1])
        for e in range(epochs)
    ]
    return max(rates), seconds


def main() -> None:
    """Print both rates and their ratio for each network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--models", nargs="+", default=["small_cnn", "resnet18"])
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    usual_rates: dict[str, float] = {}
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        cohort = make_films(Path(folder) / "films", options.images)
        for name in options.models:
            # The usual loop first: the C library's memory settings stay for the whole process.
            usual = usual_rate(Path(folder) / "films", name, options.size, options.epochs)
            usual_rates[name] = usual
        for name, usual in usual_rates.items():
            ours, seconds = our_rate(cohort, Path(folder) / name, plan_for(name, options))
            ratios[name] = round(ours / usual, 3)
            print(
                f"{name:10} {options.size} px  usual {usual:6.1f}  hilum {ours:6.1f} images/s  "
                f"ratio {ours / usual:4.2f}  (all files read once in {seconds:.1f} s)"
            )
    print(json.dumps(ratios))


if __name__ == "__main__":
    main()
