"""The choices of a score: what was chosen, what stands where nothing was, and what codes stand for."""

from collections.abc import Mapping

from hilum.errors import TableError
from hilum.readers.scores.record import ScoreRecord
from hilum.readers.scores.values import codes_of

NOT_STATED = "not stated"


def chosen_values(record: ScoreRecord, given: Mapping[str, str]) -> dict[str, str]:
    """Every choice of a score with its value: as given, else the first, else `not stated`.

    Raises:
        TableError: there is no such choice or value.

    Example:
        >>> from hilum.readers import CURB65
        >>> chosen_values(CURB65, {})
        {'bun_rule': 'printed'}
        >>> chosen_values(CURB65, {"bun_rul": "printed"})
        Traceback (most recent call last):
        hilum.errors.TableError: CURB-65 has no choice `bun_rul`: it has bun_rule
    """
    known = {choice.name: choice for choice in record.all_choices}
    for name, value in given.items():
        if name not in known:
            raise TableError(f"{record.title} has no choice `{name}`: it has {', '.join(known) or 'none'}")
        if known[name].values and value not in known[name].values:
            allowed = " or ".join(f"`{v}`" for v in known[name].values)
            raise TableError(f"`{name}` of {record.title} cannot be `{value}`: choose {allowed}")
    own = {c.name: given.get(c.name, c.values[0] if c.values else NOT_STATED) for c in record.choices}
    return own | dict(given)


def codes_by_input(record: ScoreRecord, chosen: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """What the codes of each input in words stand for, where a person said so.

    Raises:
        TableError: a code is not understood.

    Example:
        >>> from hilum.readers import CURB65
        >>> codes_by_input(CURB65, {"bun_rule": "printed"})
        {}
    """
    coded = {each.name: each for each in record.inputs if each.kind == "category"}
    return {
        name: codes_of(each, chosen[f"{name}_codes"])
        for name, each in coded.items()
        if f"{name}_codes" in chosen
    }
