import numpy as np
import pytest
from PIL import Image

from hilum.errors import ImageError, ModelError
from hilum.readers import Reader
from hilum.readers.trained import TrainedModel, freeze_threshold
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import outcomes, prepared_for, small_plan, two_classes


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    cohort = two_classes(folder / "films", n=30)
    plan = small_plan(epochs=2)
    prepared = prepared_for(cohort, plan, folder / "prepared")
    for repeat in (1, 2):
        train(
            cohort,
            prepared,
            make_task(cohort),
            plan,
            TrainOptions(folder / "models" / "cnn", "cnn", repeat=repeat),
        )
    return cohort, prepared, folder / "models" / "cnn"


def paths(cohort):
    return [cohort.root / image for image in cohort.cases["image"]]


def test_reading_prepared_images_is_predicting_their_files_to_the_last_bit(study):
    cohort, prepared, folder = study
    model = TrainedModel.load(folder / "1")
    assert isinstance(model, Reader)
    read = model.read(cohort, prepared).frame
    predicted = model.predict(paths(cohort))
    np.testing.assert_array_equal(read["score"].to_numpy(), predicted["score"].to_numpy())
    one = model.predict([paths(cohort)[17]])
    assert one["score"].iloc[0] == predicted["score"].iloc[17]


def test_reading_without_prepared_images_prepares_them(study):
    cohort, prepared, folder = study
    model = TrainedModel.load(folder)
    np.testing.assert_array_equal(
        model.read(cohort.test).frame["score"], model.read(cohort.test, prepared).frame["score"]
    )


def test_all_repeats_read_and_their_mean_predicts(study):
    cohort, prepared, folder = study
    model = TrainedModel.load(folder)
    frame = model.read(cohort, prepared).frame
    assert frame["repeat"].tolist() == [1] * 30 + [2] * 30
    assert (frame["reader"] == "cnn").all()
    assert frame.loc[frame["repeat"] == 1, "case"].tolist() == cohort.cases["case"].tolist()
    each = frame["score"].to_numpy().reshape(2, 30)
    assert not np.allclose(each[0], each[1])
    np.testing.assert_allclose(model.predict(paths(cohort))["score"], each.mean(axis=0), rtol=1e-12)


def test_the_table_of_predictions_has_the_columns_of_the_contract(study):
    cohort, _, folder = study
    frame = TrainedModel.load(folder).predict([str(paths(cohort)[0])])
    assert frame.columns.tolist() == ["image", "reader", "score", "threshold"]
    assert frame["image"].tolist() == [str(paths(cohort)[0])]
    assert np.isnan(frame["threshold"].iloc[0])


def test_a_frozen_threshold_is_found_again(study, tmp_path):
    _, _, folder = study
    freeze_threshold(folder, 0.41, "youden")
    freeze_threshold(folder / "2", 0.37, "youden")
    assert TrainedModel.load(folder).threshold == 0.41
    assert TrainedModel.load(folder / "1").threshold is None
    assert TrainedModel.load(folder / "2").threshold == 0.37
    text = (folder / "ensemble.json").read_text()
    (folder / "ensemble.json").write_text(text.replace("0.41", "0.14"))
    with pytest.raises(ModelError, match="changed after training"):
        TrainedModel.load(folder)
    (folder / "ensemble.json").write_text(text)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(study, tmp_path):
    cohort, _, folder = study
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    found = TrainedModel.load(folder).predict_with_problems([paths(cohort)[0], broken, paths(cohort)[1]])
    assert len(found.frame) == 2
    assert [problem.image for problem in found.problems] == [str(broken)]
    with pytest.raises(ImageError, match="none of 1 images"):
        TrainedModel.load(folder).predict([broken])


def test_a_case_without_readable_image_has_no_reading(study):
    cohort, prepared, folder = study
    cases = cohort.cases.copy()
    cases.loc[3, "image"] = ""
    frame = TrainedModel.load(folder / "1").read(cohort.with_cases(cases), prepared).frame
    assert "c3" not in set(frame["case"])
    assert len(frame) == 29


def test_any_size_of_file_can_be_read(study, tmp_path):
    _, _, folder = study
    for name, shape in (("wide.png", (50, 300)), ("large.png", (1300, 1100)), ("tiny.png", (5, 5))):
        Image.fromarray(np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)).save(
            tmp_path / name
        )
        assert 0 <= TrainedModel.load(folder).predict([tmp_path / name])["score"].iloc[0] <= 1


def test_an_empty_folder_holds_no_model(tmp_path):
    with pytest.raises(ModelError, match="no trained model"):
        TrainedModel.load(tmp_path)
    with pytest.raises(ModelError, match="no trained model"):
        TrainedModel.load(tmp_path / "nowhere")


def test_survival_predicts_one_risk_a_horizon(tmp_path):
    cohort = outcomes(tmp_path / "films", n=30)
    plan = small_plan(epochs=1)
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    folder = train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "m", "cnn"))
    model = TrainedModel.load(folder.parent)
    assert model.predict(paths(cohort)[:2]).columns.tolist() == [
        "image",
        "reader",
        "risk",
        "risk_30d",
        "threshold",
    ]
    assert model.read(cohort, prepared).opinions == ("risk", "risk_30d")
