"""What the workbench proposes from a table and a folder: pure functions, each guess with its reason."""

from hilum.serving.proposing.columns import ColumnGuess, guess_columns
from hilum.serving.proposing.folders import FolderLook, PatternGuess, look_at_paths, pattern_for
from hilum.serving.proposing.making import Making, make_columns
from hilum.serving.proposing.patients import Match, PatientGuess, guess_patient
from hilum.serving.proposing.proposal import TaskProposal
from hilum.serving.proposing.scores import ScoreFit, fit_scores
from hilum.serving.proposing.tasks import propose_tasks

__all__ = [
    "ColumnGuess",
    "FolderLook",
    "Making",
    "Match",
    "PatientGuess",
    "PatternGuess",
    "ScoreFit",
    "TaskProposal",
    "fit_scores",
    "guess_columns",
    "guess_patient",
    "look_at_paths",
    "make_columns",
    "pattern_for",
    "propose_tasks",
]
