"""What a visitor's page sends goes in, what its Retrain tab shows comes out, as plain JSON: runs and networks."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from demo import images, text
from demo.networks import InTraining, Networks, Reader
from demo.training.run import Curves, Lanes, Plan, Run, Snapshot, Track
from nets.augment import Augmentation
from nets.checkpoint import CheckpointError, device_name, pack, training_record, unpack
from nets.data import Digits
from nets.evaluation import Evaluation, evaluate
from nets.events import BatchEnd, EpochEnd
from nets.models import ARCHITECTURES, NETWORKS, SIDE, LayerInfo, count_parameters, describe, totals
from nets.options import OptionError, read
from nets.options import describe as describe_options
from nets.training import RECIPES, TrainConfig, for_few

EXAMPLES = 10  # test images shown with what the networks read in them
PICTURES = 16  # of the first layer, shown
MOST_ROWS = 100  # of the table of a visit's runs
STEP_WORK = 2 * 10**10  # multiply-adds of one step's images, forward: a second or two here
LABELS = {
    option["name"]: option["label"]
    for kind in (TrainConfig, Augmentation, *ARCHITECTURES.values())
    for option in describe_options(kind)
}


class Refusal(ValueError):
    """What was asked for cannot be done; the message is for the visitor."""


class Retraining:
    """One visitor's runs, and the networks that came of them."""

    def __init__(self, records: Mapping[str, Mapping[str, Any]], lanes: Lanes, networks: Networks) -> None:
        self._records, self._lanes, self._networks = records, lanes, networks  # records: of the shipped networks
        self._run: Run | None = None
        self._began = 0  # runs
        self._told = 0  # the newest run that the table has
        self._rows: list[dict[str, Any]] = []
        self._curves: dict[int, dict[str, Any]] = {}  # of each run, by network
        self._examples = 0  # which ten
        self._read: tuple[Any, dict[str, list[Any]]] = (None, {})  # a moment, and how each network then read the ten
        self._lock = threading.Lock()  # of the table

    # ---- what the page asks

    def plan(self, settings: Any) -> dict[str, Any]:
        """What the networks of these settings would be made of and cost, or why they cannot be trained."""
        answer: dict[str, Any] = {"problem": "", "networks": {}}
        try:
            names = _names(settings)
        except Refusal as refusal:
            return {**answer, "problem": str(refusal)}
        for name in names:
            try:
                rows = _describe(_plan(name, settings))
            except Refusal as refusal:
                answer["networks"][name] = {"problem": str(refusal)}
                continue
            parameters, multiply_adds = totals(rows)
            answer["networks"][name] = {
                "problem": "",
                "parameters": parameters,
                "multiply_adds": multiply_adds,
                "layers": [asdict(row) for row in rows],
            }
        return answer

    def command(self, asked: Any) -> dict[str, Any]:
        """Do what the visitor says; the new state, with a problem where it cannot be done."""
        asked = asked if isinstance(asked, Mapping) else {}
        try:
            self._do(str(asked.get("do")), asked.get("settings"))
            problem = ""
        except Refusal as refusal:
            problem = str(refusal)
        return {**self.watch({name: asked.get(name) for name in ("runs", "images")}), "problem": problem}

    def watch(self, asked: Any) -> dict[str, Any]:
        """How it stands."""
        asked = asked if isinstance(asked, Mapping) else {}
        run = self._run
        if run:
            run.asked()
        if run and "at" in asked:  # to become a command
            view = _nearest(run.snapshots, asked["at"])
            readers = {
                name: Reader(model, None, "run", run.number, view.seconds)
                for name, model in (view.networks if view else {}).items()
            }
            self._networks.travel(run.number, view.id if view else None, readers)
        state = {
            "state": run.state if run else "idle",
            "sentence": text.run_sentence(run) if run else text.NO_RUN,
            "version": self._networks.version,
            "yours": {name: reader.source != "shipped" for name, reader in self._networks.now().items()},
            "borrow": run.number if run and run.live and run.loan and not run.loan.asked else None,
        }
        if asked.get("visible") is False:
            return state
        return {**state, **self._details(run, asked)}

    def curves(self, asked: Any) -> dict[str, Any]:
        """Of an earlier run of this visit."""
        number = asked.get("run") if isinstance(asked, Mapping) else None
        return {"networks": self._curves.get(number, {}) if type(number) is int else {}}

    def archive(self, asked: Any) -> dict[str, Any]:
        """The newest network of this name that was trained here or loaded, to be downloaded."""
        name = asked.get("network") if isinstance(asked, Mapping) else None
        reader = self._networks.view.kept.get(name) if isinstance(name, str) else None
        if reader is None or reader.record is None:
            return {"problem": text.NOTHING_TRAINED}
        model, record = reader.model, reader.record
        run = record.get("run")  # what a loaded one says may be anything
        file = f"{name}-run-{run}.zip" if type(run) is int and 0 < run < 10**6 else f"{name}.zip"
        return {"name": file, "content": images.encoded(pack(model, record))}

    def load(self, content: bytes) -> dict[str, Any]:
        """Read with the network in this archive from now on."""
        try:
            self._unless_live()
            model, record = unpack(content)
            probes = torch.stack([torch.zeros(1, SIDE, SIDE), torch.ones(1, SIDE, SIDE), torch.rand(1, SIDE, SIDE)])
            with torch.inference_mode():
                if not model(probes).isfinite().all():
                    raise Refusal(text.NO_NUMBERS)
            name = record["network"]
            self._networks.keep(name, Reader(model.requires_grad_(False), record, "loaded"))
            told = {"problem": "", "sentence": text.loaded(name, count_parameters(model))}
        except InTraining:
            told = {"problem": text.STOP_FIRST}
        except (CheckpointError, Refusal) as refusal:
            told = {"problem": str(refusal)}
        return {**self.watch({}), **told}

    def lend(self) -> None:
        """Borrow a GPU for the run that waits for one, in an event of its visitor; comes back when it is given back."""
        if self._run and self._run.loan:
            self._run.loan.lend()

    def close(self) -> None:
        """The page is gone: end the training, and keep nothing but the networks."""
        if self._run:
            self._run.close()
            self._end(self._run)
            self._run = None

    # ---- doing

    def _do(self, what: str, settings: Any) -> None:
        run = self._run if self._run and self._run.live and not self._run.stopping else None
        halts = {"batch": BatchEnd, "epoch": EpochEnd}
        if what == "start" or (what in halts and run is None):
            self._unless_live()
            self._start(settings, halts.get(what))
        elif what == "others":
            self._examples += 1
        elif what == "shipped":
            try:
                self._networks.ship()
            except InTraining as error:
                raise Refusal(text.STOP_FIRST) from error
        elif what not in ("pause", "resume", "stop", *halts):
            raise Refusal(text.UNKNOWN_COMMAND)
        elif run is None:
            raise Refusal(text.NO_LIVE_RUN)
        elif what in halts:
            run.step(halts[what])
        else:
            {"pause": run.pause, "resume": run.resume, "stop": run.stop}[what]()

    def _unless_live(self) -> None:
        if self._run and self._run.live:
            raise Refusal(text.STOP_FIRST)

    def _start(self, settings: Any, halt: type | None) -> None:
        plans = [_plan(name, settings) for name in _names(settings)]
        for plan in plans:
            _describe(plan)
        if self._lanes.full:
            raise Refusal(text.LINE_FULL)
        self._began += 1
        data = "digits" if settings.get("data") == "digits" else "mnist"
        try:
            self._networks.follow(self._began)
        except InTraining as error:
            raise Refusal(text.STOP_FIRST) from error
        self._run = Run(self._began, plans, data, self._lanes, halt, self._move, self._end)

    def _move(self, run: Run) -> None:
        """The run has made a copy of its networks."""
        networks = run.newest.networks if run.newest else {}
        readers = {
            name: Reader(model, None, "run", run.number, run.tracks[name].seconds) for name, model in networks.items()
        }
        self._networks.publish(run.number, readers)

    def _end(self, run: Run) -> None:
        """The run has ended: what came of it is this visitor's own."""
        records = self._complete(run)
        self._networks.settle(
            run.number,
            {
                name: Reader(model, records.get(name), "run", run.number, None if name in records else run.seconds)
                for name, model in (run.newest.networks if run.newest else {}).items()
            },
        )

    def _complete(self, run: Run) -> dict[str, Any]:
        """Put a run that has ended into the table, and give the records of its networks."""
        records: dict[str, Any] = {}
        with self._lock:
            if run.number <= self._told:
                return records
            self._told = run.number
            for name, track in run.tracks.items():
                if track.test is None or track.batch is None:
                    continue
                changed = _changed(track.plan, run.wanted)
                record = _record(run, track, changed)
                records[name] = record
                self._rows = [*self._rows, _row(track, record, changed)][-MOST_ROWS:]
                self._curves.setdefault(run.number, {})[name] = _curves(track.curves)
            for number in self._curves.keys() - {row["run"] for row in self._rows}:
                del self._curves[number]
        return records

    # ---- telling

    def _moment(self, run: Run | None) -> Snapshot | None:
        """Of the past, where the visitor has gone back to it."""
        moment = self._networks.view.moment
        return next((s for s in run.snapshots if s.id == moment), None) if run and moment is not None else None

    def _details(self, run: Run | None, asked: Mapping[str, Any]) -> dict[str, Any]:
        moment = self._moment(run)
        answer: dict[str, Any] = {
            "run": run.number if run else None,
            "data": run.data.name if run and run.data else None,
            "note": _note(run) if run else "",
            "progress": _progress(run) if run else 0.0,
            "left": _short(run.left) if run and run.live else None,
            "place": self._lanes.place(run) if run else None,
            "snapshots": [],
            "at": moment.id if moment else None,
            "networks": {},
            "examples_version": 0,
            "table": None if asked.get("runs") == (self._rows[-1]["run"] if self._rows else 0) else self._rows,
        }
        shown = (moment or run.newest) if run else None
        if not run or not run.data or not shown:
            return answer
        tested = self._ten(run)
        answer["examples_version"] = run.number * 1000 + self._examples % 1000
        if asked.get("images") != answer["examples_version"]:
            answer["images"] = [images.pixels(image / 255) for image in tested.images]
        answer["snapshots"] = [{"id": s.id, "seconds": _short(s.seconds)} for s in run.snapshots]
        answer["networks"] = {
            name: self._network(run, track, shown, tested, answer["examples_version"])
            for name, track in run.tracks.items()
        }
        return answer

    def _network(self, run: Run, track: Track, shown: Snapshot, tested: Digits, ten: int) -> dict[str, Any]:
        name, batch, latest = track.plan.network, track.batch, track.curves.latest
        validation = track.validation if shown is run.newest else _evaluation(run, shown, name)
        points = track.curves.validation
        return {
            "epoch": batch.epoch if batch else 0,
            "epochs": track.plan.config.epochs,
            "step": batch.step if batch else 0,
            "steps": track.steps,
            "seconds": _short(track.seconds),
            "loss": _short(latest[2]) if latest else None,
            "accuracy": _short(latest[3]) if latest else None,
            "validation": _short(points[-1][1]) if points else None,
            "learning_rate": _short(batch.learning_rate) if batch else None,
            "speed": round(batch.images / batch.seconds) if batch else None,
            "curves": _curves(track.curves),
            "examples": self._reading(name, shown, tested, ten),
            "first": first_layer(shown.networks[name]),
            "confusion": confusion(validation),
            "result": self._result(run, track),
        }

    def _ten(self, run: Run) -> Digits:
        """Test images to read, drawn by the run's seed."""
        generator = torch.Generator().manual_seed(run.plans[0].config.seed + 1_000_003 * self._examples)
        return run.data.test[torch.randperm(len(run.data.test), generator=generator)[:EXAMPLES]]

    def _reading(self, name: str, shown: Snapshot, tested: Digits, ten: int) -> list[dict[str, Any]]:
        moment, read = self._read
        if moment != (shown.id, ten):
            read = {}
            self._read = (shown.id, ten), read
        if name not in read:
            with torch.inference_mode():
                shares, digits = shown.networks[name](tested.images / 255).softmax(1).max(1)
            read[name] = [
                {"label": label, "digit": digit, "confidence": round(share, 3)}
                for label, digit, share in zip(tested.labels.tolist(), digits.tolist(), shares.tolist(), strict=True)
            ]
        return read[name]

    def _result(self, run: Run, track: Track) -> dict[str, Any] | None:
        if run.live or track.test is None:
            return None
        comparable = run.data.name == "mnist"
        shipped = self._records[track.plan.network]["test"]
        return {
            "test": {"accuracy": track.test.accuracy, "loss": track.test.loss, "digits": len(run.data.test)},
            "shipped": {"accuracy": shipped["accuracy"], "loss": shipped["loss"]} if comparable else None,
            "promise": text.PROMISES[track.plan.network] if comparable else "",
        }


def _note(run: Run) -> str:
    instead = text.DIGITS_INSTEAD if run.data and run.data.name != run.wanted else ""
    return instead or (text.CPU_INSTEAD if run.loan and run.loan.refused else "")


# ---- reading what the page sent


def _names(settings: Any) -> list[str]:
    names = settings.get("networks") if isinstance(settings, Mapping) else None
    if names not in (["mlp"], ["cnn"], ["mlp", "cnn"]):
        raise Refusal(text.NO_NETWORK_CHOSEN)
    return names


def _plan(name: str, settings: Mapping[str, Any]) -> Plan:
    """What is to be done with one network; raises Refusal."""
    chosen = settings.get(name)
    if not isinstance(chosen, Mapping):
        raise Refusal(text.NO_NETWORK_CHOSEN)
    recipe = chosen.get("recipe")
    if not isinstance(recipe, str) or recipe not in RECIPES:
        raise Refusal(text.NO_RECIPE)
    try:
        architecture = read(ARCHITECTURES[name], chosen.get("architecture", {}))
        config = read(TrainConfig, chosen.get("config", {}))
    except OptionError as error:
        option, _, rest = str(error).partition(" ")
        raise Refusal(text.wrong_option(name, f"{LABELS.get(option, option)} {rest}")) from error
    if name == "mlp" and architecture.batch_norm and config.batch_size == 1:
        raise Refusal(text.BATCH_OF_ONE)
    return Plan(name, architecture, config, recipe)


def _describe(plan: Plan) -> list[LayerInfo]:
    """The layers of a planned network; raises Refusal where a step would take long."""
    rows = describe(NETWORKS[plan.network](plan.architecture))
    _, work = totals(rows)
    if work * plan.config.batch_size > STEP_WORK:
        raise Refusal(text.too_much_work(plan.network, work, STEP_WORK // work))
    return rows


def _nearest(snapshots: list[Snapshot], at: Any) -> Snapshot | None:
    """The snapshot with this number, or the one before where it is gone; None for the newest."""
    if type(at) is not int or not snapshots:
        return None
    return max((s for s in snapshots if s.id <= at), key=lambda s: s.id, default=snapshots[0])


# ---- numbers of a run


def _short(value: float | None) -> float | None:
    """Four digits that matter: what a chart shows, in few bytes."""
    return None if value is None else float(f"{value:.4g}")


def _progress(run: Run) -> float:
    if run.download and not run.data:
        done, total = run.download
        return round(done / total, 4) if total else 0.0
    if not run.live:
        return 1.0 if run.tracks and all(track.end for track in run.tracks.values()) else 0.0
    done = sum(track.seconds for track in run.tracks.values())
    return round(done / (done + run.left), 4) if run.left is not None and done else 0.0


def _curves(curves: Curves) -> dict[str, Any]:
    columns = zip(*curves.points, strict=True) if curves.points else ([],) * len(Curves.COLUMNS)
    answer: dict[str, Any] = {
        name: [_short(value) for value in column] for name, column in zip(Curves.COLUMNS, columns, strict=True)
    }
    validation = list(curves.validation)
    answer["validation"] = {"x": [_short(x) for x, _ in validation], "y": [_short(y) for _, y in validation]}
    return answer


def first_layer(model: nn.Sequential) -> dict[str, Any]:
    """The first weights of a network as pictures: conv1's kernels, or what units of fc1 take from each pixel."""
    weights = next(p for p in model.parameters() if p.ndim > 1).detach()  # (of, 1, k, k) or (of, 784)
    shown, largest = weights[:PICTURES], weights.abs().max()
    return {
        "count": len(shown),
        "of": len(weights),
        "side": weights.shape[-1] if weights.ndim == 4 else SIDE,
        "largest": _short(largest.item()),
        "weights": images.quantised(shown, True, largest),
    }


def confusion(evaluation: Evaluation | None) -> dict[str, Any] | None:
    """How often each digit was read as which: row the true one, column the one read."""
    if evaluation is None:
        return None
    counts: Tensor = evaluation.confusion
    return {"counts": counts.tolist(), "digits": int(counts.sum())}


def _evaluation(run: Run, shown: Snapshot, name: str) -> Evaluation:
    """How a network of the past reads the sample of digits kept back; kept with the snapshot."""
    if name not in shown.evaluations:
        shown.evaluations[name] = evaluate(shown.networks[name], run.tracks[name].sample, 100)
    return shown.evaluations[name]


def _record(run: Run, track: Track, changed: list[str]) -> dict[str, Any]:
    """The record of a network trained here."""
    plan = track.plan
    return training_record(
        network=plan.network,
        architecture=plan.architecture,
        recipe=f"{plan.recipe}, changed" if changed else plan.recipe,
        config=plan.config,
        model=track.model,
        data=run.data,
        device=(run.loan and run.loan.device) or device_name(next(track.model.parameters()).device, track.threads),
        seconds=track.seconds,
        epochs=track.epochs,
        outcome="diverged" if track.end and track.end.diverged else "finished" if track.end else "stopped",
        validation=track.validation,
        test=track.test,
        run=run.number,
    )


def _row(track: Track, record: Mapping[str, Any], changed: list[str]) -> dict[str, Any]:
    """A line of the table."""
    plan = track.plan
    return {
        **{name: record[name] for name in ("run", "network", "outcome", "epochs", "seconds", "parameters")},
        "recipe": plan.recipe,
        "data": record["data"]["name"],
        "changed": changed,
        "multiply_adds": totals(describe(track.copy))[1],
        "validation_accuracy": track.validation.accuracy,
        "test_accuracy": track.test.accuracy,
        "test_loss": track.test.loss,
        "settings": _flat(plan.config, plan.architecture),
    }


def recipe(name: str, network: str, data: str) -> TrainConfig:
    """What a recipe sets for a network on "mnist" or "digits"."""
    config = RECIPES[name][network]
    return for_few(config) if data == "digits" else config


def _changed(plan: Plan, data: str) -> list[str]:
    """The options that are not as in the recipe."""
    before = _flat(recipe(plan.recipe, plan.network, data), ARCHITECTURES[plan.network]())
    return [name for name, value in _flat(plan.config, plan.architecture).items() if value != before[name]]


def _flat(config: TrainConfig, architecture: Any) -> dict[str, Any]:
    """Every option by its name, those of the augmentation and the architecture among them."""
    flat = asdict(config)
    augmentation = flat.pop("augmentation")
    return {**flat, **augmentation, **asdict(architecture)}
