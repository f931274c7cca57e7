"""A header of a film that was never de-identified: words that name anybody stay out of what a model keeps."""

from pydicom.dataset import Dataset

from hilum.preparation.headers import header_of


def a_header(**more: str):
    dataset = Dataset()
    given = {"Modality": "DX", "PatientName": "Hong^Gildong", "InstitutionName": "Saint Anna Hospital"}
    for keyword, value in {**given, "Manufacturer": "SIEMENS", **more}.items():
        setattr(dataset, keyword, value)
    return header_of(dataset)


def test_a_machine_keeps_its_name():
    assert a_header(ManufacturerModelName="Ysio Max").words["device"] == "SIEMENS Ysio Max"


def test_a_machine_called_after_its_hospital_or_a_person_has_no_name():
    for model in ("Ysio of Saint Anna", "GILDONG's unit", "Anna-1 DR"):
        words = a_header(ManufacturerModelName=model).words
        assert "device" not in words
        assert words["manufacturer"] == "SIEMENS"


def test_a_name_where_the_body_part_or_the_sex_belongs_is_not_kept():
    words = a_header(BodyPartExamined="GILDONG", PatientSex="MR HONG").words
    assert "body part" not in words
    assert "sex" not in words
    assert (
        a_header(BodyPartExamined="CHEST", PatientSex="F").words.items()
        >= {"body part": "CHEST", "sex": "F"}.items()
    )
