"""Which networks read: every command's effect, and commands of several threads that meet."""

from __future__ import annotations

import threading

import pytest

from demo.networks import InTraining, Networks, Reader
from demo.training.snapshots import Snapshot
from nets.models import cnn, mlp

RECORD = {"network": "mlp"}


def shipped() -> dict[str, Reader]:
    return {"mlp": Reader(mlp(), RECORD, "shipped"), "cnn": Reader(cnn(), {"network": "cnn"}, "shipped")}


def moment(seconds: float = 1.0) -> Snapshot:
    """Of a run of the MLP."""
    return Snapshot(int(10 * seconds), seconds, {"mlp": mlp()})


@pytest.fixture
def base() -> dict[str, Reader]:
    return shipped()


@pytest.fixture
def networks(base) -> Networks:
    return Networks(base)


def test_at_first_the_shipped_ones_read(networks, base):
    assert networks.now() == base
    assert networks.all == [] and networks.view.kept == {}


def test_what_is_asked_changes_nothing(networks):
    networks.now()["mlp"] = networks.now()["cnn"]
    before = networks.view
    assert (networks.version, networks.now(), networks.all, networks.view.describe()["version"]) == (
        before.version,
        dict(before.readers),
        [],
        before.version,
    )
    assert networks.view is before and networks.now()["mlp"].source == "shipped"


def test_networks_trained_as_in_the_tutorials_stand_in_for_the_shipped_ones(base):
    tutorial = {name: Reader(reader.model, reader.record, "tutorial") for name, reader in shipped().items()}
    networks = Networks(base, tutorial)
    networks.keep("cnn", Reader(cnn(), {"network": "cnn"}, "loaded"))
    networks.ship("tutorial")
    assert networks.now() == tutorial
    assert networks.shipped_record("mlp") is base["mlp"].record and "cnn" in networks.view.kept
    networks.follow(1)
    with pytest.raises(InTraining):
        networks.ship()
    assert networks.now() == tutorial
    networks.settle(1, {})
    networks.ship()
    assert networks.now() == base


def test_a_run_from_its_first_copy_to_its_result(networks, base):
    networks.follow(1)
    assert networks.now() == base and networks.view.training == 1
    copies = [moment(seconds) for seconds in (1.0, 2.0)]
    for copied in copies:
        networks.publish(1, copied)
        reader = networks.now()["mlp"]
        assert reader.model is copied.networks["mlp"] and networks.now()["cnn"] is base["cnn"]
        assert (reader.source, reader.run, reader.seconds, reader.record) == ("run", 1, copied.seconds, None)
    assert [reader.model for reader in networks.all] == [copies[1].networks["mlp"]]
    result = Reader(copies[1].networks["mlp"], RECORD, "run", 1)
    networks.settle(1, {"mlp": result})
    assert networks.now()["mlp"] is result and networks.view.training is None
    assert networks.view.kept == {"mlp": result}
    networks.publish(1, copies[0])  # too late
    networks.settle(1, {"mlp": Reader(mlp(), RECORD, "run", 1)})
    assert networks.now()["mlp"] is result


def test_what_was_broken_off_reads_but_is_not_kept_to_be_downloaded(networks):
    networks.follow(1)
    networks.settle(1, {"mlp": (broken := Reader(mlp(), None, "run", 1, 3.0))})
    assert networks.now()["mlp"] is broken and networks.view.kept == {}


def test_while_a_run_is_in_training_nothing_else_takes_its_place(networks):
    networks.follow(1)
    networks.publish(1, (copied := moment()))
    before = networks.view
    for command in (
        lambda: networks.follow(2),
        lambda: networks.keep("mlp", Reader(mlp(), RECORD, "loaded")),
        networks.ship,
    ):
        with pytest.raises(InTraining):
            command()
    assert not networks.drop()
    assert networks.view is before and networks.now()["mlp"].model is copied.networks["mlp"]


def test_back_to_the_shipped_ones_and_what_can_still_be_downloaded(networks, base):
    loaded = Reader(mlp(), RECORD, "loaded")
    networks.keep("mlp", loaded)
    assert networks.now()["mlp"] is loaded
    networks.ship()
    assert networks.now() == base and networks.view.kept == {"mlp": loaded}
    assert networks.drop()
    assert networks.view.kept == {} and networks.all == []


def test_a_moment_that_is_past_reads_until_it_is_left(networks):
    def model():
        return networks.now()["mlp"].model

    networks.follow(1)
    networks.publish(1, moment(9.0))
    networks.travel(1, (past := moment(1.0)))
    assert model() is past.networks["mlp"] and networks.view.moment is past
    networks.publish(1, (newest := moment(10.0)))
    assert model() is past.networks["mlp"]  # the run goes on behind it
    networks.travel(1, None)
    assert model() is newest.networks["mlp"] and networks.view.moment is None
    networks.travel(0, past)  # of a run that is not the latest
    assert model() is newest.networks["mlp"]


@pytest.mark.parametrize("what", ["ship", "keep", "follow", "drop"])
def test_who_does_something_else_is_back_from_the_past(networks, what):
    networks.follow(1)
    networks.settle(1, {"mlp": Reader(mlp(), RECORD, "run", 1)})
    networks.travel(1, moment())
    {
        "ship": networks.ship,
        "keep": lambda: networks.keep("cnn", Reader(cnn(), RECORD, "loaded")),
        "follow": lambda: networks.follow(2),
        "drop": networks.drop,
    }[what]()
    assert networks.view.moment is None
    assert networks.now()["mlp"].seconds is None


def test_every_view_has_a_version_of_its_own(networks, base):
    versions = [networks.version]
    for change in (
        lambda: networks.follow(1),
        lambda: networks.publish(1, moment()),
        lambda: networks.travel(1, moment()),
        lambda: networks.settle(1, {"mlp": Reader(mlp(), RECORD, "run", 1)}),
        networks.ship,
    ):
        change()
        versions.append(networks.version)
    versions.append(Networks(base).version)  # as after the server was started again
    assert len(set(versions)) == len(versions)


def test_a_view_is_of_one_moment(networks, base):
    """Readers of a race are published in pairs; nobody ever sees half of one."""
    networks.follow(1)
    done = threading.Event()
    models = {name: reader.model for name, reader in base.items()}
    pairs = [Snapshot(i, float(i), models) for i in range(50)]

    def publish() -> None:
        while not done.is_set():
            for pair in pairs:
                networks.publish(1, pair)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        seen: dict[str, tuple] = {}
        for _ in range(2000):
            view = networks.view
            assert view.readers["mlp"].seconds == view.readers["cnn"].seconds
            assert seen.setdefault(view.version, view.readers) is view.readers
    finally:
        done.set()
        thread.join()


def test_of_a_load_and_a_start_that_meet_one_comes_first(networks):
    """Each is one step: whoever comes second finds what the first has made of it."""
    for _ in range(200):
        barrier, refused = threading.Barrier(2), []

        def attempt(command, barrier=barrier, refused=refused) -> None:
            barrier.wait()
            try:
                command()
            except InTraining:
                refused.append(command)

        loaded = Reader(mlp(), RECORD, "loaded")
        commands = [lambda: networks.follow(1), lambda loaded=loaded: networks.keep("mlp", loaded)]
        threads = [threading.Thread(target=attempt, args=(command,)) for command in commands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert networks.view.training == 1 and refused in ([], [commands[1]])
        networks.publish(1, (copied := moment()))
        assert networks.now()["mlp"].model is copied.networks["mlp"]
        networks.settle(1, {})
        assert networks.now()["mlp"] is loaded or refused
        networks.ship()
        networks.drop()
