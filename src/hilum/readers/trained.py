"""A reader that was trained: one model folder, or all repeats of one reader together."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ImageError, ModelError
from hilum.evaluation import Readings
from hilum.progress import Progress, silent
from hilum.readers.asked import AskedCase, ask
from hilum.readers.frozen import ENSEMBLE, finding_thresholds, repeat_folders
from hilum.study.words import listed

if TYPE_CHECKING:
    from torch import Tensor

    from hilum.models import ModelFacts, Network, OnnxModel
    from hilum.preparation import Plan, Prepared, Problem
    from hilum.preparation.table import TableEncoding
    from hilum.readers.unusual import Seen, Watcher
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
        onnx: the same network for onnxruntime, which reads on processors; None where there is no such file.
    """

    facts: "ModelFacts"
    plan: "Plan"
    task: "ModelTask"
    network: "Network"
    onnx: "OnnxModel | None" = None

    @classmethod
    def load(cls, folder: Path) -> "OneModel":
        """Load one repeat's folder.

        Raises:
            ModelError: a file is missing, was changed, or belongs to another version.
        """
        import torch

        from hilum.models import CaseNetwork, CaseShape, Shape, build_model, load_model
        from hilum.models.folder import understood
        from hilum.models.onnx_reading import reading_engine
        from hilum.preparation import Plan
        from hilum.tasks import task_from_json

        found = load_model(folder)
        with understood(folder):
            plan = Plan.model_validate(dict(found.facts.plan))
            task = task_from_json(found.facts.task)
            shape = Shape(plan.picture.channels, task.outputs, plan.picture.size)
            network = build_model(plan.model, CaseShape.of_weights(shape, found.weights))
            _fill(network, found.weights, folder)
            engine = reading_engine(folder, plan.threads, torch.device("cpu"))
            model = cls(found.facts, plan, task, network, engine)
            expected = network.shape.columns if isinstance(network, CaseNetwork) else 0
            if len(model.encoding.names) != expected:
                raise _of_another_architecture(folder)
        return model

    @cached_property
    def encoding(self) -> "TableEncoding":
        """How columns of a table become numbers; without columns where the images alone are read."""
        from hilum.preparation.table import TableEncoding

        return TableEncoding.from_json(self.facts.table)

    @property
    def several(self) -> bool:
        """Whether it reads several images of a case at once."""
        from hilum.models import CaseNetwork

        return isinstance(self.network, CaseNetwork) and self.network.shape.several

    def read_rows(
        self,
        array: NDArray[np.uint8 | np.uint16],
        rows: NDArray[np.int64],
        table: pd.DataFrame | None = None,
    ) -> dict[str, NDArray[np.float64]]:
        """Readings columns for rows of prepared images; all else is as with `outputs_of_rows`."""
        return self.task.predict(self.outputs_of_rows(array, rows, table))

    def outputs_of_rows(
        self,
        array: NDArray[np.uint8 | np.uint16],
        rows: NDArray[np.int64],
        table: pd.DataFrame | None = None,
    ) -> NDArray[np.float32]:
        """The network's outputs (n, outputs) for rows of prepared images.

        Args:
            array: prepared images, (images, size, size) or (images, depth, size, size).
            rows: (n,) the image of each case; for a model that reads several also (n, m), -1 = no image.
            table: the cases' columns, for a model that reads some.

        Raises:
            ModelError: a column that the model reads is not there.
        """
        from hilum.models import Standard, place, read_images, steady

        standard = Standard(self.facts.mean, self.facts.deviation)
        beside = None
        if self.encoding.columns:
            beside = self.encoding.encode(pd.DataFrame() if table is None else table)
        with steady(self.plan.threads) as device:
            if self.onnx is not None and device.type == "cpu":
                return self.onnx.read_images(array, rows, self.plan.views)
            place(self.network, device)
            return read_images(self.network, array, rows, standard, self.plan.views, table=beside)


@dataclass(frozen=True)
class Predictions:
    """What a model says about files, and which files it could not read.

    Attributes:
        frame: one row a case.
        problems: the files that were not read, each with the reason.
        notes: what was read otherwise than one might think, in sentences.
        notices: by path, in what an image is unlike those that the model learnt from, in sentences.
        together: in what all images together are unlike those.
    """

    frame: pd.DataFrame
    problems: tuple["Problem", ...]
    notes: tuple[str, ...] = ()
    notices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    together: tuple[str, ...] = ()


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

    @cached_property
    def watcher(self) -> "Watcher | None":
        """Notices images unlike those that the first repeat learnt from."""
        from hilum.models import Standard
        from hilum.readers.unusual import Watcher

        one = self.models[0]
        standard = Standard(one.facts.mean, one.facts.deviation)
        return Watcher.load(repeat_folders(self.folder)[0], one.network, standard, one.plan.threads)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table that it reads beside the images."""
        return self.models[0].encoding.read

    @property
    def several(self) -> bool:
        """Whether it reads several images of a case at once."""
        return self.models[0].several

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
            ModelError: the prepared images have another form, no case has a readable image, the cohort lacks
                a column that the model reads, or has several images a case where the model reads one.
        """
        from hilum.preparation.bags import has_image, rows_of_cases

        if cohort.together and not self.several:
            raise ModelError(
                f"{self.name} reads one image a case, and the cohort has several: choose one of them with "
                "choose = in [cohort]"
            )
        if prepared is None:
            with tempfile.TemporaryDirectory(prefix="hilum-") as folder:
                return self.read(cohort, self._prepare(cohort, Path(folder), progress), progress)
        if prepared.picture != self.plan.picture:
            raise ModelError(
                "the prepared images were made for another plan: leave them out or prepare them again"
            )
        rows = rows_of_cases(cohort, prepared)
        there = has_image(rows)
        cases = cohort.cases.loc[there, ["case", "patient", "part"]]
        if cases.empty:
            raise ModelError(f"{self.name} can read no case: none has a readable image")
        table = cohort.cases.loc[there, cohort.variables]
        frames = []
        for done, model in enumerate(self.models, start=1):
            columns = model.read_rows(prepared.array, rows[there], table)
            frames.append(cases.assign(reader=self.name, repeat=model.facts.repeat, **columns))
            progress(done, len(self.models), f"{self.name} reads")
        return Readings.from_frame(pd.concat(frames, ignore_index=True))

    def predict(
        self,
        paths: Sequence[Path | str],
        progress: Progress = silent,
        table: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Read image files; files that cannot be read are left out, see `predict_with_problems`.

        Args:
            paths: DICOM, PNG or JPEG files; NIfTI files for a model that reads volumes.
            progress: told after every few files.
            table: for a model that reads columns, or several images a case: one row an image, with a column
                `image` (its path or the end of it), the columns, and perhaps `case`; see
                `hilum.readers.asked.ask`.

        Returns:
            One row a file, or a case where the model reads several: `image` (the path as given; the first of
            several), `reader`, the readings columns of the task (mean over repeats), and `threshold` (NaN
            where none was frozen). Findings have `score_<finding>` and `threshold_<finding>` each; a number
            has `value` in the table's unit, and no threshold. Where the model reads several images a case,
            `images` is the list of paths that were read, and `case` is what the table calls it.

        Raises:
            ImageError: not one file can be read.
            ModelError: the model reads columns and the table does not have them, or the other way round.
        """
        return self.predict_with_problems(paths, progress, table).frame

    def predict_with_problems(
        self,
        paths: Sequence[Path | str],
        progress: Progress = silent,
        table: pd.DataFrame | None = None,
    ) -> Predictions:
        """As `predict`, with the files that could not be read and why.

        Raises:
            ImageError: not one file can be read.
            ModelError: as `predict`.
        """
        from hilum.preparation import Problem

        if not paths:
            raise ImageError(
                "no image was named or found: name DICOM, PNG, JPEG or NIfTI files, or folders of them"
            )
        self._see_table(table)
        asked = ask(paths, table, self.columns, several=self.several)
        problems = [Problem(path, "the table has no row for it") for path in asked.without_row]
        notes = list(asked.notes)
        if table is not None and self.columns:
            notes += self.models[0].encoding.surprises(table.iloc[[case.row for case in asked.cases]])
        frames, done, most = [], 0, max((len(case.images) for case in asked.cases), default=1)
        seen: list[Seen] = []
        turned: dict[str, tuple[str, ...]] = {}
        for chunk in _chunks(asked.cases, max(_CHUNK // (most * self.plan.picture.depth), 1)):
            frames.append(self._read_chunk(chunk, table, problems, seen, turned))
            done += sum(len(case.images) for case in chunk)
            progress(done, len(paths), f"{self.name} reads")
        frames = [frame for frame in frames if len(frame)]
        if not frames:
            first = f", the first because: {problems[0].reason}" if problems else ""
            raise ImageError(f"{self.name} could read none of {len(paths)} images{first}")
        from hilum.readers.unusual import by_image

        together = self.watcher.together(seen) if self.watcher is not None else ()
        frame = pd.concat(frames, ignore_index=True)
        unlike = by_image(seen)
        notices = {path: (*turned.get(path, ()), *unlike.get(path, ())) for path in {**turned, **unlike}}
        return Predictions(frame, tuple(problems), tuple(notes), notices, together)

    def _see_table(self, table: pd.DataFrame | None) -> None:
        if table is None and self.columns:
            raise ModelError(
                f"{self.name} reads {listed(self.columns)} beside each image: name a table with "
                "these columns and a column `image` with --table"
            )
        if table is not None and not self.columns and not self.several:
            raise ModelError(f"{self.name} reads one image and no table: leave --table out")

    def _read_chunk(
        self,
        cases: Sequence[AskedCase],
        table: pd.DataFrame | None,
        problems: "list[Problem]",
        seen: "list[Seen]",
        turned: dict[str, tuple[str, ...]],
    ) -> pd.DataFrame:
        """Read a few cases; what cannot be read is added to the problems, what was seen to the last two."""
        from hilum.preparation import Problem
        from hilum.preparation.bags import side_by_side

        read, arrays, bags = [], [], []
        for case in cases:
            known = []
            for path in case.images:
                try:
                    arrays.append(self._picture(path, turned))
                    known.append(path)
                except ImageError as error:
                    problems.append(Problem(path, str(error)))
            if known:
                bags.append(np.arange(len(arrays) - len(known), len(arrays), dtype=np.int64))
                read.append(AskedCase(case.name, tuple(known), case.row))
        if not read:
            return pd.DataFrame()
        if self.watcher is not None:
            paths = [path for case in read for path in case.images]
            seen.append(self.watcher.look(paths, np.stack(arrays)))
        rows = side_by_side(bags)
        beside = None if table is None else table.iloc[[case.row for case in read]]
        return self._rows(read, np.stack(arrays), rows if self.several else rows[:, 0], beside)

    def _picture(self, path: str, turned: dict[str, tuple[str, ...]]) -> NDArray[np.uint8 | np.uint16]:
        from hilum.preparation import prepare_placed

        array, placement = prepare_placed(Path(path), self.plan.picture)
        if placement.turned:
            notice = (
                f"it seems to be turned by {placement.turned} degrees against the images that the model "
                "learnt from: look at it, and turn it before it is read"
            )
            turned[path] = (notice,)
        if placement.strange:
            notice = (
                "it is like no image that the model learnt from, as one of another view would be: look at it "
                "before its reading is used"
            )
            turned[path] = (*turned.get(path, ()), notice)
        return array

    def _rows(
        self,
        cases: Sequence[AskedCase],
        array: NDArray[np.uint8 | np.uint16],
        rows: NDArray[np.int64],
        table: pd.DataFrame | None,
    ) -> pd.DataFrame:
        each = [model.read_rows(array, rows, table) for model in self.models]
        columns = {name: np.mean([one[name] for one in each], axis=0) for name in self.models[0].task.columns}
        asked: dict[str, Any] = {"image": [case.images[0] for case in cases]}
        if self.several:
            named = {"case": [case.name for case in cases]} if any(case.name for case in cases) else {}
            asked = {**named, **asked, "images": [list(case.images) for case in cases]}
        return pd.DataFrame({**asked, "reader": self.name, **columns, **self._threshold_columns()})

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
        raise _of_another_architecture(folder) from None
    network.eval()


def _of_another_architecture(folder: Path) -> ModelError:
    return ModelError(
        f"the weights in {folder.name} do not belong to its architecture: train the model again"
    )


def _chunks(cases: Sequence[AskedCase], size: int) -> Iterator[Sequence[AskedCase]]:
    for start in range(0, len(cases), size):
        yield cases[start : start + size]
