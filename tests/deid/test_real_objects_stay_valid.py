"""Real files of many makers: cleaning makes no object invalid that was valid."""

from pathlib import Path

import pytest

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.dicom import is_dicom, read_dataset
from hilum.errors import ImageError
from torture.validator import kinds_of_errors

KEYS = ResearchKeys(bytes(32))
ALIKE = "IM0000"  # of a series only one needs to be looked at


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_validator_finds_no_new_error_in_a_real_file(samples: Path, dciodvfy: str, tmp_path: Path):
    new, checked = {}, 0
    for path in sorted(path for path in samples.rglob("*") if path.is_file() and is_dicom(path)):
        if path.name.startswith(ALIKE) and path.name != ALIKE + "06":
            continue
        try:
            done = deidentify(read_dataset(path), KEYS)
        except ImageError:
            continue
        if isinstance(done, Refusal):
            continue
        out = tmp_path / "out.dcm"
        out.write_bytes(done.data)
        checked += 1
        if added := kinds_of_errors(dciodvfy, out) - kinds_of_errors(dciodvfy, path):
            new[path.name] = sorted(added)
    assert checked >= 70
    assert new == {}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("dcmqi/segmentations/liver.dcm", "66.4"),
        ("dcmqi/sr-example/sr.dcm", "88"),
        ("dcmqi/sr-example/rwvm.dcm", "67"),
        ("pydicom_test_files/rtdose.dcm", "481.2"),
        ("pydicom_test_files/rtplan.dcm", "481.5"),
    ],
)
def test_real_objects_are_cleaned_and_keep_their_references(samples: Path, file: str, kind: str):
    before = read_dataset(samples / file)
    assert str(before.SOPClassUID).startswith(f"1.2.840.10008.5.1.4.1.1.{kind}")
    expected = [KEYS.uid(uid) for uid in _referenced(before)]
    done = deidentify(read_dataset(samples / file), KEYS)
    assert not isinstance(done, Refusal), done
    assert list(_referenced(done.dataset)) == expected


def _referenced(dataset):
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _referenced(item)
        elif element.keyword == "ReferencedSOPInstanceUID" and str(element.value):
            yield str(element.value)
