"""Noise is no digit, and yet the ten probabilities add up to one."""

import torch

import nets

noise = torch.rand(5, 1, 28, 28)
for name in ("mlp", "cnn"):
    shares = nets.load(name)(noise).softmax(1)
    print(name, shares.argmax(1).tolist(), shares.amax(1).tolist(), shares.sum(1).tolist())
