"""Figures of a visitor's training: curves, mistakes, test digits, the first layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import nn

from demo.figures.inside import learnt
from demo.figures.made import Made, NotThere, Row, chart_words
from demo.figures.questions import ConfusionAsked, CurvesAsked, FirstAsked, WeightsAsked
from demo.training.curves import WINDOW, CurvesOfNetwork
from demo.training.run import Run
from demo.training.shown import PICTURES, kept_back, ten
from demo.training.snapshots import Snapshot
from demo.visitor import Visitor
from demo.words import say
from nets import charts
from nets.charts import Chart, Line
from nets.data import DigitData
from nets.prediction import predict_batch

SCALES: dict[str, charts.Scale] = {"loss": "log", "accuracy": "accuracy", "rate": "linear"}
DOTS = 24  # on a line, at most
FAR = 1e3  # nats: a loss beyond is marked at the chart's upper edge

Named = tuple[str, int, CurvesOfNetwork]  # network, run and curves


def curves(visitor: Visitor, asked: CurvesAsked) -> Made:
    """A chart of the newest run and of those it is compared with."""
    run = visitor.training.latest
    tracks = run.tracks if run else {}
    now: list[Named] = [(name, run.number, track.curves.answer()) for name, track in tracks.items() if run]
    earlier: list[Named] = []
    for one in asked.compared:
        found = visitor.training.table.curves(one.run).get(one.network)
        if found and not (run and one.run == run.number):
            earlier.append((one.network, one.run, found))
    if not any(found["x"] for _, _, found in now + earlier):
        raise NotThere("figure.no_run")
    return Made(
        f"{asked.chart}-{'-'.join(dict.fromkeys(str(number) for _, number, _ in now + earlier))}",
        lambda: charts.curves(
            [Chart(say(f"figure.measure.{asked.chart}"), _lines(asked, now, earlier), SCALES[asked.chart])],
            x=say(f"figure.axis.{asked.axis}"),
            title=say(f"figure.title.curves.{asked.chart}", networks=_together(now + earlier)),
            note=_note(asked.chart, run.data if run else None),
        ),
        ("run", "network", "measure", "batch", "epoch", "seconds", "value"),
        lambda: _rows(asked.chart, now + earlier),
    )


def _lines(asked: CurvesAsked, now: Sequence[Named], earlier: Sequence[Named]) -> list[Line]:
    """As the page draws them."""
    lines = []
    for network, _, found in now:
        name, at, kept = say(f"network.{network}"), _along(found, asked.axis), found["validation"]
        after = _places(kept["x"], kept["step"], found["per_epoch"], asked.axis)
        read, values = _kept_back(asked.chart, found), _single(asked.chart, found)
        if asked.chart == "loss":
            lines.append(Line(network, at, found["loss"], "raw"))
        ended = read or values
        label = say("figure.line.now", network=name, value=_value(asked.chart, ended[-1])) if ended else ""
        kind: charts.Kind = "strong" if asked.chart == "rate" else "thin"
        lines.append(Line(network, at, values, kind, "" if read else label))
        if read:
            apart = -(-len(read) // DOTS)
            lines.append(Line(network, after, read, "strong", label))
            lines.append(Line(network, after[::-apart], read[::-apart], "dots"))
    shades: dict[str, int] = {}
    for network, number, found in earlier:
        shades[network] = shades.get(network, 0) + 1
        kept, read = found["validation"], _kept_back(asked.chart, found) or _single(asked.chart, found)
        places = _places(kept["x"], kept["step"], found["per_epoch"], asked.axis)
        if len(places) != len(read):
            places = _along(found, asked.axis)
        if read:
            value = _value(asked.chart, read[-1])
            label = say("figure.line.earlier", network=say(f"network.{network}"), run=number, value=value)
            lines.append(Line(network, places, read, "strong", label, shades[network]))
    if asked.chart == "loss":
        most = max((value for line in lines for value in line.y), default=1.0)
        for network, _, found in [*now, *earlier]:
            if over := found["diverged"]:
                loss = over["loss"]
                [place] = _places([over["x"]], [over["step"]], found["per_epoch"], asked.axis)
                lines.append(Line(network, [place], [most if loss is None or loss > FAR else loss], "diverged"))
    return lines


def _rows(chart: str, told: Sequence[Named]) -> Iterator[Row]:
    for network, number, found in told:
        kept, a_epoch = found["validation"], found["per_epoch"]
        columns = {"mean": _single(chart, found)} if chart != "rate" else {"rate": found["rate"]}
        if chart == "loss":
            columns["batch"] = found["loss"]
        for measure, values in columns.items():
            for step, seconds, value in zip(found["step"], found["x"], values, strict=True):
                yield number, network, measure, step, step / a_epoch, seconds, value
        for step, seconds, value in zip(kept["step"], kept["x"], _kept_back(chart, found) or (), strict=False):
            yield number, network, "kept_back", step, step / a_epoch, seconds, value


def _kept_back(chart: str, found: CurvesOfNetwork) -> list[float]:
    kept = found["validation"]
    return kept["loss"] if chart == "loss" else kept["accuracy"] if chart == "accuracy" else []


def _single(chart: str, found: CurvesOfNetwork) -> list[float]:
    """What is known of training batches: means, or the learning rate."""
    return found["smooth"] if chart == "loss" else found["accuracy"] if chart == "accuracy" else found["rate"]


def _along(found: CurvesOfNetwork, axis: str) -> list[float]:
    return _places(found["x"], found["step"], found["per_epoch"], axis)


def _places(seconds: Sequence[float], steps: Sequence[int], a_epoch: int, axis: str) -> list[float]:
    """Where points stand on an axis."""
    if axis == "seconds":
        return list(seconds)
    return [step / a_epoch if axis == "epochs" else step for step in steps]


def _value(chart: str, value: float) -> str:
    return f"{value:.3f}" if chart == "loss" else f"{100 * value:.1f} %" if chart == "accuracy" else f"{value:.2g}"


def _together(told: Sequence[Named]) -> str:
    names = dict.fromkeys(network for network, _, _ in told)
    return say("figure.and").join(say(f"network.{network}") for network in names)


def _note(chart: str, data: DigitData | None) -> str:
    if data is None:
        return ""
    name = say(f"figure.data.{data.name}")
    return say(f"figure.note.curves.{chart}", data=name, **({} if chart == "rate" else {"window": WINDOW}))


# ---- what a run's networks read


def confusion(visitor: Visitor, asked: ConfusionAsked) -> Made:
    """How often a network read each digit as which."""
    run, shown, _ = _shown(visitor, asked.network)
    read = kept_back(run, run.tracks[asked.network], shown)
    if read is None:
        raise NotThere("figure.no_run")
    counts = read.evaluation.confusion
    shares = counts / counts.sum(1, keepdim=True).clamp(min=1)
    note = say(
        "figure.note.confusion",
        run=run.number,
        step=read.step,
        digits=int(counts.sum()),
        share=f"{100 * read.evaluation.accuracy:.2f}",
    )
    title = say("figure.title.confusion", network=say(f"network.{asked.network}"))
    told = {"network": asked.network, "title": title, "note": note}
    return Made(
        f"{asked.network}-run-{run.number}-confusion",
        lambda: charts.confusion(counts, in_percent=asked.percent, words=chart_words(), **told),
        ("true", "read", "digits", "share"),
        lambda: (
            (true, digit, int(counts[true, digit]), float(shares[true, digit]))
            for true in range(len(counts))
            for digit in range(len(counts))
        ),
    )


def examples(visitor: Visitor) -> Made:
    """The ten test digits that are shown."""
    run, shown, data = _shown(visitor)
    digits = ten(run, data, visitor.training.ten)
    labels = digits.labels.tolist()
    answers = {name: predict_batch(model, digits.images / 255) for name, model in shown.networks.items()}
    read = {name: [(one.digit, one.confidence) for one in told] for name, told in answers.items()}
    note = say("figure.note.examples", data=say(f"figure.data.{data.name}"), run=run.number)
    return Made(
        f"run-{run.number}-digits",
        lambda: charts.digits(
            digits.images[:, 0],
            labels,
            read,
            names={name: say(f"network.{name}") for name in read},
            title=say("figure.title.examples"),
            note=note,
            words=chart_words(),
        ),
        ("digit", "true", "network", "read", "probability"),
        lambda: (
            (i, labels[i], name, digit, share) for name, told in read.items() for i, (digit, share) in enumerate(told)
        ),
    )


def first(visitor: Visitor, asked: FirstAsked) -> Made:
    """The first layer's weights."""
    run, shown, _ = _shown(visitor, asked.network)
    model = shown.networks[asked.network]
    layer = next(name for name, module in model.named_children() if isinstance(module, nn.Linear | nn.Conv2d))
    step = shown.steps.get(asked.network, 0)
    note = say("figure.note.first", network=say(f"network.{asked.network}"), run=run.number, step=step)
    units = list(range(PICTURES)) if asked.network == "mlp" else None
    question = WeightsAsked(format=asked.format, kind="weights", network=asked.network, layer=layer, units=units)
    return learnt(question, model, note)


def _shown(visitor: Visitor, network: str | None = None) -> tuple[Run, Snapshot, DigitData]:
    """The newest run, its networks as they are shown, and its digits."""
    run = visitor.training.latest
    shown = visitor.networks.view.moment or (run.snapshots.newest if run else None)
    if not run or not run.data or not shown or (network is not None and network not in shown.networks):
        raise NotThere("figure.no_run")
    return run, shown, run.data
