"""A reader that was trained: one model folder, or all repeats of one reader together."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ImageError, ModelError
from hilum.evaluation import Readings
from hilum.progress import Progress, silent
from hilum.readers.frozen import ENSEMBLE, finding_thresholds, repeat_folders

if TYPE_CHECKING:
    from torch import Tensor

    from hilum.models import ModelFacts, Network
    from hilum.preparation import Plan, Prepared, Problem
    from hilum.tasks import ModelTask

_CHUNK = 256


@dataclass(frozen=True)
class OneModel:
    """One trained network, ready to read.

    Attributes:
        facts: what its folder says.
        plan: how images become arrays.
        task: how outputs become readings.
        network: with its weights, in reading mode.
    """

    facts: "ModelFacts"
    plan: "Plan"
    task: "ModelTask"
    network: "Network"

    @classmethod
    def load(cls, folder: Path) -> "OneModel":
        """Load one repeat's folder.

        Raises:
            ModelError: a file is missing, was changed, or belongs to another version.
        """
        from hilum.models import Shape, build_model, load_model
        from hilum.preparation import Plan
        from hilum.tasks import task_from_json

        found = load_model(folder)
        plan = Plan.model_validate(dict(found.facts.plan))
        task = task_from_json(found.facts.task)
        network = build_model(plan.model, Shape(plan.picture.channels, task.outputs, plan.picture.size))
        _fill(network, found.weights, folder)
        return cls(found.facts, plan, task, network)

    def read_rows(
        self, array: NDArray[np.uint8 | np.uint16], rows: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """Readings columns for rows of prepared images."""
        from hilum.models import Standard, place, read_images, steady

        standard = Standard(self.facts.mean, self.facts.deviation)
        with steady(self.plan.threads) as device:
            place(self.network, device)
            return self.task.predict(read_images(self.network, array, rows, standard, self.plan.views))


@dataclass(frozen=True)
class Predictions:
    """What a model says about files, and which files it could not read."""

    frame: pd.DataFrame
    problems: tuple["Problem", ...]


@dataclass(frozen=True)
class TrainedModel:
    """A trained reader; make it with `load`.

    Attributes:
        folder: where it came from.
        models: one for each repeat.
        threshold: of the ensemble, or of the only model; None where none was frozen.
        thresholds: the same for each finding, where the task has several.
    """

    folder: Path
    models: tuple[OneModel, ...]
    threshold: float | None
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path | str) -> "TrainedModel":
        """Load `models/<reader>/` with all its repeats, or one repeat below it.

        Raises:
            ModelError: there is no model, or a file was changed.
        """
        folder = Path(folder)
        repeats = repeat_folders(folder)
        models = tuple(OneModel.load(repeat) for repeat in repeats)
        if len({(model.facts.reader, model.task.columns) for model in models}) > 1:
            raise ModelError(f"the folder {folder.name} holds models of different readers: name one of them")
        threshold = models[0].facts.threshold if len(models) == 1 else _ensemble_threshold(folder)
        return cls(folder, models, threshold, finding_thresholds(folder, repeats))

    @property
    def name(self) -> str:
        """The reader's name."""
        return self.models[0].facts.reader

    @property
    def plan(self) -> "Plan":
        """The plan by which it was trained."""
        return self.models[0].plan

    def read(
        self, cohort: Cohort, prepared: "Prepared | None" = None, progress: Progress = silent
    ) -> Readings:
        """Read every case of a cohort that has a readable image, once for each repeat.

        Args:
            cohort: any parts.
            prepared: the cohort's images in the form of the plan; left out, they are prepared here and
                thrown away.
            progress: told after every repeat.

        Returns:
            Readings with `repeat` from 1.

        Raises:
            ModelError: the prepared images have another form, or no case has a readable image.
        """
        if prepared is None:
            with tempfile.TemporaryDirectory(prefix="hilum-") as folder:
                return self.read(cohort, self._prepare(cohort, Path(folder), progress), progress)
        if prepared.picture != self.plan.picture:
            raise ModelError(
                "the prepared images were made for another plan: leave them out or prepare them again"
            )
        rows = prepared.rows_of(cohort.cases["image"].astype(str).tolist())
        cases = cohort.cases.loc[rows >= 0, ["case", "patient", "part"]]
        if cases.empty:
            raise ModelError(f"{self.name} can read no case: none has a readable image")
        frames = []
        for done, model in enumerate(self.models, start=1):
            columns = model.read_rows(prepared.array, rows[rows >= 0])
            frames.append(cases.assign(reader=self.name, repeat=model.facts.repeat, **columns))
            progress(done, len(self.models), f"{self.name} reads")
        return Readings.from_frame(pd.concat(frames, ignore_index=True))

    def predict(self, paths: Sequence[Path | str], progress: Progress = silent) -> pd.DataFrame:
        """Read image files; files that cannot be read are left out, see `predict_with_problems`.

        Args:
            paths: DICOM, PNG or JPEG files.
            progress: told after every few files.

        Returns:
            One row a file: `image` (the path as given), `reader`, the readings columns of the task (mean
            over repeats), and `threshold` (NaN where none was frozen). Findings have `score_<finding>` and
            `threshold_<finding>` each; a number has `value` in the table's unit, and no threshold.

        Raises:
            ImageError: not one file can be read.
        """
        return self.predict_with_problems(paths, progress).frame

    def predict_with_problems(self, paths: Sequence[Path | str], progress: Progress = silent) -> Predictions:
        """As `predict`, with the files that could not be read and why.

        Raises:
            ImageError: not one file can be read.
        """
        from hilum.preparation import Problem

        frames, problems = [], []
        for start in range(0, len(paths), _CHUNK):
            given, arrays = [], []
            for path in paths[start : start + _CHUNK]:
                try:
                    arrays.append(self._picture(Path(path)))
                    given.append(str(path))
                except ImageError as error:
                    problems.append(Problem(str(path), str(error)))
            if arrays:
                frames.append(self._rows(given, np.stack(arrays)))
            progress(min(start + _CHUNK, len(paths)), len(paths), f"{self.name} reads")
        if not paths:
            raise ImageError(
                "no image was named or found: name DICOM, PNG, JPEG or NIfTI files, or folders of them"
            )
        if not frames:
            first = f", the first because: {problems[0].reason}" if problems else ""
            raise ImageError(f"{self.name} could read none of {len(paths)} images{first}")
        return Predictions(pd.concat(frames, ignore_index=True), tuple(problems))

    def _picture(self, path: Path) -> NDArray[np.uint8 | np.uint16]:
        from hilum.preparation import prepare_picture

        return prepare_picture(path, self.plan.picture)

    def _rows(self, given: list[str], array: NDArray[np.uint8 | np.uint16]) -> pd.DataFrame:
        rows = np.arange(len(array), dtype=np.int64)
        each = [model.read_rows(array, rows) for model in self.models]
        columns = {name: np.mean([one[name] for one in each], axis=0) for name in self.models[0].task.columns}
        return pd.DataFrame({"image": given, "reader": self.name, **columns, **self._threshold_columns()})

    def _threshold_columns(self) -> dict[str, float]:
        """The threshold that belongs beside each opinion; NaN where none was frozen."""
        task = self.models[0].task
        if task.kind == "regression":
            return {}
        if task.kind == "findings":
            names = [column.removeprefix("score_") for column in task.columns]
            return {f"threshold_{name}": self.thresholds.get(name, float("nan")) for name in names}
        return {"threshold": float("nan") if self.threshold is None else self.threshold}

    def _prepare(self, cohort: Cohort, folder: Path, progress: Progress) -> "Prepared":
        from hilum.preparation import prepare

        return prepare(cohort, self.plan, folder, progress)


def freeze_threshold(folder: Path | str, threshold: float, rule: str) -> None:
    """Write the threshold that was chosen on the validation part into a reader's folder.

    Args:
        folder: `models/<reader>/`: the threshold belongs to the mean over repeats, or to the only repeat; or
            the folder of one repeat: it belongs to that one.
        threshold: score or risk from which a case counts as positive.
        rule: how it was chosen, such as `youden`.

    Raises:
        ModelError: there is no whole model in the folder.
    """
    from hilum.models import freeze_threshold as freeze_one
    from hilum.models.folder import write_sealed

    folder = Path(folder)
    repeats = repeat_folders(folder)
    if len(repeats) == 1:
        freeze_one(repeats[0], threshold, rule)
    else:
        write_sealed(
            folder / ENSEMBLE,
            {"threshold": float(threshold), "threshold_rule": rule, "repeats": len(repeats)},
        )


def _ensemble_threshold(folder: Path) -> float | None:
    from hilum.models.folder import read_sealed

    if not (folder / ENSEMBLE).exists():
        return None
    value: Any = read_sealed(folder / ENSEMBLE).get("threshold")
    return None if value is None else float(value)


def _fill(network: "Network", weights: "dict[str, Tensor]", folder: Path) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError:
        raise ModelError(
            f"the weights in {folder.name} do not belong to its architecture: train the model again"
        ) from None
    network.eval()
