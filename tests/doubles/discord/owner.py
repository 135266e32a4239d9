"""What the owner of a server does: permissions, places, webhooks, threads, and the app itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.people import Person
from tests.doubles.discord.permissions import bits, sees
from tests.doubles.discord.routes.threads import Threads
from tests.doubles.discord.routes.webhooks import Webhooks
from tests.doubles.discord.things import Channel, Guild, Message, Overwrite, Role, Webhook
from tests.doubles.discord.world import World


class Owner:
    """A part of the double: its hands."""

    world: World
    gateway: Gateway
    threads: Threads
    webhooks: Webhooks
    guild: Guild
    owner: Person

    def allow_message_content(self, allowed: bool) -> None:
        """The switch in the developer portal."""
        self.world.message_content = allowed
        self.gateway.allowed = {"MESSAGE_CONTENT"} if allowed else set()

    def app_role(self, guild: Guild | None = None) -> Role:
        home = guild or self.guild
        return home.roles[home.members[self.world.bot.id].roles[0]]

    def set_permissions(self, role: Role, *names: str, guild: Guild | None = None) -> None:
        """Exactly these, of the app's role or any other."""
        home = guild or self.guild
        with self._seen_anew(home):
            role.permissions = bits(*names)
            self.world.tell("GUILD_ROLE_UPDATE", home, role)

    def deny(self, channel: Channel, *names: str, whom: Role | Person | None = None) -> None:
        """In one channel and its threads; of the app, where nobody is named."""
        self._overwrite(channel, whom, deny=bits(*names))

    def allow(self, channel: Channel, *names: str, whom: Role | Person | None = None) -> None:
        self._overwrite(channel, whom, allow=bits(*names))

    def hide(self, channel: Channel, *shown_to: Person) -> None:
        """A private channel: for these people and the app."""
        assert channel.guild is not None
        everyone = channel.guild.roles[channel.guild.id]
        for person in shown_to:
            self.allow(channel, "VIEW_CHANNEL", whom=person)
        self.allow(channel, "VIEW_CHANNEL")
        self.deny(channel, "VIEW_CHANNEL", whom=everyone)

    def _overwrite(self, channel: Channel, whom: Role | Person | None, allow: int = 0, deny: int = 0) -> None:
        holder = whom or self.world.bot
        assert channel.guild is not None
        with self._seen_anew(channel.guild, channel):
            one = channel.overwrites.setdefault(holder.id, Overwrite(holder.id, 0 if isinstance(holder, Role) else 1))
            one.allow, one.deny = one.allow & ~deny | allow, one.deny & ~allow | deny

    @contextmanager
    def _seen_anew(self, guild: Guild, *changed: Channel) -> Iterator[None]:
        """Tells of channels that changed, or that the app sees or no longer sees after a change of permissions."""
        places = [one for one in guild.channels.values() if not one.is_thread]
        before = {one.id for one in places if sees(one, self.world.bot)}
        yield
        for one in places:
            gained = sees(one, self.world.bot) and one.id not in before
            if gained or one in changed or (one.id in before and not sees(one, self.world.bot)):
                self.world.tell("CHANNEL_UPDATE", one)
            if gained:
                self.world.tell("THREAD_LIST_SYNC", one)

    def delete(self, channel: Channel) -> None:
        """A channel with its threads and webhooks, or one thread."""
        self.world.forget(channel)
        self.world.tell("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)

    def delete_webhook(self, webhook: Webhook) -> None:
        self.webhooks.remove(webhook)

    def delete_message(self, message: Message) -> None:
        message.channel.messages.pop(message.id, None)
        message.deleted = True
        self.world.tell("MESSAGE_DELETE", message)

    def add_webhook(self, channel: Channel, name: str = "Somebody's", *, app: bool = False) -> Webhook:
        """A webhook that a person made, or, with `app`, one the app made earlier."""
        return self.webhooks.add(channel, name, app=app)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        self.threads.change(thread, {"archived": True, "locked": locked}, self.owner.user)

    def lock(self, thread: Channel) -> None:
        self.threads.change(thread, {"locked": True}, self.owner.user)

    def rename(self, channel: Channel, name: str) -> None:
        if channel.is_thread:
            self.threads.change(channel, {"name": name}, self.owner.user)
        else:
            channel.name = name
            self.world.tell("CHANNEL_UPDATE", channel)

    def remove_app(self, guild: Guild | None = None) -> None:
        """The app is thrown out."""
        home = guild or self.guild
        home.bot_inside = False
        home.members.pop(self.world.bot.id, None)
        self.world.tell("GUILD_DELETE", home)

    def outage(self, guild: Guild | None = None) -> None:
        """The guild cannot be reached for a while; nothing in it is gone."""
        home = guild or self.guild
        home.available = False
        self.world.tell("GUILD_DELETE", home)

    def recover(self, guild: Guild | None = None) -> None:
        home = guild or self.guild
        home.available = True
        self.world.tell("GUILD_CREATE", home, True)
