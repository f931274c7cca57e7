import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.errors import ReadingsError
from hilum.evaluation import Readings
from hilum.readers import combine
from hilum.study.tasks import ManyFindings, Regression


@pytest.mark.parametrize(
    ("task", "truth"), [(ManyFindings(findings=["mass"]), "mass"), (Regression(value="volume"), "value")]
)
def test_readers_of_findings_and_of_numbers_are_not_combined(task, truth, tmp_path):
    names = [f"c{number}" for number in range(20)]
    cases = pd.DataFrame({"case": names, "patient": names, "part": "validation", "image": ""})
    cases[truth] = np.arange(20) % 2.0
    readings = [
        Readings.from_frame(pd.DataFrame({"case": names, "score": np.arange(20.0)}), reader=name)
        for name in ("a", "b")
    ]
    with pytest.raises(ReadingsError, match=f"this cohort asks for {task.kind}: leave `combine` out"):
        combine(readings, Cohort(cases, task, tmp_path, (), (), None, ()))
