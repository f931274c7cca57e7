"""A folder full of identifiers goes through `hilum ingest`; none comes out, and what research needs does."""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from pydicom.multival import MultiValue

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.acceptance import NOT_CLEANED_YET
from hilum.deid.options import IMAGING_DEVICE, RESEARCH, STRICT, Options
from hilum.dicom import quietly, read_dataset
from torture.ingested import Ingested
from torture.planting import at
from torture.validator import kinds_of_errors

KEYS = ResearchKeys(bytes(32))
pytestmark = pytest.mark.filterwarnings("ignore")


def _everything(ingested: Ingested) -> Iterator[tuple[str, bytes]]:
    """Every byte and file name outside the quarantine; what is deflated also unpacked."""
    root = ingested.archive.workspace.root
    yield "what the commands said", ingested.said
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if inside.parts[0] == "quarantine":
            continue
        yield "a name", str(inside).encode()
        if path.is_file():
            data = path.read_bytes()
            yield str(inside), data
            yield f"{inside}, unpacked", _unpacked(data)


def _unpacked(data: bytes) -> bytes:
    """The data set of a deflated file; other files as they are."""
    if b"1.2.840.10008.1.2.1.99" not in data[:1024]:
        return data
    start = 144 + int.from_bytes(data[140:144], "little")
    return zlib.decompress(data[start:], -zlib.MAX_WBITS)


def test_the_corpus_is_large_and_of_many_kinds(ingested: Ingested):
    assert len(ingested.key.planted) >= 350
    kinds = {pydicom.dcmread(path).SOPClassUID for path in ingested.sources()}
    assert len(kinds) >= 15
    source = b"".join(path.read_bytes() for path in ingested.sources())
    names = " ".join(str(path) for path in ingested.sources()).encode()
    found = ingested.key.survivors([("the source", source), ("names", names)])
    drawn = {token for token, where in ingested.key.planted.items() if "drawn in an overlay" in where}
    packed = {token for token, where in ingested.key.planted.items() if where.startswith("SC")}
    assert set(ingested.key.planted) - set(found) <= drawn | packed  # the search finds what is there


def test_no_planted_token_survives(ingested: Ingested):
    assert ingested.key.survivors(_everything(ingested)) == {}


def test_nothing_drawn_remains(ingested: Ingested):
    for _, path in ingested.pairs():
        groups = {tag.group for tag in pydicom.dcmread(path).keys()}  # noqa: SIM118 - raw keys
        assert not [group for group in groups if 0x5000 <= group <= 0x501F or 0x6000 <= group <= 0x601F]


def test_only_the_document_is_in_quarantine(ingested: Ingested):
    entries = ingested.archive.quarantine()
    assert [entry.file.endswith("document.dcm") for entry in entries] == [True], entries
    assert "encapsulated document" in entries[0].detail
    assert len(ingested.objects) == len(ingested.sources()) - 1


def test_everything_of_the_answer_key_is_kept(ingested: Ingested):
    assert len(ingested.key.kept) >= 60
    lost = []
    for uid, path, value in ingested.key.kept:
        dataset = pydicom.dcmread(ingested.file_of(uid))
        with quietly():
            try:
                found = at(dataset, path)
            except (AttributeError, KeyError, IndexError, TypeError) as error:
                found = f"absent ({type(error).__name__})"
        found = list(found) if isinstance(found, MultiValue) else found
        if found != value:
            lost.append((str(dataset.SOPClassUID.name), path, value, found))
    assert lost == []


def test_the_kinds_are_told_apart(ingested: Ingested):
    counts = ingested.objects.kind.value_counts().to_dict()
    assert counts == {
        "image": 10,
        "segmentation": 1,
        "structured report": 2,
        "presentation state": 1,
        "radiotherapy": 2,
    }
    assert len(ingested.archive.images()) == 10
    reports = ingested.objects[ingested.objects.kind == "structured report"]
    assert reports[["rows", "columns", "frames", "bits_stored"]].isna().all().all()


def test_no_marks_are_claimed_that_are_not_true(ingested: Ingested):
    for _, path in ingested.pairs():
        dataset = pydicom.dcmread(path)
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"


def test_what_the_report_says_of_persons_and_dates(ingested: Ingested):
    row = ingested.objects[ingested.objects.modality == "SR"].iloc[0]
    report = pydicom.dcmread(ingested.archive.path(row.image))
    said = {item.ConceptNameCodeSequence[0].CodeValue: item for item in report.ContentSequence}
    assert said["121106"].TextValue.startswith("Nodule")
    assert (said["121029"].ValueType, str(said["121029"].PersonName)) == ("PNAME", str(report.PatientName))
    assert (said["121031"].ValueType, said["121031"].TextValue) == ("TEXT", "REMOVED")
    assert said["121030"].TextValue.startswith("P")
    assert said["111018"].DateTime[8:] == "101112"
    numbers = re.findall(r"Numeric Value\s+DS: '([^']+)'", str(report))
    assert {"12.5", "3.25"} <= set(numbers)


def test_the_validator_finds_no_new_error(ingested: Ingested, dciodvfy: str, tmp_path: Path):
    new = {}
    for source, path in ingested.pairs():
        before, after = tmp_path / "before.dcm", tmp_path / "after.dcm"
        for dataset, target in ((source, before), (pydicom.dcmread(path), after)):
            if dataset.file_meta.TransferSyntaxUID.is_deflated:  # which the validator cannot read
                dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
            with pydicom.config.disable_value_validation():
                dataset.save_as(target)
        if added := kinds_of_errors(dciodvfy, after) - kinds_of_errors(dciodvfy, before):
            new[str(source.SOPClassUID.name)] = sorted(added)
    assert json.dumps(new, indent=1) == "{}"


@pytest.mark.parametrize(
    "options",
    [
        STRICT,
        IMAGING_DEVICE,
        replace(STRICT, structured_content="cleaned", graphics="cleaned"),
        replace(RESEARCH, descriptors="removed", dates="full"),
    ],
    ids=["strict", "imaging-device", "strict with reports and drawings", "without descriptions"],
)
def test_no_protocol_lets_a_token_through(ingested: Ingested, options: Options):
    chunks = []
    for path in ingested.sources():
        done = deidentify(read_dataset(path), KEYS, options)
        if isinstance(done, Refusal):
            assert done.reason == NOT_CLEANED_YET, done
            continue
        chunks.append((path.name, _unpacked(done.data)))
    found = ingested.key.survivors(chunks)
    if options.device_identity:  # which is what this option keeps
        found = {token: where for token, where in found.items() if not _of_device(where)}
    assert found == {}
    assert len(chunks) >= 13


def _of_device(where: str) -> bool:
    return "station" in where or "serial number" in where
