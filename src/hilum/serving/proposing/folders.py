"""What the names of a folder's images tell: labels in sub-folders, and who is on which picture."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_PARTS = frozenset({"train", "training", "val", "valid", "validation", "dev", "test", "testing", "holdout"})
# From the most to the least cautious: a pattern that puts more pictures together cannot leak.
_PATTERNS = (
    r"^([A-Za-z]+[-_]?\d+)",
    r"^([^_. ]+)_",
    r"^([^-. ]+)-",
    r"^(.+)[-_. ]\d+\.[A-Za-z.]+$",
    r"^(\d+)",
)
_MOST_OF_ONE = 0.2  # no patient has more than this share of a folder's pictures


@dataclass(frozen=True)
class PatternGuess:
    """A way to take the patient from a file name.

    Attributes:
        pattern: A regular expression whose first group is the patient; "" where every file is a patient.
        patients: How many patients it tells.
        largest: How many pictures the patient with most of them has.
        fits: How many names it fits.
    """

    pattern: str
    patients: int
    largest: int
    fits: int


@dataclass(frozen=True)
class FolderLook:
    """What a folder of images seems to be.

    Attributes:
        images: How many images there are.
        labels: Sub-folders with their numbers of images, when they can be labels.
        parts: Sub-folders that are named like parts (train, test), which are no labels.
        loose: Images that lie in no sub-folder.
        patterns: Ways to take the patient from the file names, the likeliest first.
    """

    images: int
    labels: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, int], ...]
    loose: int
    patterns: tuple[PatternGuess, ...]


def look_at_paths(paths: Sequence[str]) -> FolderLook:
    """What the paths of a folder's images tell.

    Args:
        paths: Paths below the folder, with `/`.

    Example:
        >>> paths = ["normal/p1_1.png", "normal/p1_2.png", "normal/p2_1.png", "sick/p3_1.png"]
        >>> look = look_at_paths([*paths, "sick/p4_1.png", "sick/p5_1.png", "sick/p6_1.png"])
        >>> look.labels, look.patterns[0].patients
        ((('normal', 3), ('sick', 4)), 6)
    """
    firsts = Counter(path.split("/", 1)[0] for path in paths if "/" in path)
    like_parts = bool(firsts) and all(name.casefold() in _PARTS for name in firsts)
    folders = tuple(sorted(firsts.items()))
    loose = sum("/" not in path for path in paths)
    names = [PurePosixPath(path).name for path in paths]
    return FolderLook(
        len(paths), () if like_parts else folders, folders if like_parts else (), loose, patterns_of(names)
    )


def patterns_of(names: Sequence[str]) -> tuple[PatternGuess, ...]:
    """Ways to take the patient from file names, the likeliest first; the last is one patient a file."""
    alone = PatternGuess("", len(names), 1, len(names))
    found: dict[tuple[str, ...], PatternGuess] = {}
    for pattern in _PATTERNS:
        people = [match.group(1) if (match := re.search(pattern, name)) else "" for name in names]
        counts = Counter(person for person in people if person)
        fits = sum(counts.values())
        if not counts or fits < 0.8 * len(names) or len(counts) == len(names) or len(counts) < 3:
            continue
        largest = max(counts.values())
        if largest > max(3, _MOST_OF_ONE * len(names)):
            continue
        found.setdefault(tuple(people), PatternGuess(pattern, len(counts) + len(names) - fits, largest, fits))
    return (*found.values(), alone)


def pattern_for(names: Sequence[str], people: Collection[str]) -> tuple[str, float]:
    r"""The pattern by which file names fit a table's patients best, and the share of patients found.

    Args:
        names: File names.
        people: The table's patients.

    Returns:
        The pattern, "" where the name without its ending fits best, and the share, 0 to 1.

    Example:
        >>> pattern_for(["p1_a.png", "p1_b.png", "p2_a.png"], {"p1", "p2"})
        ('^([A-Za-z]+[-_]?\\d+)', 1.0)
        >>> pattern_for(["a.png"], {"a", "b"})
        ('', 0.5)
    """
    wanted = set(people)
    stems = {PurePosixPath(name).stem for name in names}
    best, share = "", len(wanted & stems) / max(len(wanted), 1)
    for pattern in _PATTERNS:
        told = {match.group(1) for name in names if (match := re.search(pattern, name))}
        found = len(wanted & told) / max(len(wanted), 1)
        if found > share + 1e-9:
            best, share = pattern, found
    return best, share
