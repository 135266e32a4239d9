"""Notices: what somebody is told directly, since what they lead has failed for good. Each comes once."""

from datetime import datetime

from bot.core.chat import POSTS, Place, Post
from bot.core.jobs import Job, Pace
from bot.core.ports import Records, Store, Work


def tell(records: Records, who: int, key: str, post: Post, now: datetime) -> bool:
    """Put a notice on the ledger. False if that key's was put there before."""
    payload = {"who": who, "post": POSTS.dump_json(post).decode()}
    return records.enqueue(f"notice:{key}:{who}", "notice", f"notice:{who}", payload, now)


class Notices:
    """The handler of the work that brings them."""

    pace = Pace()

    def __init__(self, store: Store) -> None:
        self._store = store

    async def do(self, job: Job) -> None:
        who, post = int(job.work.payload["who"]), POSTS.validate_json(str(job.work.payload["post"]))
        person = await self._store.read(lambda records: records.person(who))
        place = await job.chat(Place(person.platform, person.workspace, "")).direct(person)
        await job.once(place, post)
        await job.done()

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        return None  # whoever cannot be written to finds it where they look after it: in the status, or by asking again
