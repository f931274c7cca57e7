"""The texts of a MONAI bundle (MONAI Bundle Specification): metadata, how to read with it, what it is."""

import importlib.metadata
import json
from typing import Any

from hilum.models import ModelFacts, Shape

_SCHEMA = (
    "https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/meta_schema_20240725.json"
)
# What MONAI takes for a reference or an expression where a text begins with it, or holds it.
_MEANS_CODE = ("$", "@", "%")
_ASKS = {
    "classification": "Tells classes apart",
    "findings": "Tells which findings are there",
    "regression": "Tells a number",
    "survival": "Tells how soon an event is to be expected",
}
_BATCH = 16
_IMPORTED = (
    ("hilum.image", "list_images"),
    ("hilum.models", "to_unit"),
    ("hilum.preparation", "Picture"),
    ("hilum.preparation", "prepare_picture"),
    ("hilum.tasks", "task_from_json"),
    ("safetensors.torch", "load_file"),
)


def metadata(facts: ModelFacts, shape: Shape) -> str:
    """`configs/metadata.json`.

    Args:
        facts: of the model.
        shape: what goes into its network and comes out.
    """
    task = _ASKS.get(str(facts.task.get("kind")), "Reads images") + " from one grey image"
    content = {
        "schema": _SCHEMA,
        "version": "1.0.0",
        "changelog": {"1.0.0": "as trained"},
        "monai_version": _version("monai"),
        "pytorch_version": _version("torch"),
        "numpy_version": _version("numpy"),
        "required_packages_version": {name: _version(name) for name in ("hilum", "safetensors")},
        "name": harmless(facts.reader),
        "task": task,
        "description": f"A {facts.architecture} network, trained by hilum. {task}; see docs/README.md.",
        "authors": "not told: whoever trained it with hilum",
        "copyright": "see LICENSE",
        "data_source": "see docs/README.md",
        "intended_use": "Research. Not for clinical use without approval.",
        "network_data_format": {
            "inputs": {"image": _image(shape)},
            "outputs": {"pred": _outputs(facts, shape)},
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def inference_config(facts: ModelFacts, shape: Shape) -> dict[str, str]:
    """`configs/inference.json` and the files that it reads.

    Files are prepared and outputs become readings by hilum's own code, so that an image gets the number that
    `hilum predict` gives it. No text of a study stands in what MONAI evaluates.

    Args:
        facts: of the model.
        shape: what goes into its network and comes out.

    Returns:
        Texts by file name.
    """
    network = {"channels": shape.channels, "outputs": shape.outputs, "size": shape.size}
    plan = {"picture": facts.plan["picture"], "task": facts.task, "threshold": facts.threshold}
    prepared = "to_unit(prepare_picture(pathlib.Path(item['image']), @picture)[None], @device)[0]"
    standard = f"({prepared} - {facts.mean!r}) / {facts.deviation!r}"
    config: dict[str, Any] = {
        "imports": [
            *("$import json", "$import pathlib", "$import torch"),
            *(f"$from {where} import {what}" for where, what in _IMPORTED),
        ],
        "bundle_root": ".",
        "device": "$torch.device('cpu')",
        "dataset_dir": "images",
        "images": "$[{'image': str(path)} for path in list_images(@dataset_dir)]",
        "plan": "$json.loads(pathlib.Path(@bundle_root, 'configs', 'plan.json').read_text(encoding='utf-8'))",
        "picture": "$Picture.model_validate(@plan['picture'])",
        "task": "$task_from_json(@plan['task'])",
        "weights": "$load_file(pathlib.Path(@bundle_root, 'models', 'model.safetensors'))",
        "network_def": {
            "_target_": "hilum.models.build_model",
            "name": facts.architecture,
            "shape": {"_target_": "hilum.models.Shape", **network},
        },
        "network": "$(@network_def.load_state_dict(@weights), @network_def.to(@device).eval())[1]",
        "preprocessing": f"$lambda item: {{'image': {standard}}}",
        "dataset": {"_target_": "Dataset", "data": "@images", "transform": "@preprocessing"},
        "dataloader": {
            "_target_": "DataLoader",
            "dataset": "@dataset",
            "batch_size": _BATCH,
            "num_workers": 0,
        },
        "inferer": {"_target_": "SimpleInferer"},
        "evaluator": {
            "_target_": "SupervisedEvaluator",
            "device": "@device",
            "val_data_loader": "@dataloader",
            "network": "@network",
            "inferer": "@inferer",
        },
        "outputs": "$torch.cat([@inferer(batch['image'], @network).detach() for batch in @dataloader])",
        "readings": "$@task.predict(@outputs.numpy())",
        "run": ["$print(@readings)"],
    }
    return {"inference.json": _json(config), "plan.json": _json(plan)}


def readme(card: str) -> str:
    """`docs/README.md`: the model card, and how the bundle is used."""
    return f"""{card}
## This bundle

`models/model.safetensors` holds the weights. There is no `model.pt` and no TorchScript, since both can hold
code that runs when they are opened; where there is a `model.onnx`, it gives the same outputs. In this folder,
with hilum and MONAI installed and your images in a folder, this prints the readings:

```
python -m monai.bundle run --config_file configs/inference.json --meta_file configs/metadata.json \\
    --bundle_root . --dataset_dir FOLDER
```
"""


def harmless(text: str) -> str:
    """A text of a study that MONAI does not take for code.

    Example:
        >>> harmless("$__import__('os')"), harmless("resnet18")
        ("' $__import__('os')'", 'resnet18')
    """
    return f"' {text}'" if any(sign in text for sign in _MEANS_CODE) else text


def _image(shape: Shape) -> dict[str, Any]:
    return {
        "type": "image",
        "format": "magnitude",
        "modality": "n/a",
        "num_channels": shape.channels,
        "spatial_shape": [shape.size, shape.size],
        "dtype": "float32",
        "value_range": [],
        "is_patch_data": False,
        "channel_def": {"0": "grey, standardised by the training images"},
    }


def _outputs(facts: ModelFacts, shape: Shape) -> dict[str, Any]:
    names = facts.task.get("findings") or facts.task.get("classes") or []
    names = names if len(names) == shape.outputs else [f"output {k + 1}" for k in range(shape.outputs)]
    return {
        "type": "tuples",
        "format": "raw",
        "modality": "n/a",
        "num_channels": shape.outputs,
        "spatial_shape": [],
        "dtype": "float32",
        "value_range": [],
        "is_patch_data": False,
        "channel_def": {str(place): harmless(str(name)) for place, name in enumerate(names)},
    }


def _version(package: str) -> str:
    return importlib.metadata.version(package).split("+")[0]


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
