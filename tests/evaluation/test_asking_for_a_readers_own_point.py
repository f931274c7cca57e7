"""Who asks for a reader's sensitivity means its own operating point, not that of another reader."""

import numpy as np
import pandas as pd

from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate


def test_points_that_follow_another_reader_are_found_only_by_name():
    rng = np.random.default_rng(8)
    n = 600
    label = rng.random(n) < 0.3
    part = np.where(np.arange(n) < 200, "validation", "test")
    truth = Truth.from_frame(pd.DataFrame({"case": range(n), "part": part, "label": label.astype(int)}))
    readings = [
        Readings.from_frame(
            pd.DataFrame({"case": range(n), "score": rng.normal(size=n) + lift * label}), reader=name
        )
        for name, lift in (("today", 0.8), ("new", 1.5))
    ]
    result = evaluate(readings, truth, EvaluationOptions(comparator="today", bootstrap=100))
    rows = [
        row
        for row in result.comparisons
        if {row.reader_a, row.reader_b} == {"new", "today"}
        and (row.part, row.measure) == ("test", "sensitivity")
    ]
    assert any(row.at == "equal number screened as today" for row in rows)
    found = result.compare("today", "new", "test", "sensitivity")
    assert found is not None
    assert found.method == "mcnemar_exact"
    assert result.compare("new", "today", "test", "sensitivity") is None
    screened = result.compare("new", "today", "test", "sensitivity", at="equal number screened as today")
    assert screened is not None
    own = result.find("new", "test", "sensitivity")
    assert own is not None
    assert str(own.at).startswith("threshold=")
    assert result.find("new", "test", "sensitivity", at="sensitivity of today") is not None
