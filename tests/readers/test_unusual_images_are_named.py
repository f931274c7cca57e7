import cv2
import numpy as np
import pytest
import torch
from pydicom.dataset import Dataset

from hilum.models import Shape, Standard, build_model
from hilum.models.pooled import pooled_features
from hilum.models.population import Looks, Population
from hilum.phantom.anatomy import Person
from hilum.phantom.film import render_film
from hilum.preparation import Picture, prepare_array
from hilum.preparation.headers import Header, header_of
from hilum.readers.unusual import UNLIKE, Watcher, by_image, image_notices
from hilum.readers.unusual_batch import batch_notices
from hilum.readers.unusual_headers import header_notices
from hilum.training.population import describe_headers


def prepared(pictures, normalisation="percentile"):
    picture = Picture(size=48, normalisation=normalisation)
    return np.stack([prepare_array(np.clip(one, 0, 1).astype(np.float32), picture) for one in pictures])


@pytest.fixture(scope="module")
def hospital():
    """Chest films, and a network that was never trained: what it sees still tells films from other images."""
    rng = np.random.default_rng(0)
    people = [
        Person(
            float(rng.uniform(30, 90)), "MF"[i % 2], "AP" if i % 3 == 0 else "PA", float(rng.uniform(0, 1))
        )
        for i in range(90)
    ]
    films = [render_film(person, (number,), 96, 84).picture for number, person in enumerate(people)]
    array = prepared(films)
    torch.manual_seed(0)
    network, standard = build_model("resnet18", Shape(1, 1, 48)), Standard.of(array, np.arange(53))
    seen = pooled_features(network, array, np.arange(90), standard)
    population = Population.of(array, np.arange(53), np.arange(53, 75), (seen[:53], seen[53:75]))
    return films[75:], Watcher(population, network, standard)


def looked(hospital, change):
    films, watcher = hospital
    changed = [change(film) for film in films]
    return watcher, watcher.look([f"{n}.png" for n in range(len(changed))], prepared(changed))


def test_films_of_the_same_hospital_are_passed_over(hospital):
    watcher, seen = looked(hospital, lambda film: film)
    assert sum(map(bool, seen.notices)) <= 1
    assert watcher.together([seen]) == ()
    assert watcher.together([]) == ()


def test_films_that_are_darker_only_before_they_are_prepared_are_passed_over(hospital):
    watcher, seen = looked(hospital, lambda film: 0.4 * film)
    assert sum(map(bool, seen.notices)) <= 1
    assert watcher.together([seen]) == ()


def only_noise(film):
    return np.random.default_rng(0).uniform(0, 1, film.shape)


def one_grey(film):
    return np.full(film.shape, 0.5)


def hand(film):
    down, across = np.mgrid[-1 : 1 : film.shape[0] * 1j, -1 : 1 : film.shape[1] * 1j]
    return np.clip(1.2 - 2 * np.hypot(down, across) + 0.3 * np.sin(20 * across), 0, 1)


def test_negatives_are_called_negatives(hospital):
    watcher, seen = looked(hospital, lambda film: 1 - film)
    assert all(seen.notices)
    told = [any("negative of the training images" in notice for notice in one) for one in seen.notices]
    assert np.mean(told) > 0.6
    assert watcher.together([seen])[0].startswith("15 of 15 images are unlike")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda film: cv2.GaussianBlur(film, (0, 0), 4), "blurred than all of the training images"),
        (
            only_noise,
            "more noise than all of the training",
        ),
        (hand, UNLIKE),
        (lambda film: film[::-1], UNLIKE),
        (np.rot90, UNLIKE),
        (lambda film: film[30:60, 20:50], UNLIKE),
        (one_grey, UNLIKE),
    ],
)
def test_other_images_are_named(hospital, change, words):
    watcher, seen = looked(hospital, change)
    assert np.mean([any(words in notice for notice in one) for one in seen.notices]) > 0.9
    assert set(by_image([seen])) == {path for path, one in zip(seen.paths, seen.notices, strict=True) if one}
    first, *_ = watcher.together([seen])
    assert "15 of 15 images are unlike" in first or "14 of 15 images are unlike" in first


def test_too_dark_and_too_bright_are_told_where_nothing_cancels_them():
    rng = np.random.default_rng(1)
    level = rng.normal(0.5, 0.02, (60, 1, 1))
    films = np.clip(255 * (level + rng.normal(0, 0.1, (60, 48, 48))), 0, 255).astype(np.uint8)
    population = Population.of(films, np.arange(40), np.arange(40, 60))
    dark, bright = films[:1] - films[:1] // 2 - 40, np.minimum(films[:1], 180) + 70
    said = [image_notices(population, population.look(one, np.arange(1)), 0) for one in (dark, bright)]
    assert "is darker than all of the training images" in said[0]
    assert "is brighter than all of the training images" in said[1]


def header(age=60.0, **words: str):
    return Header({"view": "PA", "sex": "F", "manufacturer": "Agfa", **words}, {"age": age})


@pytest.fixture
def known():
    rng = np.random.default_rng(0)
    return describe_headers(
        [header(float(age), sex="MF"[i % 2]) for i, age in enumerate(rng.uniform(20, 89, 200))]
    )


def test_headers_tell_of_other_views_machines_and_patients(known):
    assert header_notices(known, header()) == ()
    assert header_notices(known, Header()) == ()
    assert header_notices(known, header(view="LATERAL")) == (
        "view LATERAL was not among the training images (PA)",
    )
    assert header_notices(known, header(age=7)) == ("patients under 18 were not among the training patients",)
    assert header_notices(known, header(manufacturer="Carestream")) == (
        "manufacturer Carestream was not among the training images (Agfa)",
    )
    women = describe_headers([header()] * 50)
    assert header_notices(women, header(sex="M")) == ("there were no men among the training patients",)


def test_where_many_machines_were_seen_once_a_new_one_is_to_be_expected():
    many = describe_headers([header(manufacturer=f"maker {n}") for n in range(100)])
    assert header_notices(many, header(manufacturer="another")) == ()


def test_a_batch_of_men_or_of_old_patients_is_told(known):
    nothing = Looks(
        np.zeros((20, 5)),
        np.zeros((20, 5)),
        np.zeros(20),
        np.full(20, np.nan),
        np.zeros((20, 3), bool),
        np.zeros(20, bool),
    )
    population = Population({"values": np.zeros((0, 5), np.float32)}, {}, known)
    men = [Header({"sex": "M"}, {}, f"p{n}") for n in range(20)]
    assert batch_notices(population, nothing, men) == (
        "sex M: 100 % of these patients, 50 % of the training images",
    )
    one_man = [Header({"sex": "M"}, {}, "p")] * 20
    assert batch_notices(population, nothing, one_man) == ()
    old = [Header({}, {"age": 85.0}, f"p{n}") for n in range(20)]
    assert batch_notices(population, nothing, old) == (
        "these patients as a whole are older than those that the model learnt from",
    )


def test_nothing_that_names_a_person_is_kept():
    dataset = Dataset()
    dataset.PatientName, dataset.PatientID, dataset.PatientAge = "Kim^Min", "4711", "097Y"
    dataset.DeviceSerialNumber, dataset.Modality = "S-4711", "CR"
    kept = str(describe_headers([header_of(dataset)] * 30))
    assert not any(word in kept for word in ("Kim", "4711", "97"))
    assert "'CR': 30" in kept
