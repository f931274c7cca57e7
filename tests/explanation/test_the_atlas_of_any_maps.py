"""`hilum atlas MAPS`: maps that were made elsewhere, and files that are none."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from hilum.cli import app
from hilum.conduct.atlas_asked import atlas_of_file
from hilum.errors import MeasureError
from hilum.explanation.atlas import AtlasOptions

QUICK = AtlasOptions(permutations=100)


def _maps(path, n=16, shape=(6, 7), **more: np.ndarray):
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(n, *shape))
    group = np.arange(n) < n // 2
    maps[group, ..., :3] += 3
    np.savez(path, maps=maps, group=group.astype(int), **more)
    return path


def test_maps_from_anywhere_are_compared_at_the_command_line(tmp_path):
    path = _maps(tmp_path / "maps.npz")
    asked = [
        "atlas",
        str(path),
        "--permutations",
        "100",
        "--shuffles",
        "5",
        "--json",
        "-o",
        str(tmp_path / "o"),
    ]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["n"] == [8, 8]
    assert told["shares"]["max_t"] > 0.3
    assert told["shuffles"]["shuffles"] == 5
    assert told["shuffles"]["max_t"] <= 2
    assert (tmp_path / "o" / "p_max_t.nii.gz").exists()
    assert (tmp_path / "o" / "tests.png").exists()


def test_volumes_are_compared_and_drawn_as_their_mean_slice(tmp_path):
    told = atlas_of_file(_maps(tmp_path / "v.npz", shape=(3, 5, 6)), None, QUICK)
    assert told["folder"] == str(tmp_path / "v-atlas")
    with np.load(tmp_path / "v-atlas" / "atlas.npz") as kept:
        assert kept["t_student"].shape == (3, 5, 6)


def test_several_maps_of_a_patient_are_averaged(tmp_path):
    patient = np.array([f"p{number // 2}" for number in range(16)])
    assert atlas_of_file(_maps(tmp_path / "p.npz", patient=patient), None, QUICK)["n"] == [4, 4]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"maps": np.zeros((4, 2, 2))}, "is no NPZ file with"),
        ({"maps": np.zeros((4, 2, 2)), "group": np.array([1, 0, 2, 0])}, "each 1 or 0"),
        ({"maps": np.zeros((4, 2, 2)), "group": np.array([1, 0])}, "one `group` for each"),
        ({"maps": np.zeros((4, 2, 2)), "group": np.array(["a", "b", "a", "b"])}, "no numbers"),
        ({"maps": np.full((4, 2, 2), np.inf), "group": np.array([1, 0, 1, 0])}, "no finite numbers"),
        ({"maps": np.zeros((4, 2)), "group": np.array([1, 0, 1, 0])}, "patients, rows, columns"),
        ({"maps": np.zeros((4, 2, 2)), "group": np.ones(4)}, "no patient"),
        ({"maps": np.array([None, {}], dtype=object), "group": np.array([1, 0])}, "is no NPZ file with"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(tmp_path, arrays, said):
    np.savez(tmp_path / "m.npz", **arrays)
    with pytest.raises(MeasureError, match=said):
        atlas_of_file(tmp_path / "m.npz", None, QUICK)


def test_a_damaged_file_is_refused(tmp_path):
    path = _maps(tmp_path / "m.npz")
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(MeasureError, match="is no NPZ file with"):
        atlas_of_file(path, None, QUICK)
