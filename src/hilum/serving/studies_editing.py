"""Changes to a study file that leave all else as it stands: comments, order, what the page does not know."""

import copy
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from hilum.errors import StudyFileError
from hilum.study import parse_study

Step = str | int
_NEW = "version = 1\ntitle = {title}\n"


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        at: Where: table, key, and for readers the number: `("readers", 0, "epochs")`; `("readers",)` adds
            one.
        value: What shall stand there; None takes it away.
    """

    at: tuple[Step, ...]
    value: Any = None


def new_text(title: str) -> str:
    r"""The text of a study of which only the question is known.

    Example:
        >>> new_text('30-day "mortality"')
        'version = 1\ntitle = "30-day \\"mortality\\""\n'
    """
    return _NEW.format(title=tomlkit.item(title).as_string())


def edited(text: str, edits: Sequence[Edit]) -> str:
    r"""A study file's text with changes.

    Args:
        text: The text; any TOML.
        edits: The changes, made one after the other.

    Returns:
        The text with these changes and no other: every comment stays that does not stand inside a reader or a
        table that is taken away.

    Raises:
        StudyFileError: The text is no TOML, a place is not there, or hilum would no longer read a study that
            it could read before.

    Example:
        >>> print(edited('[cohort]\nimages = "films" # ours\n', [Edit(("cohort", "choose"), "all")]), end="")
        [cohort]
        images = "films" # ours
        choose = "all"
    """
    was_read = _reads(text)
    for edit in edits:
        text = _once(text, edit)
    if was_read:
        parse_study(text)
    return text


def data_of(text: str) -> dict[str, Any]:
    """The content of a study file's text.

    Raises:
        StudyFileError: It is no TOML.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise StudyFileError(f"the study file is not valid TOML: {problem}") from None


def with_edit(data: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    """The content with a change, as plain values.

    Example:
        >>> with_edit({"split": {"seed": 1}}, Edit(("split", "seed"), 7))
        {'split': {'seed': 7}}
    """
    changed: dict[str, Any] = copy.deepcopy(dict(data))
    if edit.at == ("readers",) and edit.value is not None and not isinstance(edit.value, list):
        changed.setdefault("readers", []).append(copy.deepcopy(edit.value))
        return changed
    place: Any = changed
    for at, step in enumerate(edit.at[:-1]):
        if isinstance(step, str) and step not in place:
            if edit.value is None:
                return changed
            place[step] = {}
        try:
            place = place[step]
        except (KeyError, IndexError, TypeError):
            raise _no_place(edit.at[: at + 1]) from None
    last = edit.at[-1]
    try:
        if edit.value is not None:
            place[last] = copy.deepcopy(edit.value)
        elif isinstance(last, int) or last in place:
            del place[last]
    except (KeyError, IndexError, TypeError):
        raise _no_place(edit.at) from None
    return changed


def _once(text: str, edit: Edit) -> str:
    wanted = with_edit(data_of(text), edit)
    try:
        document = tomlkit.parse(text)
        if len(edit.at) == 1 and edit.at[0] not in document and _is_plain(edit.value):
            # A key at the top stands before all tables.
            changed = f"{edit.at[0]} = {tomlkit.item(edit.value).as_string()}\n{text}"
        else:
            _change(document, edit)
            changed = tomlkit.dumps(document)
        same = tomllib.loads(changed) == wanted
    except (
        TOMLKitError,
        tomllib.TOMLDecodeError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        ValueError,
    ):
        same = False
        changed = ""
    if not same:
        raise StudyFileError(
            "this place of the study file is written in a way that the page cannot change: change it in the "
            "text"
        )
    return _with_comments(text, changed, edit)


def _change(document: Any, edit: Edit) -> None:
    if edit.at == ("readers",) and edit.value is not None and not isinstance(edit.value, list):
        _add_reader(document, edit.value)
        return
    place = document
    for step in edit.at[:-1]:
        if isinstance(step, str) and step not in place:
            if edit.value is None:
                return
            _insert_table(place, step, top=place is document)
        place = place[step]
    last = edit.at[-1]
    if edit.value is None:
        if isinstance(last, int) or last in place:
            _remove(document, place, edit.at)
        return
    both_lists = isinstance(last, str) and isinstance(place.get(last), list) and isinstance(edit.value, list)
    if both_lists and _only_adds(place[last], edit.value):
        return
    value = _item(edit.value, inline=len(edit.at) > 1)
    if last in place and hasattr(place[last], "trivia") and hasattr(value, "trivia"):
        value.trivia.comment_ws = place[last].trivia.comment_ws
        value.trivia.comment = place[last].trivia.comment
    if last not in place and place is document:
        _insert_table(document, str(last), top=True)
        document[last].update(edit.value)
    else:
        place[last] = value


def _only_adds(array: Any, wanted: list[Any]) -> bool:
    """Change a list entry by entry where that is possible, so that comments between its lines stay."""
    present = [_plain(entry) for entry in array]
    if wanted[: len(present)] == present:
        for entry in wanted[len(present) :]:
            array.append(entry)
        return True
    return False


def _remove(document: Any, place: Any, at: tuple[Step, ...]) -> None:
    last = at[-1]
    if at[0] == "readers" and len(at) == 2 and len(place) == 1:
        document.remove("readers")
    elif isinstance(last, int):
        del place[last]
    else:
        place.remove(last)


def _add_reader(document: Any, reader: Mapping[str, Any]) -> None:
    table = tomlkit.table()
    for key, value in reader.items():
        table.add(key, _item(value, inline=True))
    if "readers" not in document:
        array = tomlkit.aot()
        array.append(table)
        _blank_before(document)
        document.append("readers", array)
        return
    readers = document["readers"]
    if isinstance(readers, tomlkit.items.AoT):
        _end_with_blank(readers[-1])
        readers.append(table)
    else:
        readers.append(_item(dict(reader), inline=True))


def _end_with_blank(table: Any) -> None:
    if not tomlkit.dumps(table).endswith("\n\n"):
        table.add(tomlkit.nl())


def _insert_table(place: Any, name: str, *, top: bool) -> None:
    if not top:
        place[name] = tomlkit.inline_table()
        return
    _blank_before(place)
    place.append(name, tomlkit.table())


def _blank_before(document: Any) -> None:
    text = tomlkit.dumps(document)
    if text and not text.endswith("\n\n"):
        document.add(tomlkit.nl())


def _item(value: Any, *, inline: bool) -> Any:
    if isinstance(value, Mapping) and inline:
        table = tomlkit.inline_table()
        for key, each in value.items():
            table[key] = _item(each, inline=True)
        return table
    return tomlkit.item(value)


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, Mapping | list)


def _plain(entry: Any) -> Any:
    return entry.unwrap() if hasattr(entry, "unwrap") else entry


def _with_comments(before: str, after: str, edit: Edit) -> str:
    """Put comments back that went with a value, above the file's first table."""
    if edit.value is None and (len(edit.at) == 1 or (edit.at[0] == "readers" and len(edit.at) == 2)):
        return after
    lost = Counter(comments_of(before)) - Counter(comments_of(after))
    if not lost:
        return after
    lines = [comment for comment in comments_of(before) if comment in lost]
    header = re.search(rf"^\[+{re.escape(str(edit.at[0]))}\b.*$", after, re.MULTILINE)
    at = header.end() + 1 if header else 0
    return after[:at] + "".join(f"{line}\n" for line in dict.fromkeys(lines)) + after[at:]


_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|' + r"'''.*?'''" + r'|"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'" + r"|#[^\n]*",
    re.DOTALL,
)


def comments_of(text: str) -> list[str]:
    r"""The comments of a TOML text, in order.

    Example:
        >>> comments_of('a = "# no" # yes\n# and this')
        ['# yes', '# and this']
    """
    return [token.rstrip() for token in _TOKEN.findall(text) if token.startswith("#")]


def _reads(text: str) -> bool:
    try:
        parse_study(text)
    except StudyFileError:
        return False
    return True


def _no_place(at: tuple[Step, ...]) -> StudyFileError:
    return StudyFileError(f"the study file has no place `{'.'.join(map(str, at))}`: load the page anew")
