"""An atlas as files that other programs read: NPZ with everything, NIfTI for viewers of brain maps."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.explanation.atlas import Atlas
from hilum.explanation.atlas_patients import GroupedMaps
from hilum.files import replaced_when_done

_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
_ALIGNED = 2  # NIfTI's code for a place that follows another image


def arrays_of(atlas: Atlas) -> dict[str, NDArray[Any]]:
    """Every map of an atlas by name.

    Args:
        atlas: two groups compared.

    Returns:
        `mean_first`, `mean_second`, `difference`, and where there were tests `t_student`, `t_welch`,
        `df_welch`, `cohens_d`, `hedges_g`, `tfce`, `p_<way>`, `significant_<way>` and `tested`.
    """
    found: dict[str, NDArray[Any]] = {
        "mean_first": atlas.first,
        "mean_second": atlas.second,
        "difference": atlas.difference,
    }
    if atlas.tests is None:
        return found
    student, welch, permuted = atlas.tests.student, atlas.tests.welch, atlas.tests.permuted
    assert permuted.tfce is not None  # an atlas always asks for it
    found |= {"t_student": student.t, "t_welch": welch.t, "df_welch": welch.df, "tfce": permuted.tfce}
    found |= {"cohens_d": student.cohens_d, "hedges_g": student.hedges_g, "tested": student.tested}
    found |= {f"p_{way}": p for way, p in atlas.tests.p_values.items()}
    found |= {f"significant_{way}": atlas.significant(way) for way in atlas.tests.p_values}
    return found


def save_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays as NPZ, whole or not at all, the same bytes for the same numbers.

    Args:
        path: ending in `.npz`; its folder must exist.
        arrays: by name.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.npz"
        >>> save_arrays(path, {"t": np.zeros((2, 2))})
        >>> np.load(path)["t"].shape
        (2, 2)
    """
    keyed: dict[str, Any] = dict(arrays)
    with replaced_when_done(path) as temporary:
        np.savez_compressed(temporary, **keyed)


def save_maps(path: Path, maps: GroupedMaps) -> None:
    """Write the maps themselves with their groups, so that anybody can test them again; nobody is named.

    Args:
        path: ending in `.npz`.
        maps: one a patient.
    """
    save_arrays(path, {"maps": maps.maps, "group": maps.first.astype(np.uint8)})


def save_nifti(path: Path, values: NDArray[Any], spacing: tuple[float, ...] | None = None) -> None:
    """Write one map as NIfTI-1; a map of two axes is a volume of one slice.

    The first axis of the file runs along a row of the picture, the second down a column, the third through
    the slices. Without known spacing a pixel is one unit, which is not said to be a millimetre.

    Args:
        path: ending in `.nii.gz`; its folder must exist.
        values: (rows, columns) or (slices, rows, columns).
        spacing: millimetres between pixels, in the order of the axes of `values`.

    Example:
        >>> import nibabel, tempfile
        >>> path = Path(tempfile.mkdtemp()) / "t.nii.gz"
        >>> save_nifti(path, np.arange(6.0).reshape(2, 3), (0.5, 0.25))
        >>> nibabel.load(path).shape, [float(zoom) for zoom in nibabel.load(path).header.get_zooms()]
        ((3, 2, 1), [0.25, 0.5, 1.0])
    """
    import nibabel

    volume = np.atleast_3d(values.T) if values.ndim == 2 else values.transpose(2, 1, 0)
    volume = volume.astype(np.uint8 if values.dtype == np.bool_ else np.float32)
    zooms = [*(1.0,) * (3 - values.ndim), *(spacing or (1.0,) * values.ndim)][::-1]
    made: Any = nibabel.Nifti1Image
    image = made(volume, _RAS @ np.diag([*zooms, 1.0]))
    image.set_sform(image.affine, code=_ALIGNED)
    image.set_qform(image.affine, code=0)
    image.header.set_xyzt_units("mm" if spacing else "unknown")
    with replaced_when_done(path) as temporary:
        _write_gzip(temporary, image.to_bytes())


def _write_gzip(path: Path, content: bytes) -> None:
    """Packed without time and name, so that the same map is the same file."""
    import gzip

    with path.open("wb") as stream, gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
        packed.write(content)
