"""Damaged and hostile DICOM files, thousands of them, always the same for the same seed."""

import random
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.uid import RLELossless

from archive.films import film
from archive.watching import Cost
from dicom.making import nested
from hilum.archive import Archive, IngestReport
from hilum.deid import must_look_for_text
from hilum.deid.example import example_file

NAMES = ("Zqxvgrbl", "Wnkpltrd", "Qjhvzmtk", "Xdwqprvn")
"""Planted as patient, doctor and place; nothing like them stands anywhere by chance."""
NUMBERS = ("QX77134905", "VZ90417728")
WHOLE = "0 whole.dcm"
LARGEST_BASE = 150_000
MOST_SECONDS, MOST_MEGABYTES = 2.0, 512.0
_FAULTS = ("took too long", "crashed", "too much memory", "unexpected", "cannot be read")
_LARGEST_SEARCHED = 128 * 128  # the search for writing in large pictures has tests of its own
_INSTANCE = b"1.2.826.0.1.3680043.8.498.9.1000000"
VRS = b"""
AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV
ZZ""".split()
SYNTAXES = [
    b"1.2.840.10008.1.2" + end
    for end in (b"", b".1", b".2", b".1.99", b".4.50", b".4.57", b".4.70", b".4.80", b".4.90", b".5", b".99")
]
CHARSETS = [
    b"ISO_IR 100",
    b"ISO_IR 192",
    b"ISO 2022 IR 149",
    b"GB18030",
    b"\\ISO 2022 IR 87",
    b"ISO_IR 999",
    b"utf8",
    b"\x1b$)C",
]
ITEM, ITEM_END, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0"


def bases(real: Path | None) -> list[bytes]:
    """Whole files to damage: made ones, and small real ones where there are some; all with planted names."""
    made = [planted(pydicom.dcmread(BytesIO(film(number, shade=number)))) for number in range(3)]
    source = example_file()
    source.compress(RLELossless, encoding_plugin="pydicom")
    found = [*made, planted(source)]
    if real is not None:
        small = [path for path in sorted(real.rglob("*.dcm")) if path.stat().st_size <= LARGEST_BASE]
        found += [content for path in small if (content := _real(path))]
    return found


def _real(path: Path) -> bytes | None:
    try:
        source = pydicom.dcmread(path)
        large = int(source.get("Rows", 0)) * int(source.get("Columns", 0)) > _LARGEST_SEARCHED
        return None if large and must_look_for_text(source) else planted(source)
    except Exception:  # noqa: BLE001 - odd files that pydicom reads but cannot write
        return None


def planted(source: pydicom.FileDataset) -> bytes:
    """A file with the planted names in place of its own."""
    if "SOPClassUID" not in source:
        raise ValueError("no image")
    for keyword in ("RequestAttributesSequence", "OtherPatientIDsSequence"):
        if keyword in source:
            del source[keyword]
    if "SpecificCharacterSet" not in source:
        source.SpecificCharacterSet = "ISO_IR 100"
    source.PatientName, source.ReferringPhysicianName = f"{NAMES[0]}^{NAMES[1]}", f"{NAMES[2]}^A"
    source.PatientID, source.AccessionNumber, source.InstitutionName = *NUMBERS, f"{NAMES[3]} Hospital"
    source.PatientComments = f"{NAMES[0]} called, {NUMBERS[0]}"
    source.SOPInstanceUID = _INSTANCE.decode()
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()


def elements(content: bytes) -> list[tuple[int, int, int]]:
    """Begin, begin of the value and end of the elements of the top level, as far as they can be walked."""
    found, position = [], 132
    while position + 8 <= len(content) and len(found) < 400:
        vr = content[position + 4 : position + 6]
        if vr in (b"OB", b"OW", b"OF", b"SQ", b"UN", b"UT", b"UC", b"UR", b"OD", b"OL", b"OV"):
            value, length = position + 12, int.from_bytes(content[position + 8 : position + 12], "little")
        elif vr.isalpha() and vr.isupper():
            value, length = position + 8, int.from_bytes(content[position + 6 : position + 8], "little")
        else:
            value, length = position + 8, int.from_bytes(content[position + 4 : position + 8], "little")
        end = min(value + length, len(content)) if length != 0xFFFFFFFF else len(content)
        found.append((position, value, end))
        position = end
    return found


def mutated(sources: Sequence[bytes], number: int, seed: int = 20240301) -> bytes:
    """The mutated file of this number: one to three damages, one after the other."""
    chance = random.Random(f"{seed} {number}")
    content = chance.choice(sources)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        damage = chance.choice(DAMAGES)
        content = damage(chance, content, sources)
        if len(content) < 200:
            break
    return content.replace(_INSTANCE, b"%s%06d" % (_INSTANCE[:-6], number))  # no two of the same name


def write_all(folder: Path, sources: Sequence[bytes], numbers: range) -> None:
    """Write the mutated files of some numbers into a folder, and a whole one that comes first.

    The whole one is a film: the worker that gets it loads the search for writing, which takes seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WHOLE).write_bytes(film(1, patient="12345678"))
    for number in numbers:
        (folder / f"{number:06d}.dcm").write_bytes(mutated(sources, number))


def traces(content: bytes) -> Iterator[str]:
    """Which planted words, or six letters of them, stand in some bytes: plain or as UTF-16.

    Of numbers eight digits: six stand in the unique identifiers of a thousand files by chance.
    """
    for text in (content, content.replace(b"\0", b"")):
        upper = text.upper()
        for word in (*NAMES, *NUMBERS):
            letters = word.upper().encode()
            pieces = [letters[at : at + 6] for at in range(len(letters) - 5)]
            if any(
                piece in upper for piece in (*pieces, letters[2:]) if len(piece) > 6 or not piece.isdigit()
            ):
                yield word


def judged(archive: Archive, report: IngestReport, costs: Sequence[Cost], files: int) -> list[str]:
    """What went wrong with mutated files, a sentence each; files are named, nothing of their content is."""
    accounted = report.archived + report.quarantined + report.skipped
    faults = [] if report.files == accounted == files else [f"{accounted} of {files} are accounted for"]
    entries = archive.quarantine()
    if len(entries) != report.quarantined or len(archive.objects()) != report.archived:
        faults.append("index and quarantine do not hold what the report says")
    faults += [
        f"{cost.file} cost {cost.seconds:.1f} s and {cost.megabytes:.0f} MB"
        for cost in costs
        if (cost.seconds > MOST_SECONDS and cost.file != WHOLE) or cost.megabytes > MOST_MEGABYTES
    ]
    for entry in entries:
        if any(sign in entry.detail for sign in _FAULTS):
            faults.append(f"{Path(entry.file).name}: {entry.detail}")
        if any(traces(f"{entry.reason} {entry.detail}".encode())):
            faults.append(f"{Path(entry.file).name}: its reason names the patient")
    quarantine = archive.workspace.quarantine_folder
    left = [path for path in archive.workspace.root.rglob("*") if quarantine not in path.parents]
    leaks = [path for path in left if path.is_file() and any(traces(path.read_bytes()))]
    return faults + [f"a planted name is in {path.relative_to(archive.workspace.root)}" for path in leaks]


Damage = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def _flip(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    header = min(len(changed), chance.choice((3000, len(changed))))
    for _ in range(chance.choice((1, 1, 3, 20, 200))):
        changed[chance.randrange(header)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return content[: chance.randrange(len(content))]


def _cut_out(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.choice((1, 2, 4, 8, 100)) :]


def _put_in(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.choice((1, 2, 4, 8, 100))) + content[at:]


def _length(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, value, end = chance.choice(elements(content))
    lie = chance.choice(
        (0, 1, end - value + 2, end - value + 1000, 0xFFFE, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
    )
    written = 4 if value - start == 12 or chance.random() < 0.1 else 2
    number = (lie & (0xFFFFFFFF if written == 4 else 0xFFFF)).to_bytes(written, "little")
    return content[: value - written] + number + content[value:]


def _vr(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, _, _ = chance.choice(elements(content))
    return content[: start + 4] + chance.choice(VRS) + content[start + 6 :]


def _tag(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, _, _ = chance.choice(elements(content))
    tag = struct.pack(
        "<HH", chance.choice((2, 8, 16, 24, 40, 9, 0x6000, 0x7FE0, 0xFFFE, 0xFFFA)), chance.randrange(1 << 16)
    )
    return content[:start] + tag + content[start + 4 :]


def _nesting(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, _, _ = chance.choice(elements(content))
    depth = chance.choice((1, 5, 31, 32, 33, 100, 300, 3000))
    private = chance.random() < 0.3
    inserted = nested(
        depth, undefined=chance.random() < 0.5, implicit=chance.random() < 0.2,
        tag=0x00091010 if private else 0x0040A730, vr=b"UN" if private else b"SQ",
    )  # fmt: skip
    return content[:start] + inserted + content[start:]


def _duplicate(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    start, _, end = chance.choice(elements(content))
    return content[:end] + content[start:end] * chance.choice((1, 1, 50)) + content[end:]


def _swap(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    first, second = (
        sorted(chance.sample(elements(content), 2)) if len(elements(content)) > 1 else [(0, 0, 0)] * 2
    )
    return (
        content[: first[0]] + content[second[0] : second[2]] + content[first[2] : second[0]]
        + content[first[0] : first[2]] + content[second[2] :]
    )  # fmt: skip


def _items(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Damage an item or a delimiter, or put one where none belongs."""
    mark = chance.choice((ITEM, ITEM_END, SEQUENCE_END))
    at = content.find(mark, chance.randrange(len(content)))
    if at < 0:
        at = chance.choice(elements(content))[0]
        return (
            content[:at] + mark + chance.choice((bytes(4), b"\xff" * 4, chance.randbytes(4))) + content[at:]
        )
    length = chance.choice((bytes(4), b"\xff" * 4, chance.randbytes(4), b"\x08\0\0\0"))
    return chance.choice((content[:at] + content[at + 8 :], content[: at + 4] + length + content[at + 8 :]))


def _header_of_another(chance: random.Random, content: bytes, sources: Sequence[bytes]) -> bytes:
    mine, other = elements(content), chance.choice(sources)
    start = chance.choice(elements(other))[0]
    return other[:start] + content[chance.choice(mine)[0] :]


def _value(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    _, value, end = chance.choice(elements(content))
    hostile = (
        b"../../etc/passwd", b"\\" * 200, b"1e999", b"nan", b"99999999999999999999", b"-1", b"\0" * 7,
        b"\x1b$)C\xb1\xe8", "가".encode("utf-16-le") * 9, chance.randbytes(40), b"%s%n{0}",
    )  # fmt: skip
    new = chance.choice(hostile)
    if chance.random() < 0.5:
        new = new[: end - value].ljust(end - value, b" ")
        return content[:value] + new + content[end:]
    new += b" " * (len(new) % 2)
    return content[: value - 2] + (len(new) & 0xFFFF).to_bytes(2, "little") + new + content[end:]


def _numbers(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Rows, columns, bits and frames that cannot be."""
    tag = chance.choice(
        (
            b"\x28\0\x10\0US",
            b"\x28\0\x11\0US",
            b"\x28\0\0\1US",
            b"\x28\0\1\1US",
            b"\x28\0\2\0US",
            b"\x28\0\3\1US",
        )
    )
    at = content.find(tag)
    if at < 0:
        return content
    number = chance.choice((0, 1, 7, 17, 1000, 32768, 65535)).to_bytes(2, "little")
    changed = content[: at + 8] + number + content[at + 10 :]
    if chance.random() < 0.3:
        frames = chance.choice((b"65535 ", b"2000000000", b"-3", b"0 ", b"x "))
        changed = changed[:at] + b"\x28\0\x08\0IS" + len(frames).to_bytes(2, "little") + frames + changed[at:]
    return changed


def _syntax(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return _text_of(content, b"\x02\0\x10\0UI", chance.choice(SYNTAXES), b"\0")


def _charset(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return _text_of(content, b"\x08\0\x05\0CS", chance.choice(CHARSETS), b" ")


def _text_of(content: bytes, tag: bytes, text: bytes, padding: bytes) -> bytes:
    at = content.find(tag)
    if at < 0:
        return content
    length = int.from_bytes(content[at + 6 : at + 8], "little")
    text += padding * (len(text) % 2)
    return content[: at + 6] + len(text).to_bytes(2, "little") + text + content[at + 8 + length :]


def _deflate(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """The same deflated; now and then a bomb, or cut."""
    meta_end = 144 + int.from_bytes(content[140:144], "little")
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content[meta_end:])
    packed += packer.compress(bytes(chance.choice((0, 0, 1 << 20, 64 << 20))))
    packed += packer.flush()
    if chance.random() < 0.2:
        packed = packed[: chance.randrange(len(packed))]
    return _text_of(content[:meta_end], b"\x02\0\x10\0UI", b"1.2.840.10008.1.2.1.99", b"\0") + packed


def _rle(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """The pixels replaced by an RLE frame that lies about itself."""
    at = content.find(b"\xe0\x7f\x10\0")
    if at < 0:
        return content
    count = chance.choice((0, 1, 2, 15, 16, 1 << 31))
    offsets = [64, *(chance.choice((64, 80, 0, 1 << 31)) for _ in range(14))]
    frame = struct.pack("<16L", count, *offsets) + b"\x81\x7f" * chance.choice((1, 100, 20_000))
    value = ITEM + bytes(4) + ITEM + len(frame).to_bytes(4, "little") + frame + SEQUENCE_END + bytes(4)
    return (
        _text_of(content[:at], b"\x02\0\x10\0UI", RLELossless.encode(), b"\0")
        + b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff"
        + value
    )


def _meta(chance: random.Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return chance.choice((
        content[132:], content[:128] + content[132:], b"MZ" + content[2:], content[:132] + content[144:],
        content[:140] + chance.randbytes(4) + content[144:],
    ))  # fmt: skip


DAMAGES: tuple[Damage, ...] = (
    _flip, _flip, _flip, _cut, _cut_out, _put_in, _length, _length, _vr, _tag, _nesting, _duplicate, _swap,
    _items, _header_of_another, _value, _value, _numbers, _syntax, _charset, _deflate, _rle, _meta,
)  # fmt: skip
