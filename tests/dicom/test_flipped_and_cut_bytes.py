"""Bytes flipped, cut out and put in anywhere: the answer is pixels or an ImageError, never anything else."""

import logging
import threading
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from dicom.making import as_bytes, compressed, image
from hilum.dicom import decode, geometry, is_dicom, pixel_digest, quietly, read_dataset, view_position
from hilum.errors import ImageError


def rich():
    """A file with something of everything: sequences, tables, windows, places, padding."""
    stored = np.random.default_rng(1).integers(0, 4096, (2, 9, 8)).astype(np.uint16)
    dataset = image(
        stored,
        "MONOCHROME1",
        12,
        PatientName="Kim^Younghee",
        WindowCenter=[1000, 2000],
        WindowWidth=[3000, 10],
    )
    dataset.PixelSpacing, dataset.ViewPosition, dataset.RescaleSlope, dataset.RescaleIntercept = (
        [1, 1],
        "PA",
        "1",
        "0",
    )
    dataset.SpecificCharacterSet = "ISO_IR 192"
    table = Dataset()
    table.add_new(0x00283002, "US", [16, 0, 8])
    table.add_new(0x00283006, "US", list(range(0, 256, 16)))
    dataset.VOILUTSequence = Sequence([table])
    frame, position = Dataset(), Dataset()
    position.ImagePositionPatient = [0, 0, 1]
    frame.PlanePositionSequence = [position]
    dataset.PerFrameFunctionalGroupsSequence = Sequence([frame, frame])
    return dataset


def packed(syntax):
    import jpeg_ls
    import openjpeg

    frame = np.random.default_rng(2).integers(0, 4096, (40, 40)).astype(np.uint16)
    dataset = image(frame[np.newaxis], bits_stored=12)
    if syntax == RLELossless:
        dataset.compress(RLELossless, encoding_plugin="pydicom")
        return dataset
    if syntax == JPEGLSLossless:
        stream = bytes(jpeg_ls.encode_array(frame))
    else:
        stream = openjpeg.utils.encode_array(
            frame, bits_stored=12, photometric_interpretation=0, use_mct=False
        )
    return compressed(dataset, [stream], syntax)


GOOD = [
    as_bytes(rich()),
    *(as_bytes(packed(syntax)) for syntax in (RLELossless, JPEGLSLossless, JPEG2000Lossless)),
]


@st.composite
def damaged(draw):
    content = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(132, len(content) - 1))
        kind = draw(st.sampled_from(["flip", "set", "length", "cut out", "put in", "cut"]))
        if kind == "flip":
            content[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "set":
            content[place] = draw(st.integers(0, 255))
        elif kind == "length":
            content[place : place + 4] = draw(st.sampled_from([b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f"]))
        elif kind == "cut out":
            del content[place : place + draw(st.integers(1, 30))]
        elif kind == "put in":
            content[place:place] = draw(st.binary(min_size=1, max_size=12))
        else:
            del content[place:]
        if len(content) < 140:
            break
    return bytes(content)


@settings(
    deadline=None,
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=damaged())
def test_nothing_but_pixels_or_an_image_error(tmp_path, content):
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    is_dicom(path)
    try:
        read_dataset(path, stop_before_pixels=True)
        dataset = read_dataset(path)
        geometry(dataset)
        view_position(dataset)
        pixels = decode(dataset)
        shown = pixels.display()
        pixels.modality_values()
        pixels.padding()
        pixel_digest(dataset)
    except ImageError as error:
        refused = str(error)
        assert str(path) in refused
        assert "Kim" not in refused
    else:
        assert np.isfinite(shown).all()
        assert 0 <= shown.min() <= shown.max() <= 1


def test_odd_but_readable_files_raise_no_python_warning(tmp_path, caplog):
    dataset = rich()
    dataset.add_new(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1")
    content = as_bytes(dataset).replace(b"1.2.840.10008.5.1.4.1.1.1", b"1.02.84.10008.5.1.4.1.1.A")
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    with warnings.catch_warnings(), caplog.at_level(logging.DEBUG):
        warnings.simplefilter("error")
        read = read_dataset(path)
        decode(read).display()
        with quietly():
            assert read.SOPClassUID
    assert caplog.records == []


def test_silence_ends_when_the_last_thread_leaves():
    before = list(warnings.filters)
    entered, leave = threading.Barrier(2), threading.Event()

    def stay():
        with quietly():
            entered.wait()
            leave.wait()

    thread = threading.Thread(target=stay)
    with quietly():
        thread.start()
        entered.wait()
    with warnings.catch_warnings(record=True) as seen:
        warnings.warn("while the other thread is inside", stacklevel=1)
    assert seen == []
    leave.set()
    thread.join()
    assert list(warnings.filters) == before
    with pytest.warns(UserWarning, match="after"):
        warnings.warn("after", stacklevel=1)


def test_many_threads_read_the_same_values(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    paths = []
    for number, content in enumerate(GOOD * 5):
        paths.append(tmp_path / f"{number}.dcm")
        paths[-1].write_bytes(content)
    alone = [pixel_digest(read_dataset(path)) for path in paths]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda path: pixel_digest(read_dataset(path)), paths)) == alone
