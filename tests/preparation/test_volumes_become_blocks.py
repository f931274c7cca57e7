"""From volumes of any number of slices to blocks of one shape, and what a plan decides for them."""

import nibabel
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.ndimage import zoom

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.image import Slices
from hilum.preparation import Fingerprint, Picture, Plan, fingerprint, make_plan, prepare, prepare_picture
from hilum.preparation.volume import prepare_slices
from hilum.study import Classification, ReaderOptions, Survival

BRAIN = Fingerprint(
    images={"train": 60},
    patients={"train": 60},
    sampled=60,
    unreadable=0,
    rows=(240, 256, 256),
    columns=(240, 256, 256),
    slices=(18, 24, 40),
    aspect=(1, 1, 1),
    bits=16,
    brightness=(0.4, 0.5, 0.6),
    spread=(0.2, 0.2, 0.3),
    cores=2,
)


def _save(path, values, spacing=(1.0, 1.0, 2.0)):
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(values, np.diag([*spacing, 1.0])), path)


@pytest.fixture
def cohort(tmp_path):
    """Volumes of different shapes, a film and a broken file among them."""
    rng = np.random.default_rng(0)
    names = []
    for number, shape in enumerate([(20, 24, 9), (40, 30, 5), (16, 16, 30)]):
        names.append(f"v{number}.nii.gz")
        _save(tmp_path / names[-1], rng.normal(0, 100, shape).astype(np.int16))
    Image.new("L", (30, 30), 90).save(tmp_path / "film.png")
    (tmp_path / "broken.nii").write_bytes(b"nothing")
    cases = pd.DataFrame({"image": [*names, "film.png", "broken.nii"], "part": "train", "label": "a"})
    cases["case"] = cases["patient"] = cases["image"]
    return Cohort(cases, Classification(), tmp_path, ("a", "b"), (), "b", ())


def test_every_volume_gets_the_shape_of_the_plan(cohort, tmp_path):
    plan = Plan(model="slices(small_cnn)", picture=Picture(size=16, depth=8, bits=16))
    prepared = prepare(cohort, plan, tmp_path / "prepared", workers=1)
    assert prepared.array.shape == (5, 8, 16, 16)
    assert prepared.array.dtype == np.uint16
    reasons = {problem.image: problem.reason for problem in prepared.problems}
    assert set(reasons) == {"film.png", "broken.nii"}
    assert "film.png is no volume" in reasons["film.png"]
    row = prepared.rows["v1.nii.gz"]
    alone = prepare_picture(tmp_path / "v1.nii.gz", plan.picture)
    assert np.array_equal(prepared.array[row], alone)
    # 40 columns by 30 rows keep their shape: two empty rows above and below.
    assert (alone[:, :2] == 0).all()
    assert (alone[:, -2:] == 0).all()
    assert (alone[:, 2:-2].max(axis=(0, 2)) > 0).all()


def test_a_network_for_single_images_cannot_read_volumes(cohort, tmp_path):
    prepared = prepare(cohort, Plan(model="small_cnn", picture=Picture(size=16)), tmp_path / "p", workers=1)
    assert prepared.array.shape == (5, 16, 16)
    assert prepared.rows_of(["film.png", "v0.nii.gz"])[1] == -1
    assert any("is a volume; one picture is needed" in problem.reason for problem in prepared.problems)


@pytest.mark.parametrize("factor", [2, 3])
def test_fewer_voxels_are_the_mean_of_those_that_they_cover(factor):
    side = 16 * factor
    rng = np.random.default_rng(1)
    # What is smooth, so that the percentiles of both are nearly the same.
    values = zoom(rng.normal(size=(4, 4, 4)), side / 4, order=3).astype(np.float32)
    block = prepare_slices(Slices(values, (side, side)), Picture(size=16, depth=16, normalisation="none"))
    means = values.reshape(16, factor, 16, factor, 16, factor).mean(axis=(1, 3, 5))
    expected = (means - means.min()) / (means.max() - means.min())
    assert np.allclose(block, expected, atol=1e-5)


def test_the_scanners_unit_and_offset_change_nothing():
    values = np.random.default_rng(2).normal(size=(9, 20, 20)).astype(np.float32)
    picture = Picture(size=16, depth=12)
    block = prepare_slices(Slices(values, (20, 20)), picture)
    for gain, offset in ((400, -1000), (1e-4, 0)):
        again = prepare_slices(Slices(values * np.float32(gain) + np.float32(offset), (20, 20)), picture)
        assert np.allclose(block, again, atol=1e-3)
    assert prepare_slices(Slices(np.full((4, 4, 4), 7, np.float32), (4, 4)), picture).max() == 0


@pytest.mark.parametrize("how", ["none", "percentile", "equalise", "local"])
def test_every_way_to_compare_grey_values_works_on_volumes(how):
    values = np.random.default_rng(3).normal(size=(6, 20, 20)).astype(np.float32)
    block = prepare_slices(Slices(values, (20, 20)), Picture(size=16, depth=4, normalisation=how))
    assert block.shape == (4, 16, 16)
    assert block.min() >= 0
    assert block.max() <= 1
    assert block.std() > 0.05


def test_the_fingerprint_counts_slices(cohort):
    found = fingerprint(cohort)
    assert found.slices == (1, 7, 30)
    assert found.unreadable == 1
    assert (found.rows[0], found.rows[2]) == (16, 30)


def test_the_plan_takes_as_many_slices_as_the_median_volume_has_and_the_network_needs():
    def depth(model, found=BRAIN, asked=None):
        training = {} if asked is None else {"depth": asked}
        reader = ReaderOptions(model=model, pretrained=False, training=training)
        return make_plan(found, Classification(), reader).picture.depth

    assert depth("slices(resnet18)") == 24
    assert depth("densenet121_3d") == 32
    assert depth("slices(resnet18)", BRAIN.model_copy(update={"slices": (90, 300, 400)})) == 32
    large = BRAIN.model_copy(update={"slices": (90, 300, 400), "device": "cuda"})
    assert depth("seresnet50_3d", large) == 64
    assert depth("slices(resnet18)", asked=10) == 10


def test_the_plan_says_what_volumes_cost_and_lose():
    reader = ReaderOptions(model="slices(resnet18)", pretrained=False)
    plan = make_plan(BRAIN, Survival(kind="survival", time_days="t", event="e", horizons_days=[30]), reader)
    assert 4 <= plan.learning.batch_size <= 8
    assert any("(18 to 40 slices)" in note and "millimetres" in note for note in plan.notes)
    single = make_plan(
        BRAIN.model_copy(update={"slices": (1, 1, 1)}), Classification(), ReaderOptions(model="resnet18")
    )
    assert single.picture.depth == 1
    assert single.picture.size >= plan.picture.size


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"model": "resnet18"}, r'about 24 slices, and resnet18 reads single.*"slices\(resnet18\)"'),
        ({"model": "densenet121_3d", "training": {"depth": 16}}, "needs at least 32 slices, not 16"),
        ({"model": "densenet121_3d", "size": 24}, "at least 32 pixels, not 24"),
        ({"model": "slices(resnet81)"}, "did you mean `resnet18`"),
        ({"model": "slices(densenet121_3d)"}, "a network for single pictures between the brackets"),
        ({"model": "slices(linear)"}, "a network for single pictures between the brackets"),
        ({"model": "slices(resnet18)", "frozen": True}, "has `frozen`, which is for single pictures"),
        ({"model": "slices(resnet18)", "pretrained": "self"}, "learns from images without labels"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(options, said):
    with pytest.raises(ModelError, match=said):
        make_plan(BRAIN, Classification(), ReaderOptions(**options))


def test_single_pictures_are_not_given_to_a_network_for_volumes():
    films = BRAIN.model_copy(update={"slices": (1, 1, 1)})
    with pytest.raises(ModelError, match=r'single pictures: write volumes = true .* or model = "vgg16"'):
        make_plan(films, Classification(), ReaderOptions(model="slices(vgg16)"))
    with pytest.raises(ModelError, match="`depth` goes with volumes"):
        make_plan(films, Classification(), ReaderOptions(model="vgg16", training={"depth": 8}))
