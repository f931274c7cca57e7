"""Own protocols as TOML files: which options of the profiles a workspace uses."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, get_args

from hilum.deid.options import PRESETS, RESEARCH, Dates, Options, Text
from hilum.errors import WorkspaceError

PROTOCOL_FILE = "protocol.toml"
_LARGEST = 1 << 20
_NAME = re.compile(r"[a-z][a-z-]{0,39}")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "dates": get_args(Dates),
    "descriptors": get_args(Text),
    "structured_content": get_args(Text),
    "graphics": get_args(Text),
}
_LISTS = frozenset(("keep_words",))


def read_protocol(path: Path) -> Options:
    """The options that a protocol file asks for.

    A file names the preset that it is `based_on` (research, where it does not say) and the options that are
    different there.

    Args:
        path: of the file; where there is none, the preset `research` holds.

    Raises:
        WorkspaceError: it cannot be read, or asks for something that does not exist.

    Example:
        >>> read_protocol(Path("nowhere.toml")).name
        'research'
    """
    if not path.is_file():
        return RESEARCH
    try:
        if path.stat().st_size > _LARGEST:
            raise WorkspaceError(f"{path} is too large for a protocol: check that it is the right file")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WorkspaceError(f"{path} is no TOML file: write it as `option = value`, a line each") from None
    return options_from(data, str(path))


def protocol_named(name_or_file: str) -> Options:
    """A preset by its name, or the protocol in a file.

    Raises:
        WorkspaceError: there is neither such a preset nor such a file, or the file is wrong.

    Example:
        >>> protocol_named("strict").dates
        'removed'
    """
    preset = PRESETS.get(name_or_file)
    if preset is not None:
        return preset
    if not Path(name_or_file).is_file():
        raise WorkspaceError(
            f"{name_or_file} is no protocol and no file: use {_either(PRESETS)}, or a TOML file of your own"
        )
    return read_protocol(Path(name_or_file))


def options_from(data: Mapping[str, Any], where: str = "the protocol") -> Options:
    """Options from plain data, as a TOML or JSON file holds them.

    Args:
        data: options by name; `based_on` names a preset.
        where: how to call the data in messages.

    Raises:
        WorkspaceError: a key or a value does not exist.

    Example:
        >>> options_from({"based_on": "strict", "dates": "full"}).dates
        'full'
        >>> options_from({"date": "full"})
        Traceback (most recent call last):
        hilum.errors.WorkspaceError: the protocol has `date`, which is no option: use based_on, dates,
        descriptors, device_identity, graphics, institution_identity, keep_words, name,
        patient_characteristics, pixels, safe_private, structured_content or uids
    """
    based_on = data.get("based_on", RESEARCH.name)
    if not isinstance(based_on, str) or based_on not in PRESETS:
        raise WorkspaceError(f"`based_on` in {where} must be {_either(PRESETS)}")
    known = {field.name for field in fields(Options)}
    chosen: dict[str, Any] = {}
    for key, value in data.items():
        if key == "based_on":
            continue
        if key not in known:
            raise WorkspaceError(
                f"{where} has `{key[:40]}`, which is no option: use {_either(sorted({'based_on', *known}))}"
            )
        chosen[key] = _checked(key, value, where)
    name = chosen.pop("name", based_on if _is_preset(based_on, chosen) else "own")
    return replace(PRESETS[based_on], **chosen, name=name)


def written(options: Options) -> str:
    """A protocol file that says all of the options; reading it gives the same ones.

    Example:
        >>> written(RESEARCH).splitlines()[2:4]
        ['name = "research"', 'dates = "modified"']
    """
    lines = [
        "# What de-identification keeps and removes (PS3.15 Annex E); `hilum protocol` says it in words.",
        "# Images that are in the archive already stay as they are when this file is changed.",
    ]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(options).items()]
    return "\n".join(lines) + "\n"


def _is_preset(name: str, chosen: Mapping[str, Any]) -> bool:
    return all(getattr(PRESETS[name], key) == value for key, value in chosen.items())


def _checked(key: str, value: Any, where: str) -> Any:
    if key == "name":
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise WorkspaceError(f"`name` in {where} must be small letters and hyphens, at most 40")
    elif key in _CHOICES:
        if value not in _CHOICES[key]:
            raise WorkspaceError(f"`{key}` in {where} must be {_either(_CHOICES[key])}")
    elif key in _LISTS:
        return _words(value, where)
    elif not isinstance(value, bool):
        raise WorkspaceError(f"`{key}` in {where} must be true or false")
    return value


def _words(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(word, str) and _WORD.fullmatch(word) for word in value
    ):
        raise WorkspaceError(
            f"`keep_words` in {where} must be a list of single words of 2 to 40 letters, without "
            f"digits: such "
            "words stay in descriptions whoever is meant by them"
        )
    return tuple(sorted({word.casefold() for word in value}))


def _either(names: Any) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}"
