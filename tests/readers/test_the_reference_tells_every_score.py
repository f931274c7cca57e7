"""The reference of the scores says what their records say: inputs, units, population, choices, source."""

from pathlib import Path

import pytest

from hilum.readers.scores import SCORES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "scores.md").read_text(encoding="utf-8")


def _section(name: str) -> str:
    _, _, after = PAGE.partition(f"## `{name}`: ")
    return after.partition("\n## ")[0]


@pytest.mark.parametrize("record", SCORES, ids=lambda record: record.name)
def test_a_score_is_told_as_its_record_has_it(record):
    section = _section(record.name)
    for said in (
        record.title,
        record.sentence,
        record.version,
        record.population,
        record.citation,
        record.missing_policy,
        record.remark,
    ):
        assert said in section
    for item in record.items:
        assert f"| `{item.one_of[0].name}` | {item.one_of[0].sentence} |" in section
    for each in record.inputs:
        assert f"`{each.name}`" in section
        assert each.unit in section
    for choice in record.choices:
        assert f"- `{choice.name}`: {choice.sentence}" in section
        assert all(f"`{value}`" in section for value in choice.values)
    for group in record.groups:
        assert group.name in section
        assert group.risk is None or f"({100 * group.risk:g} %)" in section


def test_no_score_is_told_that_does_not_exist():
    told = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("## `")]
    assert told == [record.name for record in SCORES]
