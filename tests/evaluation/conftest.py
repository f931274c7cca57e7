"""Tables that several situations share."""

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import Readings, Truth

# Document 003, figures 5 to 7: true negatives, false positives, false negatives, true positives.
PAPER = {"CNN": (138, 93, 3, 297), "VUNO": (164, 67, 19, 281), "LUNIT": (121, 110, 11, 289)}


@pytest.fixture
def paper_cases():
    return [f"{number:04d}" for number in range(531)]


@pytest.fixture
def paper_truth(paper_cases):
    return pd.DataFrame({"case": paper_cases, "label": ["normal"] * 231 + ["pneumonia"] * 300})


@pytest.fixture
def paper_decisions(paper_cases):
    tables = {}
    for name, (tn, fp, fn, tp) in PAPER.items():
        decision = [0] * tn + [1] * fp + [0] * fn + [1] * tp
        tables[name] = pd.DataFrame({"case": paper_cases, "decision": decision})
    return tables


@pytest.fixture
def cohort():
    """Binary cohort of 600 cases in three parts: a good model, a coarse score, and the truth of both."""
    rng = np.random.default_rng(11)
    n = 600
    severity = rng.normal(size=n)
    label = (severity + rng.normal(size=n) > 0.8).astype(int)
    frame = pd.DataFrame(
        {
            "case": [f"c{number:03d}" for number in range(n)],
            "patient": [f"p{number:03d}" for number in range(n)],
            "part": np.repeat(["validation", "test", "B"], [150, 250, 200]),
            "label": label,
        }
    )
    model = severity + rng.normal(size=n) * 0.5
    score = np.clip(np.round(severity + rng.normal(size=n) + 2), 0, 5)
    return (
        Truth.from_frame(frame),
        Readings.from_frame(pd.DataFrame({"case": frame["case"], "score": model}), "model"),
        Readings.from_frame(pd.DataFrame({"case": frame["case"], "score": score}), "points"),
    )
