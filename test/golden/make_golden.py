"""Write the golden values that the heatmap tests compare against.

Small networks get random but seeded weights in Keras 2, are saved in the formats TensorFlow.js reads, and have
their predictions and class activation maps worked out here by TensorFlow's own automatic differentiation.
`README.md` beside this file describes what is written.

    pip install -r requirements.txt && python make_golden.py
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
sys.dont_write_bytecode = True

import base64
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import numpy as np
import tensorflow as tf
import tf_keras as keras
from google.protobuf.json_format import MessageToDict
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
from tf_keras import layers as L

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "test" / "models" / "everyday-10" / "training"))

from tfjs_format import save_layers_model  # noqa: E402

FREQUENCY = 0.37


@dataclass
class Network:
    """A network and what is asked of it."""

    name: str
    model: keras.Model
    head: L.Layer  # the layer holding the last weights
    output: str  # softmax, sigmoid (one unit), sigmoids (one unit a class) or linear
    target: str  # the layer the maps are taken at
    others: list[str] = field(default_factory=list)  # earlier layers that also get maps, for two classes
    path: str | None = None  # the target's place in nested models
    amplitude: float = 1.0  # the input is centre + amplitude * sin(0.37 i)
    centre: float = 0.0
    null_class: int | None = None  # a class that is given no positive evidence at all
    forward: Callable | None = None  # x -> ({layer: activation}, last layer's output), for nested models

    @property
    def classes(self) -> int:
        return 2 if self.output == "sigmoid" else self.model.output_shape[-1]


# --- the networks -----------------------------------------------------------------------------------------------


def conv_bn(x, filters, size, name, strides=1, padding="same", act=True, epsilon=1e-3):
    x = L.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False, name=name)(x)
    x = L.BatchNormalization(epsilon=epsilon, name=f"{name}_bn")(x)
    return L.ReLU(6.0, name=f"{name}_relu")(x) if act else x


def depthwise_bn(x, name, strides=1):
    x = L.DepthwiseConv2D(
        3, strides=strides, padding="valid" if strides > 1 else "same", use_bias=False, name=name
    )(x)
    x = L.BatchNormalization(name=f"{name}_bn")(x)
    return L.ReLU(6.0, name=f"{name}_relu")(x)


def pooling_dense(name="pooling-dense") -> Network:
    """MobileNetV2 in miniature."""
    inputs = L.Input((32, 32, 3), name="input")
    x = L.ZeroPadding2D(((0, 1), (0, 1)), name="Conv1_pad")(inputs)
    x = conv_bn(x, 8, 3, "Conv1", strides=2, padding="valid")
    x = depthwise_bn(x, "expanded_conv_depthwise")
    x = conv_bn(x, 6, 1, "expanded_conv_project", act=False)
    x = conv_bn(x, 20, 1, "block_1_expand")
    x = L.ZeroPadding2D(((0, 1), (0, 1)), name="block_1_pad")(x)
    x = depthwise_bn(x, "block_1_depthwise", strides=2)
    x = conv_bn(x, 8, 1, "block_1_project", act=False)
    y = conv_bn(x, 24, 1, "block_2_expand")
    y = depthwise_bn(y, "block_2_depthwise")
    y = conv_bn(y, 8, 1, "block_2_project", act=False)
    x = L.Add(name="block_2_add")([x, y])
    x = L.Conv2D(32, 1, use_bias=False, name="Conv_1")(x)
    x = L.BatchNormalization(name="Conv_1_bn")(x)
    x = L.ReLU(6.0, name="out_relu")(x)
    x = L.GlobalAveragePooling2D(name="pool")(x)
    x = L.Dropout(0.2, name="dropout")(x)
    head = L.Dense(5, activation="softmax", name="predictions")
    model = keras.Model(inputs, head(x), name="pooling_dense")
    return Network(
        name, model, head, "softmax", "out_relu", ["block_2_add", "block_1_expand_relu"], null_class=4
    )


def flatten_dense() -> Network:
    inputs = L.Input((24, 20, 3), name="input")
    x = L.Conv2D(8, 3, padding="same", activation="relu", name="conv_a")(inputs)
    x = L.MaxPooling2D(2, name="max_pool")(x)
    x = L.Conv2D(12, 3, padding="same", activation="relu", name="conv_b")(x)
    x = L.BatchNormalization(epsilon=1e-2, scale=False, name="bn_b")(x)
    x = L.AveragePooling2D(2, name="average_pool")(x)
    x = L.Flatten(name="flatten")(x)
    x = L.Dense(24, activation="relu", name="hidden")(x)
    x = L.BatchNormalization(name="hidden_bn")(x)
    head = L.Dense(4, activation="softmax", name="predictions")
    model = keras.Model(inputs, head(x), name="flatten_dense")
    return Network("flatten-dense", model, head, "softmax", "average_pool", ["conv_b", "conv_a"])


def nested_backbone() -> Network:
    inputs = L.Input((28, 28, 3), name="backbone_input")
    x = conv_bn(inputs, 8, 3, "stem", strides=2)
    y = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="depthwise")(x)
    y = L.ReLU(name="depthwise_relu")(y)
    block = keras.Sequential(
        [
            L.Input((14, 14, 16), name="block_input"),
            L.Conv2D(8, 1, use_bias=False, name="block_conv"),
            L.BatchNormalization(center=False, name="block_bn"),
            L.ReLU(name="block_relu"),
        ],
        name="block",
    )
    x = L.Add(name="add")([x, block(y)])
    x = L.Conv2D(16, 3, strides=2, padding="same", name="top_conv")(x)
    x = L.BatchNormalization(name="top_bn")(x)
    x = L.Activation("relu", name="top_relu")(x)
    backbone = keras.Model(inputs, x, name="backbone")
    head = L.Dense(6, activation="softmax", name="predictions")
    model = keras.Sequential(
        [
            L.Input((28, 28, 3), name="input"),
            L.Rescaling(1 / 127.5, offset=-1.0, name="rescaling"),
            backbone,
            L.GlobalAveragePooling2D(name="pool"),
            L.Dense(16, activation="swish", name="hidden"),
            L.Dropout(0.3, name="dropout"),
            head,
        ],
        name="nested_backbone",
    )
    taps = keras.Model(
        backbone.input, {"top_relu": backbone.output, "add": backbone.get_layer("add").output}
    )

    def forward(x):
        activations = taps(model.get_layer("rescaling")(x), training=False)
        x = model.get_layer("pool")(activations["top_relu"])
        return activations, head(model.get_layer("hidden")(x))

    return Network(
        "nested-backbone",
        model,
        head,
        "softmax",
        "top_relu",
        ["add"],
        path="backbone/top_relu",
        amplitude=127.5,
        centre=127.5,
        forward=forward,
    )


def one_sigmoid() -> Network:
    inputs = L.Input((20, 20, 3), name="input")
    x = L.Conv2D(8, 3, strides=2, padding="same", activation="relu6", name="conv_a")(inputs)
    x = L.Conv2D(12, 3, padding="same", name="conv_b")(x)
    x = L.BatchNormalization(name="bn_b")(x)
    x = L.ReLU(name="relu_b")(x)
    x = L.GlobalMaxPooling2D(name="pool")(x)
    head = L.Dense(1, activation="sigmoid", name="predictions")
    model = keras.Model(inputs, head(x), name="one_sigmoid")
    return Network("one-sigmoid", model, head, "sigmoid", "relu_b", ["conv_a"])


def hard_swish(x, name):
    y = L.Rescaling(1.0, offset=3.0, name=f"{name}_shift")(x)
    y = L.ReLU(6.0, name=f"{name}_relu6")(y)
    y = L.Rescaling(1 / 6, name=f"{name}_sixth")(y)
    return L.Multiply(name=name)([x, y])


def squeeze_and_excite(x, name):
    channels = x.shape[-1]
    y = L.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    y = L.Dense(max(4, channels // 4), activation="relu", name=f"{name}_squeeze")(y)
    y = L.Dense(channels, activation="hard_sigmoid", name=f"{name}_excite")(y)
    y = L.Reshape((1, 1, channels), name=f"{name}_reshape")(y)
    return L.Multiply(name=name)([x, y])


def many_sigmoids() -> Network:
    inputs = L.Input((20, 28, 3), name="input")
    x = L.Conv2D(8, 3, strides=2, padding="same", name="stem")(inputs)
    x = hard_swish(x, "stem_swish")
    a = L.SeparableConv2D(12, 3, padding="same", name="separable")(x)
    a = L.LeakyReLU(alpha=0.1, name="leaky")(a)
    b = L.Conv2D(8, (1, 3), padding="same", use_bias=False, name="branch_conv")(x)
    b = L.BatchNormalization(name="branch_bn")(b)
    x = L.Concatenate(name="concat")([a, b])
    x = squeeze_and_excite(x, "excited")
    x = L.Conv2D(16, 3, strides=2, padding="same", name="top_conv")(x)
    x = hard_swish(x, "top_swish")
    x = L.GlobalAveragePooling2D(name="pool")(x)
    x = L.Reshape((1, 1, 16), name="keep_dims")(x)  # TensorFlow.js ignores `keepdims` of the pooling layer
    x = L.Conv2D(24, 1, name="hidden")(x)
    x = hard_swish(x, "hidden_swish")
    head = L.Conv2D(4, 1, name="predictions")
    x = L.Flatten(name="flatten")(head(x))
    model = keras.Model(inputs, L.Activation("sigmoid", name="sigmoid")(x), name="many_sigmoids")
    return Network("many-sigmoids", model, head, "sigmoids", "top_swish", ["concat", "stem_swish"])


def linear_output() -> Network:
    inputs = L.Input((22, 26, 3), name="input")
    x = L.Conv2D(6, 3, strides=2, name="strided")(inputs)
    x = L.PReLU(shared_axes=[1, 2], name="prelu")(x)
    x = L.Conv2D(8, 3, dilation_rate=2, padding="same", name="dilated")(x)
    x = L.ELU(name="elu")(x)  # TensorFlow.js takes no alpha but 1
    x = L.UpSampling2D(2, name="upsample")(x)
    x = L.Cropping2D(((1, 2), (0, 1)), name="crop")(x)
    x = L.AveragePooling2D(3, strides=2, padding="same", name="average_pool")(x)
    x = L.Flatten(name="flatten")(x)
    head = L.Dense(3, activation="linear", name="predictions")
    model = keras.Model(inputs, head(x), name="linear_output")
    return Network("linear-output", model, head, "linear", "average_pool", ["crop", "elu", "prelu"])


# --- weights ----------------------------------------------------------------------------------------------------


def randomise(network: Network, seed: int, x: np.ndarray) -> None:
    """Give every weight a seeded random value, and the last layer ones that keep the scores within a few units."""
    rng = np.random.default_rng(seed)
    for weight in network.model.weights:
        shape, kind = weight.shape, weight.name.split(":")[0].split("/")[-1]
        if kind.endswith("kernel"):
            fan_in = np.prod(shape[:2]) if kind == "depthwise_kernel" else np.prod(shape[:-1])
            value = rng.normal(0, np.sqrt(2 / fan_in), shape)
        elif kind in ("gamma", "moving_variance"):
            value = rng.uniform(0.5, 1.5, shape)
        elif kind in ("beta", "moving_mean", "bias"):
            value = rng.normal(0, 0.3, shape)
        elif kind == "alpha":
            value = rng.uniform(0.05, 0.4, shape)
        else:
            raise ValueError(weight.name)
        weight.assign(value.astype("float32"))
    kernel, bias = network.head.get_weights()
    if network.null_class is not None:
        kernel[..., network.null_class] = -np.abs(kernel[..., network.null_class])
    network.head.set_weights([kernel, np.zeros_like(bias)])
    raw = scores_and_taps(network, x)[0].numpy()[0]
    scale = 1.0 / max(np.abs(raw).mean(), 0.1)
    wanted = rng.normal(0, 0.9, raw.shape)
    network.head.set_weights([kernel * np.float32(scale), (wanted - raw * scale).astype("float32")])


# --- predictions and maps ---------------------------------------------------------------------------------------


def make_input(network: Network) -> np.ndarray:
    shape = network.model.input_shape[1:]
    i = np.arange(np.prod(shape), dtype="float64")
    return (network.centre + network.amplitude * np.sin(i * FREQUENCY)).astype("float32").reshape(1, *shape)


@contextmanager
def without_last_activation(network: Network):
    layer = network.model.layers[-1]
    kept, layer.activation = layer.activation, keras.activations.linear
    try:
        yield
    finally:
        layer.activation = kept


def scores_and_taps(network: Network, x):
    """The scores before the last activation, [1, n], and the activations of the layers asked for."""
    with without_last_activation(network):
        if network.forward is not None:
            taps, scores = network.forward(x)
        else:
            names = [network.target, *network.others]
            if not hasattr(network, "probe"):
                outputs = {name: network.model.get_layer(name).output for name in names}
                network.probe = keras.Model(network.model.input, [outputs, network.model.output])
            taps, scores = network.probe(x, training=False)
        return scores, taps


def class_maps(activation: np.ndarray, gradient: np.ndarray) -> dict:
    """Grad-CAM, HiResCAM and LayerCAM before ReLU and scaling, in double precision."""
    a, g = activation.astype("float64"), gradient.astype("float64")
    return {
        "gradcam": (a * g.mean(axis=(0, 1))).sum(axis=-1),
        "hirescam": (a * g).sum(axis=-1),
        "layercam": (a * np.maximum(g, 0)).sum(axis=-1),
    }


def evaluate(network: Network, x: np.ndarray) -> dict:
    """Output, scores and, for each layer and class, the maps before ReLU and scaling."""
    with tf.GradientTape(persistent=True) as tape:
        x = tf.constant(x)
        tape.watch(x)
        raw, taps = scores_and_taps(network, x)
        scores = tf.concat([-raw, raw], axis=1) if network.output == "sigmoid" else raw
        columns = [scores[0, c] for c in range(network.classes)]
    maps = {}
    for name in [network.target, *network.others]:
        wanted = range(network.classes) if name == network.target else range(min(2, network.classes))
        maps[name] = {
            c: class_maps(taps[name][0].numpy(), tape.gradient(columns[c], taps[name])[0].numpy())
            for c in wanted
        }
    output = network.model(x, training=False).numpy()[0]
    if network.output == "linear":
        probabilities = tf.nn.softmax(scores)[0].numpy()
    elif network.output == "sigmoid":
        probabilities = np.concatenate([1 - output, output])
    else:
        probabilities = output
    return {
        "output": output,
        "probabilities": probabilities,
        "logits": raw.numpy()[0],
        "scores": scores.numpy()[0],
        "maps": maps,
    }


def scaled(raw: np.ndarray) -> tuple[float, np.ndarray | None]:
    positive = np.maximum(raw, 0)
    top = positive.max()
    return top, (positive / top if top > 0 else None)


def fit(network: Network, x: np.ndarray) -> str | None:
    """Why these weights make a poor example, or None."""
    base = evaluate(network, x)
    if not 0.02 < base["probabilities"].min() <= base["probabilities"].max() < 0.93:
        return "saturated"
    noise = np.random.default_rng(0).normal(0, 1e-5 * network.amplitude, x.shape).astype("float32")
    moved = evaluate(network, x + noise)
    for layer, classes in base["maps"].items():
        for c, methods in classes.items():
            for method, raw in methods.items():
                top, values = scaled(raw)
                if layer == network.target and c == network.null_class:
                    if values is not None:
                        return "evidence where none was wanted"
                    continue
                if top < 0.05 * np.abs(raw).max():
                    return f"hardly any evidence: {layer} {c} {method}"
                if values is not None and np.abs(values - scaled(moved["maps"][layer][c][method])[1]).max() > 2e-3:
                    return f"unstable: {layer} {c} {method}"
    return None


# --- writing ----------------------------------------------------------------------------------------------------


def number(value) -> float:
    """The shortest decimal that names the same float32."""
    return float(str(np.float32(value)))


def numbers(values) -> list[float]:
    return [number(v) for v in np.asarray(values).reshape(-1)]


def written_layer(classes: dict) -> dict:
    maps = {}
    for c, methods in classes.items():
        maps[str(c)] = {}
        for method, raw in methods.items():
            top, values = scaled(raw)
            maps[str(c)][method] = {"max": number(top), "map": None if values is None else numbers(values)}
    return {"mapShape": list(raw.shape), "maps": maps}


def write_golden(network: Network, folder: Path, x: np.ndarray, names: dict | None = None, **extra) -> None:
    result = evaluate(network, x)
    name = lambda layer: (names or {}).get(layer, layer)  # noqa: E731
    document = {
        "name": folder.name,
        **extra,
        "output": network.output,
        "inputShape": list(x.shape[1:]),
        "input": {
            "centre": network.centre,
            "amplitude": network.amplitude,
            "frequency": FREQUENCY,
            "first": numbers(x.reshape(-1)[:8]),
        },
        "modelOutput": numbers(result["output"]),
        "probabilities": numbers(result["probabilities"]),
        "logits": numbers(result["logits"]),
        "scores": numbers(result["scores"]),
        "layer": name(network.target),
        "layerPath": name(network.path or network.target),
        **written_layer(result["maps"][network.target]),
        "otherLayers": [{"layer": name(o), **written_layer(result["maps"][o])} for o in network.others],
    }
    (folder / "golden.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


def save(network: Network, folder: Path) -> None:
    """Save as a layers model, less what Keras writes of a separable convolution that TensorFlow.js refuses."""
    save_layers_model(network.model, folder)
    path = folder / "model.json"
    document = json.loads(path.read_text())
    for layer in document["modelTopology"]["model_config"]["config"]["layers"]:
        if layer["class_name"] == "SeparableConv2D":
            for key in ("kernel_initializer", "kernel_regularizer", "kernel_constraint"):
                layer["config"].pop(key, None)
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


# --- quantised weights ------------------------------------------------------------------------------------------


def quantise(network: Network, folder: Path) -> None:
    """Save with quantised weights in two groups and three shards, and put the rounded weights into the network."""
    save(network, folder)
    (folder / "weights.bin").unlink()
    document = json.loads((folder / "model.json").read_text())
    entries = document["weightsManifest"][0]["weights"]
    blobs, values = [], []
    for entry, weight in zip(entries, network.model.weights):
        value = weight.numpy()
        layer = entry["name"].split("/")[0]
        if layer == "Conv_1" or entry["name"] == "predictions/bias":
            stored = value.astype("<f2")
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            back = stored.astype("float32")
        elif layer == "Conv1_bn":  # left as they are
            stored = back = value.astype("<f4")
        else:
            kind, levels = ("uint16", 65535) if layer == "block_2_expand" else ("uint8", 255)
            low = float(value.min())
            scale = (float(value.max()) - low) / levels
            stored = np.clip(np.round((value.astype("float64") - low) / scale), 0, levels)
            stored = stored.astype("<u2" if kind == "uint16" else "u1")
            entry["quantization"] = {"min": low, "scale": scale, "dtype": kind, "original_dtype": "float32"}
            back = (stored.astype("float64") * scale + low).astype("float32")
        blobs.append(stored.tobytes())
        values.append(back)
    split = len(entries) * 2 // 3
    first, second = b"".join(blobs[:split]), b"".join(blobs[split:])
    cut = len(b"".join(blobs[:7])) + 37  # inside a weight
    shards = {
        "group1-shard1of2.bin": first[:cut],
        "group1-shard2of2.bin": first[cut:],
        "group2-shard1of1.bin": second,
    }
    borders = {len(b"".join(blobs[:i])) for i in range(split + 1)}
    assert cut not in borders and len({len(s) for s in shards.values()}) == 3
    for name, content in shards.items():
        (folder / name).write_bytes(content)
    paths = list(shards)
    document["weightsManifest"] = [
        {"paths": paths[:2], "weights": entries[:split]},
        {"paths": paths[2:], "weights": entries[split:]},
    ]
    (folder / "model.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    for weight, value in zip(network.model.weights, values):
        weight.assign(value)


# --- graph model ------------------------------------------------------------------------------------------------


class Graph:
    """A frozen graph that a few patterns are rewritten in, as the TensorFlow.js converter's optimiser does."""

    def __init__(self, definition):
        self.producer = definition.versions.producer
        self.nodes = {node.name: node for node in definition.node if node.op != "NoOp"}
        self.consts = {n.name: tf.make_ndarray(n.attr["value"].tensor) for n in self.nodes.values() if n.op == "Const"}
        passed = {}
        for node in self.nodes.values():
            inputs = [i.split(":")[0] for i in node.input if not i.startswith("^")]
            del node.input[:]
            node.input.extend(inputs)
            for attr in ("_output_shapes", "_class", "_XlaMustCompile"):
                node.attr.pop(attr, None)
            if node.op == "Identity" and node.name != "Identity":
                passed[node.name] = inputs[0]
        for node in self.nodes.values():
            for i, name in enumerate(node.input):
                while name in passed:
                    name = passed[name]
                node.input[i] = name
        for name in passed:
            del self.nodes[name]

    def consumer(self, name):
        (node,) = [n for n in self.nodes.values() if name in n.input]
        return node

    def constant(self, name, value):
        value = np.asarray(value, dtype="float32")
        node = tf.compat.v1.NodeDef(name=name, op="Const")
        node.attr["dtype"].type = tf.float32.as_datatype_enum
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
        self.nodes[name], self.consts[name] = node, value
        return name

    def make(self, name, op, inputs, **attrs):
        node = tf.compat.v1.NodeDef(name=name, op=op, input=inputs)
        node.attr["T"].type = tf.float32.as_datatype_enum
        for key, value in attrs.items():
            node.attr[key].CopyFrom(value)
        self.nodes[name] = node
        return node

    def batch_norm(self, conv):
        """A convolution's batch normalisation as a factor and an addend."""
        norm = self.consumer(conv.name)
        assert norm.op == "FusedBatchNormV3", norm.op
        gamma, beta, mean, variance = (self.consts[i].astype("float64") for i in norm.input[1:])
        factor = gamma / np.sqrt(variance + norm.attr["epsilon"].f)
        return norm, factor, beta - mean * factor

    def scaled_kernel(self, conv, factor):
        kernel = self.consts[conv.input[1]].astype("float64")
        kernel *= factor.reshape(kernel.shape[2:]) if conv.op == "DepthwiseConv2dNative" else factor
        return self.constant(f"{conv.name}/weights", kernel)

    def fuse(self, conv_name, activation):
        """Convolution, batch normalisation and perhaps Relu6 into one fused node named after the last of them."""
        conv = self.nodes[conv_name]
        norm, factor, addend = self.batch_norm(conv)
        last = self.consumer(norm.name) if activation else norm
        assert not activation or last.op == "Relu6"
        ops = [b"BiasAdd"] + ([b"Relu6"] if activation else [])
        fused = "_FusedConv2D" if conv.op == "Conv2D" else "FusedDepthwiseConv2dNative"
        attrs = {k: conv.attr[k] for k in ("strides", "padding", "dilations", "data_format", "explicit_paddings")}
        attrs["fused_ops"] = tf.compat.v1.AttrValue(list=tf.compat.v1.AttrValue.ListValue(s=ops))
        attrs["num_args"] = tf.compat.v1.AttrValue(i=1)
        attrs["epsilon"] = tf.compat.v1.AttrValue(f=0.0)
        inputs = [conv.input[0], self.scaled_kernel(conv, factor), self.constant(f"{conv.name}/offset", addend)]
        for node in (conv, norm, last):
            self.nodes.pop(node.name, None)
        self.make(last.name, fused, inputs, **attrs)

    def spread(self, conv_name, how):
        """Batch normalisation as `Mul` and `AddV2`, or folded into the kernel with a `BiasAdd`."""
        conv = self.nodes[conv_name]
        norm, factor, addend = self.batch_norm(conv)
        del self.nodes[norm.name]
        if how == "BiasAdd":
            conv.input[1] = self.scaled_kernel(conv, factor)
            inputs = [conv.name, self.constant(f"{conv.name}/offset", addend)]
            self.make(norm.name, "BiasAdd", inputs, data_format=conv.attr["data_format"])
        else:
            product = self.make(f"{norm.name}/mul", "Mul", [conv.name, self.constant(f"{norm.name}/factor", factor)])
            self.make(norm.name, "AddV2", [product.name, self.constant(f"{norm.name}/addend", addend)])

    def fuse_matmul(self):
        (matmul,) = [n for n in self.nodes.values() if n.op == "MatMul"]
        add = self.consumer(matmul.name)
        assert add.op == "BiasAdd"
        inputs = [*matmul.input, add.input[1]]
        attrs = {k: matmul.attr[k] for k in ("transpose_a", "transpose_b")}
        attrs["fused_ops"] = tf.compat.v1.AttrValue(list=tf.compat.v1.AttrValue.ListValue(s=[b"BiasAdd"]))
        attrs["num_args"] = tf.compat.v1.AttrValue(i=1)
        attrs["epsilon"] = tf.compat.v1.AttrValue(f=0.0)
        del self.nodes[matmul.name], self.nodes[add.name]
        self.make(add.name, "_FusedMatMul", inputs, **attrs)

    def ordered(self):
        """The nodes the output depends on, each after its inputs."""
        order, seen = [], set()

        def visit(name):
            if name in seen:
                return
            seen.add(name)
            for i in self.nodes[name].input:
                visit(i)
            order.append(self.nodes[name])

        visit("Identity")
        return order


def save_graph_model(network: Network, folder: Path) -> dict:
    """Save as a graph model; answers the node that gives each layer's output."""
    shape = [None, *network.model.input_shape[1:]]
    function = tf.function(lambda x: network.model(x, training=False))
    concrete = function.get_concrete_function(tf.TensorSpec(shape, tf.float32, name="input"))
    frozen = convert_variables_to_constants_v2(concrete)
    graph = Graph(frozen.graph.as_graph_def())
    prefix = next(n for n in graph.nodes if n.endswith("/Conv1/Conv2D"))[: -len("Conv1/Conv2D")]
    graph.fuse(f"{prefix}Conv1/Conv2D", True)
    graph.fuse(f"{prefix}expanded_conv_depthwise/depthwise", True)
    graph.spread(f"{prefix}expanded_conv_project/Conv2D", "Mul")
    graph.fuse(f"{prefix}block_1_project/Conv2D", False)
    graph.spread(f"{prefix}block_2_project/Conv2D", "BiasAdd")
    graph.fuse_matmul()
    order = graph.ordered()
    (mean,) = [n for n in order if n.op == "Mean"]
    names = {network.target: mean.input[0]}
    for layer in network.others:
        (names[layer],) = [
            n.name for n in order if n.name.startswith(f"{prefix}{layer}/") and n.op in ("Relu6", "AddV2")
        ]
    assert graph.nodes[names[network.target]].op == "Relu6"

    nodes, entries, blobs = [], [], []
    for node in order:
        if node.op == "Const":
            value = graph.consts[node.name]
            assert value.dtype in (np.float32, np.int32), value.dtype
            entries.append({"name": node.name, "shape": list(value.shape), "dtype": str(value.dtype)})
            blobs.append(np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<")).tobytes())
            tensor = node.attr["value"].tensor
            kept = tf.compat.v1.AttrValue()
            kept.tensor.dtype = tensor.dtype
            kept.tensor.tensor_shape.CopyFrom(tensor.tensor_shape)
            node.attr["value"].CopyFrom(kept)
        written = MessageToDict(node)
        written["attr"] = dict(sorted(written["attr"].items()))  # a protobuf map has no order of its own
        nodes.append(written)
    sizes = lambda dims: {"dim": [{"size": str(-1 if d is None else d)} for d in dims]}  # noqa: E731
    document = {
        "format": "graph-model",
        "generatedBy": tf.__version__,
        "convertedBy": "make_golden.py",
        "signature": {
            "inputs": {"input": {"name": "input:0", "dtype": "DT_FLOAT", "tensorShape": sizes(shape)}},
            "outputs": {
                "predictions": {
                    "name": "Identity:0",
                    "dtype": "DT_FLOAT",
                    "tensorShape": sizes([None, network.classes]),
                }
            },
        },
        "modelTopology": {"node": nodes, "library": {}, "versions": {"producer": graph.producer}},
        "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": entries}],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "group1-shard1of1.bin").write_bytes(b"".join(blobs))
    (folder / "model.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    return names


# --- all of it --------------------------------------------------------------------------------------------------


def settle(network: Network) -> np.ndarray:
    """Give the network the first seeded weights that make a good example; answers its input."""
    x = make_input(network)
    for seed in range(200):
        randomise(network, seed, x)
        reason = fit(network, x)
        if reason is None:
            print(f"{network.name}: seed {seed}, {network.model.count_params()} parameters")
            return x
    raise RuntimeError(f"{network.name}: no seed will do; the last one: {reason}")


def main() -> None:
    for build in (pooling_dense, flatten_dense, nested_backbone, one_sigmoid, many_sigmoids, linear_output):
        network = build()
        x = settle(network)
        folder = HERE / network.name
        save(network, folder)
        write_golden(network, folder, x, format="layers-model")
        if build is pooling_dense:
            folder = HERE / "graph"
            names = save_graph_model(network, folder)
            write_golden(network, folder, x, names, format="graph-model")
            folder = HERE / "quantised"
            quantise(network, folder)
            assert fit(network, x) is None
            write_golden(network, folder, x, format="layers-model")


if __name__ == "__main__":
    main()
