"""Explain a finished run again: its examples by other methods, and checks of its maps on more cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hilum.cohorts import Cohort
from hilum.conduct.examples import choose_examples, explain_examples
from hilum.conduct.examples_judged import judged_cases
from hilum.conduct.explain_images import write_maps
from hilum.conduct.explain_stage import explained_reader, shown_checks
from hilum.conduct.folders_meant import refuse_no_run
from hilum.conduct.lesions import read_lesions
from hilum.conduct.map_checks import check_model, check_where
from hilum.conduct.opinions import readings_path
from hilum.errors import ReportError
from hilum.evaluation import Evaluation, Readings
from hilum.explanation import Method, PictureWithMaps, method_named
from hilum.progress import Progress, silent
from hilum.readers.trained import TrainedModel
from hilum.reporting.map_checks import map_checks_table
from hilum.study import Study, load_study

CHECKED = 100


@dataclass(frozen=True)
class FinishedRun:
    """What a run left that explaining needs.

    Attributes:
        path: Its folder.
        study: The study as it was run.
        cohort: Its cohort.
        evaluation: Measures and thresholds.
        readings: What every reader said.
        model: The model that separates best on validation.
    """

    path: Path
    study: Study
    cohort: Cohort
    evaluation: Evaluation
    readings: dict[str, Readings]
    model: TrainedModel

    def methods(self, names: Sequence[str]) -> list[Method]:
        """Methods by name; those of the study where none is named.

        Raises:
            ModelError: A name is unknown.
        """
        return [method_named(name) for name in names or self.study.explanation.methods]


def open_finished(path: Path) -> FinishedRun:
    """Open a run whose readers were evaluated.

    Raises:
        ReportError: It is no run, is not finished, or trained no model.
    """
    refuse_no_run(path)
    if not (path / "evaluation.json").is_file():
        raise ReportError(f"{path.name} is not finished: run the study to its end, then explain it")
    study = load_study(path / "study.toml")
    if not any(reader.model is not None for reader in study.readers):
        raise ReportError(f"{path.name} trained no model, and only these can be explained: name another run")
    evaluation = Evaluation.load(path / "evaluation.json")
    names = [reader.resolved_name for reader in study.readers]
    readings = {name: Readings.load(readings_path(path, name)) for name in names}
    model = TrainedModel.load(path / "models" / explained_reader(study, evaluation))
    return FinishedRun(path, study, Cohort.load(path / "cohort.parquet"), evaluation, readings, model)


def write_examples(
    run: FinishedRun, methods: Sequence[Method], out: Path, progress: Progress = silent
) -> list[str]:
    """Write the report's examples with maps, in full size.

    Args:
        run: A finished run.
        methods: How maps are made.
        out: The folder; it is made where it is not there.
        progress: Told after every case.

    Returns:
        A line a case: its number, why it was chosen, what was true.
    """
    subgroups = run.study.evaluation.subgroups
    chosen = choose_examples(run.cohort, run.evaluation, run.readings, run.model.name, subgroups)
    examples = explain_examples(chosen, run.cohort, run.readings, run.model, methods, progress)
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    names = {method.title: method.name for method in methods}
    for place, each in enumerate(examples, start=1):
        maps = {} if each.map is None else {names[each.map_title]: each.map}
        maps |= {names[title]: found for title, found in each.further_maps.items()}
        write_maps(PictureWithMaps(out, each.picture, maps), out, f"{place:03d}")
        lines.append(f"{place:03d}  {each.group}; truth: {each.truth}; case {each.case}")
    return [*lines, f"{len(examples)} examples of {run.model.name}: {out}"]


def check_run(run: FinishedRun, methods: Sequence[Method], lesions: Path | None = None) -> list[str]:
    """Check the maps of a run's model on up to 100 test cases; of lesions, on all that are marked.

    Args:
        run: A finished run.
        methods: How maps are made.
        lesions: A table of where lesions are; None = the study's, where it names one beside itself.

    Returns:
        The lines of a table.

    Raises:
        ReadingsError: The lesions cannot be read.
    """
    reader = run.model.name
    judged, _ = judged_cases(run.cohort, run.evaluation, run.readings[reader], reader)
    checks = check_model(run.model, run.cohort, judged, methods, CHECKED, run.study.split.seed)
    if lesions is not None:
        checks += check_where(run.model, run.cohort, methods, read_lesions(lesions))
    table = map_checks_table(shown_checks(checks, reader))
    if table is None:
        return [f"nothing to check: no test case was called positive by {reader}, or no method fits it"]
    lines = []
    for group in table["groups"]:
        lines.append(f"{group['label']}  ({reader})")
        heads = "  {:46}{:26}{:>10}{:>6}  {}"
        lines.append(heads.format("", *table["columns"][1:]))
        lines += [heads.format(row["label"], *row["cells"]) for row in group["rows"]]
    return [*lines, "", table["caption"]]
