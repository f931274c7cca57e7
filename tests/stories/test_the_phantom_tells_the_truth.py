"""On patients whose true answers are known, the program's answers are right."""

import json

from hilum.conduct.truth_check import check_truth
from hilum.evaluation import Evaluation


def _gain(evaluation, part, measure):
    """The lower limit of what the combination gains over one of its parts."""
    row = evaluation.compare("severity+curb65", part, "test", measure)
    if row is not None:
        return row.low
    return -evaluation.compare(part, "severity+curb65", "test", measure).high


def test_ten_thousand_patients_without_films(hilum, tmp_path):
    done = hilum("demo", "--no-films", "--folder", tmp_path / "phantom")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].startswith("report: ")
    tables = tmp_path / "phantom" / "tables"
    evaluation = Evaluation.load(tables / "runs" / "study-1" / "evaluation.json")
    truth = json.loads((tables / "truth.json").read_text(encoding="utf-8"))
    checks = check_truth(evaluation, truth)
    assert len(checks) == 6
    for check in checks:
        assert check.standard_errors_off <= 3, check
    for measure in ("auroc", "harrell_c"):
        for part in ("severity", "curb65"):
            assert _gain(evaluation, part, measure) > 0, (measure, part)
