"""Put models that others have trained into the zoo, with what Keras computes with them.

    python found.py <zoo> <folder with a folder for each model>

A model is a `.keras` or `.h5` file, or the `model.json` of a TensorFlow.js layers model; graphs Keras cannot read, and
they are passed over. `README.md` tells what is written.
"""

import argparse
import json
import shutil
import zipfile
from pathlib import Path

from make_zoo import APIS, converter, expectation, tf_keras
from values import head_of, waves

import h5py


class DepthwiseConv2D(tf_keras.layers.DepthwiseConv2D):
    """As Keras wrote it before 2.4: with a setting that later versions do not take."""

    def __init__(self, *args, groups=1, **options):
        assert groups == 1
        super().__init__(*args, **options)


def open_model(file: Path) -> tuple[str, object] | None:
    """The Keras that wrote a file, and the model, read by Keras; nothing for a graph."""
    if file.suffix == ".keras":
        version = json.loads(zipfile.ZipFile(file).read("metadata.json"))["keras_version"]
        k = APIS["keras2" if version.startswith("2") else "keras3"]
        return f"keras {version}", k.models.load_model(file, compile=False)
    if file.suffix == ".h5":
        with h5py.File(file) as opened:
            version = opened.attrs["keras_version"]
        old = {"DepthwiseConv2D": DepthwiseConv2D}
        return f"keras {version}", tf_keras.models.load_model(file, compile=False, custom_objects=old)
    topology = json.loads(file.read_text())["modelTopology"]
    if "keras_version" not in topology:
        return None
    return f"keras {topology['keras_version']}", converter.read_layers(file)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("zoo", type=Path)
    parser.add_argument("found", type=Path)
    options = parser.parse_args()
    for model_folder in sorted(each for each in options.found.iterdir() if each.is_dir()):
        (file,) = [each for ending in ("*.keras", "*.h5", "model.json") for each in model_folder.glob(ending)]
        opened = open_model(file)
        if opened is None:
            continue
        api, model = opened
        name = f"{model_folder.name}, trained by others"
        expected = expectation(name, api, model, head_of(model, None), waves(model, False))
        folder = options.zoo / f"found-{model_folder.name}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if file.name == "model.json":
            shutil.copytree(model_folder, folder / converter.LAYERS)
        else:
            shutil.copy(file, folder)
        (folder / "expected.json").write_text(json.dumps(expected) + "\n")
        print(f"{model_folder.name}, {api}", flush=True)


if __name__ == "__main__":
    main()
