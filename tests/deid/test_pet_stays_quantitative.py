"""SUV (body weight) before and after de-identification: the same number."""

from datetime import datetime
from io import BytesIO

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.example import example_file

KEYS = ResearchKeys(bytes(32))


def pet() -> Dataset:
    source = example_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
    source.Modality, source.Units, source.DecayCorrection = "PT", "BQML", "START"
    source.CorrectedImage, source.ImageType = ["DECY", "ATTN", "SCAT"], ["ORIGINAL", "PRIMARY"]
    source.SeriesDate, source.SeriesTime = "20240301", "101112.5"
    source.AcquisitionDate, source.AcquisitionTime = "20240301", "101112.5"
    source.PatientWeight, source.RescaleSlope, source.RescaleIntercept = 71.5, 1.25, 0
    dose = Dataset()
    dose.Radiopharmaceutical = "FDG -- fluorodeoxyglucose"
    dose.RadiopharmaceuticalStartDateTime = "20240301090807.250000+0900"
    dose.RadiopharmaceuticalStartTime = "090807.250000"
    dose.RadionuclideTotalDose, dose.RadionuclideHalfLife = 3.7e8, 6586.2
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "C-111A1", "SRT", "given to Mr Hong"
    dose.RadionuclideCodeSequence = Sequence([code])
    source.RadiopharmaceuticalInformationSequence = Sequence([dose])
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source)
    buffer.seek(0)
    return pydicom.dcmread(buffer)


def suv(source: Dataset) -> np.ndarray:
    """Body-weight SUV, decay-corrected to series start (QIBA's SUV pseudo-code, happy path)."""
    dose = source.RadiopharmaceuticalInformationSequence[0]
    start = datetime.strptime(str(dose.RadiopharmaceuticalStartDateTime)[:21], "%Y%m%d%H%M%S.%f")  # noqa: DTZ007
    scan = datetime.strptime(f"{source.SeriesDate}{source.SeriesTime}", "%Y%m%d%H%M%S.%f")  # noqa: DTZ007
    decay = 2 ** (-(scan - start).total_seconds() / float(dose.RadionuclideHalfLife))
    activity = source.pixel_array * float(source.RescaleSlope) + float(source.RescaleIntercept)
    return activity * float(source.PatientWeight) * 1000 / (float(dose.RadionuclideTotalDose) * decay)


def test_suv_is_the_same_number():
    done = deidentify(pet(), KEYS)
    assert not isinstance(done, Refusal), done
    out = pydicom.dcmread(BytesIO(done.data))
    np.testing.assert_allclose(suv(out), suv(pet()), rtol=1e-6)
    assert (out.Units, out.DecayCorrection, list(out.CorrectedImage)) == (
        "BQML",
        "START",
        ["DECY", "ATTN", "SCAT"],
    )
    assert out.SeriesDate != "20240301"
    assert (
        str(out.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime)[8:]
        == "090807.250000+0900"
    )


def test_a_code_keeps_its_value_and_gets_the_schemes_own_words():
    done = deidentify(pet(), KEYS)
    assert not isinstance(done, Refusal)
    code = (
        pydicom.dcmread(BytesIO(done.data))
        .RadiopharmaceuticalInformationSequence[0]
        .RadionuclideCodeSequence[0]
    )
    assert (code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning) == (
        "C-111A1",
        "SRT",
        "^18^Fluorine",
    )


@pytest.mark.parametrize("name", ["1.dcm", "2.dcm"])
def test_real_pet_files_keep_every_number_that_suv_needs(name: str, samples):
    path = samples / "suyashkumar" / name
    before, done = pydicom.dcmread(path), deidentify(pydicom.dcmread(path), KEYS)
    assert not isinstance(done, Refusal), done
    out = pydicom.dcmread(BytesIO(done.data))
    for keyword in (
        "PatientWeight",
        "RescaleSlope",
        "RescaleIntercept",
        "Units",
        "DecayCorrection",
        "SeriesTime",
    ):
        assert out.get(keyword) == before.get(keyword), keyword
    old, new = before.RadiopharmaceuticalInformationSequence[0], out.RadiopharmaceuticalInformationSequence[0]
    for keyword in ("RadionuclideTotalDose", "RadionuclideHalfLife", "RadiopharmaceuticalStartTime"):
        assert new.get(keyword) == old.get(keyword), keyword
    assert out.PixelData == before.PixelData
