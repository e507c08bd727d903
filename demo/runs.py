"""One visitor's runs: at most one under way, what came of the earlier ones, and what the Retrain tab shows of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from demo.networks import Networks, Reader, Record
from demo.training.digits import DataName
from demo.training.lanes import Lanes
from demo.training.plan import Plan
from demo.training.records import record, row
from demo.training.run import Run
from demo.training.snapshots import Snapshot
from demo.training.states import Halt, Outcome
from demo.training.table import Table


class Runs:
    """Starts runs, hands their networks to the one owner of networks, and files what came of them."""

    def __init__(self, networks: Networks, lanes: Lanes, grown: Callable[[], None] = lambda: None) -> None:
        """grown is called whenever this visitor may take more memory than before."""
        self._networks, self._lanes, self._grown = networks, lanes, grown
        self._numbers = itertools.count(1)
        self.latest: Run | None = None  # the newest run, under way or ended
        self.cut_off = False  # whether the newest run ended because the page was gone
        self.table = Table()
        self.ten = 0  # which ten test digits are shown

    @property
    def live(self) -> Run | None:
        """The run under way, if it can still be told what to do."""
        run = self.latest
        return run if run and run.live and not run.stopping else None

    @property
    def moments(self) -> list[Snapshot]:
        """Of the newest run, those that are in memory."""
        run = self.latest
        return [moment for moment in (*run.snapshots.kept, run.snapshots.newest) if moment] if run else []

    @property
    def kept_bytes(self) -> int:
        """Memory that the newest run's kept steps take."""
        run = self.latest
        return sum(track.kept_steps.bytes for track in run.tracks.values()) if run else 0

    # ---- commands

    def start(
        self, plans: Sequence[Plan], data: DataName, halt: Halt | None = None, address: str | None = None
    ) -> None:
        """Begin a run, in line where others train; raises InTraining and NoRoom."""
        number = next(self._numbers)
        self._networks.follow(number)
        try:
            place = self._lanes.enter(address)
        except BaseException:
            self._networks.settle(number, {})
            raise
        self.latest, self.cut_off = Run(number, plans, data, place, self, halt), False

    def travel(self, id: int | None) -> None:
        """Read with the networks of a moment of the newest run, or again with those of now."""
        run = self.latest
        if run:
            self._networks.travel(run.number, None if id is None else run.snapshots.nearest(id))
            self._grown()

    def others(self) -> None:
        """Ten other test digits."""
        self.ten += 1

    def close(self) -> None:
        """The page is gone: end the training, and keep nothing but the networks."""
        run = self.latest
        if run:
            self.cut_off = run.live
            run.close()
            self._networks.settle(run.number, _readers(run, {}))
            self._networks.travel(run.number, None)
            self.latest = None

    def drop(self) -> None:
        """Let go of the newest run, for want of memory; not while it is under way."""
        if self.latest and not self.latest.live:
            self.latest = None

    # ---- what runs tell

    def moved(self, run: Run) -> None:
        if run.snapshots.newest:
            self._networks.publish(run.number, run.snapshots.newest)
            self._grown()

    def ended(self, run: Run, outcome: Outcome) -> None:
        readers: dict[str, Reader] = {}
        try:
            records = {name: found for name, track in run.tracks.items() if (found := record(run, track))}
            if records:
                rows = [row(run, run.tracks[name], found) for name, found in records.items()]
                self.table.file(run.number, rows, {name: run.tracks[name].curves.packed() for name in records})
            readers = _readers(run, records)
        finally:
            self._networks.settle(run.number, readers)
            self._grown()


def _readers(run: Run, records: Mapping[str, Record]) -> dict[str, Reader]:
    """What a run leaves of networks that have learnt: with a record, or as far as they were trained."""
    newest = run.snapshots.newest
    return {
        name: Reader(model, records.get(name), "run", run.number, None if name in records else newest.seconds)
        for name, model in (newest.networks if newest else {}).items()
        if newest and run.tracks[name].batch
    }
