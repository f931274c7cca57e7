"""One small simulated evaluation of every task, as somebody would ask for it with tables alone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
from hilum.reporting import EvidenceInput

Floats = NDArray[np.float64]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "products-side-by-side"
DOCTORS = ("Kim", "Lee", "Park", "Choi", "Jung")
PARTS = ("validation", "test", "cohort B")
FINDINGS = (
    *("atelectasis", "cardiomegaly", "consolidation", "edema", "effusion", "emphysema", "fibrosis"),
    *("hernia", "infiltration", "mass", "nodule", "pleural thickening", "pneumonia", "pneumothorax"),
)


def made(
    title: str, readings: list[Readings], truth: Truth, options: EvaluationOptions | None = None
) -> EvidenceInput:
    options = options or EvaluationOptions(bootstrap=100)
    found = evaluate(readings, truth, options)
    return EvidenceInput(found, tuple(readings), truth, title, options=options)


def identity(n: int, parts: tuple[str, ...] = PARTS) -> pd.DataFrame:
    """Cases of patients of whom some have two, spread over parts."""
    place = np.arange(n)
    return pd.DataFrame(
        {
            "case": [f"c{number:05d}" for number in place],
            "patient": [f"p{number // 2 if number % 20 == 1 else number:05d}" for number in place],
            "part": np.array(parts)[place * len(parts) // n],
        }
    )


def share_of(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-logit))


def two_classes(n: int = 600) -> EvidenceInput:
    """Probabilities, a score, a product that decides; groups, recalibration, prevalence, a margin."""
    rng = np.random.default_rng(1)
    frame = identity(n)
    ill = rng.random(n) < 0.3
    frame["label"] = np.where(ill, "pneumonia", "normal")
    frame["sex"] = np.where(rng.random(n) < 0.5, "F", "M")
    frame["age group"] = np.array(["under 50", "50 to 69", "70 and over"])[rng.integers(0, 3, n)]
    felt = -1.4 + 2.2 * ill + rng.normal(0, 1, n)
    tables = {
        "small_cnn": {"score": share_of(1.8 * felt)},
        "resnet18": {"score": share_of(felt + rng.normal(0, 0.4, n))},
        "curb65": {"score": np.clip(np.round(felt + 2 + rng.normal(0, 1.2, n)), 0, 5)},
        "VUNO": {"decision": np.where(felt + rng.normal(0, 0.8, n) > 0, "pneumonia", "normal")},
    }
    readings = [Readings.from_frame(frame[["case"]].assign(**has), name) for name, has in tables.items()]
    options = EvaluationOptions(
        bootstrap=100,
        probabilities=frozenset({"small_cnn", "resnet18"}),
        recalibration={"small_cnn": "platt"},
        threshold_rules={"resnet18": "sensitivity=0.95"},
        prevalences=(0.05,),
        margins={"auroc": 0.05},
        subgroups=("sex", "age group"),
        comparator="curb65",
    )
    return made("Pneumonia on chest radiographs", readings, Truth.from_frame(frame), options)


def several_classes(n: int = 360) -> EvidenceInput:
    rng = np.random.default_rng(2)
    names = np.array(["benign", "malignant", "normal", "uncertain"])
    label = rng.integers(0, 4, n)
    frame = identity(n)[["case", "part"]].assign(label=names[label])
    readings = []
    for name, sure in (("densenet", 1.6), ("resnet18", 0.9)):
        chance = rng.dirichlet(np.ones(4), n) + sure * np.eye(4)[label]
        chance = chance / chance.sum(axis=1, keepdims=True)
        scores = {f"score_{each}": chance[:, place] for place, each in enumerate(names)}
        readings.append(Readings.from_frame(frame[["case"]].assign(**scores), name))
    return made("Four kinds of nodule", readings, Truth.from_frame(frame))


def findings(n: int = 500) -> EvidenceInput:
    rng = np.random.default_rng(3)
    share = np.linspace(0.06, 0.3, len(FINDINGS))[:, None]
    present = (rng.random((len(FINDINGS), n)) < share).astype(float)
    frame = identity(n)
    readings = []
    for name, noise in (("chexnet", 0.7), ("resnet18", 1.0)):
        score = present + rng.normal(0, noise, present.shape)
        columns = {f"score_{each}": score[place] for place, each in enumerate(FINDINGS)}
        readings.append(Readings.from_frame(frame[["case"]].assign(**columns), name))
    shown = np.where(rng.random(present.shape) < 0.03, np.nan, present)
    truth = frame.assign(**{each: shown[place] for place, each in enumerate(FINDINGS)})
    return made("Fourteen findings", readings, Truth.from_frame(truth, kind="findings"))


def survival(days: tuple[float, ...], *, competing: bool = False, n: int = 600) -> EvidenceInput:
    rng = np.random.default_rng(4)
    frame = identity(n)
    risk = rng.normal(size=n)
    times = [rng.uniform(400, 2200, n), rng.exponential(1500 * np.exp(-risk)), rng.exponential(3000, n)]
    stacked = np.stack(times[: 3 if competing else 2])
    frame["time"], frame["event"] = stacked.min(axis=0).round(), stacked.argmin(axis=0)
    frame["sex"] = np.where(rng.random(n) < 0.5, "F", "M")
    readings = []
    for name, noise in (("resnet18", 0.5), ("small_cnn", 1.2)):
        seen = risk + rng.normal(0, noise, n)
        table = frame[["case"]].assign(risk=seen)
        for day in days:
            table[f"risk_{day:g}d"] = 1 - np.exp(-day / 1500 * np.exp(seen))
        readings.append(Readings.from_frame(table, name))
    score = np.clip(np.round(2 + risk + rng.normal(0, 1, n)), 0, 5)
    readings.append(Readings.from_frame(frame[["case"]].assign(risk=score), "curb65"))
    options = EvaluationOptions(
        bootstrap=100, horizons_days=days, comparator="curb65", subgroups=() if competing else ("sex",)
    )
    return made("Death after a chest radiograph", readings, Truth.from_frame(frame), options)


def one_horizon() -> EvidenceInput:
    return survival((365.0,))


def competing_events() -> EvidenceInput:
    return survival((365.0, 730.0, 1095.0, 1825.0), competing=True)


def regression(n: int = 400) -> EvidenceInput:
    rng = np.random.default_rng(5)
    frame = identity(n)[["case", "patient", "part"]]
    frame["value"] = rng.normal(62, 9, n).round(1)
    readings = [
        Readings.from_frame(frame[["case"]].assign(value=frame["value"] + rng.normal(shift, spread, n)), name)
        for name, shift, spread in (("bone_age_net", 0.4, 4.0), ("resnet18", 1.5, 6.0))
    ]
    return made("Lung score", readings, Truth.from_frame(frame))


def detection(n: int = 240) -> EvidenceInput:
    rng = np.random.default_rng(6)
    frame, lesions, marks = identity(n, ("validation", "test")), [], {"yolo": [], "retinanet": []}
    for case, part in zip(frame["case"], frame["part"], strict=True):
        spots = rng.uniform(40, 460, (rng.poisson(0.8), 2))
        box = [{"x": x, "y": y, "width": 30.0, "height": 30.0} for x, y in spots]
        lesions += [{"case": case, "part": part} | each for each in box or [{}]]
        for name, sure in (("yolo", 1.6), ("retinanet", 0.9)):
            seen = [(x + 4, y - 3, sure) for x, y in spots if rng.random() < 0.9]
            seen += [(x, y, 0.0) for x, y in rng.uniform(40, 460, (rng.poisson(1.5), 2))]
            marks[name] += [
                {"case": case, "x": x, "y": y, "width": 30.0, "height": 30.0, "score": s + rng.normal()}
                for x, y, s in seen
            ] or [{"case": case}]
    truth = Truth.from_frame(pd.DataFrame(lesions), kind="detection")
    readings = [Readings.from_frame(pd.DataFrame(rows), name) for name, rows in marks.items()]
    return made("Nodules on chest radiographs", readings, truth)


def segmentation(folder: Path, n: int = 24) -> EvidenceInput:
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[0:64, 0:64]
    tables: dict[str, list[dict[str, str]]] = {"truth": [], "unet": [], "nnunet": []}
    for number in range(n):
        centre, size = rng.uniform(24, 40, 2), rng.uniform(8, 14)
        for name, noise in (("truth", 0.0), ("unet", 2.5), ("nnunet", 1.0)):
            x, y = centre + rng.normal(0, noise, 2)
            inside = (rows - y) ** 2 + (columns - x) ** 2 < (size + rng.normal(0, noise / 2)) ** 2
            file = f"{name}-{number}.png"
            Image.fromarray(inside.astype(np.uint8) * 255).save(folder / file)
            tables[name].append({"case": f"c{number}", "mask": file})
    for name, table in tables.items():
        pd.DataFrame(table).to_csv(folder / f"{name}.csv", index=False)
    truth = Truth.load(folder / "truth.csv", kind="segmentation")
    return made("Outline of the heart", [Readings.load(folder / f"{x}.csv") for x in tables][1:], truth)


def doctors(n: int = 120) -> EvidenceInput:
    """Five doctors, each without and with AI, with reading times, and the AI alone."""
    rng = np.random.default_rng(8)
    ill = rng.random(n) < 0.4
    case = [f"c{number}" for number in range(n)]
    tables = []
    for place, doctor in enumerate(DOCTORS):
        for condition, distance, speed in (("without AI", 1.3, 3.7), ("with AI", 1.9, 3.4)):
            felt = rng.normal(size=n) + (distance + 0.1 * place) * ill
            said = {"score": felt.round(1), "decision": (felt > 0.8).astype(int)}
            seconds = np.exp(rng.normal(speed, 0.4, n)).round(1)
            tables.append(
                pd.DataFrame({"case": case, "reader": doctor, "condition": condition, "seconds": seconds})
            )
            tables[-1] = tables[-1].assign(**said)
    model = Readings.from_frame(
        pd.DataFrame({"case": case, "score": share_of(rng.normal(size=n) + 2.2 * ill - 1)}), "cnn"
    )
    truth = Truth.from_frame(pd.DataFrame({"case": case, "label": ill.astype(int)}))
    options = EvaluationOptions(bootstrap=100, thresholds={"cnn": 0.5}, probabilities=frozenset({"cnn"}))
    together = Readings.from_frame(pd.concat(tables, ignore_index=True))
    return made("Five radiologists without and with AI", [together, model], truth, options)


def decisions_only() -> EvidenceInput:
    """The example of the documentation: counts of a paper, cases that cannot be paired."""
    readings = [Readings.load(EXAMPLES / f"{name}.csv") for name in ("cnn", "vuno", "lunit")]
    options = EvaluationOptions(bootstrap=100, unpaired=True)
    return made("Three programs", readings, Truth.load(EXAMPLES / "truth.csv"), options)


def repeats(n: int = 400) -> EvidenceInput:
    """A model trained three times, and its ensemble, beside a score."""
    rng = np.random.default_rng(9)
    frame = identity(n)
    ill = rng.random(n) < 0.3
    frame["label"] = np.where(ill, "pneumonia", "normal")
    felt = 1.8 * ill + rng.normal(0, 1, n)
    trained = [
        frame[["case"]].assign(repeat=repeat, score=share_of(felt - 1 + rng.normal(0, 0.6, n)))
        for repeat in (1, 2, 3)
    ]
    score = frame[["case"]].assign(score=np.clip(np.round(felt + rng.normal(0, 1.3, n)), 0, 5))
    readings = [
        Readings.from_frame(pd.concat(trained, ignore_index=True), "resnet18"),
        Readings.from_frame(score, "curb65"),
    ]
    options = EvaluationOptions(bootstrap=100, probabilities=frozenset({"resnet18"}), comparator="curb65")
    return made("A model trained three times", readings, Truth.from_frame(frame), options)


WORLDS: dict[str, Callable[[], EvidenceInput]] = {
    "two-classes": two_classes,
    "several-classes": several_classes,
    "findings": findings,
    "one-horizon": one_horizon,
    "competing-events": competing_events,
    "regression": regression,
    "detection": detection,
    "doctors": doctors,
    "decisions-only": decisions_only,
    "repeats": repeats,
}
TASKS = (*WORLDS, "segmentation")


def world(name: str, folder: Path) -> EvidenceInput:
    """A world by its name; the folder is for files that it needs."""
    return segmentation(folder) if name == "segmentation" else WORLDS[name]()
