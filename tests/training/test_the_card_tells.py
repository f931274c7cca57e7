import json

import pytest

from hilum.conduct.card_stage import write_cards
from hilum.evaluation import EvaluationOptions, evaluate
from hilum.models import ModelFacts, load_model
from hilum.models.population import Population
from hilum.readers.trained import TrainedModel, freeze_threshold
from hilum.study import parse_study
from hilum.tasks import make_task
from hilum.training import TrainOptions, gather, train
from hilum.training.card import StudyOfCard, model_card
from hilum.training.energy import WATTS_A_CORE, Energy, _between, _rapl, measured
from hilum.training.population import population_after
from training.tiny import prepared_for, small_plan, two_classes

STUDY = """
version = 1
title = "Pneumonia from the film"
[cohort]
images = "films"
[task]
kind = "classification"
positive = "pneumonia"
[[readers]]
model = "small_cnn"
repeats = 2
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    cohort, plan = two_classes(folder / "films", n=80), small_plan(epochs=2)
    prepared = prepared_for(cohort, plan, folder / "prepared")
    reader = folder / "models" / "small_cnn"
    for repeat in (1, 2):
        options = TrainOptions(reader, "small_cnn", repeat=repeat)
        train(cohort, prepared, make_task(cohort), plan, options)
    return cohort, prepared, plan, reader


def test_after_evaluation_the_cards_tell_the_results(trained):
    cohort, prepared, _, reader = trained
    result = evaluate([TrainedModel.load(reader).read(cohort, prepared)], cohort.truth(), EvaluationOptions())
    freeze_threshold(reader, 0.4, "youden")
    write_cards(reader, parse_study(STUDY), cohort, result)
    whole, one = (reader / "card.md").read_text(), (reader / "1" / "card.md").read_text()
    found = result.find("small_cnn", "test", "auroc")
    for card in (whole, one):
        assert "Pneumonia from the film" in card
        assert "Not for clinical use without approval" in card
        assert "| test | 16 | 16 | normal 8, pneumonia 8 |" in card
        assert f"| test | AUROC | {found.value:.3f} (" in card
        assert "Subgroups were not asked for" in card
        assert "not tried at another hospital" in card
    assert "mean of 2 trained networks" in whole
    assert "means over all repeats" in one
    for repeat in (1, 2):
        load_model(reader / str(repeat))
    assert TrainedModel.load(reader).threshold == 0.4


def test_what_a_training_saw_travels_with_the_model(trained):
    cohort, prepared, plan, reader = trained
    data, model = gather(cohort, prepared, make_task(cohort)), load_model(reader / "1")
    found = population_after(cohort, data, plan, model.weights)
    assert isinstance(found, Population)
    content = found.to_json()
    assert len(json.dumps(content)) < 200_000
    assert content["images"] == {"train": 48, "validation": 16}
    assert content["intensities"]["grey"]["5"] < content["intensities"]["grey"]["95"]
    assert found.look(prepared.array, data.rows[:3]).outside.sum() == 0
    again = population_after(cohort, data, plan, model.weights)
    assert again.to_json() == content
    assert again.to_bytes() == found.to_bytes()


def test_a_card_tells_population_subgroups_and_energy():
    population = {
        "images": {"train": 900, "validation": 100},
        "words": {"sex": {"F": 400, "M": 500}},
        "numbers": {"age": {"percentiles": {"5": 30.0, "50": 60.0, "95": 85.0}}},
        "limits": {"values": 1.0},
    }
    energy = Energy(60.0, 100.0, 0.278, "estimated").to_json()
    training = {"seconds": 60.0, "device": "cpu", "energy": energy}
    facts = ModelFacts("cnn", 1, "small_cnn", {}, {}, 0.5, 0.2, training=training, population=population)
    study = StudyOfCard("Q", subgroups=(("test", "sex=F", "AUROC", "0.900 (0.800-0.950)", "50"),))
    card = model_card(facts, study)
    assert "- Sex: M 500, F 400." in card
    assert "median and 95th: 30, 60, 85 years." in card
    assert "| test | sex=F | AUROC | 0.900 (0.800-0.950) | 50 |" in card
    assert "about 0.28 Wh (estimated: 100 core-seconds at 10 W; not measured on this machine)" in card
    assert "Not measured yet" in model_card(facts)


def test_energy_is_counted_by_the_processor_where_it_counts(tmp_path):
    package, part = tmp_path / "intel-rapl:0", tmp_path / "intel-rapl:0:0"
    for domain, counted in ((package, 900), (part, 5)):
        domain.mkdir()
        (domain / "energy_uj").write_text(f"{counted}\n")
        (domain / "max_energy_range_uj").write_text("1000\n")
    before = _rapl(tmp_path)
    assert before == {"intel-rapl:0": (900, 1000)}
    (package / "energy_uj").write_text("200\n")
    assert _between(before, _rapl(tmp_path)) == 300
    assert _between({}, {}) is None
    (package / "energy_uj").unlink()
    assert _rapl(tmp_path) == {}


def test_without_a_counter_it_is_estimated_and_said():
    with measured() as meter:
        sum(range(2_000_000))
    found = meter.energy
    assert found is not None
    if found.processor_method == "estimated":
        assert found.processor_wh == pytest.approx(found.core_seconds * WATTS_A_CORE / 3600)
    assert found.core_seconds > 0
