"""How to train: the options of a training run, and the recipes, which are settings that go together.

Nothing here needs PyTorch, so the command line's help knows every option without waiting for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from nets.options import check, choice, number, switch

SCHEDULES = ("constant", "one-cycle")
OPTIMIZERS = ("adam", "adamw", "sgd", "muon")


@dataclass(frozen=True)
class Augmentation:
    """How far each change may go; 0 switches it off."""

    rotation: float = number(0.0, 0, 45, "degrees to either side")
    scale: float = number(0.0, 0, 0.5, "share by which each axis grows or shrinks")
    shear: float = number(0.0, 0, 1, "slant: pixels sideways for each pixel of height")
    shift: float = number(0.0, 0, 8, "pixels along each axis")
    elastic: float = number(0.0, 0, 3, "smooth distortion: its standard deviation in pixels")
    pen: float = number(0.0, 0, 1, "pixels by which the pen's radius grows or shrinks")
    slash: float = number(0.0, 0, 1, "share of the zeros that get a slash")
    lead: float = number(0.0, 0, 1, "share of the zeros that are drawn anew, with the pen starting above the ring")
    serif: float = number(0.0, 0, 1, "share of the ones that are drawn anew, with a flag and some with a foot")
    close: float = number(0.0, 0, 1, "share of the ones that are drawn anew, with a flag close to the stem")
    open: float = number(0.0, 0, 1, "share of the fours that are drawn anew, open at the top")
    top: float = number(0.0, 0, 1, "share of the fives that are drawn anew, with a top that stands apart")
    bar: float = number(0.0, 0, 1, "share of the sevens that are drawn anew, with a bar")
    narrow: float = number(0.0, 0, 1, "share of the eights that are drawn anew, so narrow that their loops may fill")
    tail: float = number(0.0, 0, 1, "share of the nines that are drawn anew, with the tail of a g")

    def __post_init__(self) -> None:
        check(self)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __mul__(self, strength: float) -> Augmentation:
        """Every change going this much of its way."""
        return Augmentation(**{name: limit * strength for name, limit in vars(self).items()})


@dataclass(frozen=True)
class TrainConfig:
    """How to train. A value out of its field's range raises OptionError, a ValueError."""

    epochs: int = number(1, 1, 1000, "how often every training image is seen")
    batch_size: int = number(128, 1, 4096, "images whose mean gradient makes one step")
    learning_rate: float = number(0.001, 1e-6, 100.0, "size of a step; with the one-cycle schedule its peak")
    schedule: str = choice("one-cycle", SCHEDULES, "constant, or up from a tenth and down to the floor")
    floor: float = number(0.0, 0.0, 1.0, "share of its peak below which the one-cycle rate does not fall")
    average: float = number(
        0.0, 0.0, 0.9999, "share of the moving average of weights, a run's result, that a step keeps"
    )
    optimizer: str = choice("adam", OPTIMIZERS, "how a gradient becomes a step")
    beta2: float = number(0.999, 0.5, 0.9999, "memory of Adam's gradient variance; its momentum is 0.9")
    weight_decay: float = number(0.0, 0.0, 1.0, "pull of the weights towards zero")
    label_smoothing: float = number(0.0, 0.0, 0.5, "share of the target spread over all ten digits")
    subset: int = number(60_000, 10, 60_000, "at most so many training images, chosen by the seed")
    shuffle: bool = switch(True, "show the images in a new order every epoch")
    reduced_precision: bool = switch(True, "convolutions in bfloat16 where the processor is faster with it")
    augmentation: Augmentation = field(default_factory=Augmentation)
    fade: float = number(0.0, 0.0, 1.0, "share of the augmentation's strength that is gone by the end")
    calibrate: bool = switch(False, "at the end, scale the logits so that probabilities mean what they say")
    seed: int = number(0, 0, 2**31 - 1, "of the first weights, the order of images and the augmentation")

    def __post_init__(self) -> None:
        check(self)


# What the tutorials do, the validation set left out: plain Adam, fixed order, float32.
_TUTORIAL = TrainConfig(batch_size=64, schedule="constant", shuffle=False, reduced_precision=False)
_AUGMENTATION = Augmentation(
    rotation=12,
    scale=0.12,
    shear=0.2,
    shift=1.0,
    elastic=0.7,
    pen=0.6,
    slash=0.3,
    serif=0.22,
    open=0.12,
    top=0.04,
    bar=0.12,
    tail=0.18,
)
_BEST = TrainConfig(
    optimizer="muon",
    learning_rate=0.015,
    beta2=0.99,
    weight_decay=0.02,
    label_smoothing=0.1,
    augmentation=_AUGMENTATION,
    fade=0.3,
    calibrate=True,
)
_FAST = TrainConfig(optimizer="muon", learning_rate=0.02, beta2=0.99, label_smoothing=0.05)
RECIPES: dict[str, dict[str, TrainConfig]] = {
    "tutorial": {
        "mlp": replace(_TUTORIAL, epochs=25, learning_rate=0.0045),
        "cnn": replace(_TUTORIAL, epochs=8, learning_rate=0.001),
    },
    "fast": {
        "mlp": replace(_FAST, epochs=3, batch_size=512),
        "cnn": replace(_FAST, epochs=1, batch_size=128),
    },
    "best": {
        "mlp": replace(_BEST, epochs=90, batch_size=256),
        "cnn": replace(
            _BEST,
            epochs=48,
            batch_size=128,
            learning_rate=0.01,
            floor=0.12,
            average=0.99,
            augmentation=replace(
                _AUGMENTATION, lead=0.1, serif=0.34, close=0.15, open=0.2, top=0.08, bar=0.22, narrow=0.12, tail=0.32
            ),
        ),
    },
}


def for_few(config: TrainConfig) -> TrainConfig:
    """The same recipe for a thousand digits instead of MNIST's 55,000: it needs smaller batches and more epochs."""
    return replace(config, batch_size=min(config.batch_size, 32), epochs=max(config.epochs, 15))


def recipe(name: str, network: str, data: str = "mnist") -> TrainConfig:
    """What a recipe sets for "mlp" or "cnn" on "mnist" or "digits"."""
    config = RECIPES[name][network]
    return for_few(config) if data == "digits" else config
