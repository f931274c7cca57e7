"""The table [preparation] of a study file flows into the plan, and what has no meaning is refused."""

import numpy as np
import pytest
from PIL import Image

from hilum.errors import ModelError, StudyFileError
from hilum.phantom.scintigrams import make_scan, shown
from hilum.preparation import Asked, Fingerprint, make_plan
from hilum.study import Classification, Preparation, ReaderOptions, dump_study, parse_study

STUDY = 'version = 1\n[cohort]\nimages = "scans"\n[preparation]\n{}\n[[readers]]\nmodel = "small_cnn"\n'


def _fingerprint(slices: int = 1) -> Fingerprint:
    return Fingerprint(
        images={"train": 90},
        patients={"train": 90},
        sampled=9,
        unreadable=0,
        rows=(64, 64, 64),
        columns=(64, 64, 64),
        slices=(slices, slices, slices),
        aspect=(1, 1, 1),
        bits=8,
        brightness=(0.4, 0.5, 0.6),
        spread=(0.2, 0.2, 0.3),
    )


def _scans(folder, n=8):
    paths = []
    for number in range(n):
        scan = shown(make_scan("perfusion", neck=False, seed=(number,)))
        paths.append(folder / f"{number}.png")
        Image.fromarray(np.round(scan * 255).astype(np.uint8)).save(paths[-1])
    return paths


def test_what_is_asked_is_in_the_plan(tmp_path):
    options = Preparation(centre="lungs", normalisation="min-max", clahe=True, resampling="b-spline")
    asked = Asked.of(options, "stretch", _scans(tmp_path))
    assert Asked.from_json(asked.to_json()) == asked
    plan = make_plan(_fingerprint(), Classification(), ReaderOptions(model="small_cnn"), tmp_path, asked)
    steps = plan.picture.steps
    assert (steps.centre, steps.fallback, steps.clahe, steps.resampling) == (
        "lungs",
        "mutual information",
        True,
        "b-spline",
    )
    assert plan.picture.normalisation == "min-max"
    assert steps.mean
    assert any("two lungs were found in 8 of 8 training images" in note for note in plan.notes)


def test_a_reader_may_differ_in_grey_values_and_not_in_the_fit_of_the_mean_image(tmp_path):
    asked = Asked.of(Preparation(centre="lungs"), "stretch", _scans(tmp_path))
    own = ReaderOptions(model="small_cnn", training={"normalisation": "z-score"})
    plan = make_plan(_fingerprint(), Classification(), own, tmp_path, asked)
    assert (plan.picture.normalisation, plan.picture.steps.centre) == ("z-score", "lungs")
    own = ReaderOptions(model="small_cnn", training={"fit": "letterbox"})
    with pytest.raises(ModelError, match="write `fit` in"):
        make_plan(_fingerprint(), Classification(), own, tmp_path, asked)


def test_a_window_keeps_its_grey_values():
    asked = Asked.of(Preparation(window=[-600, 1500]), "letterbox")
    assert (asked.normalisation, asked.steps.window) == ("none", (-600, 1500))


def test_volumes_have_no_steps_for_single_pictures():
    own = ReaderOptions(model="slices(small_cnn)", pretrained=False)
    asked = Asked.of(Preparation(crop="body"), "letterbox")
    with pytest.raises(ModelError, match="the images are volumes"):
        make_plan(_fingerprint(20), Classification(), own, asked=asked)
    asked = Asked.of(Preparation(window=[-600, 1500]), "letterbox")
    assert make_plan(_fingerprint(20), Classification(), own, asked=asked).picture.steps.window == (
        -600,
        1500,
    )


def test_images_that_cannot_be_read_do_not_stop_the_mean(tmp_path):
    paths = _scans(tmp_path)
    paths[0].write_bytes(b"no image")
    asked = Asked.of(Preparation(centre="lungs"), "stretch", paths)
    assert "7 of 7" in asked.notes[-1]
    with pytest.raises(ModelError, match="not one training image can be read"):
        Asked.of(Preparation(centre="lungs"), "stretch", paths[:1])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('center = "lungs"', "did you mean `centre`"),
        ('fallback = "random"', 'goes with centre = "lungs"'),
        ("window = [40, 0]", "`window` of no width"),
        ('fit = "stretch"\nspacing_mm = 1.0', "`fit` and `spacing_mm`"),
        ('clahe = true\nnormalisation = "local"', "`clahe` twice"),
    ],
)
def test_what_has_no_meaning_is_refused(line, sentence):
    with pytest.raises(StudyFileError, match=sentence):
        parse_study(STUDY.format(line))


def test_the_table_is_written_and_read_back():
    text = STUDY.format('centre = "lungs"\nwindow = [-600, 1500]')
    study = parse_study(text)
    assert parse_study(dump_study(study)) == study
    assert "[preparation]" in dump_study(study)
    assert "[preparation]" not in dump_study(parse_study(STUDY.format("")))
