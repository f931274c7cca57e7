"""Trained readers of a study: fingerprint, plan, prepared images, training, reading."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from hilum.cohorts import Cohort
from hilum.conduct.context import StudyContext
from hilum.conduct.crossfit import LEFT_OUT_FILE, fold_cohorts, opinions_on_left_out, read_left_out
from hilum.conduct.learning_curve import FRACTIONS, held_back, measure_of, save_points, with_fewer_patients
from hilum.conduct.opinions import noticed_path, readings_path, save_readings
from hilum.conduct.planning import decide, in_time_for_folds, is_combined, look_at
from hilum.conduct.prepared_notices import notices_of
from hilum.conduct.run_folder import RunFolder, digest
from hilum.conduct.search_stage import AUTO, MINUTES, SearchInput, search_plan
from hilum.conduct.without_labels import WithoutLabels
from hilum.errors import ModelError
from hilum.evaluation import EvaluationOptions, Readings
from hilum.files import write_atomically
from hilum.models import export_onnx
from hilum.preparation import Asked, Fingerprint, Plan, Prepared, prepare
from hilum.preparation.decide import usual_fit
from hilum.preparation.table import TableEncoding
from hilum.progress import Progress
from hilum.readers import ReaderWarning
from hilum.readers.trained import TrainedModel
from hilum.study import Preparation, ReaderOptions
from hilum.tasks import make_task, task_notices
from hilum.training import Opinions, TrainingData, TrainOptions, gather, train
from hilum.training.small_head import has_small_head

FOLDS = 3
# Validation images on which the exported model must give the numbers of the trained one.
_COMPARED = 16


@dataclass(frozen=True)
class ModelStages:
    """The stages of a study's trained readers, in one run.

    Attributes:
        context: The study and the folder of its file.
        cohort: Its cohort.
        run: The run.
        cohort_key: The key of the cohort's stage.
        progress: Told how far it is.
    """

    context: StudyContext
    cohort: Cohort
    run: RunFolder
    cohort_key: str
    progress: Progress

    def read(self, reader: ReaderOptions) -> str:
        """Train a reader's repeats and let them read the cohort; returns the stage's key."""
        name = reader.resolved_name
        self._refuse_early(reader)
        plan = self.plans[name]
        trained = [self._train(reader, repeat) for repeat in range(1, reader.repeats + 1)]
        outputs = [p.relative_to(self.run.path).as_posix() for p in self._reading_files(name)]
        inputs = {"trained": trained}
        return self.run.stage(f"read {name}", inputs, outputs, lambda: self._read(name, plan))

    def cross_fitted(self, reader: ReaderOptions) -> Readings:
        """A reader's opinions on training cases, by models that had not seen them."""
        self._crossed(reader)
        return Readings.load(self._crossfit(reader) / "readings.parquet")

    def learning_curve(self, reader: ReaderOptions, options: EvaluationOptions) -> Path:
        """Train a reader on fewer patients; returns the file of what that reached."""
        name = reader.resolved_name
        path = self.run.path / "learning" / f"{name}.json"
        inputs = {
            "cohort": self.cohort_key,
            "plan": self.plans[name].to_json(),
            "fractions": list(FRACTIONS),
            "options": repr(options),
        }
        output = path.relative_to(self.run.path).as_posix()
        self.run.stage(
            f"learning curve {name}", inputs, [output], lambda: self._learn_less(reader, path, options)
        )
        return path

    @property
    def _seed(self) -> int:
        return self.context.study.split.seed

    def _refuse_early(self, reader: ReaderOptions) -> None:
        """Refuse what cannot be learnt before any image is looked at."""
        make_task(self.cohort, str(reader.training.get("survival", "hazard")))
        if reader.columns:
            TableEncoding.of(self.cohort, reader.columns)

    def _learn_less(self, reader: ReaderOptions, path: Path, options: EvaluationOptions) -> None:
        points = []
        for number, fraction in enumerate(FRACTIONS, start=1):
            cohort = with_fewer_patients(self.cohort, fraction, self._seed)
            try:
                make_task(cohort, self.plans[reader.resolved_name].learning.survival)
            except ModelError as error:  # so few patients may lack a class or an event
                reason = str(error)
                self.run.log("no point", reader=reader.resolved_name, fraction=fraction, reason=reason)
                continue
            model = self._teach(reader, cohort, path.parent, number)
            unseen = held_back(cohort)
            prepared = self.prepared(self.plans[reader.resolved_name])
            reached = measure_of(TrainedModel.load(model).read(unseen, prepared), unseen, options)
            if reached is not None and reached.value is not None and reached.se is not None:
                size = int((cohort.cases["part"] == "train").sum())
                points.append((float(size), reached.value, reached.se))
        save_points(path, points)

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """What the images and the truth are like."""
        path = self.run.path / "fingerprint.json"

        def work() -> None:
            frame = self.context.study.preparation.frame
            write_atomically(path, look_at(self.cohort, self.progress, frame).to_json())

        self.run.stage("fingerprint", {"cohort": self.cohort_key}, [path.name], work)
        return Fingerprint.model_validate_json(path.read_text(encoding="utf-8"))

    @cached_property
    def asked(self) -> Asked:
        """What the study asks of the preparation, with what the training part had to teach for it."""
        options = self.context.study.preparation
        if options == Preparation():
            return Asked()
        path = self.run.path / "preparation.json"

        def work() -> None:
            fit, _ = usual_fit(self.fingerprint)
            parts = zip(self.cohort.cases["part"], self.cohort.images_of_cases, strict=True)
            training = [self.cohort.root / image for part, of in parts if part == "train" for image in of]
            asked = Asked.of(options, fit, training, self.progress, self.context.folder)
            write_atomically(path, asked.to_json())

        inputs = {"cohort": self.cohort_key, "preparation": options.model_dump(mode="json")}
        self.run.stage("preparation", inputs, [path.name], work)
        return Asked.from_json(path.read_text(encoding="utf-8"))

    @cached_property
    def without_labels(self) -> WithoutLabels:
        """What readers learn from images alone."""
        return WithoutLabels(self.context, self.cohort, self.run, self.cohort_key, self.progress)

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """The plan of every trained reader; `plan.json` may be edited, and the run then follows it."""
        path = self.run.path / "plan.json"
        readers = [reader for reader in self.context.study.readers if reader.model is not None]

        def work() -> None:
            plans = {r.resolved_name: self._planned(r).model_dump(mode="json") for r in readers}
            write_atomically(path, json.dumps(plans, indent=1, ensure_ascii=False))

        options = [reader.model_dump(mode="json") for reader in readers]
        inputs: dict[str, object] = {"cohort": self.cohort_key, "readers": options}
        if self.context.study.preparation != Preparation():
            inputs["preparation"] = self.context.study.preparation.model_dump(mode="json")
        self.run.stage("plan", inputs, [path.name], work)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            return {
                reader.resolved_name: Plan.from_json(json.dumps(kept[reader.resolved_name]))
                for reader in readers
            }
        except (ValueError, KeyError):
            raise ModelError(
                f"plan.json of the run {self.run.path.name} cannot be read: mend it, or delete it"
            ) from None

    def _planned(self, reader: ReaderOptions) -> Plan:
        """The plan that the data, or a search among plans, ask for."""
        found, study = self.fingerprint, self.context.study
        minutes = MINUTES if reader.model == AUTO else None
        reader = in_time_for_folds(reader, study, FOLDS, minutes)
        if found.slices[1] > 1:
            self._refuse_with_volumes(reader)
        if reader.model != AUTO:
            plan = decide(found, study.task, reader, self.context.folder, self.asked)
            return self.without_labels.planned(reader, plan, found)
        task = make_task(self.cohort, str(reader.training.get("survival", "hazard")))
        kept = self.run.path / "search" / reader.resolved_name

        def data_for(plan: Plan) -> TrainingData:
            return gather(self.cohort, self.prepared(plan), task)

        def teach(plan: Plan, options: TrainOptions) -> Path:
            return train(self.cohort, self.prepared(plan), task, plan, options, self.progress)

        folder, asked = self.context.folder, self.asked
        given = SearchInput(study, reader, found, task, data_for, teach, folder, kept, asked)
        return search_plan(given, self.progress)

    def _refuse_with_volumes(self, reader: ReaderOptions) -> None:
        if reader.model == AUTO:
            raise ModelError(
                'model = "auto" chooses among networks for single pictures, and the images are volumes: '
                'write model = "slices(resnet18)", or "densenet121_3d"'
            )
        if self.cohort.together:
            raise ModelError(
                "several volumes of a case cannot be read together: choose one of them with choose = in "
                "[cohort]"
            )

    def prepared(self, plan: Plan) -> Prepared:
        """The cohort's images in the form of a plan; readers of one form share them."""
        folder = self.run.path / "prepared" / digest(plan.picture.model_dump(mode="json"))[:12]
        return prepare(self.cohort, plan, folder, progress=self.progress)

    def _teach(
        self,
        reader: ReaderOptions,
        cohort: Cohort,
        folder: Path,
        repeat: int,
        unseen: tuple[Opinions, ...] = (),
    ) -> Path:
        """Train by a reader's plan on a cohort of the study's images; returns the model's folder."""
        plan = self.plans[reader.resolved_name]
        prepared = self.prepared(plan)
        further = self.without_labels.prepared(reader, plan) if plan.learning.consistency else None
        started = self.without_labels.started(reader, plan, prepared)
        options = TrainOptions(
            folder,
            reader.resolved_name,
            seed=self._seed,
            repeat=repeat,
            unseen=unseen,
            unlabelled=further,
        )
        task = make_task(cohort, plan.learning.survival)
        return train(cohort, prepared, task, started, options, self.progress)

    def _train(self, reader: ReaderOptions, repeat: int) -> str:
        name = reader.resolved_name
        plan = self.plans[name]
        outputs = [f"models/{name}/{repeat}/{file}" for file in ("model.json", "weights.safetensors")]
        inputs = {"cohort": self.cohort_key, "plan": plan.to_json(), "repeat": repeat}
        folds: list[Path] = []
        if self._calibrates_on_unseen(reader):
            inputs["unseen"] = self._crossed(reader)
            folds = self._folds(reader)

        def work() -> None:
            unseen = tuple(opinions_on_left_out(fold, self.cohort) for fold in folds)
            model = self._teach(reader, self.cohort, self.run.path / "models" / name, repeat, unseen)
            self._export(name, repeat, model)

        return self.run.stage(f"train {name} {repeat}", inputs, outputs, work)

    def _export(self, name: str, repeat: int, model: Path) -> None:
        """Write the model for programs without torch too; where that cannot be, the log says why."""
        plan = self.plans[name]
        prepared = self.prepared(plan)
        validation = self.cohort.cases.loc[self.cohort.cases["part"] == "validation", "image"]
        rows = prepared.rows_of(validation.astype(str).tolist())
        some = prepared.array[rows[rows >= 0][:_COMPARED]]
        try:
            export_onnx(model, some if len(some) else None)
        except ModelError as error:
            self.run.log("no onnx", reader=name, repeat=repeat, reason=str(error))

    def _read(self, name: str, plan: Plan) -> None:
        prepared = self.prepared(plan)
        readings = TrainedModel.load(self.run.path / "models" / name).read(self.cohort, prepared)
        late = [ReaderWarning("horizon_after_last_event", text, 0) for text in task_notices(self.cohort)]
        save_readings(self.run.path, readings, [*late, *notices_of(prepared)])

    def _crossfit(self, reader: ReaderOptions) -> Path:
        return self.run.path / "crossfit" / reader.resolved_name

    def _folds(self, reader: ReaderOptions) -> list[Path]:
        """The folders of the models that had not seen a fold each."""
        return [self._crossfit(reader) / str(fold) for fold in range(1, FOLDS + 1)]

    def _crossed(self, reader: ReaderOptions) -> str:
        """See that training cases were read by models that had not seen them; the stage's key."""
        name, folder = reader.resolved_name, self._crossfit(reader)
        inputs = {"cohort": self.cohort_key, "plan": self.plans[name].to_json(), "folds": FOLDS}
        files = [folder / "readings.parquet", *(fold / LEFT_OUT_FILE for fold in self._folds(reader))]
        outputs = [file.relative_to(self.run.path).as_posix() for file in files]
        return self.run.stage(f"cross-fit {name}", inputs, outputs, lambda: self._cross_fit(reader, folder))

    def _cross_fit(self, reader: ReaderOptions, folder: Path) -> None:
        prepared = self.prepared(self.plans[reader.resolved_name])
        opinions = []
        for fold, cohort in enumerate(fold_cohorts(self.cohort, FOLDS, self._seed), start=1):
            model = self._teach(reader, cohort, folder, fold)
            opinions.append(read_left_out(model, cohort, prepared))
        Readings.from_frame(pd.concat(opinions, ignore_index=True)).save(folder / "readings.parquet")

    def _calibrates_on_unseen(self, reader: ReaderOptions) -> bool:
        """Whether its calibration rests on training cases that were read unseen, too."""
        plan = self.plans[reader.resolved_name]
        asked = plan.learning.calibrate and not has_small_head(plan)
        return asked and is_combined(reader, self.context.study)

    def _reading_files(self, name: str) -> tuple[Path, Path]:
        return readings_path(self.run.path, name), noticed_path(self.run.path, name)
