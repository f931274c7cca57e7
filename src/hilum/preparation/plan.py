"""The plan: everything that was decided before training, written down to be read, compared and edited."""

import json
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, ValidationError, model_serializer, model_validator

from hilum.errors import ModelError
from hilum.preparation.intensity import Normalisation
from hilum.preparation.steps import Section, Steps

LARGEST_SIZE = 2048


class Picture(Section):
    """How an image file becomes an array of grey values.

    Attributes:
        size: rows and columns of the array.
        fit: `letterbox` keeps the aspect ratio and fills with black; `stretch` fills the square.
        normalisation: how grey values are made comparable between machines, see
            `hilum.preparation.intensity`.
        bits: 8 or 16, the depth in which the array is stored.
        channels: 1, grey; with several windows one for each.
        depth: how many axial slices of a volume are read together; 1 = a single image.
        steps: what else is done to every image; left out of the file where it is nothing.
    """

    size: int = Field(default=96, ge=16, le=LARGEST_SIZE)
    fit: Literal["letterbox", "stretch"] = "letterbox"
    normalisation: Normalisation = "percentile"
    bits: Literal[8, 16] = 8
    channels: int = Field(default=1, ge=1, le=4)
    depth: int = Field(default=1, ge=1, le=512)
    steps: Steps = Steps()

    @model_serializer(mode="wrap")
    def _short(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Plans without further steps stay as they were written before there were any."""
        written: dict[str, Any] = write(self)
        if self.steps == Steps():
            written.pop("steps", None)
        return written

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one prepared image: (size, size), with channels or slices before.

        Example:
            >>> Picture(size=32).shape, Picture(size=32, depth=8).shape
            ((32, 32), (8, 32, 32))
        """
        single = (self.size, self.size)
        planes = max(self.depth, self.channels)
        return single if planes == 1 else (planes, *single)

    @model_validator(mode="after")
    def _channels_are_windows(self) -> Self:
        """One channel for each window, and none of them for volumes."""
        if self.channels != self.steps.channels:
            raise ValueError("has not as many channels as windows")
        if self.channels > 1 and self.depth > 1:
            raise ValueError("has several windows, which are for single slices and not for volumes")
        return self


class Augmentation(Section):
    """How far chance may change a training image; all zero = leave it alone.

    Attributes:
        rotation_degrees: rotation to either side.
        scale: relative size, as a natural logarithm to either side.
        stretch: relative width against height, as a natural logarithm to either side.
        shift: translation to either side, as a fraction of the image.
        shear_degrees: slant to either side.
        elastic: how far the points of a coarse grid are moved to either side, as a fraction of the image;
            what lies between follows smoothly, and nothing folds over (Simard 2003, Rueckert 1999).
        flip: how often left and right change places. Only where the side means nothing, such as in patches
            of tissue or of a nodule; never in films of the chest, where a heart on the right is a finding.
        gamma: exponent of the grey value, as a natural logarithm to either side.
        contrast: factor around mid-grey, as a natural logarithm to either side.
        brightness: offset to either side, where the whole grey scale is 1.
        blur_pixels: largest standard deviation of a Gaussian, given to half of the images.
        noise: largest standard deviation of added noise, given to half of the images.
        erase_probability: how often a rectangle is painted over.
    """

    rotation_degrees: float = Field(default=10.0, ge=0, le=180)
    scale: float = Field(default=0.15, ge=0, le=1)
    stretch: float = Field(default=0.15, ge=0, le=1)
    shift: float = Field(default=0.08, ge=0, le=0.5)
    shear_degrees: float = Field(default=5.0, ge=0, le=45)
    elastic: float = Field(default=0.02, ge=0, le=0.06)
    flip: float = Field(default=0.0, ge=0, le=1)
    gamma: float = Field(default=0.5, ge=0, le=2)
    contrast: float = Field(default=0.4, ge=0, le=2)
    brightness: float = Field(default=0.15, ge=0, le=1)
    blur_pixels: float = Field(default=1.0, ge=0, le=10)
    noise: float = Field(default=0.05, ge=0, le=1)
    erase_probability: float = Field(default=0.3, ge=0, le=1)

    @classmethod
    def none(cls) -> "Augmentation":
        """Every image as it is.

        Example:
            >>> Augmentation.none().rotation_degrees
            0.0
        """
        return cls.model_validate(dict.fromkeys(cls.model_fields, 0.0))


class Learning(Section):
    """How the weights are found.

    Attributes:
        epochs: most passes over the training images.
        batch_size: images a step.
        optimiser: `adamw` (Loshchilov & Hutter 2019) or `sgd` with momentum.
        learning_rate: the highest value that the schedule reaches.
        weight_decay: pull of the weights towards zero; not applied to biases and normalisation.
        momentum: of `sgd` only.
        schedule: `cosine` falls to zero after the warm-up, `constant` stays.
        warmup_epochs: passes in which the learning rate rises from zero.
        label_smoothing: how much of each label is spread over all classes; with findings, of each known
            one. It means nothing for survival and numbers and is not applied there.
        mixup: alpha of the Beta distribution with which images are mixed (Zhang 2018), and with them the
            columns that are read beside them; 0 = never. Cases of several images are not mixed.
        cutmix: alpha of the Beta distribution with which rectangles are exchanged (Yun 2019); 0 = never, and
            never with cases of several images. With `mixup` as well, each batch has one of the two.
        class_balance: `sampling` draws classes equally often and as many cases as there are; `upsampling`
            draws the rarer classes as often as the largest, each case nearly equally often;
            `random-upsampling` draws them as often, each time any of their cases; `weights` weighs them in
            the loss; `none` does nothing.
        monitor: by which result on the validation part the best epoch is chosen: `auto` is the task's own
            (AUROC, C, R squared), `loss` the lowest loss, `accuracy` the share of cases whose likeliest class
            is right, for classes only. Of equal epochs the later is kept.
        averaging: decay of the exponential average of the weights that is kept as the model; 0 = the last
            weights.
        patience: epochs without a better validation result after which training stops; 0 = never.
        clip: largest length of the gradient; 0 = unlimited.
        precision: `single` (32 bits) or `bfloat16` for the convolutions.
        survival: how time to an event is learnt: `hazard` in every interval, or one `horizon` alone.
        consistency: weight of the unlabelled images in the loss (Sohn 2020); 0 = they are not used.
        calibrate: whether outputs are stretched and shifted on the validation part, so that probabilities
            mean what they say.
    """

    epochs: int = Field(default=20, ge=1, le=10_000)
    batch_size: int = Field(default=32, ge=1, le=4096)
    optimiser: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = Field(default=1e-3, gt=0, le=10)
    weight_decay: float = Field(default=0.05, ge=0, le=10)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    schedule: Literal["cosine", "constant"] = "cosine"
    warmup_epochs: float = Field(default=1.0, ge=0, le=1000)
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    mixup: float = Field(default=0.0, ge=0, le=10)
    cutmix: float = Field(default=0.0, ge=0, le=10)
    class_balance: Literal["sampling", "upsampling", "random-upsampling", "weights", "none"] = "sampling"
    monitor: Literal["auto", "loss", "accuracy"] = "auto"
    averaging: float = Field(default=0.99, ge=0, lt=1)
    patience: int = Field(default=0, ge=0)
    clip: float = Field(default=0.0, ge=0)
    precision: Literal["single", "bfloat16"] = "single"
    survival: Literal["hazard", "horizon"] = "hazard"
    consistency: float = Field(default=0.0, ge=0, le=100)
    calibrate: bool = True


class SelfSupervision(Section):
    """How a network learns from images alone, before it sees a label (Chen et al., ICML 2020).

    Attributes:
        epochs: passes over the images, each of which is looked at in two changed views.
        batch_size: images a step; each is told apart from all others of its batch.
        learning_rate: the highest value that the schedule reaches.
        temperature: how sharply views of one image are told from those of others.
    """

    epochs: int = Field(default=50, ge=1, le=10_000)
    batch_size: int = Field(default=64, ge=2, le=4096)
    learning_rate: float = Field(default=1e-3, gt=0, le=10)
    temperature: float = Field(default=0.2, ge=0.01, le=10)


class Plan(Section):
    """Everything decided about one reader.

    Attributes:
        model: name of the architecture, as in the catalogue.
        pretrained: True, False, "if available", the path of a weights file, or "self" for weights that are
            learnt from images alone.
        picture: how files become arrays.
        augmentation: how training images are varied.
        learning: how weights are found.
        self_supervision: how the network learns from images alone; counts where `pretrained` is "self".
        threads: processor threads that training uses; part of the plan since sums depend on it in the last
            digit.
        views: how many slightly moved copies of an image are read and averaged; 1 = the image alone.
        columns: columns of the table that are read together with the image.
        frozen: whether only a small head is fitted, on what the network sees as it starts.
        members: plans whose networks are trained one by one and read together; empty = one network.
        notes: what was decided and why, in sentences.

    Example:
        >>> plan = Plan(model="small_cnn", pretrained=False)
        >>> Plan.from_json(plan.to_json()) == plan
        True
    """

    model: str
    pretrained: bool | str = "if available"
    picture: Picture = Picture()
    augmentation: Augmentation = Augmentation()
    learning: Learning = Learning()
    self_supervision: SelfSupervision = SelfSupervision()
    threads: int = Field(default=1, ge=1, le=64)
    views: int = Field(default=1, ge=1, le=32)
    columns: tuple[str, ...] = ()
    frozen: bool = False
    members: tuple["Plan", ...] = Field(default=(), max_length=32)
    notes: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The plan as indented JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read a plan, edited or not.

        Raises:
            ModelError: naming the first entry that cannot be used.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            message = f"the plan cannot be used: {where}: {first['msg']}; correct it or delete the plan file"
            raise ModelError(message) from None

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """Read a plan file.

        Raises:
            ModelError: the file is missing or cannot be used.
        """
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            raise ModelError(
                f"the plan {path.name} cannot be read: run the study again to write it"
            ) from None
