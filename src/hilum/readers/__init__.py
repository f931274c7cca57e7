"""Readers: anything that gives an opinion on a case, all in one form.

Clinical scores, products' tables and combinations live here and import nothing heavy; trained models are in
`hilum.readers.trained`, which imports torch.
"""

from hilum.readers.combination import Combination
from hilum.readers.combine import CombineOptions, combine, fit_combination
from hilum.readers.product import ProductReader, product
from hilum.readers.protocol import Reader
from hilum.readers.score_reader import ScoreReader, score
from hilum.readers.scores import CURB65, SCORES, ScoreRecord, agatston_score
from hilum.readers.warning import ReaderWarning

__all__ = [
    "CURB65",
    "SCORES",
    "Combination",
    "CombineOptions",
    "ProductReader",
    "Reader",
    "ReaderWarning",
    "ScoreReader",
    "ScoreRecord",
    "agatston_score",
    "combine",
    "fit_combination",
    "product",
    "score",
]
