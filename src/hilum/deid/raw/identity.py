"""Whose a file is and what in it identifies somebody, asked only about elements that were never seen."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from hilum.deid.case import Case
from hilum.deid.identifiers import Identifiers
from hilum.deid.keys import ResearchKeys
from hilum.deid.options import Options
from hilum.deid.raw.following import answers
from hilum.deid.raw.forms import Outcome
from hilum.deid.raw.judging import Judged, fresh, identifiers_in
from hilum.deid.raw.memo import Look, Memo, Said
from hilum.deid.raw.usual import check_structure, demand
from hilum.deid.raw.watched import RawSource, Watched, dataset_over, look_at
from hilum.dicom import quietly

_MOST_CASES, _BYTES_A_CASE, _BYTES_OF_SOURCE = 12, 4 << 20, 16 << 20
NOTHING = Identifiers(frozenset(), frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What one element says of who the patient is; the same object stands for the same bytes.

    `named` is whether it says more than unique identifiers, which rules do not look at.
    """

    identifiers: Identifiers
    named: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    """A case without identifiers."""

    case: Case


@dataclass(frozen=True, slots=True, eq=False)
class Whose:
    """A case without the unique identifiers of its file, and what its rules said before.

    Attributes:
        case: the case.
        words: its identifiers as texts, numbers also without zeros before them.
        judged: what the rules said about elements.
        files: what the rules said that work on the whole file.
    """

    case: Case
    words: frozenset[str]
    judged: Memo[Judged | Outcome]
    files: Memo[tuple[dict[int, bytes], Judged]]


_SILENT = Told(NOTHING, named=False)
_UID_ITSELF = Told(NOTHING, named=False)


class Identification:
    """Finds identifiers and cases.

    Args:
        keys: the workspace's keys.
        options: of the workspace's protocol.

    Example:
        >>> Identification(ResearchKeys(bytes(32)), Options()).cases
        OrderedDict()
    """

    def __init__(self, keys: ResearchKeys, options: Options) -> None:
        self.keys, self.options = keys, options
        self.cases: OrderedDict[Hashable, Whose] = OrderedDict()
        self._told: OrderedDict[Hashable, Memo[Told]] = OrderedDict()
        self._persons: Memo[_Person] = Memo(1 << 20)

    def identify(
        self, source: RawSource, before: Sequence[Said[Told]] | None
    ) -> tuple[Identifiers, Whose, list[Said[Told]]]:
        """Collect what identifies somebody, and find the case that this makes.

        Args:
            source: the file.
            before: what the elements of the file told that it was compared with.

        Returns:
            The identifiers, the case, and what each element told.
        """
        key = (source.skeleton.implicit, source.raws.get(0x00080005))
        memo = self._told.get(key)
        if memo is None:
            memo = self._told[key] = Memo(_BYTES_OF_SOURCE)
            _forget_oldest(self._told)
        look = look_at(source, {})
        told = answers(source.skeleton, before, lambda place: self._tell(memo, source, place, look))
        heard = [said.result for said in told if said.result is not _SILENT]
        whose = self._case_of(source, key, tuple(one for one in heard if one.named), look)
        known = whose.case.identifiers
        uids = frozenset[str]().union(*(one.identifiers.uids for one in heard))
        return Identifiers(known.texts, known.raw, uids, known.dates), whose, told

    def _tell(self, memo: Memo[Told], source: RawSource, place: int, look: Look) -> Said[Told]:
        """What one element says; learned from the slow path's collector where it was never seen."""
        tag, raw = source.skeleton.elements[place]
        form = source.form(tag, raw)
        usual = None if form is None else memo.recall(form.key, look)
        if form is not None and usual is not None:
            return usual if usual.result is _SILENT else Said(_told_uid(form.text), usual.notes)
        found = memo.recall(raw, look)
        if found is not None:
            return found
        check_structure(raw, implicit=source.skeleton.implicit)
        identifiers, watched = identifiers_in(source, tag, self.options)
        demand(not watched.everything)
        told = _told(identifiers)
        if form is not None:
            itself = form.key[1] == "UI" and identifiers == _told_uid(form.text).identifiers
            if itself or told is _SILENT:
                memo.learn(form.key, watched.notes, look, _UID_ITSELF if itself else _SILENT, 0)
                return Said(told, tuple(watched.notes))
        return memo.learn(raw, watched.notes, look, told, len(raw) * 3)

    def _case_of(self, source: RawSource, key: Hashable, named: tuple[Told, ...], look: Look) -> Whose:
        """The case without unique identifiers; one object for all files of which the rules know the same."""
        said = self._persons.recall(key, look)
        if said is None:
            watched = Watched(source, None)
            with quietly():
                case = Case.of(dataset_over(watched), self.keys, self.options, identifiers=NOTHING)
            demand(not watched.everything)
            said = self._persons.learn(key, watched.notes, look, _Person(case), 500)
        person = said.result
        found = self.cases.get((person, named))
        if found is None:
            own = fresh(person.case)
            own.identifiers = _without_uids([one.identifiers for one in named])
            words = frozenset(text for _, text in own.identifiers.texts) | own.identifiers.numbers()
            found = self.cases[person, named] = Whose(own, words, Memo(_BYTES_A_CASE), Memo(1 << 20))
            _forget_oldest(self.cases)
        self.cases.move_to_end((person, named))
        return found


def _told(identifiers: Identifiers) -> Told:
    if identifiers == NOTHING:
        return _SILENT
    return Told(identifiers, bool(identifiers.texts or identifiers.raw or identifiers.dates))


def _told_uid(uid: str) -> Told:
    return Told(Identifiers(frozenset(), frozenset(), frozenset((uid,)), frozenset()), named=False)


def _without_uids(parts: list[Identifiers]) -> Identifiers:
    """All together as rules may use them: without the unique identifiers, which differ from file to file."""
    found = object.__new__(Identifiers)
    for name in ("texts", "raw", "dates"):
        object.__setattr__(found, name, frozenset().union(*(getattr(part, name) for part in parts)))
    return found


def _forget_oldest(store: OrderedDict[Hashable, Any]) -> None:
    if len(store) > _MOST_CASES:
        store.popitem(last=False)
