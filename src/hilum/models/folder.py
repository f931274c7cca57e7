"""A trained model as a folder that travels: facts, weights, a card; and no way to change a byte unseen."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from hilum.errors import ModelError
from hilum.files import replaced_when_done, write_atomically

FACTS = "model.json"
WEIGHTS = "weights.safetensors"
CARD = "card.md"
ONNX = "model.onnx"
POPULATION = "population.safetensors"
FORMAT = 1
_LARGEST_FACTS = 64 * 1024 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True)
class ModelFacts:
    """What is known about a trained model, all of it plain JSON.

    Attributes:
        reader: the reader's name.
        repeat: which of the repeated trainings this is, from 1.
        architecture: the catalogue's name.
        task: how outputs become readings, see `hilum.tasks`.
        plan: everything decided before training, see `hilum.preparation.Plan`.
        mean: mean grey value of the training images, in 0..1.
        deviation: standard deviation of the same.
        threshold: the score or risk from which a case counts as positive; None until it is frozen.
        threshold_rule: how the threshold was found.
        training: what happened in training: epochs, results, seconds, versions, seed.
        table: how columns of a table become numbers beside the image; empty = the image alone is read.
        calibration: what is done to the outputs before they become readings; empty = nothing.
        population: what the training patients and images were like, to notice others.
    """

    reader: str
    repeat: int
    architecture: str
    task: Mapping[str, Any]
    plan: Mapping[str, Any]
    mean: float
    deviation: float
    threshold: float | None = None
    threshold_rule: str | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    table: Mapping[str, Any] = field(default_factory=dict)
    calibration: Mapping[str, Any] = field(default_factory=dict)
    population: Mapping[str, Any] = field(default_factory=dict)


_TABLES = ("task", "plan", "training", "table", "calibration", "population")
# Facts that models of earlier versions did not have.
_LATER = ("table", "calibration", "population")


@dataclass(frozen=True)
class ModelFolder:
    """A model folder that was read and found unchanged."""

    path: Path
    facts: ModelFacts
    weights: dict[str, Tensor]


def save_model(
    folder: Path,
    facts: ModelFacts,
    weights: Mapping[str, Tensor],
    card: str,
    population: bytes | None = None,
) -> Path:
    """Write a model folder; `model.json` comes last, so a folder with it is whole.

    Args:
        folder: is made if it is not there.
        facts: what `model.json` says.
        weights: tensors by name.
        card: the model card in Markdown.
        population: the arrays of `hilum.models.Population`, where it was looked at.

    Returns:
        The folder.

    Raises:
        OSError: the disk is full or may not be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})
    files = {WEIGHTS: data, CARD: card.encode()} | ({} if population is None else {POPULATION: population})
    for name, content in files.items():
        with replaced_when_done(folder / name) as temporary:
            temporary.write_bytes(content)
    _write_facts(folder, facts, {name: _hash(content) for name, content in files.items()})
    return folder


def load_facts(folder: Path) -> ModelFacts:
    """Read `model.json` and check its seal.

    Raises:
        ModelError: there is none, or it was changed.
    """
    return _facts(_read_facts(folder), folder)


def load_model(folder: Path) -> ModelFolder:
    """Read a model folder and check every file against its hash.

    Raises:
        ModelError: a file is missing or was changed.
    """
    content = _read_facts(folder)
    facts = _facts(content, folder)
    weights = b""
    for name in content["hashes"]:
        if name not in (WEIGHTS, CARD, ONNX, POPULATION):
            raise ModelError(
                f"{FACTS} in {folder.name} names a file that a model does not have: get the model again"
            )
        data = _checked(folder / name, content)
        weights = data if name == WEIGHTS else weights
    with understood(folder):
        return ModelFolder(folder, facts, load(weights))


@contextmanager
def understood(folder: Path) -> Iterator[None]:
    """Turn whatever a model folder made elsewhere can break into one sentence.

    Its seal says that nothing was changed since it was written, not who wrote it.

    Args:
        folder: one repeat's folder.

    Raises:
        ModelError: what is done inside failed because of what the folder says.

    Example:
        >>> with understood(Path("models/resnet18/1")):
        ...     int("much")
        Traceback (most recent call last):
        hilum.errors.ModelError: the model folder 1 says what no training writes: get the model again
    """
    try:
        yield
    except (
        *(SafetensorError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
        *(RecursionError, RuntimeError),
    ):
        raise ModelError(
            f"the model folder {folder.name} says what no training writes: get the model again"
        ) from None


def sealed_file(folder: Path, name: str) -> bytes | None:
    """A file of a model folder, if it is as it was when the model was sealed; None where there is none.

    Args:
        folder: one repeat's folder.
        name: of the file.

    Raises:
        ModelError: there is no model, or the file is missing although it was sealed, or was changed.
    """
    content = _read_facts(folder)
    return _checked(folder / name, content) if name in content["hashes"] else None


def add_file(folder: Path, name: str, data: bytes, facts: Mapping[str, Any]) -> None:
    """Put a further file into a model folder, or another one in its place, and seal it.

    `model.json` first says which file is coming, then the file is written, then it is said to be there: cut
    off at any moment, the folder is whole, with the old file or with the new one.

    Args:
        folder: a whole model folder.
        name: of the file.
        data: its bytes.
        facts: what `model.json` says of it, under its name.

    Raises:
        ModelError: there is no model, or `model.json` was changed.
        OSError: the disk is full or may not be written to.
    """
    content = _read_facts(folder)
    coming = _hash(data)
    if name in content["hashes"]:
        before = content.get("coming", {}).get(name, [])
        write_sealed(folder / FACTS, {**content, "coming": {name: [*before, coming]}})
    with replaced_when_done(folder / name) as temporary:
        temporary.write_bytes(data)
    content["hashes"] = {**content["hashes"], name: coming}
    content["files"] = {**content.get("files", {}), name: dict(facts)}
    content.pop("coming", None)
    write_sealed(folder / FACTS, content)


def replace_card(folder: Path, card: str) -> None:
    """Put another card into a model folder and seal it.

    Args:
        folder: a whole model folder.
        card: the model card in Markdown.

    Raises:
        ModelError: there is no model, or `model.json` was changed.
        OSError: the disk is full or may not be written to.
    """
    add_file(folder, CARD, card.encode(), {})


def freeze_threshold(folder: Path, threshold: float, rule: str) -> None:
    """Write the threshold, chosen on the validation part, into a model folder.

    Args:
        folder: one repeat's folder.
        threshold: score or risk from which a case counts as positive.
        rule: how it was chosen, such as `youden`.

    Raises:
        ModelError: the folder is no whole model folder.
    """
    content = _read_facts(folder)
    content["threshold"], content["threshold_rule"] = float(threshold), rule
    write_sealed(folder / FACTS, content)


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that carries its own hash."""
    write_atomically(path, _sealed_text(json.loads(json.dumps(content, allow_nan=False))))


def read_sealed(path: Path) -> dict[str, Any]:
    """Read JSON that carries its own hash.

    Raises:
        ModelError: the file is missing, is no JSON, or was changed.
    """
    where = f"{path.name} in the model folder {path.parent.name}"
    try:
        if path.stat().st_size > _LARGEST_FACTS:
            raise ModelError(f"{where} is too large for what it is: get the model again")
        text = path.read_text(encoding="utf-8")
        content = json.loads(text, parse_constant=_refused)
    except OSError:
        raise ModelError(f"{where} is missing: name a folder that training left") from None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or text != _sealed_text(content):
        raise ModelError(
            f"{where} was changed after training and cannot be trusted: get the model again or train it again"
        )
    return content


def _refused(name: str) -> float:
    """NaN and infinity are no JSON, and are never written."""
    raise ValueError(name)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _checked(path: Path, content: Mapping[str, Any]) -> bytes:
    """A file whose hash is the sealed one, or the one that was coming when writing was cut off."""
    try:
        data = path.read_bytes()
    except OSError:
        raise ModelError(
            f"{path.name} is missing in the model folder {path.parent.name}: get the model again"
        ) from None
    coming = content.get("coming", {}).get(path.name, [])
    if _hash(data) not in (content["hashes"][path.name], *coming):
        raise ModelError(
            f"{path.name} in the model folder {path.parent.name} was changed after training and cannot be "
            "trusted: get the model again or train it again"
        )
    return data


def _sealed_text(content: Mapping[str, Any]) -> str:
    plain = {key: value for key, value in content.items() if key != "seal"}
    seal = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
    return json.dumps({**plain, "seal": seal}, indent=2, ensure_ascii=False) + "\n"


def _write_facts(folder: Path, facts: ModelFacts, hashes: Mapping[str, str]) -> None:
    write_sealed(folder / FACTS, {"format": FORMAT, **vars(facts), "hashes": dict(hashes)})


def _read_facts(folder: Path) -> dict[str, Any]:
    content = read_sealed(folder / FACTS)
    if content.get("format") != FORMAT:
        raise ModelError(
            f"the model folder {folder.name} was written by another version of hilum: train the model again"
        )
    hashes, coming = content.get("hashes"), content.get("coming", {})
    if not (isinstance(hashes, dict) and hashes and isinstance(coming, dict)):
        raise ModelError(
            f"{FACTS} in the model folder {folder.name} does not name its files: get the model again"
        )
    return content


def _facts(content: Mapping[str, Any], folder: Path) -> ModelFacts:
    try:
        given = {name: content.get(name, {}) for name in _LATER}
        facts = ModelFacts(
            **given, **{name: content[name] for name in ModelFacts.__dataclass_fields__ if name not in given}
        )
    except KeyError as error:
        raise ModelError(
            f"{FACTS} in the model folder {folder.name} lacks {error}: train the model again"
        ) from None
    with understood(folder):
        _see_facts(facts)
    return facts


def _see_facts(facts: ModelFacts) -> None:
    """See that every fact is of its kind; raises ValueError or TypeError."""
    tables = all(isinstance(getattr(facts, name), dict) for name in _TABLES)
    words = isinstance(facts.reader, str) and 0 < len(facts.reader) <= _LONGEST_NAME
    numbers = [facts.mean, facts.deviation, *([] if facts.threshold is None else [facts.threshold])]
    if not (tables and words and isinstance(facts.architecture, str) and isinstance(facts.repeat, int)):
        raise ValueError(FACTS)
    if not all(math.isfinite(number) for number in numbers) or facts.deviation <= 0:
        raise ValueError(FACTS)
