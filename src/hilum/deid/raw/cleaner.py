"""De-identification of one file after another, by rules that are asked only what they have not said."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset

from hilum.deid.acceptance import must_look_for_text, refusal_of
from hilum.deid.case import Case
from hilum.deid.keys import ResearchKeys
from hilum.deid.options import RESEARCH, Options
from hilum.deid.raw.assembly import FileMeta
from hilum.deid.raw.following import answers
from hilum.deid.raw.forms import Outcome, done, outcome_of
from hilum.deid.raw.identity import Identification, Told, Whose
from hilum.deid.raw.judging import Judged, apply_file_rules, fresh, judge, note
from hilum.deid.raw.memo import Look, Memo, Said
from hilum.deid.raw.pixels import NativePixels, native_pixels
from hilum.deid.raw.skeleton import PIXEL_DATA, Skeleton, skeleton_of
from hilum.deid.raw.usual import demand
from hilum.deid.raw.watched import RawSource, Watched, dataset_over, header_of, look_at
from hilum.deid.rules import FILE_RULES
from hilum.deid.rules.file_meta import FILE_META
from hilum.deid.rules.pixels import UNUSED_BITS
from hilum.dicom import quietly
from hilum.dicom.limits import LIMITS
from hilum.dicom.pixel_header import PixelHeader, pixel_header

_GENERAL_RULES = tuple(rule for rule in FILE_RULES if rule not in (FILE_META, UNUSED_BITS))


@dataclass(frozen=True)
class RawCleaned:
    """A cleaned file.

    Attributes:
        data: its bytes.
        pixels_at: where its pixel data begins.
        case: whose it is.
        pixels: its pixels.
        dataset: its header, converted where it is asked for; for reading only.
    """

    data: bytes
    pixels_at: int
    case: Case
    pixels: NativePixels
    dataset: Dataset


@dataclass(frozen=True, slots=True)
class _Before:
    """The file before, and what was said about its elements."""

    skeleton: Skeleton
    told: list[Said[Told]]
    whose: Whose
    judged: list[Said[Judged]]
    cleaned: dict[int, bytes]


class RawCleaner:
    """Cleans files from their raw bytes to the bytes that the slow path would have written.

    An element is shown to the rules, by way of pydicom, only if the same element of the same case has not
    been before; see `hilum.deid.raw.memo`. What is unusual is declined, and left to the slow path.

    Args:
        keys: the workspace's keys.
        options: of the workspace's protocol.

    Example:
        >>> RawCleaner(ResearchKeys(bytes(32))).clean(b"no DICOM") is None
        True
    """

    def __init__(self, keys: ResearchKeys, options: Options = RESEARCH) -> None:
        self.keys, self.options = keys, options
        self._identification = Identification(keys, options)
        self._accepted: Memo[PixelHeader] = Memo(1 << 20)
        self._metas = FileMeta()
        self._before: _Before | None = None
        self._remembered: dict[bytes, Any] = {}

    def clean(self, data: bytes) -> RawCleaned | None:
        """Clean a file; None where the slow path must do it, or say why it is refused.

        Args:
            data: the whole file as it came.

        Returns:
            Exactly what the slow path makes of the file, before the second look; None also where its picture
            must be searched for writing.
        """
        skeleton = skeleton_of(data, None if self._before is None else self._before.skeleton)
        if skeleton is None:
            return None
        try:
            return self._clean(data, skeleton)
        except Exception:  # noqa: BLE001 - broken headers raise nearly anything; the slow path says what is wrong
            return None

    def _clean(self, data: bytes, skeleton: Skeleton) -> RawCleaned | None:
        source = RawSource(data, skeleton)
        pixels = native_pixels(data, skeleton.pixels, self._accept(source))
        if pixels is None:
            return None
        before = self._before if skeleton.changed is not None else None
        identifiers, whose, told = self._identification.identify(source, before.told if before else None)
        if before is not None and before.whose is not whose:
            before = None
        case = fresh(whose.case)
        case.identifiers = identifiers
        cleaned = dict(before.cleaned) if before else {}
        look = look_at(source, cleaned)
        judged = answers(
            skeleton,
            before.judged if before else None,
            lambda place: self._judge(source, whose, place, cleaned, look),
        )
        self._before = _Before(skeleton, told, whose, judged, dict(cleaned))
        for said in judged:
            if said.result.noted:
                note(case, said.result.noted)
        self._judge_pixels(source, whose, cleaned)
        self._judge_file(source, whose, case, cleaned)
        head = self._metas.bytes_for(source, cleaned, case)
        data, pixels_at = _assembled(source, head, cleaned)
        return RawCleaned(data, pixels_at, case, pixels, header_of(source, cleaned, self._remembered))

    def _accept(self, source: RawSource) -> PixelHeader:
        """What the header says about the pixels, of a file that is neither refused nor searched for writing.

        Whether it is refused depends on whether it has the identifiers of instance, series and study, not on
        what they are.
        """

        def look(tag: int) -> Hashable:
            raw = source.skeleton.pixel_header if tag == PIXEL_DATA else source.raws.get(tag)
            is_uid = raw is not None and tag != PIXEL_DATA and source.form(tag, raw)
            return is_uid.key if is_uid and is_uid.key[2] == "uid" else raw

        implicit = source.skeleton.implicit
        key = (implicit, source.skeleton.meta.get(0x00020002))
        said = self._accepted.recall(key, look)
        if said is None:
            watched = Watched(source, None)
            watched.whole_meta = True
            dataset = dataset_over(watched)
            with quietly():
                demand(refusal_of(dataset, options=self.options) is None and not must_look_for_text(dataset))
                header = pixel_header(dataset, LIMITS)
            demand(not watched.everything)
            said = self._accepted.learn(key, watched.notes, look, header, 500)
        return said.result

    def _judge(
        self, source: RawSource, whose: Whose, place: int, cleaned: dict[int, bytes], look: Look
    ) -> Said[Judged]:
        """What becomes of one element."""
        tag = source.skeleton.elements[place][0]
        said = self._ask(source, whose, tag, cleaned, look)
        assert isinstance(said.result, Judged)
        cleaned[tag] = said.result.written
        return said  # type: ignore[return-value]

    def _ask(
        self, source: RawSource, whose: Whose, tag: int, cleaned: dict[int, bytes], look: Look
    ) -> Said[Judged | Outcome]:
        """Judge an element as one of its form was; by the rules themselves where they were never asked."""
        raw = source.raws[tag]
        form = source.form(tag, raw)
        if form is not None and form.text and not whose.words.isdisjoint(form.text.split("\\")):
            form = None
        said = None if form is None else whose.judged.recall(form.key, look)
        if form is not None and said is not None and isinstance(said.result, Outcome):
            result = done(said.result, form, raw, self.keys)
            demand(result is not None)
            return Said(Judged(result or b""), said.notes)
        said = whose.judged.recall(raw, look)
        if said is not None:
            return said
        judged, watched = judge(source, tag, cleaned, whose.case)
        demand(not watched.everything)
        if form is not None and not judged.noted:
            outcome = outcome_of(form, raw, judged.written, self.keys)
            if outcome is not None:
                whose.judged.learn(form.key, watched.notes, look, outcome, 0)
                return Said(judged, tuple(watched.notes))
        return whose.judged.learn(raw, watched.notes, look, judged, len(raw) + len(judged.written))

    def _judge_pixels(self, source: RawSource, whose: Whose, cleaned: dict[int, bytes]) -> None:
        """Make sure that the rules keep the pixel data as it is."""
        look, header = look_at(source, cleaned), source.skeleton.pixel_header
        if whose.judged.recall(header, look) is None:
            judged, watched = judge(source, PIXEL_DATA, cleaned, whose.case)
            start, end = source.skeleton.pixels
            demand(not watched.everything and not judged.noted)
            demand(judged.written == header + source.data[start:end])
            whose.judged.learn(header, watched.notes, look, Judged(header), 100)

    def _judge_file(self, source: RawSource, whose: Whose, case: Case, cleaned: dict[int, bytes]) -> None:
        """Let the rules that work on the whole file work, but those of pixels and file meta information."""
        said = whose.files.recall("file", look_at(source, cleaned))
        if said is None:
            look = look_at(source, dict(cleaned))
            changed, judged, watched = apply_file_rules(source, cleaned, whose.case, _GENERAL_RULES)
            demand(not watched.everything and PIXEL_DATA not in changed)
            said = whose.files.learn("file", watched.notes, look, (changed, judged), 2_000)
        changed, judged = said.result
        cleaned.update(changed)
        note(case, judged.noted)


def _assembled(source: RawSource, head: bytes, cleaned: dict[int, bytes]) -> tuple[bytes, int]:
    """The whole file, and where its pixel data begins."""
    start, end = source.skeleton.pixels
    tags = sorted(cleaned)
    before = [cleaned[tag] for tag in tags if tag < PIXEL_DATA]
    after = [cleaned[tag] for tag in tags if tag > PIXEL_DATA]
    value = memoryview(source.data)[start:end]
    data = b"".join((head, *before, source.skeleton.pixel_header, value, *after))
    return data, len(data) - len(value)
