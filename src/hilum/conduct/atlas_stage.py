"""The stage of a run that averages the maps of all patients and tests them pixel by pixel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hilum.cohorts import Cohort
from hilum.conduct.atlas_files import AtlasFiles, Shown
from hilum.conduct.atlas_groups import cases_compared_as_images, cases_looked_at, pairs_of
from hilum.conduct.atlas_look import Looked, images_alone, look
from hilum.conduct.opinions import readings_path
from hilum.conduct.run_folder import RunFolder, digest
from hilum.errors import ModelError
from hilum.evaluation import Readings
from hilum.explanation.atlas import AtlasOptions
from hilum.explanation.methods import method_named
from hilum.preparation import Plan, Prepared
from hilum.preparation.prepared import open_prepared
from hilum.progress import Progress, silent
from hilum.readers.trained import TrainedModel
from hilum.reporting.atlas_section import ATLAS, ATLAS_FORM, RECORD
from hilum.study import Study


@dataclass(frozen=True)
class AtlasAsked:
    """What is asked of an atlas.

    Attributes:
        method: how maps are made, as in a study file.
        part: the part whose maps are compared, `all`, or None for the test part where it is large enough.
        options: how it is tested.

    Example:
        >>> AtlasAsked().method
        'cam'
    """

    method: str = "cam"
    part: str | None = None
    options: AtlasOptions = field(default_factory=AtlasOptions)


def atlas_stage(
    study: Study,
    cohort: Cohort,
    run: RunFolder,
    *,
    key: str,
    prepared: Callable[[Plan], Prepared],
    progress: Progress = silent,
) -> str | None:
    """Make the atlas of a run where its study asks for one; returns the stage's key, None where not.

    Args:
        study: The study.
        cohort: Its cohort.
        run: The run, with trained models and what they read.
        key: The key of the evaluation's stage, which freezes the thresholds that maps follow.
        prepared: The cohort's images in the form of a plan.
        progress: Told how far it is.
    """
    readers = [reader.resolved_name for reader in study.readers if reader.model is not None]
    if not study.explanation.atlas or not readers:
        return None
    asked = AtlasAsked(study.explanation.methods[0], None, AtlasOptions(seed=study.split.seed))
    inputs = {"evaluation": key, "asked": repr(asked), "form": ATLAS_FORM}

    def work() -> None:
        atlas_of_run(run.path, cohort, readers, prepared=prepared, asked=asked, progress=progress)

    return run.stage("atlas", inputs, [f"{ATLAS}/{RECORD}"], work)


def atlas_of_run(
    run: Path,
    cohort: Cohort,
    readers: Sequence[str],
    *,
    prepared: Callable[[Plan], Prepared],
    asked: AtlasAsked,
    folder: Path | None = None,
    progress: Progress = silent,
) -> Path:
    """Write the atlas of a run's trained readers; returns its record, `atlas/atlas.json`.

    Args:
        run: The run's folder.
        cohort: Its cohort.
        readers: The trained readers, in the order in which they are shown.
        prepared: The cohort's images in the form of a plan.
        asked: What is asked for.
        folder: Where it is written; None = `atlas` in the run.
        progress: Told how far it is.

    Raises:
        CohortError: There is no such part.
        ModelError: There is no such method.
    """
    method = method_named(asked.method)
    pairs = pairs_of(cohort)
    part, chosen = cases_looked_at(cohort, pairs, asked.part)
    looked: list[Looked] = []
    part_of_images, every = cases_compared_as_images(cohort, part, chosen)
    for done, name in enumerate(readers, start=1):
        model = TrainedModel.load(run / "models" / name)
        images = prepared(model.plan)
        if not looked:
            looked.append(images_alone(cohort, every, images))
        readings = Readings.load(readings_path(run, name))
        looked.append(look(cohort, chosen, model, prepared=images, readings=readings, method=method))
        progress(done, len(readers), "maps for the atlas")
    shown = Shown(part, part_of_images, method.title, tuple(looked))
    return AtlasFiles(folder or run / ATLAS, cohort, shown, asked.options).write(pairs, progress)


def kept_images(run: Path) -> Callable[[Plan], Prepared]:
    """The images that a run has prepared, by plan.

    Args:
        run: The run's folder.
    """

    def prepared(plan: Plan) -> Prepared:
        folder = run / "prepared" / digest(plan.picture.model_dump(mode="json"))[:12]
        if not folder.is_dir():
            raise ModelError(
                f"the run {run.name} no longer has its prepared images: run the study again, then ask for "
                "the atlas again"
            )
        return open_prepared(folder)

    return prepared
