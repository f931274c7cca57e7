"""FROC on the nodules of LUNA16 against its rules written out again, step by step.

The candidates are made here: moved from the annotated nodules, with false ones at random. LUNA16 counts a
nodule as found when a candidate's centre is nearer to it than its radius, scores it with its best candidate,
ignores all other candidates on nodules, and reads sensitivity at 1/8 … 8 false positives per scan by linear
interpolation (Setio et al., Medical Image Analysis 2017).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation.measures.detections import Images, detect
from hilum.evaluation.measures.froc import FALSE_POSITIVE_RATES, froc_sensitivities
from hilum.evaluation.measures.matching import Hit
from hilum.evaluation.measures.regions import Regions

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "luna16"
SPACE = ["coordX", "coordY", "coordZ"]


def _candidates(nodules, scans, seed):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(2):
        shift = rng.normal(size=(len(nodules), 3)) * nodules[["diameter_mm"]].to_numpy() / 5
        near = nodules[["scan"]].assign(score=np.round(rng.beta(4, 2, len(nodules)), 3))
        near[SPACE] = nodules[SPACE].to_numpy() + shift
        rows.append(near[rng.random(len(nodules)) < 0.8])
    count = 8 * scans
    wrong = pd.DataFrame(rng.uniform(-200, 200, (count, 3)), columns=SPACE)
    rows.append(wrong.assign(scan=rng.integers(0, scans, count), score=np.round(rng.beta(2, 4, count), 3)))
    return pd.concat(rows, ignore_index=True)


def _by_the_rules(nodules, candidates, scans):
    best, false = [], []
    nodules_of = dict(list(nodules.groupby("scan")))
    candidates_of = dict(list(candidates.groupby("scan")))
    for scan in range(scans):
        marks = candidates_of.get(scan, candidates.iloc[:0])
        left = set(marks.index)
        for _, nodule in nodules_of.get(scan, nodules.iloc[:0]).iterrows():
            distance = np.sqrt(((marks[SPACE] - nodule[SPACE].astype(float)) ** 2).sum(axis=1))
            on = marks[distance < nodule["diameter_mm"] / 2]
            left -= set(on.index)
            best.append(on["score"].max() if len(on) else -np.inf)
        false.extend(marks.loc[sorted(left), "score"])
    best, false = np.array(best), np.array(false)
    levels = np.unique(np.concatenate([best[np.isfinite(best)], false]))[::-1]
    rate = [0.0, *(np.sum(false >= level) / scans for level in levels)]
    found = [0.0, *(np.mean(best >= level) for level in levels)]
    return np.interp(FALSE_POSITIVE_RATES, rate, found)


@pytest.mark.skipif(
    not (FOLDER / "annotations.csv").is_file(),
    reason="the annotations of LUNA16 are not on this machine",
)
def test_froc_follows_the_rules_of_luna16():
    nodules = pd.read_csv(FOLDER / "annotations.csv")
    uids = sorted(nodules["seriesuid"].unique())[:150]
    nodules = nodules[nodules["seriesuid"].isin(uids)].reset_index(drop=True)
    nodules["scan"] = pd.Index(uids).get_indexer(pd.Index(nodules["seriesuid"]))
    scans = len(uids) + 30  # thirty scans without a nodule
    candidates = _candidates(nodules, scans, seed=5)
    lesions = Regions.balls(
        nodules["scan"].to_numpy(), nodules[SPACE].to_numpy(), nodules["diameter_mm"].to_numpy()
    )
    marks = Regions.points(candidates["scan"].to_numpy().astype(np.int64), candidates[SPACE].to_numpy())
    made = detect(marks, candidates["score"].to_numpy(), lesions, Images.one_each(scans), hit=Hit())
    expected = _by_the_rules(nodules, candidates, scans)
    assert froc_sensitivities(made)[0] == pytest.approx(expected, abs=1e-12)
    assert 0.1 < expected[0] < expected[-1] < 1
