"""pytorch-grad-cam, as its README uses it."""

import sys

import cv2
import numpy as np
import torch
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

import asked
import photo as photos
import torch_network

torch.set_num_threads(1)
cv2.setNumThreads(1)
plain = torch_network.build(sys.argv[1])
model = torch_network.build(sys.argv[1])
cam = GradCAM(model=model, target_layers=[model.features])


class PytorchGradCam:
    x = torch.zeros(1, 3, photos.SIDE, photos.SIDE)

    def input(self, path):
        self.x = torch_network.tensor(photos.pixels(photos.read(path)))

    def forward(self):
        with torch.inference_mode():
            return plain(self.x)

    def heatmap(self, index):
        return cam(input_tensor=self.x, targets=[ClassifierOutputTarget(index)])

    def values(self, index):
        scores = self.forward()[0]
        chosen = scores.argmax().item() if index is None else index
        # Its own map before it takes the minimum off and enlarges it.
        seen, inner = [], cam.get_cam_image

        def watched(*args, **kwargs):
            seen.append(inner(*args, **kwargs))
            return seen[-1]

        cam.get_cam_image = watched
        self.heatmap(chosen)
        cam.get_cam_image = inner
        return torch.softmax(scores, 0).numpy(), seen[0][0]

    def picture(self, path):
        photo = photos.read(path)
        mask = cam(input_tensor=torch_network.tensor(photos.pixels(photo)), targets=None)[0]
        small = photos.reduced(photo)
        rgb = np.float32(small) / 255
        overlay = show_cam_on_image(rgb, cv2.resize(mask, small.size), use_rgb=True)
        return photos.encoded(Image.fromarray(overlay))


peer = PytorchGradCam()
peer.forward()
asked.answer(peer)
