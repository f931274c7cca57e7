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


def counts() -> Dataset:
    """A Philips slice in counts, whose factors stand in private attributes."""
    source = pet()
    source.Units = "CNTS"
    block = source.private_block(0x7053, "Philips PET Private Group", create=True)
    block.add_new(0x00, "DS", "0.000321457")
    block.add_new(0x09, "DS", "1.50125")
    block.add_new(0x03, "LO", "examined by Dr Kim")
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source)
    buffer.seek(0)
    return pydicom.dcmread(buffer)


def test_philips_factors_stay_and_what_stands_beside_them_does_not():
    before, done = counts(), deidentify(counts(), KEYS)
    assert not isinstance(done, Refusal), done
    out = pydicom.dcmread(BytesIO(done.data))
    values = [
        one.pixel_array * float(one.RescaleSlope) * float(one[0x70531000].value) for one in (before, out)
    ]
    np.testing.assert_allclose(values[1], values[0], rtol=1e-6)
    activity = [suv(one) * float(one[0x70531009].value) for one in (before, out)]
    np.testing.assert_allclose(activity[1], activity[0], rtol=1e-6)
    assert 0x70531003 not in out
    assert b"Kim" not in done.data


def test_decay_over_midnight_is_the_same():
    def late() -> Dataset:
        source = pet()
        source.SeriesDate, source.SeriesTime = "20240302", "003000.5"
        source.AcquisitionDate, source.AcquisitionTime = "20240302", "003000.5"
        source.RadiopharmaceuticalInformationSequence[
            0
        ].RadiopharmaceuticalStartDateTime = "20240301233000.250000"
        return source

    done = deidentify(late(), KEYS)
    assert not isinstance(done, Refusal)
    np.testing.assert_allclose(suv(pydicom.dcmread(BytesIO(done.data))), suv(late()), rtol=1e-6)


def test_pet_and_ct_of_one_patient_stay_in_one_space_and_apart_in_time_as_they_were():
    scan, slice_ = pet(), example_file()
    slice_.FrameOfReferenceUID = scan.FrameOfReferenceUID = "1.2.826.0.1.3680043.8.498.77"
    slice_.AcquisitionDate, slice_.AcquisitionTime = "20240229", "235959"
    done = [deidentify(one, KEYS) for one in (scan, slice_)]
    out = [pydicom.dcmread(BytesIO(one.data)) for one in done if not isinstance(one, Refusal)]
    assert out[0].FrameOfReferenceUID == out[1].FrameOfReferenceUID != "1.2.826.0.1.3680043.8.498.77"
    moments = [datetime.strptime(one.AcquisitionDate, "%Y%m%d") for one in out]  # noqa: DTZ007
    assert (moments[0] - moments[1]).days == 1
