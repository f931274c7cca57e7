import nibabel
import numpy as np

from hilum.cohorts.signatures import read_signatures


def _save(path, values, spacing=(1.0, 1.0, 2.0)):
    nibabel.save(nibabel.Nifti1Image(values, np.diag([*spacing, 1.0])), path)
    return path


def test_copies_are_told_by_the_whole_volume_and_not_by_one_slice(tmp_path):
    values = np.random.default_rng(0).integers(-1000, 1000, (20, 24, 9)).astype(np.int16)
    other = values.copy()
    other[3, 4, 0] += 1  # far from the middle slice
    turned = nibabel.Nifti1Image(values[::-1].copy(), np.diag([-1.0, 1.0, 2.0, 1.0]))
    nibabel.save(turned, tmp_path / "turned.nii.gz")
    paths = [
        _save(tmp_path / "first.nii.gz", values),
        _save(tmp_path / "again.nii", values.astype(np.float32)),
        tmp_path / "turned.nii.gz",
        _save(tmp_path / "other.nii.gz", other),
        tmp_path / "absent.nii.gz",
    ]
    found = read_signatures(paths)
    assert found.readable.tolist() == [True, True, True, True, False]
    assert len(set(found.exact[:3])) == 1
    assert found.exact[3] != found.exact[0]
    assert (found.thumbnails[3] == found.thumbnails[0]).mean() > 0.99
    assert len(np.unique(found.thumbnails[0])) > 50
