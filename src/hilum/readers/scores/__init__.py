"""Clinical scores, one file each; a score is one record and one function."""

from hilum.readers.scores.curb65 import CURB65
from hilum.readers.scores.record import RiskGroup, ScoreChoice, ScoreInput, ScoreItem, ScoreRecord

SCORES: tuple[ScoreRecord, ...] = (CURB65,)

__all__ = ["CURB65", "SCORES", "RiskGroup", "ScoreChoice", "ScoreInput", "ScoreItem", "ScoreRecord"]
