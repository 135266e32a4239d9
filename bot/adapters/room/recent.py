"""The latest things of each person, kept in memory for as long as they may be asked for again."""

from collections import OrderedDict
from typing import Any

from bot.adapters.room.limits import REMEMBERED_PEOPLE
from bot.core.chat import Person


class Recent:
    """The latest things of each person by id: bounded in things for one person, and in people."""

    def __init__(self, things: int) -> None:
        self._things = things
        self._people: OrderedDict[str, OrderedDict[str, Any]] = OrderedDict()

    def of(self, person: Person) -> OrderedDict[str, Any]:
        mine = self._people.setdefault(person.id, OrderedDict())
        self._people.move_to_end(person.id)
        while len(self._people) > REMEMBERED_PEOPLE:
            self._people.popitem(last=False)
        return mine

    def keep(self, person: Person, name: str, thing: object) -> None:
        mine = self.of(person)
        mine[name] = thing
        while len(mine) > self._things:
            mine.popitem(last=False)
