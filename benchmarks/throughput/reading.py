"""Reading prepared images with onnxruntime and with torch."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from hilum.models import (
    ModelFacts,
    OnnxModel,
    Shape,
    Standard,
    build_model,
    export_onnx,
    place,
    read_images,
    save_model,
    steady,
)
from hilum.preparation import Plan
from hilum.tasks import make_task
from throughput.films import cohort_of, picture_of


def reading_rates(model: str, size: int, images: int, threads: int, rounds: int) -> dict[str, list[float]]:
    """Images a second with each, round by round; they take turns.

    Args:
        model: name of the network; its weights are random.
        size: rows and columns.
        images: how many are read in a round.
        threads: of the processor.
        rounds: how often, after one that is not counted.

    Returns:
        Rates of `onnxruntime` and `torch`.
    """
    array = np.random.default_rng(2).integers(0, 256, (images, size, size), np.uint8)
    rows, standard = np.arange(images, dtype=np.int64), Standard(0.5, 0.25)
    network = build_model(model, Shape(1, 1, size))
    plan = Plan(model=model, pretrained=False, picture=picture_of(size), threads=threads)
    task = make_task(cohort_of(2, Path()))
    facts = ModelFacts(
        model, 1, model, task.to_json(), plan.model_dump(mode="json"), standard.mean, standard.deviation
    )
    with tempfile.TemporaryDirectory() as folder, steady(threads):
        save_model(Path(folder), facts, network.state_dict(), card="")
        quick = OnnxModel.of(export_onnx(Path(folder)).read_bytes(), threads)
        place(network, torch.device("cpu"))
        readers: dict[str, Callable[[], object]] = {
            "onnxruntime": lambda: quick.read_images(array, rows),
            "torch": lambda: read_images(network, array, rows, standard),
        }
        found: dict[str, list[float]] = {name: [] for name in readers}
        for number in range(rounds + 1):
            for name, read in readers.items():
                began = time.perf_counter()
                read()
                if number:
                    found[name].append(images / (time.perf_counter() - began))
    return found
