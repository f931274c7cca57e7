"""Names that nothing else in the file says to be names go all the same."""

import struct

import pytest
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr import _concepts_dict

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.code_forms import is_snomed, is_unit
from hilum.deid.descriptors import cleaned_text
from hilum.deid.example import example_file
from hilum.deid.look_up_tables import is_segmented_table
from hilum.deid.numbers_as_text import is_writing
from hilum.deid.technical import is_technical, technical_words
from hilum.deid.vocabulary import code_meaning, terms
from hilum.deid.words import clinical_words

NAME = "Wexrithqar"
KEYS = ResearchKeys(bytes(32))
MAKER = ("Manufacturer", "ManufacturerModelName", "SoftwareVersions")


def cleaned(**attributes: object) -> Dataset:
    source = example_file()
    for keyword, value in attributes.items():
        source.add_new(tag_for_keyword(keyword), dictionary_VR(keyword).split(" or ")[0], value)
    done = deidentify(source, KEYS)
    assert not isinstance(done, Refusal)
    assert NAME.lower().encode() not in done.data.lower()
    return done.dataset


@pytest.mark.parametrize("keyword", sorted(terms().technical_text.difference(MAKER)))
def test_a_name_in_a_text_about_technique_goes_and_what_stands_beside_it_stays(keyword: str):
    found = cleaned(**{keyword: f"CHEST {NAME}"}).get(keyword)
    assert found in ("CHEST", None, "")


@pytest.mark.parametrize("keyword", MAKER)
def test_makers_models_and_versions_stay_unless_they_speak_of_people(keyword: str):
    assert cleaned(**{keyword: "Zapper 9000"}).get(keyword) == "Zapper 9000"
    assert cleaned(**{keyword: f"room of Dr. {NAME}"}).get(keyword) in (None, "", "REMOVED")


@pytest.mark.parametrize(
    "keyword", ["CollimatorShape", "ScanOptions", "QualityControlImage", "SelectorCSValue", "ShutterShape"]
)
def test_a_name_in_a_code_string_goes(keyword: str):
    assert cleaned(**{keyword: NAME.upper()}).get(keyword) in (None, "")


def test_code_strings_of_standard_and_makers_stay():
    known = """DERIVED PRIMARY AXIAL|HELICAL MODE|CT_SOM5 SPI|CSA MIP|NORM|DIS2D|M_FFE|FC_FREQ_AX_GEMS
    RECON TOMO|WHOLE BODY|FOR PRESENTATION|TUNGSTEN|BREATH_HOLD|SEMIAUTOMATIC|BQML|PROPCPM|DECY|ORGAN_AT_RISK
    CLOSED_PLANAR|X-RAY|SUBTRACTION"""
    for value in known.replace("\n", "|").split("|"):
        assert is_technical(value.strip()), value


@pytest.mark.parametrize(
    "text", ["*tfl3d1_16ns", "B31f", "Br40d", "HNS_HeadNeck_20", "PSF+TOF 4i21s", "measured,AC_CT"]
)
def test_what_scanners_write_about_technique_stays(text: str):
    assert is_technical(text)


@pytest.mark.parametrize(
    "text", ["HONG GILDONG", "KIM", "Gildong3d1", "HoNg", "coil of Hwang", "\ud64d\uae38\ub3d9"]
)
def test_names_are_no_words_of_technique(text: str):
    assert not is_technical(text)


def test_the_two_vocabularies_share_no_word():
    assert technical_words().isdisjoint(clinical_words())


@pytest.mark.parametrize("number", ["01012345678", "9001011234567", "03112345678", "85041712345678"])
@pytest.mark.parametrize("keyword", ["SelectorDSValue", "TableHeight"])
def test_telephone_and_registration_numbers_are_no_measurements(number: str, keyword: str):
    assert cleaned(**{keyword: number})[keyword].is_empty


def test_doses_and_counts_are_measurements():
    for value in ("371250000", "7400000000", "6586.2", "0.000587", "-1024", "000123", "1e9"):
        assert str(cleaned(TableHeight=value).TableHeight) == value


@pytest.mark.parametrize("number", ["123456", "00123456", "000123456"])
def test_the_number_of_an_order_is_recognised_with_and_without_zeros(number: str):
    source = example_file()
    source.AccessionNumber, source.InstanceNumber = "00123456", number
    done = deidentify(source, KEYS)
    assert not isinstance(done, Refusal)
    assert done.dataset["InstanceNumber"].is_empty


def test_units_are_units():
    known = [code for codes in _concepts_dict.concepts["UCUM"].values() for code in codes]
    assert all(code_meaning("UCUM", code) for code in known)
    assert all(
        map(is_unit, ("[hnsf'U]", "{SUVbw}g/ml", "kg/m2", "1/min", "mg/dl", "10*3/ul", "mm[Hg]", "MBq"))
    )


@pytest.mark.parametrize("code", [NAME, "{Hong}", "HONG", "Kim/min", "g{Gildong}"])
def test_names_are_no_units(code: str):
    assert code_meaning("UCUM", code) is None


def test_only_numbers_with_the_right_check_digit_are_concepts():
    assert is_snomed("51185008")
    assert not is_snomed("51185009")
    assert not is_snomed("9001011234567")


def test_a_code_that_the_program_does_not_know_keeps_the_clinical_words_of_its_meaning():
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator = "18782-3", "LN"
    code.CodeMeaning = f"Radiology Study observation {NAME}"
    done = cleaned(ProcedureCodeSequence=Sequence([code]))
    assert done.ProcedureCodeSequence[0].CodeMeaning == "Radiology Study observation"


def test_a_palette_is_as_long_as_its_descriptor_says():
    table = bytes(range(256)) * 2
    found = cleaned(
        RedPaletteColorLookupTableDescriptor=[256, 0, 16],
        RedPaletteColorLookupTableData=table + NAME.encode(),
    )
    assert found.RedPaletteColorLookupTableData == table
    assert "RedPaletteColorLookupTableData" not in cleaned(RedPaletteColorLookupTableData=NAME.encode())


def test_a_segmented_palette_holds_segments_and_nothing_else():
    segments = struct.pack("<10H", 0, 1, 0, 1, 254, 9, 2, 1, 6, 0)
    assert is_segmented_table(segments, 509, 16)
    assert not is_segmented_table(segments + NAME.encode(), 509, 16)


@pytest.mark.parametrize(("keyword", "letter"), [("SamplesPerPixelUsed", "H"), ("SimpleFrameList", "I")])
def test_writing_in_the_bytes_of_numbers_goes(keyword: str, letter: str):
    data = f"{NAME}^Seolhyun  "[:20].encode()
    numbers = list(struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data))
    assert keyword not in cleaned(**{keyword: numbers})


def test_numbers_are_not_taken_for_writing():
    from pydicom.dataelem import DataElement

    assert not is_writing(DataElement(0x0062000D, "US", [65535, 32896, 32896]))
    assert not is_writing(DataElement(0x00209157, "UL", [1, 2, 3, 4]))
    assert not is_writing(DataElement(0x00189073, "FD", 123.456))
    assert not is_writing(DataElement(0x00700022, "FL", [10.5, 20.25, 30.125, 40.0]))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("CT GD Hong", "CT"),
        ("Hong G.D. abdomen", "abdomen"),
        ("LUNG Dr. Young", "LUNG"),
        ("Prof. Head brain CT", "brain CT"),
        ("CT for Mrs Long", "CT for"),
        ("DR CHEST PA", "DR CHEST PA"),
        ("MR BRAIN", "MR BRAIN"),
        ("[PT] WB FDG 3D AC", "[PT] WB FDG 3D AC"),
        ("(CTAC) WB", "(CTAC) WB"),
    ],
)
def test_initials_and_names_after_titles_go(text: str, left: str):
    from hilum.deid.case import Case

    source = Dataset()
    source.PatientName = "Hong^Gildong"
    assert cleaned_text(text, Case.of(source, KEYS)) == left


@pytest.mark.parametrize("value", ["Frame of Wexrithqar", NAME])
def test_stacks_keep_different_names(value: str):
    from hilum.deid.case import Case
    from hilum.deid.cleaning import clean_element

    item = Dataset()
    item.StackID = value[:16]
    clean_element(item, 0x00209056, item["StackID"], Case.of(Dataset(), KEYS))
    assert item.StackID.startswith("N")
    assert len(item.StackID) <= 16
