"""Give a trained model on to other programs: as an ONNX file, or as a bundle for MONAI."""

import shutil
import tempfile
from pathlib import Path

from hilum.conduct.bundle import inference_config, metadata, readme
from hilum.errors import ModelError
from hilum.files import replaced_when_done, write_atomically
from hilum.models import CaseNetwork, Shape, build_model, export_onnx, load_model
from hilum.models.case_network import CaseShape
from hilum.models.folder import CARD, ONNX, WEIGHTS, ModelFolder, sealed_file, understood
from hilum.readers.frozen import repeat_folders

_LICENCE = (
    "No licence was chosen for this model. Whoever trained it holds the rights, and the images it learnt "
    "from may have conditions of their own: ask before you use it or give it on.\n"
)


def export_model(model: Path, onnx: Path | None = None, monai: Path | None = None) -> list[Path]:
    """Write a trained model for other programs; the model's own folder stays as it is.

    Args:
        model: the folder of one repeat, or of a reader with one repeat.
        onnx: the file to write as ONNX; None = none.
        monai: the folder to make as a MONAI bundle; it must not be there, or be empty. None = none.

    Returns:
        What was written.

    Raises:
        ModelError: there is no whole model, it has several repeats, it cannot be given on in this form, or
            the folder for the bundle holds something.
    """
    folder = _one_repeat(model)
    written = []
    if onnx is not None:
        data = _onnx_of(folder)
        with replaced_when_done(onnx) as temporary:
            temporary.write_bytes(data)
        written.append(onnx)
    if monai is not None:
        written.append(_write_bundle(folder, monai))
    return written


def _one_repeat(model: Path) -> Path:
    repeats = repeat_folders(model)
    if len(repeats) > 1:
        raise ModelError(
            f"{model} holds {len(repeats)} repeats, and other programs take one network: name one of them, "
            f"such as {repeats[0]}"
        )
    return repeats[0]


def _onnx_of(folder: Path) -> bytes:
    """The model's own ONNX file, or a new one, checked against torch in a copy of the folder."""
    found = sealed_file(folder, ONNX)
    if found is not None:
        return found
    with tempfile.TemporaryDirectory(prefix="hilum-") as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.name))
        return export_onnx(copy).read_bytes()


def _write_bundle(folder: Path, target: Path) -> Path:
    found = load_model(folder)
    with understood(folder):
        shape = _shape(found)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ModelError(f"{target} is there already: name a new folder for the bundle")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".hilum-", dir=target.parent) as place:
        bundle = Path(place) / "bundle"
        with understood(folder):
            _fill(bundle, found, shape)
        if target.exists():
            target.rmdir()
        bundle.rename(target)
    return target


def _shape(found: ModelFolder) -> Shape:
    picture = found.facts.plan["picture"]
    outputs = len(found.weights["head.bias"])
    single = Shape(int(picture.get("channels", 1)), outputs, int(picture["size"]))
    shape = CaseShape.of_weights(single, found.weights)
    if isinstance(build_model(found.facts.architecture, shape), CaseNetwork):
        raise ModelError(
            f"the model {found.path.name} reads several images or a table together with the image, which a "
            "bundle cannot: use it through hilum instead"
        )
    if int(picture.get("depth", 1)) > 1:
        raise ModelError(
            f"the model {found.path.name} reads volumes, which a bundle cannot tell yet: give it on with "
            "--onnx instead"
        )
    return single


def _fill(bundle: Path, found: ModelFolder, shape: Shape) -> None:
    for name in ("configs", "models", "docs"):
        (bundle / name).mkdir(parents=True)
    shutil.copyfile(found.path / WEIGHTS, bundle / "models" / "model.safetensors")
    onnx = sealed_file(found.path, ONNX)
    if onnx is not None:
        (bundle / "models" / ONNX).write_bytes(onnx)
    for name, text in inference_config(found.facts, shape).items():
        write_atomically(bundle / "configs" / name, text)
    write_atomically(bundle / "configs" / "metadata.json", metadata(found.facts, shape))
    card = (found.path / CARD).read_text(encoding="utf-8")
    write_atomically(bundle / "docs" / "README.md", readme(card))
    write_atomically(bundle / "docs" / "license.txt", _LICENCE)
    write_atomically(bundle / "LICENSE", _LICENCE)
