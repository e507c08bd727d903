"""What the Retrain tab asks and what it is answered: types only.

Whatever is said is a message, a key of the catalogue with its values. Numbers are plain: seconds, shares from 0 to 1,
nats. Versions are strings to be compared and sent back, so that what the page has is not sent again.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from pydantic import Field

from demo.layers import LayerAnswer
from demo.networks import NetworksAnswer
from demo.server.doors import Asked
from demo.training.curves import CurvesOfNetwork
from demo.training.digits import DataName
from demo.training.records import Row
from demo.training.states import State
from demo.words import Message

Network = Literal["mlp", "cnn"]
Do = Literal["start", "pause", "resume", "batch", "epoch", "stop", "others", "shipped", "travel"]

# ---- asked


class NetworkSettings(Asked):
    """What the form says of one network; nets.options.read checks config and architecture."""

    recipe: str
    config: dict[str, Any] = Field(default_factory=dict)
    architecture: dict[str, Any] = Field(default_factory=dict)


class Settings(Asked):
    """Of the next run."""

    networks: list[Network]
    data: DataName = "mnist"
    mlp: NetworkSettings | None = None
    cnn: NetworkSettings | None = None


class Watch(Asked):
    """How it stands, and what the page has already."""

    visible: bool = True  # False: without the details
    table: str = ""  # version of the table that the page shows
    examples: str = ""  # version of the test digits that the page shows


class Command(Watch):
    """Do something; the answer is how it stands then."""

    do: Do
    settings: Settings | None = None  # of start, and of batch and epoch where no run is under way
    moment: int | None = None  # of travel: one of details.moments, or None for now


class OfRun(Asked):
    run: int


class OfNetwork(Asked):
    network: Network


class OfCell(Asked):
    """A cell of the table of mistakes."""

    network: Network
    label: int = Field(ge=0, le=9)
    digit: int = Field(ge=0, le=9)  # as read


# ---- answered


class FieldProblem(TypedDict):
    """Why an option cannot hold its value."""

    part: Literal["training", "augmentation", "architecture"]
    option: str
    problem: Message


class PlannedNetwork(TypedDict):
    """What a network of these settings is made of and costs; with a problem it has no layers."""

    problem: Message | None
    fields: list[FieldProblem]  # every one that is wrong
    parameters: int
    multiply_adds: int  # for one image
    layers: list[LayerAnswer]


class PlanAnswer(TypedDict):
    problem: Message | None
    networks: dict[str, PlannedNetwork]


class Download(TypedDict):
    """A network that can be downloaded: the newest of its name that this visitor trained or loaded."""

    source: Literal["loaded", "run"]
    run: int | None
    parameters: int


class CurvesAnswer(TypedDict):
    networks: dict[str, CurvesOfNetwork]  # empty for a run that is not in the table


class Example(TypedDict):
    label: int
    digit: int  # as read
    confidence: float


class FirstLayer(TypedDict):
    """The first layer's weights as pictures: kernels of conv1, or what units of fc1 take from each pixel."""

    count: int  # shown
    of: int
    side: int  # pixels
    largest: float
    weights: str  # base64, a signed byte a number: 127 is the largest


class Confusion(TypedDict):
    counts: list[list[int]]  # row the true digit, column the digit read
    digits: int
    step: int  # batches that the network was trained with


class CellAnswer(TypedDict):
    """The digits of a cell of the table of mistakes, as of the newest reading of digits kept back."""

    label: int
    digit: int  # as read
    count: int  # in the cell; 0 too where there is no run
    of: int  # with this label
    step: int  # batches that the network was trained with
    images: list[str]  # the first of them, each base64 of 784 bytes


class KeptBackScore(TypedDict):
    accuracy: float
    loss: float  # nats: plain cross-entropy
    digits: int
    step: int  # batches that the network was trained with


class Score(TypedDict):
    accuracy: float
    loss: float


class TestScore(Score):
    digits: int  # in the test set


class Result(TypedDict):
    test: TestScore
    shipped: Score | None  # None: of other digits than these
    promise: Message | None  # of the tutorials; None: of other digits


class TrackAnswer(TypedDict):
    """One network of the run."""

    epoch: int  # the one it is in, from 1
    epochs: int
    step: int  # batches done
    steps: int
    per_epoch: int  # batches
    seconds: float  # of training
    loss: float | None  # nats: plain cross-entropy, mean over `window`
    accuracy: float | None  # of training digits, mean over `window`
    window: list[int]  # the first batch and the last
    validation: KeptBackScore | None  # the newest
    smoothing: float  # of labels: the share of the target that is spread over all digits
    shown: int  # batches that the network of examples and first was trained with
    learning_rate: float | None
    speed: int | None  # images a second
    curves: CurvesOfNetwork
    examples: list[Example]  # of details.examples
    first: FirstLayer
    confusion: Confusion | None
    result: Result | None  # once the run has ended


class MomentAnswer(TypedDict):
    """The networks are kept as they were then, and the visitor can go back to them."""

    id: int
    seconds: float


class Examples(TypedDict):
    version: str
    images: list[str]  # ten, each base64 of 784 bytes


class TableAnswer(TypedDict):
    version: str
    rows: list[Row]  # oldest first


class Details(TypedDict):
    """What is left out while the tab is not seen: of the run that is under way, or of the latest one."""

    run: int | None  # number, from 1; None: this visitor has started none
    data: str | None  # mnist or digits, once they are loaded
    progress: float  # 0 to 1: of the download or of the training
    left: float | None  # seconds to go
    moment: int | None  # that the visitor has gone back to: one of moments
    moments: list[MomentAnswer]
    tracks: dict[str, TrackAnswer]
    examples: Examples | None  # None: the page has them, or there is no run
    table: TableAnswer | None  # None: the page has it


class Stand(TypedDict):
    """How it stands."""

    problem: Message | None  # why what was asked for could not be done
    state: State | Literal["idle"]
    status: list[Message]  # whole sentences, one after the other: what the run does, and what the cards read with
    notes: list[Message]  # what else there is to know
    networks: NetworksAnswer
    downloads: dict[str, Download | None]  # mlp and cnn
    borrow: int | None  # the run that waits for a GPU, which an event of the page (`lend`) is to borrow
    details: Details | None


class ArchiveAnswer(TypedDict):
    problem: Message | None
    name: str  # of the file
    content: str  # base64
