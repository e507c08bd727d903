"""Who is compared: the four readers, and variants of the two networks.

A contestant is a network's architecture, at most one change of its chain, and how it is trained. All but the readers
are trained by one short recipe, CONTEST, so that what differs is the network alone; one takes more epochs of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from nets.layers import BlurPool2d, LocallyConnected2d
from nets.models import CLASSES, SIDE, Architecture, CnnArchitecture, MlpArchitecture
from nets.recipes import RECIPES, TrainConfig
from nets.training import new_model

SEEDS = (0, 1, 2)
CONTEST = replace(RECIPES["fast"]["cnn"], epochs=2)  # 128 images a batch; the MLPs and the CNNs alike
SCRAMBLE_SEED = 16  # of the one order in which the scrambled contestants see the pixels

Change = Callable[[nn.Sequential, int], nn.Sequential]  # the chain and the seed of new weights -> another chain


@dataclass(frozen=True)
class Contestant:
    """A network to compare, and how it comes about."""

    key: str
    network: str  # "mlp" or "cnn": which of the two it is, or is a variant of
    recipe: str  # "best", "tutorial" or "contest"
    config: TrainConfig  # its seed aside
    architecture: Architecture | None = None  # None: the tutorial's
    change: Change | None = None  # what is done to the chain of that architecture
    scrambled: bool = False  # whether it sees every image's pixels in one other order

    def build(self, seed: int) -> nn.Sequential:
        """The untrained network; its weights depend on the seed alone."""
        model = new_model(self.network, seed, self.architecture)
        return self.change(model, seed) if self.change else model

    def sees(self, images: Tensor) -> Tensor:
        """(N, 1, 28, 28) images as this network is shown them."""
        return images.flatten(1)[:, scramble()].view_as(images) if self.scrambled else images


def scramble() -> Tensor:
    """(784,) int64: the order in which the scrambled contestants see the pixels, the same for all of them."""
    return torch.randperm(SIDE * SIDE, generator=torch.Generator().manual_seed(SCRAMBLE_SEED))


def strided(model: nn.Sequential, seed: int) -> nn.Sequential:
    """No pools: the convolution before each moves by two pixels instead."""
    layers = OrderedDict(model.named_children())
    for pool, before in (("pool1", "conv1"), ("pool2", "conv3")):
        del layers[pool]
        convolution = layers[before]
        assert isinstance(convolution, nn.Conv2d)
        convolution.stride = (2, 2)
    return nn.Sequential(layers)


def blurred(model: nn.Sequential, seed: int) -> nn.Sequential:
    """Pools that take the largest of each 2x2 cells, blur, and only then drop every second."""
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    channels = 1
    for name, layer in model.named_children():
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
        if isinstance(layer, nn.MaxPool2d):
            layers[name] = nn.MaxPool2d(2, stride=1)
            layers[f"blur{name[-1]}"] = BlurPool2d(channels)
        else:
            layers[name] = layer
    return nn.Sequential(layers)


def third_pool(model: nn.Sequential, seed: int) -> nn.Sequential:
    """One more pool before the flattening, and so an output layer of a fifth of the weights."""
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for name, layer in model.named_children():
        if name == "flatten":
            layers["pool3"] = nn.MaxPool2d(2)
        if isinstance(layer, nn.Linear):
            with torch.device("meta"):
                layer = nn.Linear(layer.in_features // 49 * 9, CLASSES)
            layer.to_empty(device="cpu")
            bound = layer.in_features**-0.5
            generator = torch.Generator().manual_seed(seed)
            for part in layer.parameters():
                nn.init.uniform_(part, -bound, bound, generator=generator)
        layers[name] = layer
    return nn.Sequential(layers)


def unshared(model: nn.Sequential, seed: int) -> nn.Sequential:
    """Conv1 with a kernel of its own at every place."""
    layers = OrderedDict(model.named_children())
    convolution = layers["conv1"]
    assert isinstance(convolution, nn.Conv2d)
    local = LocallyConnected2d(convolution.out_channels, SIDE, convolution.kernel_size[0])
    local.reset_parameters(torch.Generator().manual_seed(seed))
    return nn.Sequential(
        OrderedDict(
            (("local1" if name == "conv1" else name), local if name == "conv1" else layer)
            for name, layer in layers.items()
        )
    )


def _contest(key: str, network: str, architecture: Architecture | None = None, **more: object) -> Contestant:
    return Contestant(key, network, "contest", CONTEST, architecture, **more)  # type: ignore[arg-type]


READERS = {  # ours are the shipped networks, the tutorials' are trained as the tutorials say
    f"{recipe}-{network}": Contestant(f"{recipe}-{network}", network, recipe, RECIPES[recipe][network])
    for recipe in ("best", "tutorial")
    for network in ("mlp", "cnn")
}
CONTESTANTS = READERS | {
    contestant.key: contestant
    for contestant in (
        _contest("mlp", "mlp"),
        _contest("cnn", "cnn"),
        _contest("mlp-121k", "mlp", MlpArchitecture((99, 200, 93, 49))),
        _contest("cnn-175k-adds", "cnn", CnnArchitecture(3, (4, 6, 6, 13))),
        _contest("cnn-strided", "cnn", change=strided),
        _contest("cnn-blurred", "cnn", change=blurred),
        replace(
            _contest("cnn-8k", "cnn", CnnArchitecture(3, (12, 16, 16, 16)), change=third_pool),
            config=replace(CONTEST, epochs=8),  # so small a network takes longer
        ),
        _contest("mlp-scrambled", "mlp", scrambled=True),
        _contest("cnn-scrambled", "cnn", scrambled=True),
        _contest("cnn-unshared", "cnn", change=unshared),
    )
}
