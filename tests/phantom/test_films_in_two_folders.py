"""Films sorted into normal and pneumonia, and two products whose operating points are known."""

import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from hilum.errors import HilumError
from hilum.phantom.labelled_folder import CUT, PRODUCTS, draw_patients, write_labelled_films


def test_as_many_films_as_in_the_paper_in_the_same_parts():
    people = draw_patients(2331, seed=1)
    sizes = people.groupby(["part", "label"]).size().to_dict()
    assert sizes == {
        ("train", "normal"): 900,
        ("train", "pneumonia"): 900,
        ("test", "normal"): 231,
        ("test", "pneumonia"): 300,
    }
    assert people["patient"].is_unique
    assert people["age"].min() >= 20


def test_a_label_is_a_severity_on_its_side_of_the_cut():
    people = draw_patients(500, seed=1)
    ill = people["label"] == "pneumonia"
    assert people.loc[ill, "severity"].min() > CUT > people.loc[~ill, "severity"].max()


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.name)
def test_products_reach_what_they_are_said_to(product):
    """Against scikit-learn's area and plain counts on 60,000 patients: within four standard errors."""
    people = draw_patients(60_000, seed=4)
    ill = (people["label"] == "pneumonia").to_numpy()
    said = people[product.name].to_numpy()
    for reached, true, n in (
        ((said[ill] >= 50).mean(), product.sensitivity, ill.sum()),
        ((said[~ill] < 50).mean(), product.specificity, (~ill).sum()),
    ):
        assert abs(reached - true) < 4 * np.sqrt(true * (1 - true) / n)
    assert abs(roc_auc_score(ill, said) - product.auroc) < 0.006


def test_a_mild_pneumonia_is_missed_more_often():
    people = draw_patients(60_000, seed=4)
    ill = people[people["label"] == "pneumonia"]
    mild = ill["severity"] < ill["severity"].median()
    for product in PRODUCTS:
        found = ill[product.name] >= 50
        assert found[mild].mean() < found[~mild].mean() - 0.03


def test_the_folder_is_written_once_and_the_same_again(tmp_path):
    made = write_labelled_films(tmp_path / "a", patients=20, seed=5)
    again = write_labelled_films(tmp_path / "a", patients=20, seed=5)
    other = write_labelled_films(tmp_path / "b", patients=20, seed=5)
    assert (made.made, again.made, other.made) == (20, 0, 20)
    files = sorted(path.relative_to(made.folder) for path in made.folder.rglob("*") if path.is_file())
    assert len(files) == 20 + 1 + 2 + 1
    for file in files:
        assert (made.folder / file).read_bytes() == (other.folder / file).read_bytes()
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert [product["name"] for product in truth["products"]] == ["product_a", "product_b"]


def test_too_few_patients_are_refused(tmp_path):
    with pytest.raises(HilumError, match="20 to 99999"):
        write_labelled_films(tmp_path, patients=3)
