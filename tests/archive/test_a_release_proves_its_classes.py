"""Malignant is proven by biopsy or surgery, benign so or by two years without change; else it stays."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.films import film
from archive.test_a_release_leaves_only_on_terms import hilum, on_terms
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive.release_facts import Fact, facts_of, violations
from hilum.errors import TableError


def nobody(real):
    return [None for _ in real]


def lacks(**cells: str) -> str:
    table = pd.DataFrame([{"patient": "P1", **cells}], dtype=str)
    return violations(facts_of(table, {"P1"}, nobody), {"P1"}).get("P1", "")


@pytest.mark.parametrize(
    ("cells", "lacking"),
    [
        ({"class": "malignant", "proof": "biopsy"}, ""),
        ({"class": "Malignant", "proof": "Surgery"}, ""),
        ({"class": "악성", "proof": "수술"}, ""),
        ({"class": "malignant", "proof": "biopsy, follow-up"}, ""),
        ({"class": "malignant", "proof": "follow-up", "unchanged_for_days": "900"}, "malignant without"),
        ({"class": "malignant", "proof": ""}, "malignant without"),
        ({"class": "malignant", "proof": "biopsy", "nodule_mm": "3.9"}, "under 4 mm"),
        ({"class": "malignant", "proof": "biopsy", "nodule_mm": "4"}, ""),
        ({"class": "benign", "proof": "biopsy"}, ""),
        ({"class": "benign", "proof": "follow-up", "unchanged_for_days": "730"}, ""),
        ({"class": "benign", "proof": "follow-up", "unchanged_for_days": "729"}, "730 days"),
        ({"class": "benign", "proof": "follow-up"}, "730 days"),
        ({"class": "양성", "proof": "Follow up", "unchanged_for_days": "731"}, ""),
        (
            {
                "class": "benign",
                "proof": "follow-up",
                "proof_date": "2020-01-01",
                "follow_up_until": "2021-12-30",
            },
            "730 days",
        ),
        (
            {
                "class": "benign",
                "proof": "follow-up",
                "proof_date": "2020-01-01",
                "follow_up_until": "2021-12-31",
            },
            "",
        ),
        ({"class": "normal", "proof": ""}, ""),
        ({"class": "", "proof": "biopsy"}, "no class"),
        ({"class": "maybe", "proof": "biopsy"}, "class cannot be understood"),
        ({"class": "malignant", "proof": "sure"}, "proof cannot be understood"),
        ({"class": "benign", "unchanged_for_days": "long"}, "unchanged_for_days cannot be understood"),
        ({"class": "benign", "unchanged_for_days": "-800"}, "unchanged_for_days cannot be understood"),
    ],
)
def test_what_a_class_needs(cells: dict[str, str], lacking: str):
    said = lacks(**cells)
    assert lacking in said
    assert bool(lacking) == bool(said)


@given(st.integers(0, 4000), st.sampled_from([(), ("biopsy",), ("surgery",), ("follow-up",), ("ct",)]))
def test_benign_without_tissue_needs_730_days_and_malignant_always_tissue(days: int, proofs):
    tissue = proofs in (("biopsy",), ("surgery",))
    assert bool(Fact("P1", "benign", proofs, days).lacks) == (not tissue and days < 730)
    assert bool(Fact("P1", "malignant", proofs, days).lacks) == (not tissue)


def test_one_row_that_lacks_its_proof_is_enough_and_patients_without_a_row_lack_it_too():
    table = pd.DataFrame(
        {
            "patient": ["P1", "P1", "P3"],
            "class": ["malignant", "malignant", "malignant"],
            "proof": ["biopsy", "", ""],
        }
    )
    found = violations(facts_of(table, {"P1", "P2"}, nobody), {"P1", "P2"})
    assert list(found) == ["P1", "P2"]  # P3 is not in the release
    assert "no row" in found["P2"]


def test_a_table_without_its_columns_or_of_other_patients_is_refused():
    with pytest.raises(TableError, match="column `class`"):
        facts_of(pd.DataFrame({"patient": ["P1"]}), {"P1"}, nobody)
    with pytest.raises(TableError, match="none of the patients"):
        facts_of(pd.DataFrame({"patient": ["X"], "class": ["normal"]}), {"P1"}, nobody)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "in").mkdir()
    for number in range(2):
        (tmp_path / "in" / f"{number}.dcm").write_bytes(film(number, patient=f"9876543{number}"))
    archive = open_archive(create_workspace(tmp_path / "workspace"))
    assert archive.ingest([tmp_path / "in"], workers=1).archived == 2
    return archive


def test_violations_are_named_by_research_identifier_and_keep_the_release_in(
    archive: Archive, tmp_path: Path
):
    patients = archive.research_patient(["98765430", "98765431"])
    table = pd.DataFrame(
        {
            "Patient ID": ["98765430", "98765431"],
            "Class": ["malignant", "benign"],
            "Proof": ["biopsy", "follow-up"],
            "proof date": ["2015-03-04", "2015-03-04"],
            "unchanged for days": [None, 365],
            "remarks": ["Hong Gildong", "called 98765431"],
        }
    )
    table.to_excel(tmp_path / "facts.xlsx", index=False)
    asked = ("release", tmp_path / "out", *on_terms(), "--facts", tmp_path / "facts.xlsx")
    code, told = hilum(archive, *asked)
    assert code == 1
    assert f"1 of 2 patients lack what their class needs: {patients[1]}: benign" in told
    assert "9876543" not in told
    assert not (tmp_path / "out").exists()
    assert hilum(archive, *asked, "--accept-violations", "followed elsewhere, the board has seen it")[0] == 0
    facts = json.loads((tmp_path / "out" / "RELEASE.json").read_text())
    assert list(facts["accepted_violations"]["patients"]) == [patients[1]]
    carried = (tmp_path / "out" / "facts.csv").read_text()
    assert f"{patients[1]},benign,follow-up,365," in carried
    for secret in ("9876543", "Hong", "2015"):  # neither names nor dates leave
        assert secret not in carried
    listed = json.loads(hilum(archive, "releases", "--json")[1])["releases"]
    assert listed[0]["note"] == "followed elsewhere, the board has seen it"
    classes = json.loads((tmp_path / "out" / "statistics.json").read_text())["by"]["class"]
    assert {row["value"]: row["patients"] for row in classes} == {"benign": 1, "malignant": 1}
