"""Patients, studies and series out of a table of images, quickly enough for a hundred thousand of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Numbers = NDArray[np.intp]
Values = NDArray[np.object_]


@dataclass(frozen=True)
class Groups:
    """The images of one table, by what they belong to; groups are numbered as they first come.

    Attributes:
        of: the group of each image.
        first: the first image of each group.
        middle: the image in the middle of each group.
        size: how many images a group has.
    """

    of: Numbers
    first: Numbers
    middle: Numbers
    size: Numbers

    @classmethod
    def by(cls, column: "pd.Series[Any]") -> "Groups":
        """Groups of equal values.

        Example:
            >>> import pandas as pd
            >>> Groups.by(pd.Series(["b", "b", "a", "b"])).size.tolist()
            [3, 1]
        """
        import pandas as pd

        of = np.asarray(pd.factorize(column)[0], dtype=np.intp)
        order = np.argsort(of, kind="stable")
        size = np.bincount(of)
        begin = np.cumsum(size) - size
        return cls(of, order[begin], order[begin + size // 2], size)

    def different(self, column: "pd.Series[Any]") -> Numbers:
        """How many different values a column has in each group."""
        import pandas as pd

        code = pd.factorize(column)[0]
        many = int(code.max(initial=0)) + 1
        return np.bincount(np.unique(self.of * many + code) // many, minlength=len(self.size))


def values_of(column: "pd.Series[Any]", groups: Groups) -> Values:
    """The different values of a column in each group, sorted, as tuples; empty ones are left out.

    Equal tuples are one object, so that a hundred thousand of them take little room.

    Example:
        >>> import pandas as pd
        >>> groups = Groups.by(pd.Series(["b", "b", "a"]))
        >>> values_of(pd.Series(["PT", "CT", ""]), groups).tolist()
        [('CT', 'PT'), ()]
    """
    import pandas as pd

    code, names = pd.factorize(column.astype(str), sort=True)
    alone = _tuples([(name,) if name else () for name in names])
    found = alone[code[groups.first]]
    mixed = np.zeros(len(groups.first), dtype=np.bool_)
    mixed[groups.of[code != code[groups.first][groups.of]]] = True
    if mixed.any():
        within = mixed[groups.of]
        pairs = np.unique(groups.of[within] * len(names) + code[within])
        ends = np.flatnonzero(np.diff(pairs // len(names), append=-1)) + 1
        known: dict[tuple[int, ...], tuple[str, ...]] = {}
        begin = 0
        for end in ends.tolist():
            which = tuple((pairs[begin:end] % len(names)).tolist())
            if which not in known:
                known[which] = tuple(str(names[one]) for one in which if names[one])
            found[pairs[begin] // len(names)] = known[which]
            begin = end
    return found


def _tuples(values: Sequence[tuple[str, ...]]) -> Values:
    found = np.empty(len(values), dtype=object)
    found[:] = [*values, None][:-1] if values else []
    return found


def gathered(images: "pd.DataFrame", key: str, choices: Sequence[str]) -> "pd.DataFrame":
    """One row for each value of a key, in the order of patients, studies and series.

    Args:
        images: one row an image; of `Archive.images()`, with the columns of `choices`.
        key: `patient`, `study` or `series`.
        choices: columns that become tuples of their values.
    """
    import pandas as pd

    groups = Groups.by(images[key])
    first = images.iloc[groups.first]
    order = {"series": ("patient", "study", "series"), "study": ("patient", "study")}.get(key, ("patient",))
    frame = pd.DataFrame({name: first[name].to_numpy() for name in order})
    for column in choices:
        frame[column] = values_of(images[column], groups)
    frame["date"] = first["study_date"].to_numpy()
    frame["age"] = images["age"].groupby(groups.of).first().to_numpy()
    frame["images"] = groups.size
    frame["frames"] = np.bincount(groups.of, weights=images["frames"]).astype(np.int64)
    frame["series_count"], frame["study_count"] = (
        groups.different(images["series"]),
        groups.different(images["study"]),
    )
    frame["cover"] = images["image"].to_numpy()[groups.middle]
    frame = frame.sort_values(list(order), kind="stable", ignore_index=True)
    return frame.assign(words=pd.Series(_words(frame, order, choices), index=frame.index, dtype=object))


def _words(frame: "pd.DataFrame", order: Sequence[str], choices: Sequence[str]) -> list[str]:
    """What can be typed to find a row: its identifiers and the values of its columns, in small letters."""
    joined: dict[tuple[str, ...], str] = {}
    texts: list[list[str]] = [frame[name].astype(str).tolist() for name in order]
    for name in choices:
        for value in set(frame[name]):
            joined.setdefault(value, " ".join(value))
        texts.append([joined[value] for value in frame[name]])
    return [" ".join(parts).lower() for parts in zip(*texts, strict=True)]
