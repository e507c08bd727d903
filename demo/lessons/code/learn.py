"""A new MLP learns with two learning rates."""

import torch
import torch.nn.functional as F

import nets

digits = nets.load_digits().train
for rate in (0.0045, 0.45):
    model = nets.new_model("mlp", seed=0)
    adam = torch.optim.Adam(model.parameters(), lr=rate)
    for batch in torch.randperm(len(digits)).split(32) * 3:
        adam.zero_grad()
        F.cross_entropy(model(digits.images[batch] / 255), digits.labels[batch]).backward()
        adam.step()
    print(rate, (model(digits.images / 255).argmax(1) == digits.labels).float().mean().item())
