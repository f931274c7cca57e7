"""What several readers reach on the same cases, with the covariances that the cases give them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.operating_point import SHARES
from hilum.evaluation.measures.roc import auroc_covariance

Labels = NDArray[np.bool_] | NDArray[np.int64]
Patients = NDArray[np.int64]


@dataclass(frozen=True)
class ReaderTable:
    """A measure of each reader in each condition, and its covariance over cases.

    Attributes:
        values: (conditions, readers) the measure.
        covariance: (conditions, readers, conditions, readers) covariance of `values`, readers held fixed.

    Example:
        >>> table = ReaderTable(np.array([[0.8, 0.9]]), np.eye(2).reshape(1, 2, 1, 2))
        >>> table.error, table.cov2
        (1.0, 0.0)
    """

    values: Floats
    covariance: Floats

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.covariance.shape != self.values.shape * 2:
            raise MeasureError("every reader must be measured in every condition: the table has gaps")

    @property
    def estimable(self) -> bool:
        """Whether the cases give every reader a variance."""
        return bool(np.isfinite(self.covariance).all())

    @property
    def error(self) -> float:
        """Mean variance of one reader in one condition, Var(error)."""
        return self._mean(same_condition=True, same_reader=True)

    @property
    def cov1(self) -> float:
        """Mean covariance of the same reader in different conditions."""
        return self._mean(same_condition=False, same_reader=True)

    @property
    def cov2(self) -> float:
        """Mean covariance of different readers in the same condition."""
        return self._mean(same_condition=True, same_reader=False)

    @property
    def cov3(self) -> float:
        """Mean covariance of different readers in different conditions."""
        return self._mean(same_condition=False, same_reader=False)

    def _mean(self, *, same_condition: bool, same_reader: bool) -> float:
        conditions, readers = self.values.shape
        condition = np.eye(conditions, dtype=np.bool_) == same_condition
        reader = np.eye(readers, dtype=np.bool_) == same_reader
        chosen = condition[:, None, :, None] & reader[None, :, None, :]
        return float(self.covariance[chosen].mean()) if chosen.any() else 0.0

    def only(self, condition: int) -> "ReaderTable":
        """The readers in one condition alone.

        Example:
            >>> table = ReaderTable(np.array([[0.8, 0.9], [0.7, 0.8]]), np.eye(4).reshape(2, 2, 2, 2))
            >>> table.only(1).values
            array([[0.7, 0.8]])
        """
        kept = slice(condition, condition + 1)
        return ReaderTable(self.values[kept], self.covariance[kept, :, kept, :])

    def against_first(self) -> "ReaderTable":
        """The first reader minus each of the others, condition by condition.

        Example:
            >>> table = ReaderTable(np.array([[0.9, 0.8, 0.7]]), np.eye(3).reshape(1, 3, 1, 3))
            >>> table.against_first().values.round(2), table.against_first().cov2
            (array([[0.1, 0.2]]), 1.0)
        """
        readers = self.values.shape[1]
        contrast = np.concatenate([np.ones((readers - 1, 1)), -np.eye(readers - 1)], axis=1)
        covariance: Floats = np.einsum("jr,crds,ks->cjdk", contrast, self.covariance, contrast)
        return ReaderTable(self.values @ contrast.T, covariance)


def auroc_table(scores: Floats, label: Labels, patient: Patients | None = None) -> ReaderTable:
    """AUROC of each reader in each condition with DeLong's covariances.

    Args:
        scores: (conditions, readers, cases) scores.
        label: (cases,) true for cases with the condition.
        patient: (cases,) patient codes where patients may repeat.

    Raises:
        MeasureError: one class is missing.

    Reference:
        DeLong et al., Biometrics 1988; clustered: Obuchowski, Biometrics 1997.

    Example:
        >>> scores = np.array([[[0.1, 0.4, 0.35, 0.8], [0.2, 0.1, 0.9, 0.8]]])
        >>> auroc_table(scores, np.array([0, 0, 1, 1])).values
        array([[0.75, 1.  ]])
    """
    shape = scores.shape[:2]
    areas, covariance = auroc_covariance(scores.reshape(-1, scores.shape[2]), label, patient)
    return ReaderTable(areas.reshape(shape), covariance.reshape(*shape, *shape))


def share_table(
    measure: str, calls: NDArray[np.bool_], label: NDArray[np.bool_], patient: Patients | None = None
) -> ReaderTable:
    """Sensitivity, specificity or accuracy of each reader in each condition with its covariances.

    Args:
        measure: `sensitivity`, `specificity` or `accuracy`: shares of the same cases for every reader.
        calls: (conditions, readers, cases) cases called positive.
        label: (cases,) cases with the condition.
        patient: (cases,) patient codes where patients may repeat.

    Raises:
        MeasureError: no case is concerned, or the measure is a share of other cases for each reader.

    Example:
        >>> calls = np.array([[[True, True, False], [True, False, False]]])
        >>> share_table("sensitivity", calls, np.array([True, True, False])).values
        array([[1. , 0.5]])
    """
    if measure not in {"sensitivity", "specificity", "accuracy"}:
        raise MeasureError(
            f"{measure} is a share of other cases for each reader: it has no common covariance"
        )
    right, among = SHARES[measure](calls, np.broadcast_to(label, calls.shape))
    concerned = np.broadcast_to(among, calls.shape)[0, 0]
    if not concerned.any():
        raise MeasureError(f"{measure} has no case that it could be a share of")
    kept = None if patient is None else patient[concerned]
    return mean_table(right[..., concerned].astype(np.float64), kept)


def mean_table(values: Floats, patient: Patients | None = None) -> ReaderTable:
    """Mean over cases of each reader in each condition with its covariances.

    Args:
        values: (conditions, readers, cases) any numbers: seconds, or 1 and 0 for right and wrong.
        patient: (cases,) patient codes where patients may repeat.

    Example:
        >>> mean_table(np.array([[[1.0, 3.0]]])).values, mean_table(np.array([[[1.0, 3.0]]])).error
        (array([[2.]]), 1.0)
    """
    shape, count = values.shape[:2], values.shape[2]
    flat = values.reshape(-1, count)
    mean = flat.mean(axis=1)
    clustered = repeats_patients(patient)
    sums = patient_sums(flat - mean[:, None], patient if clustered else None)
    clusters = sums.shape[1]
    if clusters < 2:
        covariance = np.full((len(flat), len(flat)), np.nan)
    else:
        covariance = sums @ sums.T * clusters / (clusters - 1) / count**2
    return ReaderTable(mean.reshape(shape), covariance.reshape(*shape, *shape))
