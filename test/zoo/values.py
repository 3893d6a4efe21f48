"""What Keras computes with a model: the scores, and a class activation map."""

import contextlib

import numpy as np
import tensorflow as tf


def parts(model) -> list:
    """All layers and operations that are no models, in order, those of nested models among them."""
    own = getattr(model, "operations", model.layers)
    return [part for each in own for part in (parts(each) if hasattr(each, "layers") else [each])]


@contextlib.contextmanager
def called_through(layers: list, around):
    """Has `around(layer, call, *args, **options)` stand between these layers and whoever calls them."""

    def through(layer, call):
        return lambda *args, **options: around(layer, call, *args, **options)

    kept = {layer: layer.__dict__.get("call") for layer in layers}
    for layer in layers:
        layer.call = through(layer, layer.call)
    try:
        yield
    finally:
        for layer, own in kept.items():
            if own is None:
                layer.__dict__.pop("call")
            else:
                layer.call = own


def waves(model, scales: bool) -> np.ndarray:
    """The picture that every importer can draw: sin(0.37 i) for the i-th value."""
    shape = model.input_shape
    if isinstance(shape, dict):
        (shape,) = shape.values()
    if isinstance(shape, list):
        (shape,) = shape
    shape = (1, *shape[1:])
    wave = np.sin(0.37 * np.arange(np.prod(shape))).reshape(shape).astype(np.float32)
    return (wave + 1) * 127.5 if scales else wave


def _tail(weight) -> str:
    return weight.name.split("/")[-1].split(":")[0]


def settle(model, head, picture: np.ndarray) -> None:
    """Gives the model weights that show every mistake, and statistics that fit its activations.

    Freshly made biases are 0 and scales 1, so a reader that loses them would not be noticed; and with statistics that
    do not fit, a layer dies or drowns the others.
    """
    random = np.random.default_rng(1)
    for part in parts(model):
        for weight in getattr(part, "weights", []):
            if "float" not in getattr(weight.dtype, "name", weight.dtype):
                continue
            match _tail(weight):
                case "bias" | "beta":
                    weight.assign(random.normal(0.05, 0.1, weight.shape))
                case "gamma":
                    weight.assign(random.uniform(0.8, 1.2, weight.shape))
                case "alpha":
                    weight.assign(random.uniform(0.05, 0.3, weight.shape))
        if type(part).__name__ == "Normalization" and part.input_mean is None and not np.any(part.adapt_mean):
            part.adapt_mean.assign(np.resize([0.485, 0.456, 0.406], part.adapt_mean.shape))
            part.adapt_variance.assign(np.resize([0.053, 0.05, 0.051], part.adapt_variance.shape))
            part.finalize_state()

    some = np.concatenate([picture, np.roll(picture, 31, 2)[:, ::-1], picture[:, :, ::-1].copy()])
    some = some + random.normal(0, 0.1 * some.std(), some.shape).astype(np.float32)
    norms = [part for part in parts(model) if type(part).__name__ == "BatchNormalization"]
    before = [(layer.momentum, layer.trainable) for layer in norms]
    for layer in norms:
        layer.momentum, layer.trainable = 0.0, True
    with called_through(norms, lambda layer, call, *args, **options: call(*args, **{**options, "training": True})):
        model(some, training=False)
    for layer, (momentum, trainable) in zip(norms, before):
        layer.momentum, layer.trainable = momentum, trainable

    # A head that is sure of one class, or of none, would hide mistakes behind probabilities of 0, 1 or a seventh.
    with as_scores(head):
        scores = np.ravel(_chosen(model, head, picture))
    spread = scores.std() if len(scores) > 1 else abs(scores[0])
    _weighted(model, head).kernel.assign(_weighted(model, head).kernel / spread)


def _weighted(model, head):
    """The layer with the weights of the head, which may be followed by layers without any."""
    if hasattr(head, "kernel"):
        return head
    return next(part for part in parts(model)[::-1] if type(part).__name__ in ("Dense", "Conv2D"))


def turn(model, head) -> None:
    """Turns the head's scores around."""
    layer = _weighted(model, head)
    layer.kernel.assign(-layer.kernel)


def head_of(model, output: str | None):
    """The layer or operation whose output classifies."""
    named = [part for part in parts(model) if part.name == output]
    return named[0] if named else parts(model)[-1]


def _is_softmax(head) -> bool:
    return type(head).__name__ == "Softmax" or getattr(head, "symbol", "") == "nn.softmax"


def activation_of(head) -> str:
    """softmax, sigmoid or linear."""
    if _is_softmax(head):
        return "softmax"
    return getattr(getattr(head, "activation", None), "__name__", "linear")


@contextlib.contextmanager
def as_scores(head):
    """Takes the softmax or sigmoid off a head, for the class score before it."""
    if _is_softmax(head):
        with called_through([head], lambda layer, call, first, *args, **options: first):
            yield
        return
    before = getattr(head, "activation", None)
    if before is None:
        yield
        return
    head.activation = lambda x: x
    try:
        yield
    finally:
        head.activation = before


def _chosen(model, head, picture):
    """The output that classifies, of one or of several."""
    outputs = model(tf.constant(picture), training=False)
    if isinstance(outputs, dict):
        return outputs[head.name]
    if isinstance(outputs, (list, tuple)):
        return outputs[list(model.output_names).index(head.name)] if len(outputs) > 1 else outputs[0]
    return outputs


def outputs_of(model, head, picture) -> np.ndarray:
    return np.asarray(_chosen(model, head, picture), dtype=np.float64).ravel()


def _has_places(shape) -> bool:
    return len(shape) == 4 and shape[1] * shape[2] > 1


def grad_cam(model, head, picture, index: int) -> dict:
    """ReLU of the feature map's channels weighted by the mean gradient of the class score, its largest value 1.

    The feature map is the last tensor that has places: the one that most layers lead to, one after the other.
    """
    kept = []
    # By the identity of tensors, which are kept so that none takes another's.
    depths = {}

    def depth_of(tensor) -> int:
        # A tensor that no layer has made comes after what was there.
        after = max((depth for depth, _ in depths.values()), default=0)
        return depths.setdefault(id(tensor), (after, tensor))[0]

    def watch(layer, call, *args, **options):
        depth = 1 + max(depth_of(each) for each in tf.nest.flatten((args, options)) if tf.is_tensor(each))
        output = call(*args, **options)
        depths[id(output)] = (depth, output)
        if hasattr(output, "shape") and _has_places(output.shape):
            tape.watch(output)
            kept.append((depth, layer.name, output))
        return output

    with as_scores(head), tf.GradientTape() as tape:
        with called_through([part for part in parts(model) if part is not head], watch):
            score = _chosen(model, head, picture)[0, index]
    # Of equally deep ones the last.
    _, layer, features = max(reversed(kept), key=lambda each: each[0])
    weights = tf.reduce_mean(tape.gradient(score, features), (1, 2))[:, None, None]
    terms = (features * weights).numpy()[0]
    cam = np.maximum(terms.sum(-1), 0)
    largest = cam.max()
    return {
        "class": index,
        "layer": layer,
        "cam": (cam / largest if largest > 0 else cam).tolist(),
        # How many times larger the terms of the sum are than what remains of them: rounding grows with it.
        "cancellation": float(np.abs(terms).sum(-1).max() / largest) if largest > 0 else None,
    }
