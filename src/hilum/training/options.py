"""What a training is told beside its plan."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.preparation import Prepared
from hilum.training.calibrate import Opinions

if TYPE_CHECKING:
    from hilum.training.loop import Training


@dataclass(frozen=True)
class TrainOptions:
    """Where a model goes and which chance it gets.

    Attributes:
        folder: the reader's folder, `models/<reader>/`; the model goes into its sub-folder named by the
            repeat.
        reader: the reader's name.
        seed: the study's seed.
        repeat: which of the repeated trainings this is, from 1; each has its own weights, order and
            augmentation.
        checkpoint_seconds: time between two saved states.
        unseen: what models of the same plan say of training cases that they had not seen; the calibration
            rests on them too.
        unlabelled: prepared images without labels, which a plan with `consistency` learns from too.
        after_epoch: asked after every epoch; what it gives is why training stops there, None to go on. Who
            watches must not change the training.
    """

    folder: Path
    reader: str
    seed: int = 0
    repeat: int = 1
    checkpoint_seconds: float = 60.0
    unseen: tuple[Opinions, ...] = ()
    unlabelled: Prepared | None = None
    after_epoch: "Callable[[Training], str | None] | None" = None

    @property
    def model_folder(self) -> Path:
        """The folder of this repeat."""
        return self.folder / str(self.repeat)
