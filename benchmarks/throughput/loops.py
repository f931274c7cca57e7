"""The training loops that are compared; every one has the same network, images, batch, loss and optimiser."""

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW

from hilum.models import Shape, Standard, build_model, keep_freed_memory, place, standardised, to_unit
from hilum.preparation import Augmentation, Learning, Plan, Prepared, prepare
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from throughput.contender import Clock, Settings
from throughput.films import CLASSES, cohort_of, drawn_arrays, picture_of

# As hilum's plan has them.
_RATE, _DECAY = 1e-3, 0.05
_FOR_EVER = 10_000
# What hilum's augmentations are called in MONAI. Rotation, scale, stretch, shift, shear and the elastic sheet
# are one transform there, as they are one interpolation here.
IN_MONAI = {
    "rotation_degrees, scale, stretch, shift, shear_degrees, elastic": "Rand2DElasticd",
    "gamma": "RandAdjustContrastd",
    "contrast": "RandScaleIntensityFixedMeand",
    "brightness": "RandShiftIntensityd",
    "blur_pixels": "RandGaussianSmoothd",
    "noise": "RandGaussianNoised",
    "erase_probability": "RandCoarseDropoutd",
}


def plan_of(settings: Settings, augmentation: Augmentation) -> Plan:
    """The plan by which hilum does the same work as the other loops."""
    return Plan(
        model=settings.model,
        pretrained=False,
        picture=picture_of(settings.size),
        augmentation=augmentation,
        learning=Learning(
            epochs=_FOR_EVER,
            batch_size=settings.batch,
            learning_rate=_RATE,
            weight_decay=_DECAY,
            class_balance="none",
            precision="bfloat16" if settings.half else "single",
        ),
        threads=settings.threads,
    )


def prepared_of(settings: Settings) -> Prepared:
    """The images as hilum keeps them: of the films, or drawn where the folder has none."""
    folder = Path(settings.folder)
    if not (folder / "films").is_dir():
        return drawn_arrays(folder / settings.loop, settings.images, settings.size)
    cohort = cohort_of(settings.images, folder / "films")
    return prepare(cohort, plan_of(settings, Augmentation.none()), folder / f"prepared-{settings.size}")


def hilum(settings: Settings, clock: Clock, augmentation: Augmentation | None = None) -> None:
    """Training as a study does it, with everything that belongs to it."""
    prepared = prepared_of(settings)
    ending = Path(prepared.images[0]).suffix
    cohort = cohort_of(settings.images, Path(settings.folder) / "films", ending)
    plan = plan_of(settings, augmentation or Augmentation.none())
    with tempfile.TemporaryDirectory() as folder:
        options = TrainOptions(Path(folder), settings.model, checkpoint_seconds=1e9)
        train(cohort, prepared, make_task(cohort), plan, options, lambda *_: clock.step())


def hilum_augmented(settings: Settings, clock: Clock) -> None:
    """The same with hilum's default augmentation."""
    hilum(settings, clock, Augmentation())


def bare(settings: Settings, clock: Clock) -> None:
    """Nothing but the network: standardised images lie in memory, on the graphics card where there is one.

    It has hilum's own ways of making a processor fast: channels last, a fused optimiser, freed memory kept.
    """
    keep_freed_memory()
    torch.set_num_threads(settings.threads)
    prepared, device = prepared_of(settings), torch.device(settings.device)
    standard = Standard.of(prepared.array, np.arange(settings.images))
    images = standardised(to_unit(np.array(prepared.array), device), standard)
    labels = _labels(settings.images).to(device)

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(settings.images, device=device)
        for start in range(0, settings.steps * settings.batch, settings.batch):
            chosen = order[start : start + settings.batch]
            yield images[chosen].contiguous(memory_format=torch.channels_last), labels[chosen]

    _learn(settings, clock, batches, fast=True)


def image_folder(settings: Settings, clock: Clock) -> None:
    """The usual loop: torchvision's ImageFolder and DataLoader; memory format and optimiser as they come."""
    from torch.utils.data import DataLoader
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    torch.set_num_threads(settings.threads)
    side = (settings.size, settings.size)
    steps = [transforms.Resize(side), transforms.Grayscale(), transforms.ToTensor()]
    data = ImageFolder(str(Path(settings.folder) / "films"), transforms.Compose(steps))
    loader = DataLoader(data, **_loading(settings))
    _learn(settings, clock, lambda: loader, fast=False)


def monai(settings: Settings, clock: Clock) -> None:
    """MONAI's CacheDataset and DataLoader, augmented as hilum by default; channels last, fused optimiser."""
    from monai.data import CacheDataset, DataLoader
    from monai.transforms import Compose

    torch.set_num_threads(settings.threads)
    films = Path(settings.folder) / "films"
    items = [
        {"image": str(path), "label": float(CLASSES.index(path.parent.name))}
        for path in sorted(films.glob("*/*.jpeg"))
    ]
    steps = [*_monai_reading(settings.size), *_monai_changes(settings.size)]
    data = CacheDataset(items, Compose(steps), progress=False)
    loader = DataLoader(data, **_loading(settings))

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        for batch in loader:
            yield batch["image"].contiguous(memory_format=torch.channels_last), batch["label"]

    _learn(settings, clock, batches, fast=True)


def _monai_reading(size: int) -> list[Any]:
    """What is done once and cached: read, one grey channel, resize, 0 to 1."""
    from monai.transforms import EnsureChannelFirstd, EnsureTyped, LoadImaged, Resized, ScaleIntensityRanged

    return [
        LoadImaged("image", reader="PILReader"),
        EnsureChannelFirstd("image", channel_dim="no_channel"),
        Resized("image", (size, size), mode="bilinear"),
        ScaleIntensityRanged("image", 0, 255, 0, 1, clip=True),
        EnsureTyped("image", dtype=torch.float32, track_meta=False),
    ]


def _monai_changes(size: int) -> list[Any]:
    """The default augmentation in MONAI's words; see `IN_MONAI`."""
    from monai import transforms

    asked = Augmentation()
    spread = asked.contrast
    least, most = math.ceil(0.1 * size), math.ceil(0.4 * size)
    return [
        transforms.Rand2DElasticd(
            "image",
            spacing=(size / 4, size / 4),
            magnitude_range=(0.0, asked.elastic * size),
            prob=1.0,
            rotate_range=math.radians(asked.rotation_degrees),
            shear_range=math.tan(math.radians(asked.shear_degrees)),
            translate_range=asked.shift * size,
            scale_range=(asked.scale + asked.stretch / 2, asked.scale + asked.stretch / 2),
            padding_mode="zeros",
        ),
        transforms.RandGaussianSmoothd(
            "image", sigma_x=(0.01, asked.blur_pixels), sigma_y=(0.01, asked.blur_pixels), prob=0.5
        ),
        transforms.RandAdjustContrastd(
            "image", prob=1.0, gamma=(math.exp(-asked.gamma), math.exp(asked.gamma))
        ),
        transforms.RandScaleIntensityFixedMeand(
            "image", prob=1.0, factors=(math.exp(-spread) - 1, math.exp(spread) - 1)
        ),
        transforms.RandShiftIntensityd("image", offsets=asked.brightness, prob=1.0),
        transforms.RandGaussianNoised("image", prob=0.5, std=asked.noise),
        transforms.RandCoarseDropoutd(
            "image",
            holes=1,
            spatial_size=(least, least),
            max_spatial_size=(most, most),
            fill_value=(0.0, 1.0),
            prob=asked.erase_probability,
        ),
        transforms.ScaleIntensityRanged("image", 0, 1, 0, 1, clip=True),
    ]


def _loading(settings: Settings) -> dict[str, Any]:
    """How a DataLoader is asked for; its processes stay, so that starting them is not counted."""
    return {
        "batch_size": settings.batch,
        "shuffle": True,
        "drop_last": True,
        "num_workers": settings.workers,
        "persistent_workers": settings.workers > 0,
    }


def _labels(n: int) -> Tensor:
    return (torch.arange(n) % 2).float()


def _learn(
    settings: Settings,
    clock: Clock,
    batches: Callable[[], Iterable[tuple[Tensor, Tensor]]],
    *,
    fast: bool,
) -> None:
    """Pass after pass until the clock ends the process."""
    torch.manual_seed(0)
    device = torch.device(settings.device)
    network = build_model(settings.model, Shape(1, 1, settings.size))
    if fast:
        place(network, device)
    optimiser = AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY, fused=fast or None)
    loss_of = nn.BCEWithLogitsLoss()
    network.train()
    while True:
        for images, labels in batches():
            half = torch.autocast(device.type, torch.bfloat16) if settings.half else nullcontext()
            with half:
                outputs = network(images)[:, 0].float()
            loss = loss_of(outputs, labels.float())
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimiser.step()
            clock.step()


LOOPS: dict[str, Callable[[Settings, Clock], None]] = {
    "hilum": hilum,
    "in-memory tensors": bare,
    "ImageFolder": image_folder,
    "hilum, augmented": hilum_augmented,
    "monai": monai,
}
