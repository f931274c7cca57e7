"""The public collections of odd DICOM files: each is read, or refused with a sentence, and soon."""

import time
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels import pixel_array
from pydicom.pixels.decoders.base import get_decoder

from hilum.dicom import decode, geometry, is_dicom, pixel_digest, quietly, read_dataset, view_position
from hilum.errors import ImageError

DATA = Path(__file__).parents[3] / "shared" / "data"
SAMPLES, SERIES = DATA / "dicom_samples", DATA / "ct_series"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the real DICOM files (../shared/data) are not here"
)


def files():
    return sorted(path for folder in (SAMPLES, SERIES) for path in folder.rglob("*") if path.is_file())


def test_every_file_is_read_or_refused_within_two_seconds():
    outcomes = {"pixels": 0, "no pixels": 0, "refused": 0}
    for path in files():
        start = time.perf_counter()
        try:
            dataset = read_dataset(path)
            geometry(dataset)
            view_position(dataset)
            pixels = decode(dataset)
            shown = pixels.display()
            pixels.modality_values()
            pixel_digest(dataset)
        except ImageError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
            outcomes["no pixels" if "no pixel data" in str(error) else "refused"] += 1
        else:
            assert shown.dtype == np.float32
            assert 0 <= shown.min() <= shown.max() <= 1
            outcomes["pixels"] += 1
        assert time.perf_counter() - start < 2, path
    assert outcomes["pixels"] >= 147, outcomes
    assert sum(outcomes.values()) == len(files())


def test_values_are_those_of_pydicom_and_its_other_decoders():
    """Every plug-in of pydicom that reads the file; lossy JPEG may round colour differently by 1 or 2."""
    compared = 0
    for path in files():
        try:
            dataset = read_dataset(path)
            mine = decode(dataset)
        except ImageError:
            continue
        syntax = dataset.file_meta.get("TransferSyntaxUID")
        plugins = get_decoder(syntax).available_plugins if syntax and syntax.is_encapsulated else ("",)
        for plugin in plugins:
            with quietly():
                try:
                    theirs = pixel_array(dcmread(path, force=True), raw=True, decoding_plugin=plugin)
                except Exception:  # noqa: BLE001 - a peer that cannot read it is no peer
                    continue
            difference = np.abs(theirs.reshape(mine.stored.shape).astype(float) - mine.stored)
            allowed = 2 if mine.is_colour and str(syntax).startswith("1.2.840.10008.1.2.4.5") else 0
            assert difference.max() <= allowed, (path, plugin)
            compared += 1
    assert compared >= 150


def test_twelve_bit_jpeg_has_the_values_known_for_it():
    """pydicom's own tests know these two pixels from libjpeg."""
    for name in ("JPEG-lossy.dcm", "JPGExtended.dcm"):
        stored = decode(read_dataset(SAMPLES / "pydicom_test_files" / name)).stored[0]
        assert (stored[420, 140], stored[230, 120]) == (244, 95)


def test_one_picture_in_several_encodings_has_one_digest():
    folder = SAMPLES / "pydicom_test_files"
    names = [
        "MR_small.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_implicit.dcm",
        "MR_small_expb.dcm",
        "MR_small_RLE.dcm",
    ]
    names += ["MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_padded.dcm"]
    assert len({pixel_digest(read_dataset(folder / name)) for name in names}) == 1


def test_a_ct_series_is_in_hounsfield_units():
    values = []
    for path in sorted((SERIES / "abdomen_20_slices_j2k").iterdir()):
        dataset = read_dataset(path)
        measured = decode(dataset).modality_values()
        slope, intercept = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
        assert np.array_equal(measured, decode(dataset).stored * slope + intercept)
        assert geometry(dataset).in_patient
        values.append(measured)
    air, soft = np.percentile(np.stack(values), [25, 90])  # the body fills about a fifth of each slice
    assert -1024 <= air < -950
    assert -50 < soft < 150


def test_known_ways_of_being_broken_are_named():
    folder = SAMPLES / "pydicom_test_files"
    for name, words in {
        "MR_truncated.dcm": "longer than what holds it",
        "rtplan_truncated.dcm": "longer than what holds it",
        "README.txt": "is not DICOM",
    }.items():
        with pytest.raises(ImageError, match=words):
            read_dataset(folder / name)


def test_text_and_pictures_beside_them_are_not():
    for path in (
        *SAMPLES.rglob("*.md"),
        *SAMPLES.rglob("*.json"),
        *SAMPLES.rglob("*.jpg"),
        *SAMPLES.rglob("*.nrrd"),
    ):
        assert not is_dicom(path)
