"""MobileNetV2-1.0-224 as Keras builds it (its padding, its epsilon), in PyTorch, with the same weights."""

import torch
from torch import nn

import weights

# Expansion, channels, repeats, stride of each stage (Sandler et al. 2018, table 2).
STAGES = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


class Residual(nn.Module):
    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


def build(folder: str) -> nn.Module:
    """A network whose `features` end with the feature map that is explained."""
    given = weights.read(folder)

    def conv(name, stride=1, groups=1):
        depthwise = groups > 1
        kernel = torch.from_numpy(given[f"{name}/{'depthwise_kernel' if depthwise else 'kernel'}"].copy())
        # Keras: [h, w, in, out], depthwise [h, w, in, 1].
        kernel = kernel.permute(2, 3, 0, 1) if depthwise else kernel.permute(3, 2, 0, 1)
        out, per_group, size, _ = kernel.shape
        layer = nn.Conv2d(per_group * groups, out, size, stride, 0 if stride == 2 else size // 2, groups=groups, bias=False)
        layer.weight.data = kernel.contiguous()
        return [nn.ZeroPad2d((0, 1, 0, 1)), layer] if stride == 2 else [layer]

    def norm(name):
        values = [torch.from_numpy(given[f"{name}/{k}"].copy()) for k in ("gamma", "beta", "moving_mean", "moving_variance")]
        layer = nn.BatchNorm2d(values[0].numel(), eps=1e-3)
        layer.weight.data, layer.bias.data, layer.running_mean.data, layer.running_var.data = values
        return [layer]

    layers = [*conv("Conv1", 2), *norm("bn_Conv1"), nn.ReLU6()]
    channels, index = 32, 0
    for expansion, to, repeats, first_stride in STAGES:
        for repeat in range(repeats):
            name, stride = f"block_{index}" if index else "expanded_conv", first_stride if repeat == 0 else 1
            width, block = channels * expansion, []
            if expansion > 1:
                block += [*conv(f"{name}_expand"), *norm(f"{name}_expand_BN"), nn.ReLU6()]
            block += [*conv(f"{name}_depthwise", stride, width), *norm(f"{name}_depthwise_BN"), nn.ReLU6()]
            block += [*conv(f"{name}_project"), *norm(f"{name}_project_BN")]
            inner = nn.Sequential(*block)
            layers.append(Residual(inner) if stride == 1 and channels == to else inner)
            channels, index = to, index + 1
    layers += [*conv("Conv_1"), *norm("Conv_1_bn"), nn.ReLU6()]
    dense = nn.Linear(1280, 1000)
    dense.weight.data = torch.from_numpy(given["predictions/kernel"].T.copy())
    dense.bias.data = torch.from_numpy(given["predictions/bias"].copy())

    class MobileNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(*layers)
            self.pool = nn.AdaptiveAvgPool2d(1)
            self.classifier = dense

        def forward(self, x):
            return self.classifier(torch.flatten(self.pool(self.features(x)), 1))

    return MobileNetV2().eval()


def tensor(pixels) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()
