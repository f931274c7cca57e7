import pytest

from hilum.errors import ModelError
from hilum.preparation import Fingerprint, Plan, fingerprint, make_plan
from hilum.study import Classification, ReaderOptions, Survival
from training.tiny import outcomes, two_classes

LABEL = Classification(label="diagnosis")


def found(**changes: object) -> Fingerprint:
    facts: dict[str, object] = {
        "images": {"train": 4200, "validation": 500},
        "patients": {"train": 2300, "validation": 280},
        "sampled": 200,
        "unreadable": 0,
        "rows": (224, 224, 224),
        "columns": (224, 224, 224),
        "aspect": (1.0, 1.0, 1.0),
        "bits": 8,
        "brightness": (0.4, 0.5, 0.6),
        "spread": (0.2, 0.2, 0.3),
        "classes": {"normal": 1100, "pneumonia": 3100},
        "cores": 2,
    }
    return Fingerprint.model_validate({**facts, **changes})


def reader(**options: object) -> ReaderOptions:
    return ReaderOptions.model_validate({"model": "resnet18", "pretrained": False, **options})


def test_fewer_images_get_larger_pictures_or_more_epochs():
    few = make_plan(found(images={"train": 300}), LABEL, reader())
    many = make_plan(found(), LABEL, reader())
    thousands = make_plan(found(images={"train": 40_000}), LABEL, reader())
    assert few.picture.size >= many.picture.size >= thousands.picture.size
    assert few.learning.epochs >= many.learning.epochs >= thousands.learning.epochs


def test_more_time_and_a_graphics_card_buy_more():
    short = make_plan(found(), LABEL, reader(budget_minutes=4))
    long = make_plan(found(), LABEL, reader(budget_minutes=60))
    card = make_plan(found(device="cuda"), LABEL, reader())
    assert short.picture.size < long.picture.size
    assert card.picture.size == 224
    assert card.learning.precision == "bfloat16"


def test_repeats_share_the_time():
    one = make_plan(found(), LABEL, reader(budget_minutes=20))
    five = make_plan(found(), LABEL, reader(budget_minutes=20, repeats=5))
    assert five.learning.epochs * five.picture.size**2 < one.learning.epochs * one.picture.size**2


def test_pictures_are_not_made_larger_than_the_films_unless_these_are_tiny():
    assert make_plan(found(rows=(64, 64, 64), columns=(64, 64, 64)), LABEL, reader()).picture.size == 64
    small = found(rows=(28, 28, 28), columns=(28, 28, 28), images={"train": 50})
    assert make_plan(small, LABEL, reader()).picture.size == 64


def test_films_of_different_shapes_are_not_squeezed():
    assert make_plan(found(), LABEL, reader()).picture.fit == "stretch"
    assert make_plan(found(aspect=(0.8, 1.0, 1.2)), LABEL, reader()).picture.fit == "letterbox"


def test_deep_grey_scales_are_kept():
    assert make_plan(found(bits=16), LABEL, reader()).picture.bits == 16


def test_survival_is_not_balanced_since_that_would_bend_its_risks():
    task = Survival(time_days="days", event="died")
    assert make_plan(found(classes={}, events=300), task, reader()).learning.class_balance == "none"


def test_what_the_study_says_comes_first():
    asked = reader(
        model="small_cnn",
        size=224,
        epochs=5,
        training={
            "optimiser": "sgd",
            "learning_rate": 1e-4,
            "batch_size": 32,
            "momentum": 0.9,
            "augmentation": False,
        },
    )
    plan = make_plan(found(), LABEL, asked)
    assert (plan.picture.size, plan.learning.epochs) == (224, 5)
    assert (plan.learning.optimiser, plan.learning.learning_rate) == ("sgd", 1e-4)
    assert not any(plan.augmentation.model_dump().values())


def test_a_value_that_cannot_be_is_named():
    with pytest.raises(ModelError, match="learning_rate"):
        make_plan(found(), LABEL, reader(training={"learning_rate": -1.0}))
    with pytest.raises(ModelError, match="did you mean `resnet18`"):
        make_plan(found(), LABEL, reader(model="resnet-18"))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            "class_balance",
            "x",
            (
                'class_balance = "x" in {} is unknown: '
                "write sampling, upsampling, random-upsampling, weights or none"
            ),
        ),
        ("bits", 9, "bits = 9 in {} is unknown: write 8 or 16"),
        ("label_smoothing", 2, "label_smoothing = 2 in {} must be below 1"),
        ("label_smoothing", -0.5, "label_smoothing = -0.5 in {} must be at least 0"),
        ("learning_rate", 0, "learning_rate = 0 in {} must be above 0"),
        ("noise", 3, "noise = 3 in {} must be at most 1"),
        ("mixup", "much", 'mixup = "much" in {} must be a number'),
        ("batch_size", "many", 'batch_size = "many" in {} must be a whole number'),
        ("batch_size", 1.5, "batch_size = 1.5 in {} must be a whole number"),
        ("calibrate", "maybe", 'calibrate = "maybe" in {} must be true or false'),
        ("schedule", True, "schedule = true in {} is unknown: write cosine or constant"),
    ],
)
def test_a_setting_of_training_is_refused_in_a_sentence(key, value, said):
    with pytest.raises(ModelError) as refused:
        make_plan(found(), LABEL, reader(training={key: value}))
    assert str(refused.value) == said.format("[readers.training]")


def test_a_plan_can_be_edited_and_says_where_it_is_wrong():
    plan = make_plan(found(), LABEL, reader())
    assert Plan.from_json(plan.to_json()) == plan
    assert (
        Plan.from_json(
            plan.to_json().replace('"optimiser": "adamw"', '"optimiser": "sgd"')
        ).learning.optimiser
        == "sgd"
    )
    with pytest.raises(ModelError, match=r"learning\.optimiser"):
        Plan.from_json(plan.to_json().replace('"adamw"', '"adamm"'))
    with pytest.raises(ModelError, match="the plan cannot be used"):
        Plan.from_json("{")


def test_the_fingerprint_counts_what_is_there(tmp_path):
    seen = fingerprint(two_classes(tmp_path, n=20))
    assert seen.images == {"train": 12, "validation": 4, "test": 4}
    assert seen.classes == {"normal": 6, "pneumonia": 6}
    assert (seen.rows, seen.bits, seen.sampled) == ((40, 40, 40), 8, 12)
    deaths = fingerprint(outcomes(tmp_path / "other", n=20))
    assert deaths.events is not None
    assert deaths.events > 0


def test_no_training_image_is_an_error(tmp_path):
    cohort = two_classes(tmp_path, n=5)
    with pytest.raises(ModelError, match="no training images"):
        fingerprint(cohort.with_cases(cohort.cases.assign(part="test")))
