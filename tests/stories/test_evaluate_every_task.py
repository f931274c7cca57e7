"""`hilum evaluate` as a clinician meets it: the main numbers of every task with their tests."""

import json
import re
from pathlib import Path

import pytest

from stories import evaluation_tables
from stories.evaluation_tables import TASKS, evaluate

FILES = Path(__file__).resolve().parents[2] / "docs" / "reference" / "files.md"
SHARED = {"part", "measure", "of", "at", "low", "high", "se", "statistic", "df", "method", "n", "events"}
TYPES = {"part": str, "measure": str, "method": str, "n": int, "events": int}
MEASURE = {**TYPES, "reader": str, "n_excluded": int}
COMPARISON = {**TYPES, "reader_a": str, "scale": str}
MAIN = {"regression": "mae", "boxes": "wafroc", "circles": "wafroc", "outlines": "dice", "volumes": "dice"}
TESTED = {"reader_a", "reader_b", "scale", "difference", "p", "margin"}


@pytest.fixture(scope="module", params=TASKS, ids=lambda task: task.__name__)
def done(request, tmp_path_factory):
    """The task, what was printed, and evaluation.json."""
    folder = tmp_path_factory.mktemp(request.param.__name__)
    code, printed = evaluate(request.param(folder), "--json", folder / "evaluation.json")
    assert code == 0, printed
    text = (folder / "evaluation.json").read_text(encoding="utf-8")
    return request.param.__name__, printed, json.loads(text, parse_constant=pytest.fail)


HEADLINES = {
    "two_classes": ["AUROC", "DeLong", "accuracy", "TN", "McNemar exact", "cases, 16 pneumonia"],
    "scores_with_wishes": [
        "cnn - curb65",
        "sensitivity at the frozen threshold",
        "calibration slope (1 is right)",
        "AUROC not worse by 0.1: one-sided",
        "cnn, sex=F",
        "difference between groups",
    ],
    "doctors": [
        "mean of 3 readers, with AI",
        "Kim, with AI - Kim, without AI",
        "all readers, with AI - all readers, without AI",
        "Obuchowski-Rockette, readers and cases random",
        "cnn - mean of 3 readers, without AI",
        "seconds a case",
        "Fleiss' kappa",
    ],
    "sessions": ["Kim, session 1 - Kim, session 2", "AUROC"],
    "repeats": ["resnet-ensemble", "bootstrap of patients, then repeats"],
    "three_classes": ["AUROC, mean over classes", "recall, mean over classes", "balanced accuracy"],
    "findings": [
        "AUROC, mean over findings",
        "AUROC, one by one",
        "mass",
        "nodule",
        "effusion",
        "wide - long",
    ],
    "survival": ["AUROC at 90 days", "AUROC at 1 year", "Harrell's C", "cox - points", "calibration slope"],
    "competing_events": ["AUROC at 1 year", "Harrell's C", "observed / expected"],
    "regression": [
        "mean absolute error",
        "bias: reader minus truth",
        "limits of agreement",
        "ICC with the truth",
        "cnn - radiologist",
    ],
    "boxes": [
        "wAFROC",
        "FROC: mean share found at 1/8 to 8 false marks an image",
        "lesions found at 1 false mark an image",
        "false marks an image, of the same marks",
        "specificity, case by case",
        "doctor",
    ],
    "circles": ["wAFROC", "lesions found at 1 false mark an image"],
    "outlines": ["Dice", "HD95, pixels", "NSD within 2 pixels", "a - b"],
    "volumes": ["Dice", "HD95, mm", "NSD within 2 mm", "bootstrap of patients"],
}


def test_the_main_numbers_are_on_the_screen(done):
    task, printed, _ = done
    missing = [words for words in HEADLINES[task] if words not in printed]
    assert not missing, f"{missing} not in\n{printed}"
    assert re.search(r"\d\.\d+ \(-?\d+\.\d+(-| to )-?\d+\.\d+\)", printed), "no interval"


def test_every_table_says_its_cases(done):
    _, printed, _ = done
    told = r" \d\.\d+ \(.*\)  +(AUROC|wAFROC|Dice|mean abs)"
    blocks = [block for block in printed.split("\n\n") if re.search(told, block)]
    assert blocks
    assert all(re.search(r"^n  +\d| n \d", block, re.MULTILINE) for block in blocks)


def test_columns_line_up(done):
    _, printed, _ = done
    for block in printed.split("\n\n"):
        lines = block.splitlines()
        if len(lines) < 3 or not lines[0].startswith("  ") or ":" in lines[0]:
            continue
        starts = [found.start() for found in re.finditer(r"(?<=  )\S", lines[0])]
        ragged = [line for line in lines[1:] for at in starts if len(line) > at and line[at - 1] != " "]
        assert not ragged, block


def test_nothing_is_minus_zero_or_absurdly_long(done):
    _, printed, _ = done
    assert not re.search(r"(?<![\d.])[-+]0\.0+(?!\d)", printed), printed
    warned = [line for line in printed.splitlines() if line.startswith("warning")]
    assert len(warned) <= 13
    others = [line for line in printed.splitlines() if line not in warned]
    assert max(len(line) for line in others) <= 150
    assert "_" not in "".join(others).replace("p < ", ""), "a name of the code is on the screen"


def test_the_words_and_the_json_say_the_same(done):
    task, printed, plain = done
    rows = [row for row in plain["measures"] if row["part"] == "test" and row["of"] is None]
    row = next(row for row in rows if row["measure"] == MAIN.get(task, "auroc"))
    line = next(line for line in printed.splitlines() if line.startswith(f"{row['reader']} "))
    assert f"{row['value']:.2f} ({row['low']:.2f}-{row['high']:.2f})" in line


def _forms(column: str) -> list[re.Pattern[str]]:
    """The closed list of forms that docs/reference/files.md names for `of` or `at`."""
    table = FILES.read_text(encoding="utf-8").split(f"| `{column}` |", 1)[1].split("\n\n", 1)[0]
    forms = [
        form for line in table.splitlines()[2:] for form in re.findall(r"`([^`]+)`", line.split(" | ")[0])
    ]
    number, name = r"[-+]?[0-9][0-9.e+-]*", r".+"
    patterns = []
    for form in forms:
        pattern = re.escape(form).replace("<number>", number).replace("<days>", rf"{number}d.*")
        patterns.append(re.compile(re.sub(r"<\w+>", name, pattern)))
    assert len(patterns) > 5
    return patterns


def test_rows_have_the_fields_and_types_of_the_contract(done):
    _, _, plain = done
    for rows, types, keys in (
        (plain["measures"], MEASURE, SHARED | {"reader", "value", "n_excluded"}),
        (
            plain["comparisons"],
            COMPARISON,
            SHARED | TESTED,
        ),
    ):
        for row in rows:
            assert set(row) == keys
            assert all(type(row[key]) is kind for key, kind in types.items()), row
            numbers = keys - set(types) - {"of", "at", "reader_b"}
            assert all(row[key] is None or type(row[key]) in (float, int) for key in numbers), row
            assert all(row[key] is None or type(row[key]) is str for key in ("of", "at")), row
            assert row["events"] >= 0 or row["n"] >= 0
    for row in plain["comparisons"]:
        assert row["scale"] in {"difference", "ratio", "log-ratio"}
        assert row["p"] is None or 0 <= row["p"] <= 1
        assert row["reader_b"] is None or type(row["reader_b"]) is str
    assert all(set(row) == {"code", "text", "n"} for row in plain["warnings"])
    assert all(re.fullmatch(r"[a-z_]+", row["code"]) for row in plain["warnings"])


def test_intervals_hold_their_estimate(done):
    _, _, plain = done
    for row in plain["measures"]:
        if None not in (row["value"], row["low"], row["high"]):
            assert row["low"] - 1e-9 <= row["value"] <= row["high"] + 1e-9, row
        without = row["method"] == "not_estimable"
        assert not without or (row["low"], row["high"]) == (None, None), row


@pytest.mark.parametrize("column", ["of", "at"])
def test_of_and_at_have_no_form_that_the_reference_does_not_name(done, column):
    _, _, plain = done
    rows = [*plain["measures"], *plain["comparisons"]]
    columns = {"sex", "label", "event", "time", "value", "mask", *evaluation_tables.FINDINGS}
    known = {*columns, "normal", "bacterial", "viral", "risk_90d", "risk_365d"}
    said = {row[column] for row in rows} - {None} - (known if column == "of" else set())
    patterns = [pattern for pattern in _forms(column) if pattern.pattern != ".+"]
    strange = [form for form in said if not any(pattern.fullmatch(form) for pattern in patterns)]
    assert not strange


def test_a_warning_that_holds_for_several_readers_is_said_once(tmp_path):
    asked = evaluation_tables.two_classes(tmp_path)
    truth = asked.truth.read_text(encoding="utf-8").replace(",validation,", ",other,")
    asked.truth.write_text(truth, encoding="utf-8")
    code, printed = evaluate(asked, "--json", tmp_path / "evaluation.json")
    assert code == 0
    assert "cnn and curb65 have no validation rows to choose a threshold on" in printed
    warnings = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))["warnings"]
    assert [row["code"] for row in warnings].count("no_threshold") == 1


def test_the_program_itself_prints_and_writes_the_same(hilum, tmp_path):
    asked = evaluation_tables.regression(tmp_path)
    done = hilum(*asked.words("--bootstrap", 100, "--json", tmp_path / "evaluation.json"))
    assert done.returncode == 0
    assert done.stdout == evaluate(asked)[1]
    assert done.stderr == ""
