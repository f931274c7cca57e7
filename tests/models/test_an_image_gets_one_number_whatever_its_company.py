import numpy as np
import torch

from hilum.models import Shape, Standard, build_model, place, read_images, steady


def test_alone_or_among_others_the_outputs_are_the_same_to_the_last_bit():
    rng = np.random.default_rng(0)
    films = rng.integers(0, 256, (41, 64, 64)).astype(np.uint8)
    with steady(1, seed=0) as device:
        for name in ("small_cnn", "resnet18"):
            network = build_model(name, Shape(1, 1, 64))
            place(network, device)
            standard = Standard(0.5, 0.29)
            together = read_images(network, films, np.arange(41), standard)
            for row in (0, 7, 16, 40):
                alone = read_images(network, films, np.array([row]), standard)
                np.testing.assert_array_equal(alone[0], together[row])
            shuffled = rng.permutation(41)
            np.testing.assert_array_equal(read_images(network, films, shuffled, standard), together[shuffled])


def test_sixteen_bit_films_are_read_on_the_same_scale():
    films = np.random.default_rng(0).integers(0, 256, (2, 32, 32)).astype(np.uint8)
    with steady(1, seed=0) as device:
        network = build_model("small_cnn", Shape(1, 1, 32))
        place(network, device)
        eight = read_images(network, films, np.arange(2), Standard(0.5, 0.29))
        deep = read_images(network, films.astype(np.uint16) * 257, np.arange(2), Standard(0.5, 0.29))
    np.testing.assert_allclose(eight, deep, atol=1e-5)


def test_mean_and_deviation_are_those_of_the_chosen_rows():
    films = np.random.default_rng(0).integers(0, 256, (600, 8, 8)).astype(np.uint8)
    rows = np.arange(0, 600, 2)
    found = Standard.of(films, rows)
    np.testing.assert_allclose(found.mean, (films[rows] / 255).mean())
    np.testing.assert_allclose(found.deviation, (films[rows] / 255).std())


def test_threads_and_chance_are_left_as_they_were():
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    with steady(1, seed=5):
        torch.rand(3)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
