"""Clinical scores, one file each; a score is one record and one function."""

from hilum.readers.scores.agatston import AGATSTON, CAC_DRS, agatston_score
from hilum.readers.scores.brixia import BRIXIA
from hilum.readers.scores.brock_nodule import BROCK_NODULE
from hilum.readers.scores.crb65 import CRB65
from hilum.readers.scores.curb65 import CURB65
from hilum.readers.scores.frax import FRAX
from hilum.readers.scores.inputs import ScoreInput
from hilum.readers.scores.mayo_nodule import MAYO_NODULE
from hilum.readers.scores.osta import OSTA
from hilum.readers.scores.plcoall2014 import PLCOALL2014
from hilum.readers.scores.plcom2012 import PLCOM2012
from hilum.readers.scores.psi import PSI
from hilum.readers.scores.qsofa import QSOFA
from hilum.readers.scores.rale import RALE
from hilum.readers.scores.record import PopulationRule, RiskGroup, ScoreChoice, ScoreItem, ScoreRecord

SCORES: tuple[ScoreRecord, ...] = (
    CURB65,
    CRB65,
    PSI,
    QSOFA,
    PLCOM2012,
    PLCOALL2014,
    MAYO_NODULE,
    BROCK_NODULE,
    FRAX,
    OSTA,
    AGATSTON,
    CAC_DRS,
    BRIXIA,
    RALE,
)

__all__ = [
    "AGATSTON",
    "BRIXIA",
    "BROCK_NODULE",
    "CAC_DRS",
    "CRB65",
    "CURB65",
    "FRAX",
    "MAYO_NODULE",
    "OSTA",
    "PLCOALL2014",
    "PLCOM2012",
    "PSI",
    "QSOFA",
    "RALE",
    "SCORES",
    "PopulationRule",
    "RiskGroup",
    "ScoreChoice",
    "ScoreInput",
    "ScoreItem",
    "ScoreRecord",
    "agatston_score",
]
