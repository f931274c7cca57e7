"""Training: one loop that can be read, cut off and gone on with; a search among plans."""

from hilum.training.augmentation import Draws, augment, draw
from hilum.training.calibrate import Opinions
from hilum.training.data import TrainingData, gather
from hilum.training.options import TrainOptions
from hilum.training.train import train

__all__ = ["Draws", "Opinions", "TrainOptions", "TrainingData", "augment", "draw", "gather", "train"]
