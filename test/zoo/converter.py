"""The TensorFlow.js converter, without the packages that it needs for kinds of models that the zoo has none of.

It imports JAX, decision forests and TensorFlow Hub when it is imported itself; they weigh over a gigabyte and fit only
some versions of TensorFlow. Nothing here calls them.
"""

import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

import tf_keras

for name in (
    "flax",
    "jax",
    "jax.experimental",
    "jax.experimental.jax2tf",
    "tensorflow_decision_forests",
    "tensorflow_hub",
):
    try:
        importlib.import_module(name)
    except ImportError:
        sys.modules[name] = mock.MagicMock()

from tensorflowjs.converters import convert_tf_saved_model, load_keras_model, save_keras_model
from tensorflowjs.converters.converter import dispatch_keras_keras_to_tfjs_layers_model_conversion

LAYERS = "tfjs-layers"
LAYERS_FROM_KERAS = "tfjs-layers-v3"
GRAPH = "tfjs-graph"


def write_layers(model, folder: Path) -> None:
    """What `tensorflowjs.converters.save_keras_model` makes of a model, by way of a .h5 file."""
    save_keras_model(model, str(folder))


def read_layers(file: Path):
    """A TensorFlow.js layers model as a model of Keras 2."""
    return load_keras_model(str(file))


def write_layers_from_keras(file: Path, folder: Path) -> None:
    """What `tensorflowjs_converter --input_format keras_keras` makes of a .keras file."""
    with tempfile.TemporaryDirectory() as place:
        # It unpacks the file into the folder that the file is in.
        copy = shutil.copy(file, Path(place) / "model.keras")
        dispatch_keras_keras_to_tfjs_layers_model_conversion(str(copy), str(folder))


def write_graph(model, folder: Path) -> None:
    """What `tensorflowjs_converter --input_format tf_saved_model` makes of a model that was exported."""
    with tempfile.TemporaryDirectory() as place:
        if isinstance(model, tf_keras.Model):
            model.save(place, save_format="tf")
        else:
            model.export(place)
        convert_tf_saved_model(place, str(folder), signature_def="serving_default")
