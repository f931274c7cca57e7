"""Who gives an opinion on the cases: a trained model, a clinical score, a product, or several together."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from hilum.study.tasks import Name, Options
from hilum.study.words import hint, listed

SOURCES = ("model", "score", "product", "combine")
# What a reader is made from decides which further keys make sense.
GOES_WITH = {
    "mapping": ("score", "product"),
    "bun_rule": ("score",),
    "choices": ("score",),
    "identifiers": ("product",),
    "probability": ("product", "score"),
    "pretrained": ("model",),
    "repeats": ("model",),
    "learning_curve": ("model",),
    "epochs": ("model",),
    "size": ("model",),
    "budget_minutes": ("model",),
    "columns": ("model",),
    "frozen": ("model",),
    "unlabelled": ("model",),
    "training": ("model",),
}
# The entries of a plan that an expert may set; a test compares them with the plan itself.
TRAINING_KEYS: tuple[str, ...] = (
    *("fit", "normalisation", "bits", "depth", "augmentation"),
    *("rotation_degrees", "scale", "stretch", "shift", "shear_degrees", "elastic", "flip"),
    *("gamma", "contrast", "brightness", "blur_pixels", "noise", "erase_probability"),
    *("batch_size", "optimiser", "learning_rate", "weight_decay", "momentum", "schedule", "warmup_epochs"),
    *("label_smoothing", "mixup", "cutmix", "class_balance", "monitor", "averaging", "patience"),
    *("clip", "precision", "survival", "consistency", "calibrate"),
)
_FORBIDDEN_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')


class ReaderOptions(Options):
    """One table `[[readers]]`: exactly one of `model`, `score`, `product` and `combine`, and how it is made.

    Args:
        model: An architecture's name, or "auto".
        score: A clinical score's name.
        product: The CSV, Excel or Parquet file that a product or a doctor's reading left.
        combine: Names of at least two other readers.
        name: How the reader is called; left out, the model's or score's name, the file's stem, or the names
            joined by +.
        mapping: What hilum calls a column = what the file calls it.
        bun_rule: For CURB-65 with BUN in mg/dL: "printed" (above 19) or "converted" (above 19.6).
        choices: Choices of a score by name, such as variant = "second" of PLCOall2014.
        identifiers: Whether a product's file names patients by "real" or "research" identifiers.
        probability: Whether a product's or a score's number is a probability between 0 and 1.
        pretrained: true, false, "if available", a file with weights, or "self": learnt from the images alone,
            without their labels.
        columns: Columns of the table that the model reads together with the image.
        frozen: Whether the network stays as it starts, and only a small head is fitted on what it sees.
        unlabelled: "archive" or a folder of further images without labels, to learn from them too.
        repeats: How often the model is trained anew.
        learning_curve: Whether it is also trained on an eighth, a quarter and a half of the training
            patients, to see whether more data would help.
        epochs: How often the model sees every training image.
        size: The side of the image in pixels, or (rows, columns).
        budget_minutes: How long training may take.
        threshold: The score from which a case counts as positive.
        threshold_rule: How the threshold is chosen on the validation part.
        training: Settings for an expert; what is left out is decided from the data.

    Example:
        >>> ReaderOptions(combine=["resnet18", "curb65"]).resolved_name
        'resnet18+curb65'
    """

    model: Name | None = None
    score: Name | None = None
    product: Name | None = None
    combine: Annotated[tuple[Name, ...], Field(strict=False, min_length=2, max_length=20)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    mapping: dict[Name, Name] = Field(default_factory=dict)
    bun_rule: Literal["printed", "converted"] | None = None
    choices: dict[Name, Name] = Field(default_factory=dict)
    identifiers: Literal["real", "research"] | None = None
    probability: bool | None = None
    pretrained: bool | Name = "if available"
    columns: Annotated[tuple[Name, ...], Field(strict=False, max_length=200)] = ()
    frozen: bool = False
    unlabelled: Name | None = None
    repeats: Annotated[int, Field(ge=1, le=100)] = 1
    learning_curve: bool = False
    epochs: Annotated[int, Field(ge=1, le=10_000)] | None = None
    size: Annotated[int, Field(ge=16, le=4096)] | None = None
    budget_minutes: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    threshold: Annotated[float, Field(allow_inf_nan=False)] | None = None
    threshold_rule: Name | None = None
    training: dict[str, bool | int | float | str] = Field(default_factory=dict)

    @property
    def source(self) -> str:
        """Which of `model`, `score`, `product` and `combine` this reader is made from."""
        return next(source for source in SOURCES if getattr(self, source) is not None)

    @property
    def resolved_name(self) -> str:
        """The name under which the reader's opinions, model folder and results are found."""
        if self.name is not None:
            return self.name
        if self.product is not None:
            return PurePosixPath(self.product.replace("\\", "/")).stem
        return "+".join(self.combine) if self.combine is not None else str(self.model or self.score)

    @property
    def score_choices(self) -> dict[str, str]:
        """The choices of a score, `bun_rule` among them.

        Example:
            >>> ReaderOptions(score="curb65", bun_rule="converted").score_choices
            {'bun_rule': 'converted'}
        """
        return dict(self.choices) | ({"bun_rule": self.bun_rule} if self.bun_rule is not None else {})

    @field_validator("training")
    @classmethod
    def _are_known(cls, value: dict[str, Any]) -> dict[str, Any]:
        for key in value:
            if key not in TRAINING_KEYS:
                raise ValueError(
                    f"unknown key `{key}` in [readers.training]: {hint(key, TRAINING_KEYS, 'keys there')}"
                )
        return value

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        sources = [source for source in SOURCES if getattr(self, source) is not None]
        if len(sources) != 1:
            found = f"has {listed(sources)} together" if sources else "says nothing that could read"
            raise ValueError(f"{found}: write exactly one of {listed(SOURCES)}")
        for key, allowed in GOES_WITH.items():
            if key in self.model_fields_set and sources[0] not in allowed:
                raise ValueError(
                    f"has `{key}`, which goes with {listed(allowed)} and not with `{sources[0]}`: remove it"
                )
        if self.bun_rule is not None and "bun_rule" in self.choices:
            raise ValueError("has `bun_rule` twice, alone and in `choices`: keep one of them")
        if self.threshold is not None and self.threshold_rule is not None:
            raise ValueError("has both `threshold` and `threshold_rule`: keep one of them")
        return self

    @model_validator(mode="after")
    def _has_a_name_for_a_folder(self) -> Self:
        name = self.resolved_name
        if _FORBIDDEN_IN_NAMES.search(name) or name != name.strip(" .") or not name:
            raise ValueError(
                f'is called "{name}", which cannot name a folder: add name = with letters, digits, - _ + or .'
            )
        return self
