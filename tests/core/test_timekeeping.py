"""The time everything is decided by: the server's, or this machine's while it behaves."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.timekeeping import CHECKED_EVERY, DOUBTED, Timekeeper

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Machine:
    """A wall clock that can be set, a steady one that cannot, and a server somewhere else."""

    def __init__(self, server_ahead: float | None = None) -> None:
        self.wall, self.steady, self.asked = NOON, 100.0, 0
        self.server = None if server_ahead is None else NOON + timedelta(seconds=server_ahead)
        self.answering = [0.0]
        self.keeper = Timekeeper(lambda: self.wall, lambda: self.steady)

    def pass_(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += timedelta(seconds=seconds)
        if self.server:
            self.server += timedelta(seconds=seconds)

    def set_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    async def ask(self) -> datetime | None:
        self.asked += 1
        takes = self.answering.pop(0) if len(self.answering) > 1 else self.answering[0]
        self.pass_(takes / 2)
        answer = self.server
        self.pass_(takes / 2)
        return answer

    def after(self) -> float:
        return (self.keeper.now() - NOON).total_seconds()


async def test_without_a_server_the_machines_time_counts() -> None:
    machine = Machine()
    await machine.keeper.check(machine.ask)
    machine.pass_(3600)
    assert machine.after() == 3600
    assert machine.keeper.jumped() == 0


def test_time_stands_still_rather_than_going_back_a_little() -> None:
    machine = Machine()
    machine.pass_(10)
    assert machine.after() == 10
    machine.set_by(-1)
    assert machine.after() == 10
    machine.pass_(0.5)
    assert machine.after() == 10
    machine.pass_(1.5)
    assert machine.after() == 11


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 3.0, -3.0])
def test_a_jump_is_not_believed_at_once(jump: float) -> None:
    machine = Machine()
    machine.set_by(jump)
    assert machine.after() == 0
    machine.pass_(DOUBTED - 1)
    assert machine.after() == DOUBTED - 1
    machine.set_by(-jump)
    assert machine.after() == DOUBTED - 1
    machine.pass_(DOUBTED)
    assert machine.after() == 2 * DOUBTED - 1
    assert machine.keeper.jumped() == 0


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_jump_that_stands_is_believed_and_told_once(jump: float, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    machine.set_by(jump)
    machine.after()
    machine.pass_(DOUBTED)
    assert machine.after() == jump + DOUBTED
    assert f"{jump:+.0f} seconds" in caplog.text
    assert machine.keeper.jumped() == jump
    assert machine.keeper.jumped() == 0


def test_a_sleep_of_the_machine_is_no_jump() -> None:
    machine = Machine()
    machine.after()
    machine.pass_(8 * 3600)  # both clocks went on meanwhile
    assert machine.after() == 8 * 3600
    assert machine.keeper.jumped() == 0


@pytest.mark.parametrize("ahead", [7200.0, -7200.0, 5.0])
async def test_the_servers_time_counts_and_a_wrong_clock_is_named(ahead: float, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(server_ahead=ahead)
    await machine.keeper.check(machine.ask)
    assert machine.after() == ahead
    assert machine.keeper.offset == -ahead
    assert f"{-ahead:+.1f} seconds off" in caplog.text


async def test_after_the_server_was_asked_the_machines_clock_may_be_set_to_anything() -> None:
    machine = Machine(server_ahead=1)
    await machine.keeper.check(machine.ask)
    machine.set_by(86400)
    machine.pass_(DOUBTED * 2)
    assert machine.after() == 1 + DOUBTED * 2


async def test_the_quickest_of_three_answers_counts() -> None:
    machine = Machine(server_ahead=100)
    machine.answering = [8.0, 0.25, 4.0]
    await machine.keeper.check(machine.ask)
    assert machine.asked == 3
    assert machine.server
    assert machine.keeper.now() == machine.server


async def test_the_server_is_asked_at_first_every_ten_minutes_and_when_clocks_part() -> None:
    machine = Machine(server_ahead=0)
    due = [machine.keeper.due]
    await machine.keeper.check(machine.ask)
    due.append(machine.keeper.due)
    machine.pass_(CHECKED_EVERY - 1)
    due.append(machine.keeper.due)
    machine.pass_(1)
    due.append(machine.keeper.due)
    await machine.keeper.check(machine.ask)
    machine.set_by(10)
    due.append(machine.keeper.due)
    await machine.keeper.check(machine.ask)
    due.append(machine.keeper.due)
    assert due == [True, False, False, True, True, False]


async def test_a_server_whose_clock_was_set_back_is_followed() -> None:
    machine = Machine(server_ahead=0)
    await machine.keeper.check(machine.ask)
    assert machine.server
    machine.server -= timedelta(seconds=30)
    await machine.keeper.check(machine.ask)
    assert machine.after() == -30
    assert machine.keeper.jumped() == -30
