"""The DICOM files: tags, character sets, transfer syntaxes, pixel values, burned-in text."""

import io
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from hilum.phantom.encoding import encode_pixels
from hilum.phantom.machines import MACHINES
from hilum.phantom.objects import film_bytes
from hilum.phantom.orders import FilmOrder, order_film

SYNTAXES = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEG2000Lossless,
]


def _order(site: str, index: int = 1, longest_side: int = 160) -> FilmOrder:
    return order_film(7, site, index, age=71, sex="F", severity=0.4, longest_side=longest_side)


def _read(order: FilmOrder) -> pydicom.Dataset:
    return pydicom.dcmread(io.BytesIO(film_bytes(order)))


def _shown(data: pydicom.Dataset) -> np.ndarray:
    """The picture by the window, PS3.3 C.11.2.1.2.1, MONOCHROME1 inverted."""
    stored = data.pixel_array.astype(float)
    centre, width = float(data.WindowCenter), float(data.WindowWidth)
    grey = np.clip((stored - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)
    return 1 - grey if data.PhotometricInterpretation == "MONOCHROME1" else grey


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.name)
def test_every_transfer_syntax_gives_back_the_same_pixels(syntax):
    order = replace(_order("home"), transfer_syntax=str(ExplicitVRLittleEndian))
    plain, coded = _read(order), _read(replace(order, transfer_syntax=str(syntax)))
    assert coded.file_meta.TransferSyntaxUID == syntax
    assert (plain.pixel_array == coded.pixel_array).all()


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.name)
def test_odd_sizes_and_extreme_values_survive(syntax):
    stored = np.zeros((67, 65), np.uint16)
    stored[::2, ::3] = 4095
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.Rows, data.Columns = stored.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = encode_pixels(stored, str(syntax))
    data["PixelData"].VR = "OW"
    assert (data.pixel_array == stored).all()


@pytest.mark.parametrize("site", ["home", "A", "B"])
def test_the_file_says_what_it_is(site: str):
    order = _order(site)
    data = _read(order)
    assert data.Modality == {"home": "DX", "A": "CR", "B": "DX"}[site]
    assert data.file_meta.MediaStorageSOPClassUID == data.SOPClassUID == MACHINES[site].sop_class
    assert data.ViewPosition == order.person.view
    assert data.PatientID == order.identity.patient_id
    assert data.AccessionNumber == order.identity.accession
    assert (data.BitsAllocated, data.BitsStored, data.HighBit) == (16, 12, 11)
    assert max(data.Rows, data.Columns) <= 160
    assert 0.3 < float(data.ImagerPixelSpacing[0]) * data.Rows / 420 < 1.3  # a field of about 42 cm
    assert data.PatientAge == "071Y"
    born, taken = data.PatientBirthDate, data.StudyDate
    assert int(taken[:4]) - int(born[:4]) - (taken[4:] < born[4:]) == 71
    pixels = data.pixel_array
    assert pixels.min() >= 0
    assert pixels.max() <= 4095
    assert np.ptp(pixels) > 3000
    assert pixels.std() > 400


@pytest.mark.parametrize(
    ("site", "charset", "forms"),
    [("home", ["", "ISO 2022 IR 149"], 3), ("A", "ISO_IR 100", 1), ("B", "ISO_IR 192", 3)],
)
def test_korean_names_round_trip_in_the_characters_of_the_site(site, charset, forms):
    order = _order(site)
    data = _read(order)
    assert data.SpecificCharacterSet == charset
    assert len(str(data.PatientName).split("=")) == forms
    assert data.PatientName.alphabetic == order.identity.latin
    if site != "A":
        assert data.PatientName.phonetic == order.identity.hangul
        assert data.InstitutionName == MACHINES[site].institution


def test_korean_bytes_are_those_of_ks_x_1001_behind_the_escape():
    # PS3.5 I.2: ESC $ ) C, then the name in EUC-KR
    order = _order("home")
    data = film_bytes(order)
    family = order.identity.hangul.split("^")[0].encode("euc_kr")
    assert b"\x1b$)C" + family in data


def test_monochrome1_and_2_show_the_same_picture():
    order = _order("home")
    two, one = _read(order), _read(replace(order, inverted=True))
    assert (one.PhotometricInterpretation, two.PhotometricInterpretation) == ("MONOCHROME1", "MONOCHROME2")
    assert (one.pixel_array == 4095 - two.pixel_array).all()
    assert np.abs(_shown(one) - _shown(two)).max() < 1e-9
    assert (one.PixelIntensityRelationshipSign, two.PixelIntensityRelationshipSign) == (1, -1)


def test_private_blocks_hold_the_name_again():
    data = _read(_order("B"))
    values = [str(element.value) for element in data if element.tag.is_private]
    assert any(data.PatientName.alphabetic.replace("^", " ") == value for value in values)
    assert data.PatientID in values


def test_burned_in_text_changes_one_corner_only():
    order = replace(_order("A", longest_side=512), inverted=False, burned_in=False)
    clean, marked = _read(order).pixel_array, _read(replace(order, burned_in=True)).pixel_array
    changed = np.argwhere(clean != marked)
    assert len(changed) > 300
    assert changed[:, 0].max() < 0.2 * clean.shape[0]
    assert changed[:, 1].max() < 0.75 * clean.shape[1]
    assert (marked[clean != marked] == 4000).all()


def test_the_shares_of_views_formats_and_burned_in_text():
    orders = {site: [_order(site, i) for i in range(1500)] for site in MACHINES}
    for site, machine in MACHINES.items():
        own = orders[site]
        assert np.mean([o.person.view == "AP" for o in own]) == pytest.approx(machine.ap, abs=0.02)
        assert np.mean([o.inverted for o in own]) == pytest.approx(machine.inverted, abs=0.04)
        assert np.mean([o.burned_in for o in own]) == pytest.approx(machine.burned_in, abs=0.02)
        assert {o.transfer_syntax for o in own} == {syntax for syntax, _ in machine.syntaxes}
        assert len({o.identity.patient_id for o in own}) == len({o.identity.accession for o in own}) == 1500
        assert all(len(o.identity.accession) <= 16 for o in own)
    assert any(not o.says_view for o in orders["A"])


def test_uids_are_valid_and_differ():
    files = [_read(_order("home", i, 64)) for i in range(3)]
    uids = [u for d in files for u in (d.StudyInstanceUID, d.SeriesInstanceUID, d.SOPInstanceUID)]
    assert len(set(uids)) == 9
    assert all(pydicom.uid.UID(uid).is_valid for uid in uids)
