"""Tokens that stand nowhere by chance, where each was planted, and how to find one again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

ENCODINGS = ("utf-8", "cp949", "euc_kr", "utf-16-le", "utf-16-be", "shift_jis", "euc_jp", "iso2022_jp")
_SYLLABLES = "각간갈감갑갓강개객갱건걸검겁게격견결겸경계고곡곤골공과곽관광괘괴교구국군굴"
_KANJI = "亜哀愛悪握圧扱宛嵐安案暗以衣位囲医依委威為畏胃尉異移維緯域育一壱逸茨芋引"


@dataclass
class AnswerKey:
    """What must be nowhere in what comes out, and what must be as it was.

    Attributes:
        planted: where each token was planted.
        kept: (SOP Instance UID in the source, path of the attribute, value that must be there).
    """

    planted: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[str, str, object]] = field(default_factory=list)

    def token(self, where: str) -> str:
        """A Latin word."""
        return self._new(f"ZQ{len(self.planted):04d}X", where)

    def number(self, where: str) -> str:
        """A number of twelve digits, as record numbers are."""
        return self._new(f"77{len(self.planted):04d}918273", where)

    def telephone(self, where: str) -> str:
        """A Korean mobile telephone number."""
        return self._new(f"010-{3000 + len(self.planted)}-{9182}", where)

    def resident(self, where: str) -> str:
        """A Korean resident registration number, which holds the birth date."""
        return self._new(f"5601{10 + len(self.planted) % 20}-1{len(self.planted):06d}", where)

    def korean(self, where: str) -> str:
        """A Korean given name that KS X 1001 can write."""
        number = len(self.planted)
        pair = _SYLLABLES[number % len(_SYLLABLES)] + _SYLLABLES[(number * 7 + 11) % len(_SYLLABLES)]
        return self._new(pair + _SYLLABLES[number // len(_SYLLABLES) % len(_SYLLABLES)], where)

    def japanese(self, where: str) -> str:
        """A Japanese name in characters of JIS X 0208."""
        number = len(self.planted)
        pair = _KANJI[number % len(_KANJI)] + _KANJI[(number * 5 + 3) % len(_KANJI)]
        return self._new(pair + _KANJI[number // len(_KANJI) % len(_KANJI)], where)

    def keep(self, uid: str, **values: object) -> None:
        """Note attributes of an object that must come out as they are; `__` parts the steps of a path."""
        self.kept += [(str(uid), path.replace("__", "."), value) for path, value in values.items()]

    def _new(self, token: str, where: str) -> str:
        assert token not in self.planted
        self.planted[token] = where
        return token

    def survivors(self, chunks: Iterable[tuple[str, bytes]]) -> dict[str, str]:
        """Tokens that stand in one of these (name, bytes), in any encoding: where planted and found."""
        wanted: dict[bytes, str] = {}
        for token in self.planted:
            for encoding in ENCODINGS:
                try:
                    encoded = token.encode(encoding).removesuffix(b"\x1b(B")  # more may follow
                except UnicodeEncodeError:
                    continue
                wanted[encoded.lower() if token.isascii() else encoded] = token
        anywhere = re.compile(b"|".join(re.escape(one) for one in sorted(wanted, key=len, reverse=True)))
        found: dict[str, str] = {}
        for name, data in chunks:
            for text in (data, data.lower()):
                for match in anywhere.finditer(text):
                    token = wanted[match[0]]
                    found[token] = f"{self.planted[token]} -> {name}"
        return found


def at(dataset: object, path: str) -> object:
    """The value at a path such as `SegmentSequence.0.SegmentLabel`; 8 hex digits are a tag."""
    for step in path.split("."):
        if step.isdigit() and len(step) < 8:
            dataset = dataset[int(step)]
        elif re.fullmatch(r"[0-9A-Fa-f]{8}", step):
            dataset = dataset[int(step, 16)].value
        else:
            dataset = getattr(dataset, step)
    return dataset
