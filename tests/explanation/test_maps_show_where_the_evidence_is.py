import numpy as np
import pytest
import torch

from hilum.explanation import class_activation_maps, explain, map_in_image
from hilum.explanation.activation_map import cam_evidence
from hilum.explanation.views import Alone
from hilum.explanation.what import one_output
from hilum.models import Shape, Standard, build_model, place, steady
from hilum.preparation import Picture, fit_square
from hilum.preparation.placement import Moved, Placement
from hilum.readers.trained import TrainedModel
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes

STANDARD = Standard(0.5, 0.25)


def test_maps_have_the_size_of_the_image_and_lie_between_0_and_1():
    films = np.random.default_rng(0).integers(0, 256, (19, 64, 64)).astype(np.uint8)
    for name in ("small_cnn", "resnet18"):
        with steady(1, seed=0):
            network = build_model(name, Shape(1, 3, 64))
        maps = class_activation_maps(network, films, STANDARD, output=1)
        assert maps.shape == films.shape
        assert maps.dtype == np.float32
        assert maps.min() >= 0
        assert maps.max() == pytest.approx(1)


def test_one_image_gets_the_map_that_it_gets_among_others():
    films = np.random.default_rng(0).integers(0, 256, (18, 64, 64)).astype(np.uint8)
    with steady(1, seed=0):
        network = build_model("small_cnn", Shape(1, 1, 64))
    together = class_activation_maps(network, films, STANDARD)
    np.testing.assert_allclose(
        class_activation_maps(network, films[3:4], STANDARD)[0], together[3], atol=1e-5
    )


def test_the_map_of_a_pooled_network_is_the_share_of_each_place_in_the_logit():
    """Zhou 2016: the mean of the weighted feature map, plus the bias, is the logit."""
    with steady(1, seed=0) as device:
        network = build_model("resnet18", Shape(1, 2, 64)).eval()
        place(network, device)
        image = torch.randn(3, 1, 64, 64)
        with torch.inference_mode():
            weighted = torch.einsum("nchw,c->nhw", network.features(image), network.head.weight[1])
            assert torch.allclose(
                weighted.mean((1, 2)) + network.head.bias[1], network(image)[:, 1], atol=1e-5
            )


def test_the_map_of_a_network_without_pooling_sums_to_its_logit():
    with steady(1, seed=0):
        network = build_model("small_cnn", Shape(1, 2, 32)).eval()
        image = torch.randn(3, 1, 32, 32)
    shares = cam_evidence(Alone(network, Standard(0.0, 1.0)), image, one_output(1))
    expected = network(image)[:, 1] - network.head.bias[1]
    assert torch.allclose(shares.sum((1, 2)), expected, atol=1e-5)


def test_explaining_changes_nothing_in_the_network():
    with steady(1, seed=0):
        network = build_model("small_cnn", Shape(1, 1, 32))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    class_activation_maps(network, np.zeros((2, 32, 32), np.uint8), STANDARD)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_a_trained_network_looks_at_the_disc(tmp_path):
    """The classes differ in nothing but the disc in the middle of the film."""
    cohort = two_classes(tmp_path / "films", n=80)
    plan = small_plan(epochs=8)
    plan = plan.model_copy(update={"picture": plan.picture.model_copy(update={"normalisation": "none"})})
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    folder = train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "m", "cnn"))
    ill = cohort.cases[(cohort.cases["label"] == "pneumonia") & (cohort.cases["part"] == "test")]
    found = explain(TrainedModel.load(folder), [cohort.root / image for image in ill["image"]])
    mean = np.mean([one for _, one in found], axis=0)
    rows, columns = np.mgrid[:40, :40] / 40 - 0.5
    disc = rows**2 + columns**2 < 0.16
    assert found[0][0].shape == found[0][1].shape == (40, 40)
    assert mean[disc].mean() > 1.5 * mean[~disc].mean()


def test_a_map_goes_back_onto_a_film_that_was_filled_up():
    tall = np.zeros((200, 100), np.float32)
    tall[150:, :] = 1
    square, _ = fit_square(tall, 64, "letterbox")
    back = map_in_image(square, tall.shape, Picture(size=64, fit="letterbox"))
    assert np.abs(back - tall).mean() < 0.01


def test_a_map_goes_back_onto_an_image_that_was_cropped_and_moved():
    """The square shows the image without its first 20 rows, moved by two columns."""
    square = np.zeros((40, 40), np.float32)
    square[10, 12] = 1.0
    placement = Placement((Moved((60, 40), (40, 40), (-20, 0)), Moved((40, 40), (40, 40), (0, 2))))
    back = map_in_image(square, (60, 40), Picture(size=40), placement)
    assert back.shape == (60, 40)
    assert np.argwhere(back == 1).tolist() == [[30, 10]]
