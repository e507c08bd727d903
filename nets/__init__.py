"""Two networks that read handwritten digits, an MLP and a CNN: load them, read with them, train them, look inside.

    import nets

    net = nets.load("cnn")  # or "mlp", or a .safetensors file
    print(nets.read(net, "seven.png").digit)  # a picture, a drawing, or 28x28 numbers: see nets.reading

    data = nets.load_digits()  # or nets.load_mnist()
    model = nets.new_model("mlp", seed=0)
    for event in nets.train(model, data, nets.recipe("fast", "mlp", data.name)):
        if isinstance(event, nets.EpochEnd):
            print(f"epoch {event.epoch}: {event.validation.accuracy:.1%} of the validation set")
    print(f"test set: {nets.evaluate(model, data.test).accuracy:.1%}")

Names are imported when they are first used, so that `import nets` waits neither for PyTorch nor for anything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nets.checkpoint import CheckpointError
    from nets.data import DataError, DigitData, Digits, load_digits, load_mnist
    from nets.drawing import Drawing, DrawingError
    from nets.evaluation import Evaluation, evaluate
    from nets.events import BatchEnd, EpochEnd, TrainEnd
    from nets.models import CnnArchitecture, MlpArchitecture
    from nets.options import OptionError
    from nets.pictures import PictureError
    from nets.prediction import Prediction
    from nets.reading import load, prepare, read
    from nets.recipes import RECIPES, Augmentation, TrainConfig, recipe
    from nets.training import new_model, train

_MODULES = {
    "checkpoint": ["CheckpointError"],
    "data": ["DataError", "DigitData", "Digits", "load_digits", "load_mnist"],
    "evaluation": ["Evaluation", "evaluate"],
    "events": ["BatchEnd", "EpochEnd", "TrainEnd"],
    "models": ["CnnArchitecture", "MlpArchitecture"],
    "options": ["OptionError"],
    "prediction": ["Prediction"],
    "drawing": ["Drawing", "DrawingError"],
    "pictures": ["PictureError"],
    "reading": ["load", "prepare", "read"],
    "recipes": ["RECIPES", "Augmentation", "TrainConfig", "recipe"],
    "training": ["new_model", "train"],
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [  # noqa: RUF022 (by what they are for)
    "load", "read", "prepare", "Prediction", "Drawing",
    "load_mnist", "load_digits", "DigitData", "Digits",
    "new_model", "train", "recipe", "RECIPES", "TrainConfig", "Augmentation", "MlpArchitecture", "CnnArchitecture",
    "BatchEnd", "EpochEnd", "TrainEnd", "evaluate", "Evaluation",
    "CheckpointError", "DataError", "DrawingError", "OptionError", "PictureError",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"nets.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    if name in _submodules():
        return import_module(f"nets.{name}")
    raise AttributeError(f"module 'nets' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_submodules(), *(name for name in globals() if name.startswith("__"))])


def _submodules() -> list[str]:
    from pkgutil import iter_modules

    return [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
