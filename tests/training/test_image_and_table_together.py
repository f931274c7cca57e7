"""Half of the truth is in the film and half in the table, or in one of several films: all is read."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import load_facts
from hilum.readers.trained import TrainedModel
from hilum.study import Classification
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from hilum.training.data import gather
from training.tiny import parts, prepared_for, small_plan, write_films

TASK = Classification(label="label", positive="ill")


def _cohort(folder, ill, brightness, **columns: object):
    n = len(ill)
    cases = {
        "case": [f"c{i}" for i in range(n)],
        "patient": [f"p{i}" for i in range(n)],
        "part": parts(n),
        "image": write_films(folder, brightness, 32, 0),
        "label": np.where(ill, "ill", "well"),
    }
    return Cohort(pd.DataFrame(cases | columns), TASK, folder, (), ("well", "ill"), "ill", ())


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """Ill are those in whom film and urea together are high; urea is missing in one of ten."""
    folder = tmp_path_factory.mktemp("halves")
    rng = np.random.default_rng(0)
    shown, told = rng.normal(size=400), rng.normal(size=400)
    urea = np.where(rng.random(400) < 0.1, np.nan, 8 + 3 * told)
    sex = rng.choice(["F", "M"], 400)
    cohort = _cohort(folder / "films", shown + told > 0, 0.25 + 0.08 * shown, urea=urea, sex=sex)
    return cohort, np.where(np.isnan(urea), 8, urea), folder


def _trained(cohort, folder, name, columns=(), epochs=6):
    plan = small_plan(epochs=epochs).model_copy(update={"columns": tuple(columns)})
    prepared = prepared_for(cohort, plan, folder / "prepared")
    train(cohort, prepared, make_task(cohort), plan, TrainOptions(folder / name, name))
    return TrainedModel.load(folder / name), prepared


def _auroc(scores, cohort):
    return roc_auc_score(cohort.cases["label"] == "ill", scores)


def test_image_and_table_together_beat_both_alone(halves):
    cohort, urea, folder = halves
    test = (cohort.cases["part"] == "test").to_numpy()
    together, prepared = _trained(cohort, folder, "together", ("urea", "sex"))
    alone, _ = _trained(cohort, folder, "alone")
    reached = {
        name: _auroc(model.read(cohort.test, prepared).frame["score"], cohort.test)
        for name, model in (("together", together), ("image", alone))
    }
    reached["table"] = _auroc(urea[test], cohort.test)
    assert reached["together"] > max(reached["image"], reached["table"]) + 0.05, reached
    facts = load_facts(folder / "together" / "1")
    assert [column["name"] for column in facts.table["columns"]] == ["urea", "sex"]
    assert together.columns == ("urea", "sex")
    assert alone.columns == ()


def test_new_films_with_a_table_get_the_numbers_of_the_study(halves, tmp_path):
    cohort, _, folder = halves
    model, prepared = _trained(cohort, folder, "together", ("urea", "sex"))
    read = model.read(cohort, prepared).frame["score"].to_numpy()
    paths = [cohort.root / image for image in cohort.cases["image"]]
    table = cohort.cases[["image", "sex", "urea"]].sample(frac=1, random_state=0)
    found = model.predict_with_problems(paths, table=table)
    assert (found.problems, found.notes) == ((), ())
    np.testing.assert_array_equal(found.frame["score"].to_numpy(), read)
    one = model.predict([paths[17]], table=table)
    assert one["score"].iloc[0] == read[17]
    other = model.predict([paths[17]], table=table.assign(urea=30.0))
    assert other["score"].iloc[0] > read[17]


def test_a_model_with_columns_asks_for_its_table(halves):
    cohort, _, folder = halves
    model, _ = _trained(cohort, folder, "together", ("urea", "sex"))
    path = [cohort.root / cohort.cases["image"].iloc[0]]
    with pytest.raises(ModelError, match="reads `urea`, `sex` beside each image: name a table"):
        model.predict(path)
    with pytest.raises(ModelError, match="the table has no column `urea`"):
        model.predict(path, table=pd.DataFrame({"image": [path[0].name], "sex": ["F"]}))
    found = model.predict_with_problems(
        [*path, cohort.root / cohort.cases["image"].iloc[1]],
        table=pd.DataFrame({"image": [path[0].name, "other.png"], "sex": ["X", "F"], "urea": [8, 8]}),
    )
    assert [problem.reason for problem in found.problems] == ["the table has no row for it"]
    assert len(found.frame) == 1
    assert found.notes[0] == "1 row of the table names no image that was given"
    assert "that no training case had" in found.notes[1]
    alone, _ = _trained(cohort, folder, "alone")
    with pytest.raises(ModelError, match="reads one image and no table"):
        alone.predict(path, table=cohort.cases)
    without = cohort.with_cases(cohort.cases.drop(columns="urea"))
    with pytest.raises(ModelError, match="no column `urea`"):
        model.read(without.test)


def test_that_a_value_is_missing_can_be_what_tells(tmp_path):
    """Nobody measures lactate in the well; the value itself says nothing, nor does the film."""
    rng = np.random.default_rng(4)
    ill = rng.random(200) < 0.5
    lactate = np.where(rng.random(200) < np.where(ill, 0.1, 0.9), np.nan, rng.normal(2, 0.5, 200))
    cohort = _cohort(tmp_path / "films", ill, np.full(200, 0.2), lactate=lactate)
    model, prepared = _trained(cohort, tmp_path, "together", ("lactate",))
    assert _auroc(model.read(cohort.test, prepared).frame["score"], cohort.test) > 0.8
    path = [cohort.root / "film-0000.png"]
    measured, not_measured = (
        model.predict(path, table=pd.DataFrame({"image": ["film-0000.png"], "lactate": [value]}))["score"]
        for value in (float(np.nanmean(lactate)), None)
    )
    assert measured.iloc[0] > not_measured.iloc[0] + 0.2


def _bags(folder, n=200, seed=5):
    """One to four films a case; in the ill one of them, at any place, has the bright disc."""
    rng = np.random.default_rng(seed)
    ill, counts = np.arange(n) % 2 == 0, rng.integers(1, 5, n)
    bright = np.concatenate(
        [np.where(np.arange(k) == rng.integers(k), 0.4 * i, 0.0) for i, k in zip(ill, counts, strict=True)]
    )
    names = iter(write_films(folder, bright, 32, seed))
    images = [tuple(next(names) for _ in range(k)) for k in counts]
    cases = pd.DataFrame(
        {
            "case": [f"c{i}" for i in range(n)],
            "patient": [f"p{i}" for i in range(n)],
            "part": parts(n),
            "image": [one[0] for one in images],
            "images": pd.Series(images, dtype=object),
            "label": np.where(ill, "ill", "well"),
            "age": rng.normal(60, 9, n),
        }
    )
    return Cohort(cases, TASK, folder, (), ("well", "ill"), "ill", ())


@pytest.fixture(scope="module")
def bags(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bags")
    cohort = _bags(folder / "films")
    return cohort, *_trained(cohort, folder, "bags")


def test_one_of_several_films_is_enough(bags, tmp_path):
    cohort, model, prepared = bags
    assert model.several
    several = _auroc(model.read(cohort.test, prepared).frame["score"], cohort.test)
    firsts = cohort.with_cases(cohort.cases.drop(columns="images"))
    alone, of_first = _trained(firsts, tmp_path, "first")
    first = _auroc(alone.read(firsts.test, of_first).frame["score"], firsts.test)
    assert several > max(first + 0.1, 0.9), (several, first)
    with pytest.raises(ModelError, match="reads one image a case, and the cohort has several"):
        alone.read(cohort)


def test_new_cases_of_several_films_get_the_numbers_of_the_study(bags):
    cohort, model, prepared = bags
    read = model.read(cohort, prepared).frame["score"].to_numpy()
    rows = [
        (case, str(cohort.root / image))
        for case, images in zip(cohort.cases["case"], cohort.images_of_cases, strict=True)
        for image in images
    ]
    table = pd.DataFrame(rows, columns=["case", "image"])
    found = model.predict(table["image"].tolist(), table=table)
    assert found.columns.tolist() == ["case", "image", "images", "reader", "score", "threshold"]
    assert found["case"].tolist() == cohort.cases["case"].tolist()
    np.testing.assert_array_equal(found["score"].to_numpy(), read)
    turned = model.predict(table["image"].tolist()[::-1], table=table).set_index("case")["score"]
    np.testing.assert_allclose(turned[cohort.cases["case"]].to_numpy(), read, atol=1e-5)
    each = model.predict(table["image"].tolist()[:3])
    assert each["images"].tolist() == [[path] for path in table["image"][:3]]


def test_a_case_stays_as_long_as_one_of_its_films_can_be_read(bags, tmp_path):
    cohort, model, _ = bags
    several = next(images for images in cohort.images_of_cases if len(images) > 1)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    paths = [str(broken), *(str(cohort.root / image) for image in several)]
    table = pd.DataFrame({"image": paths, "case": "7"})
    found = model.predict_with_problems(paths, table=table)
    assert [problem.image for problem in found.problems] == [str(broken)]
    assert found.frame["images"].tolist() == [paths[1:]]
    assert found.frame["score"].iloc[0] == model.predict(paths[1:], table=table)["score"].iloc[0]


def test_of_a_case_with_very_many_films_the_first_sixteen_are_read(bags):
    cohort, model, _ = bags
    paths = [str(cohort.root / f"film-{n:04d}.png") for n in range(20)]
    found = model.predict_with_problems(paths, table=pd.DataFrame({"image": paths, "case": "7"}))
    assert found.notes == ("4 images left out: of each case the first 16 given are read",)
    assert found.frame["images"].tolist() == [paths[:16]]


def test_what_a_training_gets(bags):
    cohort, _, prepared = bags
    data = gather(cohort, prepared, make_task(cohort), ["age"])
    train_cases = cohort.train
    counts = [len(images) for images in train_cases.images_of_cases]
    assert data.rows.shape == (len(train_cases), max(counts))
    assert (data.rows >= 0).sum(axis=1).tolist() == counts
    assert data.images == sum(counts)
    table, present = data.beside(np.array([3, 0]), torch.device("cpu"))
    assert table.shape == (2, 1)
    assert present.sum(dim=1).tolist() == [counts[3], counts[0]]
    seen = prepared.array[data.rows[data.rows >= 0]] / 255
    np.testing.assert_allclose((data.standard.mean, data.standard.deviation), (seen.mean(), seen.std()))


def test_the_digest_covers_images_table_and_what_belongs_together(bags):
    cohort, _, prepared = bags
    task = make_task(cohort)
    digests = {gather(cohort, prepared, task).digest(), gather(cohort, prepared, task, ["age"]).digest()}
    older = cohort.cases.assign(age=cohort.cases["age"].where(cohort.cases["part"] != "validation", 70.0))
    digests.add(gather(cohort.with_cases(older), prepared, task, ["age"]).digest())
    fewer = cohort.cases.copy()
    fewer["images"] = pd.Series([images[:1] for images in fewer["images"]], dtype=object)
    digests.add(gather(cohort.with_cases(fewer), prepared, task).digest())
    assert len(digests) == 4
