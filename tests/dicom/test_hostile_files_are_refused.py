"""Files made to hang, to fill the memory or to mislead end in one sentence within two seconds and 512 MB."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from dicom.making import as_bytes, compressed, element, head, image, nested
from hilum.dicom import decode, pixel_digest, read_dataset
from hilum.errors import ImageError


def rle_claiming(rows: int, columns: int, frames: int = 1) -> bytes:
    dataset = image(np.zeros((1, 2, 2), np.uint8))
    frame = struct.pack("<16L", 1, 64, *[0] * 14) + b"\xff\x00" * 8
    compressed(dataset, [frame], RLELossless)
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = rows, columns, frames
    return as_bytes(dataset)


def deflated(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = element(0x00080060, b"CS", b"CR") + element(0x7FE00010, b"OB", b"", length=size)
    packed = [packer.compress(start)] + [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return head(DeflatedExplicitVRLittleEndian) + b"".join(packed) + packer.flush()


def zeros_then_something(size: int) -> bytes:
    """Empty elements without end, which might be padding up to the last byte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(element(0x00080060, b"CS", b"CR") + bytes(size) + b"X")
    return head(DeflatedExplicitVRLittleEndian) + packed + packer.flush()


def many_items(count: int) -> bytes:
    items = struct.pack("<HHL", 0xFFFE, 0xE000, 0) * count
    return head() + element(0x00081140, b"SQ", items)


def many_fragments(count: int) -> bytes:
    fragments = struct.pack("<HHL", 0xFFFE, 0xE000, 0) * count + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    return head("1.2.840.10008.1.2.5") + element(0x7FE00010, b"OB", fragments, length=0xFFFFFFFF)


HOSTILE = {
    **{
        f"{depth} sequences deep, {undefined=}, {implicit=}": (
            head(ImplicitVRLittleEndian if implicit else "1.2.840.10008.1.2.1")
            + nested(depth, undefined=undefined, implicit=implicit)
        )
        for depth in (33, 300, 100_000)
        for undefined in (False, True)
        for implicit in (False, True)
    },
    "300 deep in a private element of unknown kind": head() + nested(300, tag=0x00091010, vr=b"UN"),
    "100,000 deep in the file meta information": head()[:144] + nested(100_000),
    "deflate bomb": deflated(300 << 20),
    "64 MB of zeros before the last byte": zeros_then_something(64 << 20),
    "RLE of 65535 x 65535": rle_claiming(65535, 65535),
    "RLE of 2,000,000,000 frames": rle_claiming(1000, 1000, 2_000_000_000),
    "RLE of 20000 x 20000": rle_claiming(20000, 20000),
    "a million items": many_items(1_000_000),
    "a million fragments": many_fragments(1_000_000),
    "a length of four gigabytes": head() + element(0x00091010, b"UN", b"", length=0xFFFFFFFE),
    "file meta information without end": head() + element(0x00020102, b"OB", bytes(8)) * 10_000,
}

RUNNER = """
import os, sys
from pathlib import Path
from hilum.dicom import read_dataset, decode
from hilum.errors import ImageError
for path in sorted(Path(sys.argv[1]).iterdir()):
    start = sum(os.times()[:4])  # of the processor: another program on the machine must not count
    try:
        decode(read_dataset(path))
        outcome = "read"
    except ImageError:
        outcome = "refused"
    print(path.name, outcome, sum(os.times()[:4]) - start, sep="\\t")
# The peak since this program was started; getrusage would count what the parent held when it started it.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print("memory", "", int(peak.split()[1]) / 1024, sep="\\t")
"""


def test_all_of_them_in_time_and_memory(tmp_path: Path):
    for number, content in enumerate(HOSTILE.values()):
        (tmp_path / f"{number:02}").write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-c", RUNNER, tmp_path], capture_output=True, text=True, check=True, timeout=120
    )
    *lines, memory = [line.split("\t") for line in run.stdout.splitlines()]
    names = list(HOSTILE)
    assert len(lines) == len(names)
    assert [names[int(name)] for name, outcome, _ in lines if outcome != "refused"] == []
    assert [names[int(name)] for name, _, seconds in lines if float(seconds) > 2] == []
    assert float(memory[2]) < 512
    assert run.stderr == ""


def test_nesting_within_the_limit_is_read(tmp_path: Path):
    path = tmp_path / "a"
    for undefined in (False, True):
        path.write_bytes(head() + nested(32, undefined=undefined))
        dataset = read_dataset(path)
        depth = 0
        while "ContentSequence" in dataset:
            dataset = dataset.ContentSequence[0]
            depth += 1
        assert depth == 32


def test_many_sequences_beside_each_other_are_no_nesting(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(head() + b"".join(element(0x00091000 + n, b"SQ", nested(1)[12:]) for n in range(100)))
    assert len(read_dataset(path)) == 100


@pytest.mark.parametrize(
    "preamble", [b"MZ" + bytes(126), b"\x7fELF" + bytes(124), b"#!/bin/sh\n" + bytes(118)]
)
def test_an_executable_preamble_is_only_a_preamble(tmp_path: Path, preamble: bytes):
    content = preamble + as_bytes(image(np.arange(4, dtype=np.uint8).reshape(1, 2, 2)))[128:]
    path = tmp_path / "a"
    path.write_bytes(content)
    assert decode(read_dataset(path)).stored.tolist() == [[[0, 1], [2, 3]]]


@pytest.mark.parametrize(
    "content", [b"", b"x", b"hello, world" * 50, b"\x89PNG\r\n\x1a\n" + bytes(500), bytes(1000)]
)
def test_what_is_not_dicom_is_called_so(tmp_path: Path, content: bytes):
    path = tmp_path / "letter.doc"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=r"letter\.doc is not DICOM"):
        read_dataset(path)


def test_a_folder_and_a_missing_file_are_errors_that_name_them(tmp_path: Path):
    with pytest.raises(ImageError, match="cannot be opened"):
        read_dataset(tmp_path)
    with pytest.raises(ImageError, match=r"gone\.dcm cannot be opened: No such file"):
        read_dataset(tmp_path / "gone.dcm")


def test_each_error_says_what_was_found(tmp_path: Path):
    path = tmp_path / "a"
    cases = {
        head() + nested(300): "nest deeper than 32 levels",
        HOSTILE["deflate bomb"]: "deflated data set is larger than 256 MB",
        HOSTILE["a million items"]: "more than 200,000 data elements",
        HOSTILE["RLE of 65535 x 65535"]: "would need 4,095 MB",
        HOSTILE["RLE of 20000 x 20000"]: "20000 x 20000 pixels in .* compressed bytes, which cannot be",
        head() + element(0x00100020, b"LO", b"12", length=400): r"\(0010,0020\) is longer than what holds it",
    }
    for content, words in cases.items():
        path.write_bytes(content)
        with pytest.raises(ImageError, match=words):
            decode(read_dataset(path))


def test_an_element_longer_than_its_item(tmp_path: Path):
    inner = element(0x00081150, b"UI", b"1.2.3\0", length=600)
    item = struct.pack("<HHL", 0xFFFE, 0xE000, len(inner)) + inner
    path = tmp_path / "a"
    path.write_bytes(head() + element(0x00081140, b"SQ", item) + element(0x00100020, b"LO", bytes(1000)))
    with pytest.raises(ImageError, match=r"\(0008,1150\) is longer than what holds it"):
        read_dataset(path)


def test_private_bytes_that_only_begin_like_a_sequence_are_kept(tmp_path: Path):
    value = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + b"no sequence after all"
    path = tmp_path / "a"
    path.write_bytes(head() + element(0x00091010, b"UN", value) + element(0x00100020, b"LO", b"1234"))
    dataset = read_dataset(path)
    assert dataset[0x00091010].value == value
    assert dataset.PatientID == "1234"


def test_zeros_behind_the_data_set_are_padding_but_rubbish_is_not(tmp_path: Path):
    good = as_bytes(image(np.zeros((1, 4, 4), np.uint16)))
    path = tmp_path / "a"
    path.write_bytes(good + bytes(1000))
    assert decode(read_dataset(path)).stored.shape == (1, 4, 4)
    path.write_bytes(good + b"rub")
    with pytest.raises(ImageError, match="is damaged"):
        read_dataset(path)


def test_every_cut_of_a_file_is_noticed(tmp_path: Path):
    """The pixels come last, so no shorter file can be whole."""
    whole = as_bytes(image(np.arange(16, dtype=np.uint16).reshape(1, 4, 4), PatientID="12"))
    path = tmp_path / "a"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ImageError):
            decode(read_dataset(path))


@pytest.mark.parametrize("deflate", [False, True])
def test_every_cut_of_a_compressed_file_is_noticed(tmp_path: Path, deflate: bool):
    dataset = image(np.arange(16, dtype=np.uint8).reshape(1, 4, 4))
    if deflate:
        dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    else:
        dataset.compress(RLELossless, encoding_plugin="pydicom")
    whole = as_bytes(dataset)
    path = tmp_path / "a"
    for length in range(300, len(whole)):
        path.write_bytes(whole[:length])
        try:
            assert pixel_digest(read_dataset(path)) == "only padding may be missing"
        except ImageError:
            continue
        except AssertionError:
            assert deflate
            assert len(whole) - length == 1


def test_the_header_alone_is_read_without_the_pixels_but_their_absence_is_noticed(tmp_path: Path):
    whole = as_bytes(image(np.zeros((1, 600, 600), np.uint16), PatientID="12"))
    path = tmp_path / "a"
    path.write_bytes(whole)
    dataset = read_dataset(path, stop_before_pixels=True)
    assert (dataset.PatientID, "PixelData" in dataset, dataset.filename) == ("12", False, str(path))
    path.write_bytes(whole[:-10])
    with pytest.raises(ImageError, match="its pixel data is cut"):
        read_dataset(path, stop_before_pixels=True)


def test_a_header_longer_than_the_first_look_is_read_whole(tmp_path: Path):
    dataset = image(np.zeros((1, 4, 4), np.uint16), PatientID="12")
    dataset.add_new(0x00091010, "OB", bytes(1 << 20))
    path = tmp_path / "a"
    path.write_bytes(as_bytes(dataset))
    assert read_dataset(path, stop_before_pixels=True).PatientID == "12"


def test_fewer_frames_than_announced(tmp_path: Path):
    dataset = compressed(image(np.zeros((3, 2, 2), np.uint8)), [b"\xff\xd8" * 4], "1.2.840.10008.1.2.4.50")
    with pytest.raises(ImageError, match="1 compressed frames of the 3 announced"):
        decode(dataset)


def test_a_frame_of_another_size_than_the_header_is_not_given_to_the_codec():
    small = bytes.fromhex("ffd8 ffc0 000b 08 ffff ffff 01 011100")
    dataset = compressed(image(np.zeros((1, 2, 2), np.uint8)), [small], "1.2.840.10008.1.2.4.50")
    with pytest.raises(ImageError, match="65535 x 65535 with 1 samples, but the header says 2 x 2"):
        decode(dataset)


def test_a_look_up_table_of_an_unknown_kind_is_one_sentence():
    """A flipped byte made the VR of LUTData `TS`; pydicom raises NotImplementedError when it is asked for."""
    from pydicom.dataelem import RawDataElement
    from pydicom.dataset import Dataset
    from pydicom.tag import Tag

    from hilum.dicom.lookup import look_up_table

    item = Dataset()
    item.add_new(0x00283002, "US", [16, 0, 8])
    tag = Tag(0x00283006)
    item[tag] = RawDataElement(tag, "TS", 4, bytes(4), 0, is_implicit_VR=False, is_little_endian=True)
    with pytest.raises(ImageError, match="look-up table"):
        look_up_table(item, signed=False)
