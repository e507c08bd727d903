"""What a worked step is asked for and answered with: types only. A number that is beyond all numbers is None."""

from __future__ import annotations

from typing import TypedDict

from pydantic import Field

from demo.retrain.shapes import Network, Settings
from demo.server.doors import Asked
from demo.words import Message
from nets.kept_step import OptimizerName

# ---- asked


class OfStep(Asked):
    """The newest step of this network."""

    network: Network
    settings: Settings | None = None  # of the form, for a first step where there is no run


class OfWeight(OfStep):
    """One weight of it."""

    parameter: str = Field(max_length=40)  # conv1.weight, fc2.weight, ...
    index: list[int] | None = Field(default=None, max_length=4)  # of its unit alone, or None: the largest gradient


# ---- answered


class BatchImage(TypedDict):
    """One image of the batch, as the network saw it."""

    image: str  # base64 of 784 bytes
    label: int
    digit: int  # as read
    logits: list[float | None]
    loss: float | None  # nats: what is minimised


class Rest(TypedDict):
    """Of those that are not shown."""

    count: int
    sum: float | None


class LayerSize(TypedDict):
    """A layer's weights, biases left out."""

    parameter: str
    shape: list[int]
    norm: float | None  # of the gradient
    rms: float | None  # of the gradient
    weights: float | None  # RMS of the weights


class SizesAnswer(TypedDict):
    """Of every step that was looked at: the RMS of the gradient of each layer, as `layers` lists them."""

    steps: list[int]
    rms: list[list[float | None]]


class Batch(TypedDict):
    step: int  # of the run, from 1
    count: int  # images
    mean: float | None  # nats: of the loss that is minimised
    plain: float | None  # nats: of cross-entropy with labels as they are
    smoothing: float
    reduced: bool  # whether convolutions were computed in bfloat16
    images: list[BatchImage]  # largest loss first
    rest: Rest  # nats
    layers: list[LayerSize]
    sizes: SizesAnswer


class StepAnswer(TypedDict):
    problem: Message | None
    about: Message | None  # whose step it is
    batch: Batch | None


class Gradients(TypedDict):
    """Of the weights into one unit or map."""

    shape: list[int]  # of the layer's weights
    tiles: int
    height: int  # cells of a tile; the last row may be short
    width: int
    largest: float | None
    bytes: str  # base64, a signed byte a weight: 127 is the largest
    units: str  # base64, a byte a unit of the layer: RMS of its gradients, 255 is the largest


class MatrixLines(TypedDict):
    """Of Muon: see nets.worked.MatrixStep."""

    rows: int
    columns: int
    look_ahead: float | None
    direction: float | None
    singular: list[float | None]
    evened: list[float | None]
    scale: float


class WayLines(TypedDict):
    """What each line of the optimizer's formula comes to: see nets.worked.WeightStep."""

    optimizer: OptimizerName
    beside_muon: bool  # whether Muon trains other layers of the network
    learning_rate: float
    weight_decay: float
    beta1: float
    beta2: float | None
    epsilon: float | None
    step: int
    before: float | None
    after: float | None
    gradient: float | None
    pulled: float | None
    m: list[float | None]
    v: list[float | None] | None
    m_corrected: float | None
    v_corrected: float | None
    decayed: float | None
    change: float | None
    matrix: MatrixLines | None


class Share(TypedDict):
    """What one image adds to a weight's gradient."""

    image: str  # base64 of 784 bytes
    label: int
    share: float | None


class Shares(TypedDict):
    images: list[Share]  # largest first, whatever the sign
    rest: Rest
    sum: float | None
    count: int  # images in the batch


class WayAnswer(TypedDict):
    problem: Message | None
    step: int
    index: list[int]
    gradients: Gradients | None
    lines: WayLines | None
    shares: Shares | None


class LogitsAnswer(TypedDict):
    logits: dict[str, list[float | None]]  # mlp and cnn; empty without ink
