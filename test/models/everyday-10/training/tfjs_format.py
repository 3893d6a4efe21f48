"""Write a Keras 2 model as a TensorFlow.js layers model.

The format is the one TensorFlow.js documents for `loadLayersModel`: a `model.json` holding the Keras topology
and a weights manifest, and the weights as little-endian float32 in one file beside it.
"""

import json
from pathlib import Path

import numpy as np


def save_layers_model(model, folder: Path) -> None:
    """Write `model` (tf_keras) to `folder` as `model.json` and `weights.bin`."""
    folder.mkdir(parents=True, exist_ok=True)
    entries, blobs = [], []
    for weight in model.weights:
        value = np.ascontiguousarray(weight.numpy(), dtype="<f4")
        entries.append({"name": weight.name.split(":")[0], "shape": list(value.shape), "dtype": "float32"})
        blobs.append(value.tobytes())
    topology = json.loads(model.to_json())
    document = {
        "format": "layers-model",
        "generatedBy": f"tf_keras {topology['keras_version']}",
        "convertedBy": None,
        "modelTopology": {
            "keras_version": topology["keras_version"],
            "backend": topology["backend"],
            "model_config": {"class_name": topology["class_name"], "config": topology["config"]},
        },
        "weightsManifest": [{"paths": ["weights.bin"], "weights": entries}],
    }
    (folder / "weights.bin").write_bytes(b"".join(blobs))
    (folder / "model.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
