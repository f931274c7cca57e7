"""Readers that are not trained: scores, products, combinations; and what any reader noticed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from hilum.cohorts import Cohort
from hilum.conduct.context import StudyContext
from hilum.conduct.products import named_as_in_the_study, numbers_as_they_stand, product_mapping
from hilum.evaluation import Readings
from hilum.files import write_atomically
from hilum.readers import CombineOptions, ReaderWarning, fit_combination, product, score
from hilum.study import ReaderOptions


def readings_path(run: Path, reader: str) -> Path:
    """Where a run keeps a reader's readings."""
    return run / "readings" / f"{reader}.parquet"


def noticed_path(run: Path, reader: str) -> Path:
    """Where a run keeps what a reader noticed while reading."""
    return run / "readings" / f"{reader}.noticed.json"


def combination_path(run: Path, reader: str) -> Path:
    """Where a run keeps the fitted combination of a reader."""
    return run / "models" / reader / "combination.json"


def save_readings(
    run: Path, readings: Readings, noticed: Sequence[ReaderWarning] = (), name: str | None = None
) -> None:
    """Keep a reader's readings and what it noticed; the readings come last, so with them all is there.

    Args:
        run: The run's folder.
        readings: Of one reader, or of several that one table holds.
        noticed: What was noticed while reading.
        name: The name of the files, where the readings are of several readers.
    """
    (run / "readings").mkdir(exist_ok=True)
    name = readings.reader if name is None else name
    text = json.dumps([asdict(warning) for warning in noticed], ensure_ascii=False, indent=1)
    write_atomically(noticed_path(run, name), text)
    readings.save(readings_path(run, name))


def load_noticed(run: Path, reader: str) -> tuple[ReaderWarning, ...]:
    """What a reader noticed while reading, as the run kept it."""
    kept = json.loads(noticed_path(run, reader).read_text(encoding="utf-8"))
    return tuple(ReaderWarning(**warning) for warning in kept)


def read_score(options: ReaderOptions, cohort: Cohort, run: Path) -> None:
    """Let a clinical score read the cohort."""
    reader = score(str(options.score), options.mapping, options.resolved_name, **options.score_choices)
    save_readings(run, *reader.read_with_warnings(cohort))


def read_product(options: ReaderOptions, context: StudyContext, cohort: Cohort, run: Path) -> None:
    """Match a product's table with the cohort."""
    archive, path = context.archive, context.folder / str(options.product)
    mapping = product_mapping(options, cohort, path)
    reader = product(
        path,
        mapping,
        options.identifiers,
        archive.research_patient if archive is not None else None,
        options.resolved_name,
    )
    readings, noticed = reader.read_with_warnings(cohort)
    if cohort.task.kind == "regression":
        readings, noticed = numbers_as_they_stand(readings, noticed, mapping, path)
    if cohort.task.kind == "findings":
        readings = named_as_in_the_study(readings, cohort.task.findings)
    save_readings(run, readings, noticed, options.resolved_name)


def read_combination(
    options: ReaderOptions, cohort: Cohort, run: Path, cross_fitted: Mapping[str, Readings]
) -> None:
    """Fit a combination of other readers and let it read the cohort.

    Args:
        options: Names the readers.
        cohort: The cohort.
        run: The run's folder, with the readings of those readers.
        cross_fitted: For each trained model among them, its opinions on training cases that it had not seen.
    """
    members = [Readings.load(readings_path(run, name)) for name in options.combine or ()]
    honest = frozenset(each.reader for each in members) - cross_fitted.keys()
    how = CombineOptions(honest_on_training=honest, cross_fitted=cross_fitted)
    combination, noticed = fit_combination(members, cohort, options.resolved_name, how)
    path = combination_path(run, options.resolved_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    combination.save(path)
    save_readings(run, combination.read(members, cohort), noticed)
