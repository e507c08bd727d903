"""Which networks read: every command's effect, and commands of several threads that meet."""

from __future__ import annotations

import threading

import pytest

from demo.networks import InTraining, Networks, Reader
from nets.models import cnn, mlp

RECORD = {"network": "mlp"}


def shipped() -> dict[str, Reader]:
    return {"mlp": Reader(mlp(), RECORD, "shipped"), "cnn": Reader(cnn(), {"network": "cnn"}, "shipped")}


def learning(run: int = 1, seconds: float = 1.0) -> Reader:
    return Reader(mlp(), None, "run", run, seconds)


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
    networks.now()["mlp"] = learning()
    before = networks.view
    assert (networks.version, networks.now(), networks.all, networks.view.describe()["version"]) == (
        before.version,
        dict(before.readers),
        [],
        before.version,
    )
    assert networks.view is before and networks.now()["mlp"].source == "shipped"


def test_a_run_from_its_first_copy_to_its_result(networks, base):
    networks.follow(1)
    assert networks.now() == base and networks.view.training == 1
    copies = [learning(seconds=second) for second in (1.0, 2.0)]
    for copied in copies:
        networks.publish(1, {"mlp": copied})
        assert networks.now() == {"mlp": copied, "cnn": base["cnn"]}
    assert networks.all == [copies[1]]
    result = Reader(copies[1].model, RECORD, "run", 1)
    networks.settle(1, {"mlp": result})
    assert networks.now()["mlp"] is result and networks.view.training is None
    assert networks.view.kept == {"mlp": result}
    networks.publish(1, {"mlp": copies[0]})  # too late
    networks.settle(1, {"mlp": copies[0]})
    assert networks.now()["mlp"] is result


def test_what_was_broken_off_reads_but_is_not_kept_to_be_downloaded(networks):
    networks.follow(1)
    networks.settle(1, {"mlp": (broken := learning())})
    assert networks.now()["mlp"] is broken and networks.view.kept == {}


def test_while_a_run_is_in_training_nothing_else_takes_its_place(networks):
    networks.follow(1)
    networks.publish(1, {"mlp": (copied := learning())})
    before = networks.view
    for command in (
        lambda: networks.follow(2),
        lambda: networks.keep("mlp", Reader(mlp(), RECORD, "loaded")),
        networks.ship,
    ):
        with pytest.raises(InTraining):
            command()
    networks.drop()
    assert networks.view is before and networks.now()["mlp"] is copied


def test_back_to_the_shipped_ones_and_what_can_still_be_downloaded(networks, base):
    loaded = Reader(mlp(), RECORD, "loaded")
    networks.keep("mlp", loaded)
    assert networks.now()["mlp"] is loaded
    networks.ship()
    assert networks.now() == base and networks.view.kept == {"mlp": loaded}
    networks.drop()
    assert networks.view.kept == {} and networks.all == []


def test_a_moment_that_is_past_reads_until_it_is_left(networks):
    networks.follow(1)
    networks.publish(1, {"mlp": (newest := learning(seconds=9.0))})
    past = learning(seconds=1.0)
    networks.travel(1, 5, {"mlp": past})
    assert networks.now()["mlp"] is past and networks.view.moment == 5
    networks.publish(1, {"mlp": (newest := learning(seconds=10.0))})
    assert networks.now()["mlp"] is past  # the run goes on behind it
    networks.travel(1, None, {})
    assert networks.now()["mlp"] is newest and networks.view.moment is None
    networks.travel(0, 1, {"mlp": past})  # of a run that is not the latest
    assert networks.now()["mlp"] is newest


@pytest.mark.parametrize("what", ["ship", "keep", "follow", "drop"])
def test_who_does_something_else_is_back_from_the_past(networks, what):
    networks.follow(1)
    networks.settle(1, {"mlp": Reader(mlp(), RECORD, "run", 1)})
    networks.travel(1, 5, {"mlp": learning()})
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
        lambda: networks.publish(1, {"mlp": learning()}),
        lambda: networks.travel(1, 1, {"mlp": learning()}),
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
    pairs = [{"mlp": Reader(base["mlp"].model, None, "run", 1, i), "cnn": Reader(base["cnn"].model, None, "run", 1, i)}
             for i in range(50)]  # fmt: skip

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
        networks.publish(1, {"mlp": (copied := learning())})
        assert networks.now()["mlp"] is copied
        networks.settle(1, {})
        assert networks.now()["mlp"] is loaded or refused
        networks.ship()
        networks.drop()
