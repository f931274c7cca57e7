"""A whole study, stage by stage: cohort, plan, training, reading, evaluation, report."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hilum.cohorts import Cohort, Findings
from hilum.conduct.atlas_stage import atlas_stage
from hilum.conduct.card_stage import card_stage
from hilum.conduct.cohort_stage import load_findings, make_cohort, save_findings
from hilum.conduct.context import StudyContext, open_study
from hilum.conduct.evaluate_stage import evaluate_stage, evaluation_options
from hilum.conduct.explain_stage import explain_stage
from hilum.conduct.inputs import input_hashes
from hilum.conduct.inside_stage import inside_stage
from hilum.conduct.model_stage import ModelStages
from hilum.conduct.opinions import noticed_path, read_combination, read_product, read_score, readings_path
from hilum.conduct.report_stage import report_stage
from hilum.conduct.run_folder import RunFolder, open_run
from hilum.conduct.summary import summary_lines
from hilum.conduct.tracking import tracking_stage
from hilum.errors import StudyFileError
from hilum.evaluation import Evaluation
from hilum.progress import Progress, silent
from hilum.study import ReaderOptions, Study


@dataclass(frozen=True)
class StudyRun:
    """A study that was run.

    Attributes:
        folder: The run's folder.
        report: The report in it.
        study: The study as read.
        cohort: The cohort that was read.
        findings: What the check of the cohort found.
        evaluation: Measures and comparisons of its readers.
    """

    folder: Path
    report: Path
    study: Study
    cohort: Cohort
    findings: Findings
    evaluation: Evaluation

    def summary(self) -> list[str]:
        """The lines for the terminal: question, cohort, warnings, main table."""
        return summary_lines(self.study, self.cohort, self.findings, self.evaluation)


def run_study(path: Path, workspace: Path | None = None, progress: Progress = silent) -> StudyRun:
    """Run a study from its file to its report.

    Each stage is skipped when its inputs are unchanged and continued when it was cut off, so that running the
    same study again costs only what is missing.

    Args:
        path: The study file.
        workspace: The workspace's folder; None means the nearest parent of the study file that is one.
        progress: Told how far it is.

    Returns:
        The run, with its report.

    Raises:
        HilumError: One of its family, with a sentence that says what was found, where, and what to do.
    """
    context = open_study(path, workspace)
    if not context.study.readers:
        raise StudyFileError(
            f"{path.name} names no [[readers]]: add a model, a score or a product to compare"
        )
    inputs = input_hashes(context.study, context.folder, context.archive)
    with open_run(context.runs, context.name, inputs) as run:
        shutil.copyfile(path, run.path / "study.toml")
        return _Conductor(context, run, inputs, progress).conduct()


@dataclass(frozen=True)
class _Conductor:
    context: StudyContext
    run: RunFolder
    inputs: Mapping[str, str]
    progress: Progress

    def conduct(self) -> StudyRun:
        cohort_key = self.run.stage(
            "cohort", {"inputs": self.inputs}, ["cohort.parquet", "findings.json"], self._make_cohort
        )
        cohort = Cohort.load(self.run.path / "cohort.parquet")
        findings = load_findings(self.run.path / "findings.json")
        findings.raise_if_serious()
        models = ModelStages(self.context, cohort, self.run, cohort_key, self.progress)
        keys = self._read_all(cohort, cohort_key, models)
        names = [reader.resolved_name for reader in self.context.study.readers]
        evaluation, key = evaluate_stage(self.context.study, cohort, self.run, names, keys)
        card_stage(self.context.study, cohort, self.run, key)
        self._learn_less(models)
        study, prepared = self.context.study, models.prepared
        atlas = atlas_stage(study, cohort, self.run, key=key, prepared=prepared, progress=self.progress)
        explained = explain_stage(self.context, cohort, self.run, key, self.progress)
        inside = inside_stage(study, cohort, self.run, explained)
        stages = {"atlas": atlas, "explained": explained, "inside": inside}
        reported = report_stage(study, cohort, self.run, key, self.inputs, **stages)
        tracking_stage(self.run, reported)
        return StudyRun(
            self.run.path, self.run.path / "report.html", self.context.study, cohort, findings, evaluation
        )

    def _make_cohort(self) -> None:
        cohort, findings = make_cohort(self.context, self.progress)
        save_findings(findings, self.run.path / "findings.json")
        cohort.save(self.run.path / "cohort.parquet")

    def _learn_less(self, models: ModelStages) -> None:
        """Train on fewer patients where a reader asks whether more data would help."""
        options = evaluation_options(self.context.study)
        for reader in self.context.study.readers:
            if reader.learning_curve:
                models.learning_curve(reader, options)

    def _read_all(self, cohort: Cohort, cohort_key: str, models: ModelStages) -> dict[str, str]:
        """Let every reader read; returns the key of each one's readings.

        Scores and products come first, so that what is wrong with a table is said before anything is trained;
        combinations come last.
        """
        study = self.context.study
        keys: dict[str, str] = {}
        for reader in study.readers:
            if reader.model is None and reader.combine is None:
                keys[reader.resolved_name] = self._stage(reader, {"cohort": cohort_key}, cohort)
        for reader in study.readers:
            if reader.model is not None:
                keys[reader.resolved_name] = models.read(reader)
        for reader in study.readers:
            if reader.combine is not None:
                keys[reader.resolved_name] = self._combine(reader, models, keys, cohort)
        return keys

    def _stage(self, reader: ReaderOptions, inputs: Mapping[str, object], cohort: Cohort) -> str:
        def work() -> None:
            if reader.score is not None:
                read_score(reader, cohort, self.run.path)
            else:
                read_product(reader, self.context, cohort, self.run.path)

        options = reader.model_dump(mode="json")
        return self.run.stage(
            f"read {reader.resolved_name}", {**inputs, "options": options}, self._outputs(reader), work
        )

    def _combine(
        self, reader: ReaderOptions, models: ModelStages, keys: Mapping[str, str], cohort: Cohort
    ) -> str:
        members = [r for r in self.context.study.readers if r.resolved_name in (reader.combine or ())]
        trained = [member for member in members if member.model is not None]
        crossed = {member.resolved_name: models.cross_fitted(member) for member in trained}
        inputs = {"members": {name: keys[name] for name in reader.combine or ()}}
        return self.run.stage(
            f"read {reader.resolved_name}",
            inputs,
            self._outputs(reader),
            lambda: read_combination(reader, cohort, self.run.path, crossed),
        )

    def _outputs(self, reader: ReaderOptions) -> list[str]:
        name = reader.resolved_name
        paths = (readings_path(self.run.path, name), noticed_path(self.run.path, name))
        return [path.relative_to(self.run.path).as_posix() for path in paths]
