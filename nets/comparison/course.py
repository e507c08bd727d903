"""The course of a comparison: what is missing is trained and measured, each result written as soon as it is known.

Whoever stops it loses at most one training or one reader's measures; the next call goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from nets.checkpoint import CheckpointError, load, save, training_record
from nets.comparison import experiments
from nets.comparison.claims import Found, claims
from nets.comparison.clock import clock, of
from nets.comparison.gallery import gallery
from nets.comparison.ledger import account, measured, row
from nets.comparison.measures import HARD, SAMPLE, curves, ink_kept, on_test_set, sample, shift_map
from nets.comparison.pairs import pairs
from nets.comparison.results import VERSION, checksum, keep, load_reader, read, reader_path, stamp, write
from nets.comparison.scores import spread
from nets.comparison.strokes import load_sets
from nets.comparison.trials import Trial, same, trial
from nets.contestants import CONTESTANTS, READERS, SEEDS, Contestant
from nets.data import DigitData
from nets.evaluation import evaluate
from nets.files import write_whole
from nets.models import ARCHITECTURES


@dataclass(frozen=True)
class Course:
    """One comparison, of these digits, into this folder."""

    data: DigitData
    folder: Path  # of the results
    weights: Path  # folder of every trial's weights, which are not shipped
    strokes: Sequence[Path] = ()  # files of drawn digits
    count: int = SAMPLE  # test digits for maps and curves
    seeds: tuple[int, ...] = SEEDS
    told: Callable[[str], object] = print

    @cached_property
    def sets(self) -> dict[str, tuple[Tensor, Tensor]]:
        return load_sets(self.strokes)

    # ---- trained

    def train(self, contestants: Sequence[Contestant] | None = None) -> None:
        """Every contestant but ours, seed by seed, so that all are there once before any is there twice."""
        chosen = [c for c in contestants or CONTESTANTS.values() if c.recipe != "best"]
        for seed in self.seeds:
            for contestant in chosen:
                if self._known(contestant, seed) is None:
                    done = trial(contestant, seed, self.data, self.weights, self.told)
                    write(self.folder / "trials", f"{contestant.key}-{seed}", self._account(contestant, done))
                    if seed == SEEDS[0]:
                        self._ship(contestant, done)
                    self.tell()

    def _account(self, contestant: Contestant, done: Trial) -> dict[str, Any]:
        return account(done, contestant, self.data, self.sets)

    def _known(self, contestant: Contestant, seed: int) -> dict[str, Any] | None:
        """What was written of a trial, if it was of this training and of the drawings that are given now."""
        found = read(self.folder / "trials", f"{contestant.key}-{seed}")
        known = (
            found is not None
            and same(found["config"], replace(contestant.config, seed=seed))
            and found["data"]["checksums"] == self.data.checksums
            and set(found["drawn"]) >= {path.name.split(".")[0] for path in self.strokes}
        )
        return found if known else None

    def _ship(self, contestant: Contestant, done: Trial) -> None:
        """The tutorials' readers as checkpoints like ours, the others in half the bytes."""
        if contestant.key not in READERS:
            keep(contestant, done.model, self.folder)
            return
        record = training_record(
            network=contestant.network,
            architecture=ARCHITECTURES[contestant.network](),
            recipe=contestant.recipe,
            config=replace(contestant.config, seed=done.record["seed"]),
            model=done.model,
            data=self.data,
            device=done.record["device"],
            seconds=done.record["processor_seconds"],  # others may be using the machine
            epochs=done.record["epochs"],
            outcome="finished",
            validation=evaluate(done.model, self.data.validation),
            test=evaluate(done.model, self.data.test),
        )
        save(done.model, reader_path(contestant.key, self.folder), record)

    # ---- measured

    def measure(self, keys: Sequence[str] = tuple(READERS)) -> None:
        """The readers, unless these very weights have been measured already."""
        for key in keys:
            try:
                model, record = load_reader(key, self.folder)
            except CheckpointError:
                continue  # not trained yet
            known = read(self.folder, f"measured-{key}")
            if known is None or not self._same(known, record):
                self.told(f"measuring {key}")
                write(self.folder, f"measured-{key}", self._measured(key, model, record))
                self.tell()

    def _same(self, known: dict[str, Any], record: dict[str, Any]) -> bool:
        names = {path.name.split(".")[0] for path in self.strokes}
        return (
            known["version"] == VERSION
            and known["sha256"] == record["sha256"]
            and known["data"]["checksums"] == self.data.checksums
            and known["shift"]["digits"] == min(self.count, len(self.data.test))
            and set(known["ledger"]["drawn"]) >= names
        )

    def _measured(self, key: str, model: nn.Sequential, record: dict[str, Any]) -> dict[str, Any]:
        digits = sample(self.data.test, self.count)[1]
        path = reader_path(key, self.folder)
        train = evaluate(model, self.data.train[:10_000])
        return {
            "reader": key,
            **stamp(),
            "sha256": record["sha256"],
            "data": {"name": self.data.name, "checksums": self.data.checksums},
            "training": {name: record[name] for name in ("recipe", "seed", "epochs", "seconds", "device")},
            "shift": shift_map(model, digits),
            "curves": curves(model, digits[: -(-len(digits) // 2)]),
            "test": on_test_set(model, self.data.test),
            "hard": HARD,
            "ledger": {
                **measured(model, READERS[key], self.data, self.sets),
                "bytes": path.stat().st_size,
                "file": checksum(path),
                "train": {"digits": 10_000, "accuracy": train.accuracy, "loss": train.loss},
                "test": record["test"],
            },
        }

    def experiment(self, names: Sequence[str] = tuple(experiments.EXPERIMENTS)) -> None:
        """The small experiments, training by training."""
        for name in names:
            everything = read(self.folder, "experiments") or {}
            for found in experiments.run(
                experiments.EXPERIMENTS[name], self.data, self.weights, everything.get(name), self.seeds, self.told
            ):
                write(self.folder, "experiments", {**everything, name: found})
            self.tell()

    def clock(self) -> None:
        """How long each contestant takes, on this machine."""
        self.told("measuring how long each takes")
        write(self.folder, "clock", {**stamp(), "times": clock(CONTESTANTS.values(), self.data)})

    # ---- put together

    def tell(self) -> None:
        """Ledger, pairs and claims, from what has been written so far."""
        readers = {key: found for key in READERS if (found := read(self.folder, f"measured-{key}"))}
        accounts = self._accounts(readers)
        clocked = read(self.folder, "clock")
        ledger = {key: row(CONTESTANTS[key], found, of(clocked, key)) for key, found in accounts.items()}
        write(self.folder, "ledger", {**stamp(), "rows": list(ledger.values())})
        kept = read(self.folder, "pairs") or {}
        if kept.get("digits") != self.count:
            kept = {"digits": self.count, "ink_kept": ink_kept(sample(self.data.test, self.count)[1])}
        content = {**stamp(), "digits": self.count, "ink_kept": kept["ink_kept"]}
        write(self.folder, "pairs", {**content, "pairs": pairs(readers, self.data.test.labels)})
        trained = {key: accounts[key] for key in ("tutorial-mlp", "tutorial-cnn") if key in accounts}
        found = Found(
            ledger=ledger,
            roughness={
                key: {unit: spread([a["roughness"][unit] for a in of]) for unit in ("nats", "relative")}
                for key, of in trained.items()
            },
            converged={key: spread([a["converged"] for a in of]) for key, of in trained.items()},
            experiments={
                name: experiments.summary(of)
                for name, of in (read(self.folder, "experiments") or {}).items()
                if all(of.values())
            },
            readers=readers,
        )
        write(self.folder, "claims", {**stamp(), "rows": claims(found), "experiments": found.experiments})

    def _accounts(self, readers: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """What is known of each contestant's trials; of ours what was measured of the shipped networks."""
        found = {}
        for key, contestant in CONTESTANTS.items():
            if contestant.recipe == "best":
                of = [_of_ours(readers[key])] if key in readers else []
            else:
                of = [a for seed in self.seeds if (a := read(self.folder / "trials", f"{key}-{seed}"))]
            if of:
                found[key] = of
        return found

    def exhibit(self) -> None:
        """The gallery, once there are all four readers; made again where one has changed."""
        try:
            loaded = {key: load(reader_path(key, self.folder)) for key in READERS}
        except CheckpointError:
            return
        checksums = {key: record["sha256"] for key, (_, record) in loaded.items()}
        known = read(self.folder, "gallery")
        if known is None or known["readers"] != checksums or not (self.folder / "gallery.png").exists():
            content, picture = gallery({key: model for key, (model, _) in loaded.items()}, self.data.test, self.told)
            write_whole(self.folder / "gallery.png", picture)
            write(self.folder, "gallery", {"readers": checksums, **content})


def _of_ours(measured: dict[str, Any]) -> dict[str, Any]:
    training, ledger = measured["training"], measured["ledger"]
    return {
        "seed": training["seed"],
        "epochs": training["epochs"],
        "checks": [],
        "drawn": ledger["drawn"],
        "far": ledger["far"],
        "train": ledger["train"],
        "test": ledger["test"],
    }
