"""Rendered films: what is dark and bright, and that pneumonia can be seen in the right amount."""

import numpy as np
import pytest

from hilum.phantom import Person, render_film
from hilum.phantom.anatomy import draw_thorax, make_grid
from hilum.phantom.beam import WATER_PER_CM, Exposure, detector_signal, draw_exposure
from hilum.phantom.organs import organs
from hilum.phantom.pneumonia import GREATEST_FRACTION, draw_pneumonia, filled_fraction


def _film(severity: float, number: int, view: str = "PA", age: int = 60, rows: int = 256):
    return render_film(Person(age, "MF"[number % 2], view, severity), (9, number), rows, int(rows * 0.84))


def test_same_seed_same_film_other_seed_other_patient():
    first, again, other = _film(0.4, 1), _film(0.4, 1), _film(0.4, 2)
    assert (first.picture == again.picture).all()
    assert np.abs(first.picture - other.picture).mean() > 0.02


@pytest.mark.parametrize("number", range(6))
def test_healthy_lungs_are_darker_than_mediastinum_and_liver(number: int):
    film = _film(0.0, number)
    rows, columns = film.picture.shape
    lung = np.median(film.picture[film.lung])
    middle = film.picture[rows // 2 : int(0.66 * rows), int(0.47 * columns) : int(0.53 * columns)]
    liver = film.picture[int(0.9 * rows) : int(0.96 * rows), int(0.25 * columns) : int(0.4 * columns)]
    assert lung < 0.45
    assert np.median(middle) > lung + 0.3
    assert np.median(liver) > lung + 0.2
    assert 0.2 < film.lung.mean() < 0.45


def test_the_heart_lies_on_the_right_side_of_the_film():
    for number in range(6):
        film = _film(0.0, number)
        rows, columns = film.picture.shape
        band = film.picture[int(0.55 * rows) : int(0.70 * rows)]
        left = band[:, int(0.56 * columns) : int(0.68 * columns)].mean()
        right = band[:, int(0.32 * columns) : int(0.44 * columns)].mean()
        assert left > right + 0.05


def test_an_ap_film_shows_a_larger_heart():
    rng = np.random.default_rng
    wide = [
        (
            draw_thorax(Person(60, "M", view, 0), rng([n])).heart,
            draw_thorax(Person(60, "M", view, 0), rng([n])).height,
        )
        for n in range(5)
        for view in ("PA", "AP")
    ]
    for (pa, tall), (ap, short) in zip(wide[::2], wide[1::2], strict=True):
        assert ap > pa
        assert short < tall


@pytest.mark.parametrize("severity", [0.0, 0.1, 0.5, 1.0])
def test_the_filled_part_of_the_lung_is_exactly_the_severity(severity: float):
    grid = make_grid(0.32)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        thorax = draw_thorax(Person(70, "F", "PA", severity), rng)
        pneumonia = draw_pneumonia(thorax, rng)
        lung = organs(thorax, grid).lung
        part = filled_fraction(pneumonia, grid, lung, severity)
        amount = float((part * lung).sum(dtype=np.float64) / lung.sum(dtype=np.float64))
        assert amount == pytest.approx(severity * GREATEST_FRACTION, abs=2e-3)
        assert part.min() >= 0
        assert part.max() <= 1


def test_more_pneumonia_makes_the_same_lung_whiter():
    for number in range(4):
        bright = [_film(s, number).picture[_film(0.0, number).lung].mean() for s in (0.0, 0.3, 0.6, 0.9)]
        assert bright == sorted(bright)
        assert bright[-1] > bright[0] + 0.08


def test_brightness_where_lungs_are_tells_severity_over_patients_but_not_alone():
    severity = np.random.default_rng(2).random(40)
    films = [_film(s, 100 + i, age=40 + i % 50, rows=128) for i, s in enumerate(severity)]
    box = [f.picture[38:84, 16:92].mean() for f in films]
    r = float(np.corrcoef(box, severity)[0, 1])
    assert 0.6 < r < 0.98


def test_a_thicker_patient_lets_fewer_rays_through_as_beer_and_lambert_say():
    still = Exposure(1e5, 0.0, scatter=0.0, contrast=3, detail=1.5, level=0.5)
    for cm in (5.0, 10.0, 20.0):
        plane = np.full((40, 40), WATER_PER_CM * cm, np.float32)
        assert detector_signal(plane, 0.5, still).mean() == pytest.approx(np.exp(-0.195 * cm), rel=1e-5)


def test_scatter_lifts_the_dense_parts_most():
    plane = np.full((80, 80), 2.0, np.float32)
    plane[30:50] = 5.0
    still = Exposure(1e5, 0.0, scatter=0.3, contrast=3, detail=1.5, level=0.5)
    ratio = detector_signal(plane, 0.5, still) / np.exp(-plane)
    assert ratio[40, 40] > 1.5 * ratio[5, 40] > 1.5


def test_noise_is_stronger_on_a_portable_film():
    rng = np.random.default_rng
    pairs = [(draw_exposure(rng(i), portable=False), draw_exposure(rng(i), portable=True)) for i in range(5)]
    assert all(ap.photons < pa.photons and ap.scatter > pa.scatter for pa, ap in pairs)


def test_most_films_carry_a_letter():
    from hilum.phantom.marks import draw_marks

    letters = [draw_marks(np.random.default_rng(i), "PA").letter for i in range(400)]
    assert 0.85 < np.mean([letter != "" for letter in letters]) < 0.95
    assert set(letters) == {"L", "R", ""}
