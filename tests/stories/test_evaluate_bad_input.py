"""`hilum evaluate` with tables that are wrong: each is named and counted, and refused or warned of."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.evaluation import Evaluation, Notice, text_table
from stories.evaluation_tables import Asked, evaluate, written

N = 60
CASE = [f"c{i}" for i in range(N)]
ILL = np.arange(N) % 3 == 0
RNG = np.random.default_rng(0)
SCORE = np.round(RNG.normal(ILL * 1.5, 1), 3)
TIME = np.arange(1, N + 1)
EVENT = (np.arange(N) % 2).astype(int)


@pytest.fixture
def run(tmp_path):
    """Truth and readings as columns, and options: what came of it."""

    def start(truth, readings, *options: object, csv=None):
        reference = written(tmp_path / "truth.csv", {"case": CASE, **truth})
        table = written(tmp_path / "cnn.csv", {"case": CASE, **readings}, **(csv or {}))
        return evaluate(Asked(reference, (table,)), *options)

    return start


def refused(done):
    """The one sentence with which it was refused."""
    code, printed = done
    assert code == 2, printed
    lines = [line for line in printed.splitlines() if line]
    assert len(lines) == 1, printed
    assert lines[0].startswith("hilum: ")
    assert len(lines[0]) < 260
    return lines[0]


def warned(done):
    """The warnings, where the work was done all the same."""
    code, printed = done
    assert code == 0, printed
    return "\n".join(line for line in printed.splitlines() if line.startswith("warning"))


LABEL = {"label": np.where(ILL, "ill", "normal")}
READ = {"score": SCORE}
SURVIVAL = {"time": TIME, "event": EVENT}
RISK = {"risk": SCORE}
FINDINGS = {"mass": ILL * 1, "nodule": EVENT}


def without(value, *places: int):
    """The scores with something else in some places."""
    values = SCORE.astype(object)
    for place in places:
        values[place] = value
    return values


@pytest.mark.parametrize(
    ("truth", "readings", "words"),
    [
        (LABEL, {**READ, "case": [f"z{i}" for i in range(N)]}, "none of the 60 cases of cnn is in the truth"),
        (LABEL, {**READ, "case": ["c1", *CASE[1:]]}, "2 rows of cnn share reader, repeat and case"),
        ({**LABEL, "case": ["c1", *CASE[1:]]}, READ, "2 rows of the truth share their case"),
        ({**LABEL, "case": ["", *CASE[1:]]}, READ, "1 rows of the truth have no case"),
        (LABEL, {"score": [""] * N}, "cnn has no opinion on any case"),
        (LABEL, {"score": ["high"] * N}, "60 values that are no numbers, the first in data row 1"),
        (LABEL, {"score": [f"{i}%" for i in range(N)]}, "percent sign, so write 0.5 for 50 %"),
        (LABEL, {"scroe": SCORE}, "no column `score`: rename `scroe`"),
        (LABEL, {**READ, "decision": ["maybe"] * N}, "the decision `maybe` of cnn is none of the classes"),
        ({"label": ["ill"] * N}, READ, "one label only, `ill`"),
        ({"label": [""] * N}, READ, "no label at all"),
        ({"label": np.where(ILL, "a", "b")}, READ, "do not say which is the positive one"),
        ({"lable": LABEL["label"]}, READ, "no column `label`: rename `lable`"),
        ({"mass": np.arange(N) % 3}, READ, "says nothing that can be judged"),
        ({"time": TIME, "event": [0] * N}, RISK, "no case of the truth has an event"),
        ({"time": [""] * N, "event": EVENT}, RISK, "no case of the truth has both a time and an event"),
        ({"time": -TIME, "event": EVENT}, RISK, "60 follow-up times of the truth are negative or infinite"),
        ({"time": ["2024-01-05"] * N, "event": EVENT}, RISK, "they are dates, so count days from the image"),
        ({"time": TIME, "event": ["maybe"] * N}, RISK, "`event` of the truth holds `maybe`"),
        ({"time": TIME}, RISK, "no column `event`"),
        (SURVIVAL, {"risk_30d": SCORE * 40}, "of `risk_30d` of cnn are not between 0 and 1"),
        ({"value": ["tall"] * N}, {"value": SCORE}, "column `value` of the truth holds 60 values"),
        (
            {"value": [""] * N},
            {"value": SCORE},
            "nothing can be measured: 60 cases of test have no",
        ),
        (FINDINGS, READ, "cnn has no opinion on any finding of the truth"),
        ({"label": np.array(list("abc"))[np.arange(N) % 3]}, READ, "no column `score_a`: with 3 classes"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(run, truth, readings, words):
    assert words in refused(run(truth, readings))


@pytest.mark.parametrize(
    ("truth", "readings", "words"),
    [
        (
            LABEL,
            {**READ, "case": ["z1", "z2", *CASE[2:]]},
            "2 readings of cnn are of cases that",
        ),
        (LABEL, {"score": without("", 4)}, "cnn has no reading of 1 of the 60 cases of test"),
        (
            LABEL,
            {"score": without("inf", 3, 5)},
            "`score` of cnn is infinite in 2 rows; they count",
        ),
        (LABEL, {"score": -3 * ILL + SCORE}, "far below 0.5: perhaps its low scores mean positive"),
        ({**LABEL, "part": np.where(ILL, "A", "B")}, READ, "all 20 cases of A read by cnn are of one class"),
        (LABEL, {"score": [1] * N}, "the AUROC of cnn in test is 0.5 without any variation"),
        (LABEL, READ, "the truth names no patients"),
        ({**LABEL, "part": "val"}, READ, "the part `val` is taken for an external cohort"),
        (
            LABEL,
            {**READ, "patient": CASE, "part": "B"},
            "60 readings of cnn name another part",
        ),
        ({"time": [0] * 10 + list(TIME[10:]), "event": [1] * N}, RISK, "have the event on day 0"),
        ({**SURVIVAL, "entry": 10}, RISK, "immortal time"),
        ({"time": TIME + 300, "event": [1] * N}, RISK, "has the event before day 301"),
        (SURVIVAL, {"risk": -TIME * -1.0}, "far below 0.5: perhaps a low value means a high risk"),
        ({"value": TIME + 40}, {"value": (TIME + 40) * 10}, "perhaps they are in another unit"),
        (
            {"mass": ILL * 1, "nodule": EVENT},
            {"score_mas": SCORE, "score_nodule": SCORE},
            "`score_mas`, of which",
        ),
        (
            {"mass": [1] * N, "nodule": EVENT},
            {"score_mass": SCORE, "score_nodule": SCORE},
            "mass: no case of test",
        ),
    ],
)
def test_what_can_be_used_in_part_is_warned_of_and_counted(run, truth, readings, words):
    assert words in warned(run(truth, readings))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--comparator", "cn"], "the comparator `cn` is none of the readers: did you mean `cnn`?"),
        (["--subgroup", "sxe"], "no column `sxe` to make groups by: did you mean `sex`?"),
        (
            ["--threshold", "cn=0.5"],
            "a threshold is given for `cn`, which is none of the readers",
        ),
        (["--threshold", "high"], "the threshold `high` is no number"),
        (["--threshold", "nan"], "a threshold is not finite"),
        (["--threshold", "0.4", "--threshold", "0.5"], "the threshold of all is given twice"),
        (["--threshold-rule", "cn:youden"], "a threshold rule is given for `cn`"),
        (["--threshold-rule", "best"], "`best` is no rule for a threshold"),
        (["--threshold-rule", "sensitivity=2"], "asks for more than 1"),
        (["--threshold-rule", "sensitivity of vuno"], "speaks of vuno, which is no reader here"),
        (["--recalibrate", "plat"], "`plat` is no way to recalibrate cnn"),
        (["--recalibrate", "cn=platt"], "a recalibration is asked for `cn`"),
        (["--probability", "cn"], "`cn` is called a probability, but it is none of the readers"),
        (["--probability", "cnn"], "scores of cnn are not between 0 and 1"),
        (["--margin", "0"], "a non-inferiority margin is not above 0"),
        (["--margin", "aurocc=0.1"], "`aurocc`, which is no measure: did you mean `auroc`?"),
        (["--margin", "auroc=5"], "a margin of 5 allows any loss"),
        (["--further", "nrri"], "nothing further called `nrri`: did you mean `nri`?"),
        (["--hit", "touch"], "`touch` does not say when a mark finds a lesion"),
        (["--tolerance-mm", "-1"], "a tolerance of -1 mm is no distance"),
        (["--prevalence", "5"], "is not between 0 and 1"),
        (["--interval", "wald"], "no interval `wald` of shares"),
        (["--horizon", "0"], "not a number of days above 0"),
        (["--positive", "il"], "the positive class `il` is not among the labels: did you mean `ill`"),
        (["--task", "survial"], "no task `survial` to evaluate: did you mean `survival`?"),
        (["--task", "survival"], "no column `time`"),
        (["--task", "segmentation"], "no column `mask`"),
        (["--report", "report.docx"], "written as HTML or PDF, not as `.docx`"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(run, options, words):
    validation = {"part": np.where(np.arange(N) % 2, "validation", "test"), "sex": ["F", "M"] * (N // 2)}
    assert words in refused(run({**LABEL, **validation}, READ, *options))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--horizon", "30"], "--horizon means nothing for classification"),
        (["--tolerance-mm", "3"], "--tolerance-mm means nothing for classification"),
        (["--margin", "0.05"], "--margin needs two readers to compare and there is one"),
    ],
)
def test_wishes_that_mean_nothing_here_are_said(run, options, words):
    assert words in warned(run(LABEL, READ, *options))


@pytest.mark.parametrize(
    ("horizon", "words"),
    [
        ("500", "nobody of test is followed for 500 days (the last follow-up ends on day 60)"),
        ("1", "none of the 60 cases of test has the event by day 1"),
    ],
)
def test_a_horizon_that_the_follow_up_does_not_reach(run, horizon, words):
    assert words in warned(run(SURVIVAL, RISK, "--horizon", horizon))


def test_a_part_without_an_event(run):
    part = np.where(np.arange(N) < 30, "B", "test")
    done = run({"time": TIME, "event": np.where(part == "B", EVENT, 0), "part": part}, RISK)
    assert "none of the 30 cases of test read by cnn has an event: nothing can be ranked" in warned(done)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "a.csv is empty"),
        ("a.csv", b"\n  \n\n", "a.csv is empty"),
        ("a.csv", b"case,score\n", "the readings have no rows"),
        ("a.csv", b"case,score,score\nc1,1,2\n", "has the column `score` twice"),
        ("a.csv", bytes(range(256)) * 8, "a.csv cannot be read as a table"),
        ("a.parquet", b"no parquet", "a.parquet cannot be read as a table"),
        ("a.xlsx", b"PK", "a.xlsx is an Excel file: save it as CSV"),
        ("a.docx", b"PK", "a.docx is neither CSV nor Parquet"),
        ("folder/a.csv", b"case,score\nc1,1\n", "folder is a folder: name the file in it"),
    ],
)
def test_files_that_are_no_tables(tmp_path, name, content, words):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    truth = written(tmp_path / "truth.csv", {"case": CASE, **LABEL})
    given = path.parent if path.parent != tmp_path else path
    assert words in refused(evaluate(Asked(truth, (given,))))


def test_a_file_that_is_not_there(tmp_path):
    truth = written(tmp_path / "truth.csv", {"case": CASE, **LABEL})
    assert "no file nowhere.csv" in refused(evaluate(Asked(truth, (tmp_path / "nowhere.csv",))))
    assert "no file nowhere.csv" in refused(evaluate(Asked(tmp_path / "nowhere.csv", (truth,))))


def test_one_reader_in_two_files(tmp_path):
    truth = written(tmp_path / "truth.csv", {"case": CASE, **LABEL})
    one = written(tmp_path / "cnn.csv", {"case": CASE, **READ})
    other = written(tmp_path / "again" / "cnn.csv", {"case": CASE[30:], "score": SCORE[30:]})
    said = refused(evaluate(Asked(truth, (one, other))))
    assert "30 rows of cnn share repeat and case with a row of another table" in said


@pytest.mark.parametrize(
    "csv",
    [
        {"encoding": "cp949"},
        {"encoding": "utf-16"},
        {"encoding": "utf-8-sig"},
        {"sep": ";"},
        {"sep": "\t"},
        {"lineterminator": "\r\n"},
    ],
    ids=str,
)
def test_tables_as_excel_leaves_them_are_read_alike(run, csv):
    words = {"label": np.where(ILL, "폐렴", "정상")}
    said = {**READ, "decision": np.where(SCORE > 0.5, "폐렴", "정상")}
    assert run(words, said, csv=csv) == run(words, said)


def test_a_decimal_comma_is_refused_and_not_guessed(run):
    said = refused(run(LABEL, READ, csv={"sep": ";", "decimal": ","}))
    assert "they have a decimal comma" in said


BOX = {"x": 50, "y": 40, "width": 20, "height": 20, "score": SCORE}
NONE = [None if i % 2 else 50 for i in range(N)]
LESIONS = {"x": NONE, "y": NONE, "width": NONE, "height": NONE}


@pytest.mark.parametrize(
    ("marks", "options", "words"),
    [
        ({**BOX, "y": [None, *[40] * (N - 1)]}, [], "1 rows of cnn give only one of `x` and `y`"),
        ({**BOX, "width": [None, None, *[40] * (N - 2)]}, [], "2 boxes of cnn lack a side"),
        ({**BOX, "width": 0}, [], "a `width` of cnn is not above 0"),
        ({**BOX, "x": np.inf}, [], "`x` of cnn is infinite in 60 rows"),
        ({"x1": 1, "y1": 2, "x2": 3, "y2": 4, "score": SCORE}, [], "cnn gives boxes by two corners"),
        ({"score": SCORE}, [], "cnn has no column `x`"),
        ({**BOX, "repeat": 1}, [], "cnn has repeats"),
        (BOX, ["--hit", "iou=2"], "`iou=2` does not say when a mark finds a lesion"),
        ({"x": 50, "y": 40, "score": SCORE}, ["--hit", "iou=0.5"], "60 marks of cnn are points"),
    ],
)
def test_marks_that_cannot_be_used_are_refused(run, marks, options, words):
    assert words in refused(run(LESIONS, marks, *options))


@pytest.mark.parametrize(
    ("lesions", "marks", "words"),
    [
        (LESIONS, {**BOX, "score": without("", 1, 2)}, "2 marks of cnn have no score; they are left out"),
        (LESIONS, {**BOX, "score": without("inf", 1)}, "1 mark of cnn has an infinite score; it is left out"),
        (dict.fromkeys(LESIONS, [None] * N), BOX, "no case of test has a lesion"),
        (dict.fromkeys(LESIONS, 50), BOX, "every case of test has a lesion: wAFROC is not defined"),
        (
            LESIONS,
            {**BOX, "case": ["c0", "c0", *CASE[2:]], "score": 1},
            "1 mark of cnn is an exact copy",
        ),
    ],
)
def test_marks_that_can_be_used_in_part_are_warned_of(run, lesions, marks, words):
    assert words in warned(run(lesions, marks))


@pytest.fixture
def outlined(tmp_path):
    """Eight squares, their outlines, and one more mask of a name."""
    square = np.zeros((24, 24), np.uint8)
    square[6:18, 6:18] = 1
    for folder in ("true", "said"):
        (tmp_path / folder).mkdir()
        for number in range(8):
            Image.fromarray(np.roll(square, number % 2, 0)).save(tmp_path / folder / f"{number}.png")
    Image.fromarray(square[:12, :12]).save(tmp_path / "said" / "small.png")
    Image.fromarray(square * 7).save(tmp_path / "said" / "seven.png")
    (tmp_path / "said" / "broken.png").write_bytes(b"no picture")
    truth = {"case": range(8), "mask": [f"true/{number}.png" for number in range(8)]}

    def start(*masks: str):
        said = [*[f"said/{number}.png" for number in range(8 - len(masks))], *masks]
        tables = (written(tmp_path / "cnn.csv", {"case": range(8), "mask": said}),)
        return evaluate(Asked(written(tmp_path / "truth.csv", truth), tables))

    return start


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        ("said/nowhere.png", "1 mask of cnn is missing, damaged or holds no labels; its image is left out"),
        ("said/broken.png", "1 mask of cnn is missing, damaged or holds no labels; its image is left out"),
        ("said/small.png", "1 mask of cnn lies on another grid than the truth's"),
        ("said/seven.png", "the masks of cnn hold labels that the truth has nowhere (7)"),
        ("", "in 1 image of cnn only one of truth and outline is empty"),
    ],
)
def test_masks_that_cannot_be_used(outlined, mask, words):
    assert words in warned(outlined(mask))


@pytest.mark.parametrize("mask", ["../secret.png", "/etc/hostname", "said/../../secret.png"])
def test_masks_outside_their_folder_are_never_opened(outlined, mask):
    assert "leads out of the folder of its table" in refused(outlined(mask))


def test_no_mask_at_all(outlined):
    said = refused(outlined(*[f"said/no{number}.png" for number in range(8)]))
    assert "nothing can be measured: 8 masks of cnn are missing" in said


def doctor(name, condition, **more: object):
    return pd.DataFrame({"case": CASE, "reader": name, "condition": condition, "decision": EVENT, **more})


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([doctor("Kim", "with AI")[:9], doctor("Kim", "")[9:]], "some rows of Kim have a `condition`"),
        ([doctor("Kim", "with AI")] * 2, "share reader, repeat and case"),
        ([doctor("Kim", "with AI", seconds=-3)], "some `seconds` of the readings are below 0"),
        ([doctor("Kim", "with AI").assign(reader="")], "60 rows of the readings name no reader"),
    ],
)
def test_doctors_tables_that_cannot_be_used(tmp_path, tables, words):
    truth = written(tmp_path / "truth.csv", {"case": CASE, **LABEL})
    table = written(tmp_path / "doctors.csv", pd.concat(tables))
    assert words in refused(evaluate(Asked(truth, (table,))))


def test_a_doctor_who_read_in_one_condition_only(tmp_path):
    truth = written(tmp_path / "truth.csv", {"case": CASE, **LABEL})
    both = [doctor(name, how) for name in ("Kim", "Lee") for how in ("without AI", "with AI")]
    table = written(tmp_path / "doctors.csv", pd.concat([*both, doctor("Park", "with AI")]))
    said = warned(evaluate(Asked(truth, (table,))))
    assert "Park did not read in every condition" in said
    assert "only 2 doctors read the same cases" in said


def test_no_message_holds_a_patients_identifier(run):
    secret = [f"secret{i}" for i in range(N)]
    code, printed = run({**LABEL, "patient": secret}, {"score": without("high", 3), "patient": secret[::-1]})
    assert code == 2
    assert "secret" not in printed
    assert "secret" not in run({**LABEL, "patient": secret}, {**READ, "patient": secret[::-1]})[1]


def test_many_warnings_are_cut_on_the_screen():
    notices = tuple(Notice("understood", f"something of kind {chr(65 + i)}") for i in range(26))
    lines = text_table(Evaluation("classification", warnings=notices)).splitlines()
    assert [line for line in lines if line.startswith("warning")] == [
        f"warning  {notice.text}" for notice in notices[:12]
    ]
    assert lines[-1].strip() == "and 14 more in the JSON"


def test_the_most_serious_warning_stands_first(run):
    said = warned(run({**LABEL, "part": "val"}, {"score": -3 * ILL + SCORE, "case": ["z", *CASE[1:]]}))
    order = ["far below 0.5", "of a case that the truth does not know", "taken for an external cohort"]
    places = [said.index(words) for words in [*order, "the truth names no patients"]]
    assert places == sorted(places)


def test_a_warning_that_holds_for_very_many_names_only_some_on_the_screen():
    readers = tuple(f"reader {i}" for i in range(40))
    notices = tuple(
        Notice("few_events", f"only {i + 2} cases read by {name}", i + 2) for i, name in enumerate(readers)
    )
    line = text_table(Evaluation("classification", readers=readers, warnings=notices))
    assert line.startswith("warning  only 2 cases read by reader 0 (likewise reader 1: 3, reader 2: 4")
    assert line.endswith("31 more)")


@pytest.mark.parametrize("option", ["--json", "--report"])
def test_where_nothing_can_be_written_is_said_before_anything_is_worked_out(run, tmp_path, option):
    (tmp_path / "results.html").mkdir()
    said = refused(run(LABEL, READ, option, tmp_path / "results.html"))
    assert said == "hilum: results.html is a folder: name a file in it"
    assert "there is no folder nowhere" in refused(run(LABEL, READ, option, tmp_path / "nowhere" / "a.html"))
