"""The order of a volume comes from positions; what is wrong with a series is named, and nothing else is."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from hilum.archive.series import SERIES_DEFECTS, assemble, read_series
from hilum.archive.series_slice import Slice, slices_of

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAME = {
    "PatientID": "P1",
    "StudyInstanceUID": "1.1",
    "SeriesInstanceUID": "1.2",
    "Modality": "CT",
    "FrameOfReferenceUID": "1.3",
    "RescaleSlope": "1",
    "RescaleIntercept": "-1024",
    "RescaleType": "HU",
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsStored": "12",
    "PixelRepresentation": "0",
    "ConvolutionKernel": "B30f",
    "PatientPosition": "HFS",
    "TransferSyntaxUID": "1.2.840.10008.1.2.1",
}


def slice_at(place: int, **changes: object) -> Slice:
    """Slice number `place`, 5 mm thick and 5 mm above the one before."""
    made = Slice(
        name=f"{place}.dcm",
        instance=f"1.9.{place}",
        number=place,
        position=(-180.0, -150.0, 5.0 * place),
        orientation=AXIAL,
        thickness=5.0,
        distance=5.0,
        spacing=(0.7, 0.7),
        size=(512, 512),
        image_type=("ORIGINAL", "PRIMARY", "AXIAL"),
        apart={"AcquisitionNumber": "1", "EchoTime": ""},
        same=SAME,
    )
    return replace(made, **changes)


def stack(count: int = 12) -> list[Slice]:
    return [slice_at(place) for place in range(1, count + 1)]


def changed(place: int, **changes: object) -> list[Slice]:
    return [replace(one, **changes) if one.number == place else one for one in stack()]


def all_changed(**changes: object) -> list[Slice]:
    return [replace(one, **changes) for one in stack()]


def other(place: int, **values: str) -> list[Slice]:
    return changed(place, same=SAME | values)


def at(place: int, x: float, y: float, z: float) -> list[Slice]:
    return changed(place, position=(x, y, z))


def second_phase(**changes: object) -> list[Slice]:
    """The same places again, in another acquisition."""
    return [
        replace(one, name=f"b{one.name}", instance=f"{one.instance}.2", number=one.number + 100, **changes)
        for one in stack()
    ]


PLANTED: dict[str, Callable[[], list[Slice]]] = {
    "several patients": lambda: other(5, PatientID="P2"),
    "several studies": lambda: other(5, StudyInstanceUID="1.1.5"),
    "mixed modality": lambda: other(5, Modality="MR"),
    "localiser inside": lambda: [
        *stack(),
        slice_at(40, image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"), orientation=CORONAL, size=(600, 900)),
    ],
    "mixed acquisition": lambda: [*stack(), *second_phase(apart={"AcquisitionNumber": "2"})],
    "mixed image type": lambda: changed(5, image_type=("DERIVED", "SECONDARY")),
    "mixed frame of reference": lambda: other(5, FrameOfReferenceUID="1.3.5"),
    "mixed orientation": lambda: changed(5, orientation=CORONAL),
    "mixed patient position": lambda: other(5, PatientPosition="FFS"),
    "mixed thickness": lambda: changed(5, thickness=3.0),
    "mixed pixel spacing": lambda: changed(5, spacing=(0.8, 0.8)),
    "mixed size": lambda: changed(5, size=(256, 256)),
    "mixed rescale": lambda: other(5, RescaleIntercept="0"),
    "mixed units": lambda: [
        replace(one, same=one.same | {"Modality": "PT", "Units": "CNTS" if one.number == 5 else "BQML"})
        for one in stack()
    ],
    "mixed kind of number": lambda: other(5, PixelRepresentation="1"),
    "mixed photometric interpretation": lambda: other(5, PhotometricInterpretation="MONOCHROME1"),
    "mixed transfer syntax": lambda: other(5, TransferSyntaxUID="1.2.840.10008.1.2.4.90"),
    "mixed kernel": lambda: other(5, ConvolutionKernel="B70f"),
    "missing slice": lambda: [one for one in stack() if one.number != 5],
    "duplicate position": lambda: [*stack(), slice_at(13, position=(-180.0, -150.0, 60.0))],
    "overlapping slices": lambda: all_changed(thickness=8.0),
    "gaps between slices": lambda: all_changed(thickness=3.0),
    "uneven distances": lambda: at(12, -180.0, -150.0, 61.5),
    "stated distance disagrees": lambda: all_changed(distance=2.5),
    "gantry tilt": lambda: [
        replace(one, position=(-180.0, -150.0 + one.number, 5.0 * one.number)) for one in stack()
    ],
    "slice beside the line": lambda: at(5, -150.0, -150.0, 25.0),
    "single slice": lambda: stack(1),
    "too few slices": lambda: stack(2),
    "same instance twice": lambda: changed(5, instance="1.9.6"),
    "missing position": lambda: changed(5, position=None),
    "missing orientation": lambda: changed(5, orientation=None),
    "missing thickness": lambda: changed(5, thickness=None),
    "missing pixel spacing": lambda: changed(5, spacing=()),
    "missing instance number": lambda: changed(5, number=None),
    "repeated instance number": lambda: changed(5, number=6),
    "instance numbers skip": lambda: [
        replace(one, number=one.number * 2) if one.number > 5 else one for one in stack()
    ],
    "instance numbers do not follow position": lambda: [
        replace(one, number={5: 8, 8: 5}.get(one.number, one.number)) for one in stack()
    ],
    "reversed order": lambda: [replace(one, number=13 - one.number) for one in stack()],
}


def names(slices: list[Slice]) -> list[str]:
    return [defect.name for defect in assemble(slices).defects]


def test_a_series_without_defects_has_none_and_is_a_volume():
    whole = assemble(stack())
    assert whole.defects == ()
    assert whole.is_volume
    assert whole.distance == 5.0


def test_every_defect_has_its_example_here_and_a_name_of_its_own():
    assert len({defect.name for defect in SERIES_DEFECTS}) == len(SERIES_DEFECTS) >= 15
    assert set(PLANTED) == {defect.name for defect in SERIES_DEFECTS}


@pytest.mark.parametrize("defect", PLANTED)
def test_a_defect_planted_alone_is_found_alone(defect: str):
    assert names(PLANTED[defect]()) == [defect]


@pytest.mark.parametrize("defect", PLANTED)
def test_a_defect_names_slices_of_the_series_and_says_what_was_found(defect: str):
    slices = PLANTED[defect]()
    (found,) = assemble(slices).defects
    assert found.instances
    assert set(found.instances) <= {one.instance for one in slices}
    assert len(found.sentence) > 15


@given(st.sampled_from(sorted(PLANTED)), st.randoms(use_true_random=False))
def test_shuffling_the_files_changes_neither_order_nor_defects(defect: str, chance: random.Random):
    slices = PLANTED[defect]()
    first = assemble(slices)
    shuffled = slices[:]
    chance.shuffle(shuffled)
    assert assemble(shuffled) == first


@given(st.permutations(range(8)), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.floats(0.5, 12.0))
def test_order_follows_the_normal_whatever_the_numbers_and_the_direction(numbers, pitch, roll, step):
    turn = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turn = turn @ np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    axes = turn[:, 0], turn[:, 1]
    direction = tuple(float(part) for axis in axes for part in axis)
    slices = [
        slice_at(
            place,
            number=numbers[place],
            position=tuple(float(part) for part in turn[:, 2] * step * place + np.array([3.0, -7.0, 11.0])),
            orientation=direction,
            thickness=step,
            distance=step,
        )
        for place in range(8)
    ]
    random.Random(1).shuffle(slices)
    found = assemble(slices)
    assert [one.name for one in found.slices] == [f"{place}.dcm" for place in range(8)]
    assert {defect.name for defect in found.defects} <= {
        "instance numbers do not follow position",
        "reversed order",
    }


@given(st.sets(st.integers(2, 19), min_size=1, max_size=6))
def test_every_missing_slice_is_counted(missing: set[int]):
    left = [one for one in stack(20) if one.number not in missing]
    found = {defect.name: defect.sentence for defect in assemble(left).defects}
    assert set(found) == {"missing slice"}
    assert found["missing slice"].startswith(f"{len(missing)} slice")


def test_two_defects_at_once_are_both_found():
    slices = [one for one in all_changed(thickness=8.0) if one.number != 5]
    assert names(slices) == ["missing slice", "overlapping slices"]


def test_a_moved_slice_overlaps_one_neighbour_and_is_uneven_with_the_other():
    assert names(at(5, -180.0, -150.0, 23.0)) == ["overlapping slices", "uneven distances"] or names(
        at(5, -180.0, -150.0, 23.0)
    ) == ["uneven distances"]


def test_step_and_shoot_is_one_acquisition_though_its_numbers_differ():
    steps = [replace(one, apart={"AcquisitionNumber": str(one.number)}) for one in stack()]
    assert names(steps) == []


def test_two_phases_are_two_stacks_each_in_order():
    found = assemble([*second_phase(apart={"AcquisitionNumber": "2"}), *stack()])
    assert [one.number for one in found.slices] == [*range(1, 13), *range(101, 113)]


def test_an_overview_comes_last_and_films_have_no_defects_of_slices():
    found = assemble(PLANTED["localiser inside"]())
    assert found.slices[-1].is_localiser
    assert found.is_volume
    film = [replace(one, same=SAME | {"Modality": "DX"}, position=None, orientation=None) for one in stack(3)]
    assert names(film) == []


def test_frames_of_an_enhanced_file_are_slices():
    dataset = Dataset()
    dataset.Modality, dataset.SOPInstanceUID, dataset.Rows, dataset.Columns = "CT", "1.5", 4, 4
    measures = Dataset()
    measures.SliceThickness, measures.PixelSpacing = 2.0, [1.0, 1.0]
    turn = Dataset()
    turn.ImageOrientationPatient = list(AXIAL)
    shared = Dataset()
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [turn]
    dataset.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for height in (4.0, 0.0, 2.0, 8.0):
        place, frame = Dataset(), Dataset()
        place.ImagePositionPatient = [0.0, 0.0, height]
        frame.PlanePositionSequence = [place]
        frames.append(frame)
    dataset.PerFrameFunctionalGroupsSequence = frames
    found = assemble(slices_of(dataset, "enhanced.dcm"))
    assert [one.frame for one in found.slices] == [2, 3, 1, 4]
    assert "missing slice" in [defect.name for defect in found.defects]


def test_a_real_series_is_read_in_order(real_data: Path):
    files = sorted((real_data / "ct_series" / "abdomen_20_slices_j2k").iterdir())
    problems: list[str] = []
    random.Random(3).shuffle(files)
    (series,) = read_series([(file.name, file) for file in files], problems)
    assert problems == []
    assert len(series.slices) == 20
    heights = [
        pydicom.dcmread(_named(files, one), stop_before_pixels=True).ImagePositionPatient[2]
        for one in series.slices
    ]
    assert heights == sorted(heights)
    assert not [defect for defect in series.defects if defect.spoils]
    left = [(file.name, file) for file in files if file.name != series.slices[7].name]
    (cut,) = read_series(left, problems)
    assert "missing slice" in [defect.name for defect in cut.defects]
    assert not cut.is_volume


def _named(files: list[Path], one: Slice) -> Path:
    return next(file for file in files if file.name == one.name)
