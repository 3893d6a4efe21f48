"""Make the models of `architectures.py` with Keras 2 and 3 in every file format, and what Keras computes with them.

    python make_zoo.py <folder> [part of a name ...] [--api keras2|keras3] [--all-formats] [--versioned]

`README.md` beside this file tells what is written. A model whose `expected.json` exists is not made again.
"""

import argparse
import gc
import json
import os
import re
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ["KERAS_BACKEND"] = "tensorflow"
sys.dont_write_bytecode = True

import h5py
import keras
import numpy as np

try:
    import tf_keras
except ImportError:
    # Before TensorFlow 2.14 Keras 2 had no other name, and the converter knows it by the later one.
    tf_keras = sys.modules["tf_keras"] = keras

import converter
from architectures import ARCHITECTURES, Architecture, is_keras_3
from values import activation_of, grad_cam, head_of, outputs_of, settle, turn, waves

# An environment with a TensorFlow before 2.16 has no Keras 3.
APIS = {"keras2": tf_keras, **({"keras3": keras} if is_keras_3(keras) else {})}
SECONDS = 900


def version_of(k) -> str:
    return f"{k.__name__.split('.')[0].replace('_', '-')} {k.__version__}"


def build(k, architecture: Architecture, policy: str | None = None):
    """The model, alike each time, its names as in a process that made no other."""
    keras.backend.clear_session()
    tf_keras.backend.clear_session()
    gc.collect()
    k.utils.set_random_seed(1)
    if policy is None:
        return architecture.build(k)
    k.mixed_precision.set_global_policy(policy)
    try:
        return architecture.build(k)
    finally:
        k.mixed_precision.set_global_policy("float32")


def fit(k, model, picture: np.ndarray) -> None:
    """Trains a model on eight pictures, so little that its statistics still fit."""
    pictures = np.repeat(picture, 8, 0) * np.linspace(0.9, 1, 8).reshape(-1, 1, 1, 1)
    model.compile(optimizer=k.optimizers.Adam(1e-5), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(pictures.astype(np.float32), np.arange(8) % model.output_shape[-1], batch_size=4, epochs=2, verbose=0)


def probabilities(outputs: np.ndarray, head: str) -> np.ndarray:
    if head == "logits":
        raised = np.exp(outputs - outputs.max())
        return raised / raised.sum()
    return 1 / (1 + np.exp(-outputs)) if head == "one-logit" else outputs


def kind_of_head(activation: str, units: int) -> str:
    if activation == "linear":
        return "one-logit" if units == 1 else "logits"
    if activation == "sigmoid":
        return "one-sigmoid" if units == 1 else "sigmoids"
    return activation


def best_map(model, head, picture, outputs: np.ndarray) -> dict | None:
    """The map of the likeliest class that has evidence: some classes have none in a picture of waves."""
    for index in np.argsort(-outputs):
        found = grad_cam(model, head, picture, int(index))
        if found["cancellation"] is not None:
            return found
    return None


def as_old_configuration(file: Path) -> None:
    """Keras 2.3, which Teachable Machine has, called a Functional a Model and gave every DepthwiseConv2D its groups."""

    def aged(value):
        if isinstance(value, list):
            return [aged(each) for each in value]
        if not isinstance(value, dict):
            return value
        old = {
            key: aged(each) for key, each in value.items() if key not in ("module", "registered_name", "build_config")
        }
        if old.get("class_name") == "Functional":
            old["class_name"] = "Model"
        if old.get("class_name") == "DepthwiseConv2D":
            old["config"]["groups"] = 1
        return old

    with h5py.File(file, "r+") as opened:
        config = aged(json.loads(opened.attrs["model_config"]))
        opened.attrs["model_config"] = json.dumps(config).encode()
        opened.attrs["keras_version"] = b"2.3.1"


def read_back(k, file: Path, head, picture, outputs: np.ndarray) -> float | str:
    """How far a file that the API reads again is from the model, or why it does not read it."""
    try:
        model = k.models.load_model(file, compile=False)
        again = outputs_of(model, head_of(model, head.name), picture)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:400]
    return float(np.abs(again - outputs).max())


def write(k, api: str, architecture: Architecture, model, folder: Path, all_formats: bool) -> dict[str, Path | str]:
    """Writes the files; for each, where it is, or why Keras or the converter could not write it."""

    def keras_file(path: Path) -> None:
        model.save(path)

    def h5_file(path: Path) -> None:
        model.save(path)
        if architecture.old_config:
            as_old_configuration(path)

    writers = {
        f"{api}.keras": keras_file,
        f"{api}.h5": h5_file,
        converter.LAYERS: lambda path: converter.write_layers(model, path),
        converter.LAYERS_FROM_KERAS: lambda path: converter.write_layers_from_keras(folder / f"{api}.keras", path),
        converter.GRAPH: lambda path: converter.write_graph(model, path),
    }
    if architecture.large and not all_formats:
        kept = "keras2.h5" if api == "keras2" else "keras3.keras"
        writers = {kept: writers[kept]}
    if architecture.old_config:
        writers = {"keras2.h5": h5_file}
    if not architecture.vars:
        writers.pop(converter.LAYERS_FROM_KERAS, None)
    if not architecture.graph:
        writers.pop(converter.GRAPH, None)

    written = {}
    for name, writer in writers.items():
        path = folder / name
        try:
            writer(path)
            written[name] = path
        except Exception as error:
            written[name] = f"{type(error).__name__}: {error}"[:400]
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return written


def expectation(name: str, api: str, model, head, picture, *, scales=False, output=None, policy=None) -> dict:
    """What Keras computes with a model, as `README.md` tells."""
    outputs = outputs_of(model, head, picture)
    kind = kind_of_head(activation_of(head), outputs.size)
    names = list(model.output_names) if output else []
    return {
        "name": name,
        "api": api,
        "scales": scales,
        "parameters": int(model.count_params()),
        "outputs": probabilities(outputs, kind).tolist(),
        "map": best_map(model, head, picture, outputs),
        "head": kind,
        "raw": outputs.tolist(),
        "input": list(picture.shape[1:]),
        "output": {"name": output, "index": names.index(output), "names": names} if output else None,
        "policy": policy,
    }


def make(name: str, api: str, folder: Path, all_formats: bool) -> None:
    k, architecture = APIS[api], ARCHITECTURES[name]
    model = build(k, architecture)
    head = head_of(model, architecture.output)
    picture = waves(model, architecture.scales)
    settle(model, head, picture)
    if architecture.fit:
        fit(k, model, picture)
    saved = model
    if architecture.policy is not None:
        values = [value.astype(np.float16) for value in model.get_weights()]
        if architecture.policy.startswith("mixed"):
            values = model.get_weights()
        if architecture.policy == "bfloat16":
            # What bfloat16 can hold: the upper half of a float32.
            values = [(value.view(np.uint32) & 0xFFFF0000).view(np.float32) for value in model.get_weights()]
        model.set_weights([value.astype(np.float32) for value in values])
        saved = build(k, architecture, architecture.policy)
        saved.set_weights([value.astype(np.float32) for value in values])

    kind = kind_of_head(activation_of(head), outputs_of(model, head, picture).size)
    if kind.startswith("one-") and best_map(model, head, picture, np.zeros(1)) is None:
        turn(model, head)
        if saved is not model:
            saved.set_weights(model.get_weights())
    expected = expectation(
        name,
        version_of(k),
        model,
        head,
        picture,
        scales=architecture.scales,
        output=architecture.output,
        policy=architecture.policy,
    )
    outputs = np.array(expected["raw"])

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = write(k, api, architecture, saved, folder, all_formats)
    files = {}
    for file, path in written.items():
        if isinstance(path, str):
            files[file] = {"written": path}
        else:
            files[file] = {"written": True}
            if path.is_file():
                files[file]["readBack"] = read_back(k, path, head, picture, outputs)
    (folder / "expected.json").write_text(json.dumps({**expected, "files": files}) + "\n")


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")


def too_long(*_) -> None:
    raise TimeoutError(f"took more than {SECONDS} seconds")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="parts of the names of the models to make; all by default")
    parser.add_argument("--api", choices=list(APIS), help="both by default")
    parser.add_argument("--all-formats", action="store_true", help="large models in every format as well")
    parser.add_argument("--versioned", action="store_true", help="folders named by the whole version of Keras")
    options = parser.parse_intermixed_args()
    signal.signal(signal.SIGALRM, too_long)
    failed = []
    for name, architecture in ARCHITECTURES.items():
        if options.names and not any(each in name for each in options.names):
            continue
        for api in architecture.apis:
            if options.api not in (None, api) or api not in APIS:
                continue
            suffix = version_of(APIS[api]).replace(" ", "-") if options.versioned else api
            folder = options.folder / f"{slug(name)}-{suffix}"
            if (folder / "expected.json").exists():
                continue
            start = time.monotonic()
            signal.alarm(SECONDS)
            try:
                make(name, api, folder, options.all_formats)
                print(f"{name}, {api}: {time.monotonic() - start:.0f} s", flush=True)
            except Exception:
                failed.append(f"{name}, {api}")
                print(f"{name}, {api}: failed\n{traceback.format_exc()}", flush=True)
            finally:
                signal.alarm(0)
    if failed:
        sys.exit(f"failed: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
