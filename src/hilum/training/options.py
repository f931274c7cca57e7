"""What a training is told beside its plan."""

from dataclasses import dataclass
from pathlib import Path


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
    """

    folder: Path
    reader: str
    seed: int = 0
    repeat: int = 1
    checkpoint_seconds: float = 60.0

    @property
    def model_folder(self) -> Path:
        """The folder of this repeat."""
        return self.folder / str(self.repeat)
