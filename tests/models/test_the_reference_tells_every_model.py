"""The catalogue says what timm says, without importing it; the reference says what the catalogue says."""

import subprocess
import sys
from pathlib import Path

import pytest

from hilum import catalogue

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "models.md"
MAPS = {"exact": "exact", "by gradient": "by the gradient", "of tokens": "of tokens", "none": "none"}


def _section(name: str) -> str:
    _, _, after = PAGE.read_text(encoding="utf-8").partition(f"\n## `{name}`\n")
    return after.partition("\n## ")[0]


@pytest.mark.parametrize("record", catalogue.MODELS, ids=lambda record: record.name)
def test_a_model_is_told_as_its_record_has_it(record):
    section = _section(record.name)
    for said in (
        record.sentence,
        record.reference,
        f"{record.parameters:g} million",
        f"{record.work:g} thousand million",
        f"at least {record.smallest} pixels",
        f"Map: {MAPS[record.map]}",
    ):
        assert said in section
    assert (f"multiples of {record.multiple}" in section) == (record.multiple > 1)
    assert record.backbone is None or f"`{record.backbone}`" in section
    weights = record.weights
    if weights is None:
        assert "Pretrained weights: none" in section
        return
    for said in (weights.source, weights.licence, weights.restriction, weights.learnt_from, weights.how):
        assert said in section
    assert f"{weights.side} x {weights.side} pixels, {weights.channels} channel" in section
    if weights.mean and weights.deviation:
        for value in (*weights.mean, *weights.deviation):
            assert f"{value:g}" in section
    else:
        assert "which mean and standard deviation is not on record" in section


def test_no_model_is_told_that_does_not_exist():
    page = PAGE.read_text(encoding="utf-8")
    told = [line.split("`")[1] for line in page.splitlines() if line.startswith("## `")]
    assert told == [record.name for record in catalogue.MODELS]


@pytest.mark.parametrize(
    "record",
    [r for r in catalogue.MODELS if r.weights and r.weights.source.startswith("timm/")],
    ids=lambda record: record.name,
)
def test_timm_says_the_same_of_its_weights(record):
    import timm

    stated = timm.get_pretrained_cfg(record.weights.source.removeprefix("timm/"))
    assert stated is not None
    assert stated.hf_hub_id == record.weights.source
    assert stated.architecture == record.backbone
    assert stated.license == record.weights.licence.lower().replace(" ", "-")
    assert stated.input_size == (record.weights.channels, record.weights.side, record.weights.side)
    assert (tuple(stated.mean), tuple(stated.std)) == (record.weights.mean, record.weights.deviation)
    assert record.weights.fetched == (stated.license in {"apache-2.0", "bsd-3-clause", "mit"})


def test_every_network_that_is_named_is_one_of_timm():
    import timm

    named = [record.backbone for record in catalogue.MODELS if record.backbone]
    assert all(timm.is_model(name) for name in named)


def test_the_catalogue_is_read_without_torch_or_timm():
    code = (
        "import sys, hilum.catalogue as c; c.catalogue(); "
        "print([n for n in ('torch', 'timm', 'numpy') if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"
