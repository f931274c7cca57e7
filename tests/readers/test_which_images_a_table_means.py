"""A table names its images by path, by the end of a path, or by file name; never two by one name."""

import pandas as pd
import pytest

from hilum.errors import ModelError
from hilum.readers.asked import AskedCase, ask


def _asked(paths, names, several=False, **columns: object):
    return ask(paths, pd.DataFrame({"image": names, **columns}), list(columns), several=several)


@pytest.mark.parametrize("name", ["film.png", "a/film.png", "./a/film.png", "a\\film.png", "{whole}"])
def test_an_image_may_be_named_in_full_or_by_its_end(tmp_path, name):
    path = tmp_path / "a" / "film.png"
    found = _asked([path], ["other.png", name.format(whole=path)])
    assert found.cases == (AskedCase("", (str(path),), 1),)
    assert found.notes == ("1 row of the table names no image that was given",)


def test_the_longest_end_counts_and_the_middle_of_a_name_does_not():
    found = _asked(["a/film.png", "b/film.png", "b/myfilm.png"], ["film.png", "b/film.png"])
    assert [case.row for case in found.cases] == [0, 1]
    assert found.without_row == ("b/myfilm.png",)


def test_two_images_by_one_name_and_one_image_by_two_rows_are_refused():
    with pytest.raises(ModelError, match=r"two images are called film.png"):
        _asked(["a/film.png", "b/film.png"], ["film.png"])
    with pytest.raises(ModelError, match="name an image a second time"):
        _asked(["a/film.png"], ["film.png", "film.png"])
    with pytest.raises(ModelError, match=r"no column `image`.*did you mean `Image`"):
        ask(["a.png"], pd.DataFrame({"Image": ["a.png"]}), (), several=False)
    # The same file given twice is one image read twice.
    assert len(_asked(["a/film.png", "a/film.png"], ["film.png"]).cases) == 2


def test_images_of_one_case_are_together_only_for_a_model_that_reads_several():
    given = {"case": ["7", "8", "7"], "age": [50, 60, 51]}
    names = ["a.png", "b.png", "c.png"]
    several = _asked(names, names, several=True, **given)
    assert [(case.name, case.images) for case in several.cases] == [
        ("7", ("a.png", "c.png")),
        ("8", ("b.png",)),
    ]
    assert several.notes == (
        "1 case has images with different values of `age`: that of the first image counts",
    )
    assert [case.images for case in _asked(names, names, **given).cases] == [
        ("a.png",),
        ("b.png",),
        ("c.png",),
    ]
    with pytest.raises(ModelError, match="have no value in `case`: fill it"):
        _asked(names, names, several=True, case=["7", "", "7"])
