"""Does hilum find what there is to be found? Survival in the phantom hospital, whose truth is known.

4,000 training, 1,000 validation and 5,000 test patients, small films, about one death in five by day 30. A
model reads the film, CURB-65 the table, and both are combined. Beside what they reach stands what perfect
readers reach: the severity on the film without error, alone and together with CURB-65, in the same test
patients and in the population. Making the films is not counted in the time.

    python benchmarks/survival.py [--model auto] [--minutes 20] [--world FOLDER]

With --world the films are kept in a folder and found there again. The last line is JSON. A goal that is
missed is named, and the script exits with 1.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import hilum
from hilum.evaluation import Evaluation
from hilum.phantom.folder_world import FolderWorld, write_folder_world
from hilum.preparation import available_cores

NEAR = 0.02
SLOPE = (0.85, 1.15)
BOTH = "image+curb65"


def study_text(options: argparse.Namespace) -> str:
    """The study file: a model, the clinical score, both, and the perfect reader."""
    given = {"budget_minutes": options.minutes, "epochs": options.epochs, "size": options.size}
    further = "\n".join(f"{key} = {value:g}" for key, value in given.items() if value is not None)
    return f"""version = 1
title = "30-day mortality from small films (phantom hospital, benchmark)"

[cohort]
images = "films"
table = "table.csv"
image = "file"
patient = "patient_id"

[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]

[split]
parts_column = "part"
seed = {options.seed}

[[readers]]
model = "{options.model}"
name = "image"
{further}

[[readers]]
score = "curb65"

[[readers]]
combine = ["image", "curb65"]

[[readers]]
product = "perfect.csv"
"""


def measured(evaluation: Evaluation, reader: str, measure: str, at: str | None) -> dict[str, float | None]:
    """Value and interval of one measure in the test part."""
    for row in evaluation.measures:
        if (row.reader, row.part, row.measure, row.of, row.at) == (reader, "test", measure, None, at):
            return {"value": row.value, "low": row.low, "high": row.high}
    return {"value": None, "low": None, "high": None}


def ceiling(truth: dict[str, Any], reader: str) -> tuple[float, float]:
    """What the perfect reader has as C: in the test part, in the population."""
    here, everywhere = (
        next(
            float(row["value"])
            for row in truth[where]
            if (row["reader"], row["measure"], row["at"]) == (reader, "harrell_c", None)
        )
        for where in ("in_the_test_part", "measures")
    )
    return here, everywhere


def run(world: FolderWorld, options: argparse.Namespace) -> tuple[Evaluation, dict[str, float]]:
    """Run the study; its evaluation, and minutes of all and of the image model's own training."""
    study = world.folder / "benchmark.toml"
    study.write_text(study_text(options), encoding="utf-8")
    began = time.monotonic()
    done = hilum.run_study(study)
    minutes = {"all": (time.monotonic() - began) / 60}
    model = hilum.TrainedModel.load(done.folder / "models" / "image")
    minutes["training"] = sum(float(one.facts.training.get("seconds", 0)) for one in model.models) / 60
    return done.evaluation, minutes


def judge(evaluation: Evaluation, truth: dict[str, Any], results: dict[str, Any]) -> list[str]:
    """Print what was reached beside the ceilings; which goals are missed."""
    missed = []
    for reader, perfect in (("image", "image"), (BOTH, BOTH), ("curb65", "curb65")):
        c = measured(evaluation, reader, "harrell_c", None)
        here, everywhere = ceiling(truth, perfect)
        value = c["value"] or 0.0
        results[reader] = {"c": c, "ceiling": here, "ceiling_population": everywhere}
        print(
            f"{reader:<13} C {value:.4f} ({c['low'] or 0:.4f} to {c['high'] or 0:.4f}); without error "
            f"{here:.4f} in these patients, {everywhere:.4f} in the population; below by {here - value:+.4f}"
        )
        if reader != "curb65" and not here - value <= NEAR:
            missed.append(f"C of {reader} is {here - value:.4f} below the ceiling, the goal {NEAR}")
    for reader in ("image", BOTH):
        slope = measured(evaluation, reader, "calibration_slope", "30d")
        results[reader]["slope"] = slope
        value = slope["value"] or 0.0
        print(
            f"{reader:<13} calibration slope at 30 days {value:.3f} "
            f"({slope['low'] or 0:.3f} to {slope['high'] or 0:.3f})"
        )
        if not SLOPE[0] <= value <= SLOPE[1]:
            missed.append(f"calibration slope of {reader} is {value:.3f}, the goal {SLOPE[0]} to {SLOPE[1]}")
    return missed


def main() -> int:
    """Make the world, run the study, compare; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="auto")
    parser.add_argument("--minutes", type=float, help="budget of the image model (20 for auto)")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--size", type=int)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--truth-patients", type=int, default=300_000, help="on whom the ceilings rest")
    parser.add_argument("--pixels", type=int, default=96, help="height of the films")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--world", type=Path, help="folder in which the films are kept")
    options = parser.parse_args()
    if options.minutes is None and options.model == "auto":
        options.minutes = 20.0
    with tempfile.TemporaryDirectory() as folder:
        world = write_folder_world(
            options.world or Path(folder),
            options.patients,
            options.seed,
            options.pixels,
            truth_patients=options.truth_patients,
            workers=available_cores(),
        )
        truth = json.loads(world.truth.read_text(encoding="utf-8"))
        evaluation, minutes = run(world, options)
    results: dict[str, Any] = {"minutes": minutes}
    missed = judge(evaluation, truth, results)
    print(f"minutes: {minutes['all']:.1f} for the study, {minutes['training']:.1f} of them the training")
    for what in missed:
        print(f"missed: {what}")
    print(json.dumps({**results, "missed": missed}))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
