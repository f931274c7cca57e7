"""Cases with images on the disk and lesions of every kind drawn in them."""

from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from pydicom import dcmread

from archive.guideline_images import Examination, image
from hilum.annotation.combining import merge, subtract
from hilum.annotation.frames import ordered_frames
from hilum.annotation.guideline_json import ImageFacts
from hilum.annotation.lesion import Lesion
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.annotation.rasterising import mask_of
from hilum.annotation.shapes import Box, Polygon
from web.imaging import write_enhanced_ct

ROWS = COLUMNS = 32
INFO = {
    "description": "lung cancer images",
    "version": "1.0",
    "contributor": "the tests",
    "date_created": "2026-11-21 10-00-00",
}
SQUARE = Polygon((((4.2, 5.1), (12.7, 5.4), (12.1, 13.9), (4.6, 13.2)),))
RING = subtract(Box(2, 2, 20, 20), Box(6, 6, 15, 16), ROWS, COLUMNS)
TWO_PARTS = merge(
    Polygon((((1, 1), (6, 1), (6, 6)),)), Polygon((((20, 20), (30, 21), (25, 30)),)), ROWS, COLUMNS
)
FREE = Polygon((((20.5, 3.5), (26.5, 4.0), (25.0, 9.5), (21.0, 8.0)),), drawn_freely=True)
PAINTED = mask_of(np.add.outer(np.arange(ROWS), np.arange(COLUMNS)) % 7 == 3)
EVERY_SHAPE = {
    "a box": Box(3.3, 4.6, 17.2, 9.9),
    "a polygon": SQUARE,
    "a polygon with a hole": RING,
    "a polygon of two parts": TWO_PARTS,
    "drawn freely": FREE,
    "painted": PAINTED,
}


def case_of(
    folder: Path, code: str = "CCT", lesions: tuple[Lesion, ...] | None = None, label: str = "malignant"
):
    """A case of three slices (one film for X-ray)."""
    folder.mkdir(parents=True, exist_ok=True)
    modality, count = ("DX", 1) if code == "XRY" else ("CT", 3)
    examination = Examination("00000301", modality, 1, tuple(range(1, count + 1)))
    images = []
    for key in range(count):
        file = folder / f"{key}.dcm"
        file.write_bytes(image(examination, key + 1))
        header = dcmread(file, stop_before_pixels=True)
        name = f"{code.lower()}_0KDNRJF_001_{key + 1:04d}"
        facts = ImageFacts(
            name,
            "0KDNRJF",
            "001",
            f"{key + 1:04d}",
            COLUMNS,
            ROWS,
            "2020-01-02 10-00-00",
            "SIEMENS",
            "SOMATOM",
        )
        images.append(CaseImage(key, file, header.SOPInstanceUID, header.SeriesInstanceUID, facts))
    if lesions is None:
        lesions = (
            Lesion("a", 1, 1, dict.fromkeys(range(count), SQUARE)),
            Lesion("b", 2, 3, {0: FREE}),
        )
    return MarkedCase("C0001", code, label, tuple(images), lesions)


def framed_case(folder: Path, lesions: tuple[Lesion, ...], *, placed: bool = True):
    """A case of three frames of one file, stored from the head down; with `placed` false they lie nowhere."""
    write_enhanced_ct(folder, "301", 3, ROWS)
    file = folder / "enhanced.dcm"
    header = dcmread(file)
    if not placed:
        del header.PerFrameFunctionalGroupsSequence, header.SharedFunctionalGroupsSequence
        del header.FrameOfReferenceUID
        header.SOPClassUID = header.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3"
        header.save_as(file)
    facts = ImageFacts(
        "cct_0KDNRJF_001_0001", "0KDNRJF", "001", "0001", COLUMNS, ROWS, "2020-01-02 10-00-00", "SYNTH", "ONE"
    )
    images = [
        CaseImage(key, file, header.SOPInstanceUID, header.SeriesInstanceUID, facts, frame)
        for key, frame in enumerate(ordered_frames(header))
    ]
    return MarkedCase("C0001", "CCT", "malignant", tuple(images), lesions)


@st.composite
def stars(draw, rows: int = ROWS, columns: int = COLUMNS):
    """Polygons that do not cross themselves, anywhere in the image."""
    count = draw(st.integers(3, 12))
    x = draw(st.floats(6, columns - 6))
    y = draw(st.floats(6, rows - 6))
    steps = sorted(draw(st.lists(st.integers(0, 359), min_size=count, max_size=count, unique=True)))
    longest = min(x, y, columns - x, rows - y)
    rays = draw(st.lists(st.floats(0.3, 1), min_size=count, max_size=count))
    angles = np.deg2rad(steps)
    xs = x + np.cos(angles) * np.array(rays) * longest
    ys = y + np.sin(angles) * np.array(rays) * longest
    return Polygon((tuple(zip(xs.tolist(), ys.tolist(), strict=True)),))
