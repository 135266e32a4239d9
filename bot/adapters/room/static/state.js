// What this page knows: people's messages by id, what is unread, what is being written, and what is still on its way.

const PENDING = "lectern.pending";

export const spotKey = (channel, thread) => (thread ? `${channel}#${thread}` : channel);

export class State {
  constructor() {
    this.me = null;
    this.channels = [];
    this.commands = [];
    this.pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "[]"); // {id, channel, thread, text, failed}
    this.forget();
  }

  forget() {
    this.since = null;
    this.messages = new Map();
    this.replies = new Map();
    this.unread = new Map();
    this.marks = new Map();
    this.floors = new Map(); // spot -> {floor, more}: the loaded stretch of a conversation, which reaches to its end
    this.shows = new Map();
    this.busy = new Map();
  }

  welcome(frame) {
    if (frame.reset) {
      this.forget();
      this.since = frame.head;
    }
    this.me = frame.person;
    this.title = frame.title;
    this.ahead = Date.now() - new Date(frame.now); // how far this clock is ahead of the room's
    this.channels = frame.channels;
    this.commands = frame.commands;
    this.marks = new Map(frame.marks.map((mark) => [spotKey(mark.channel, mark.thread), mark.message]));
    this.setUnread(frame.unread);
  }

  // The channels of everybody's; one's own place stays.
  setChannels(channels) {
    this.channels = [...channels, ...this.channels.filter((one) => one.direct)];
  }

  setUnread(list) {
    this.unread = new Map(list.map((one) => [spotKey(one.channel, one.thread), one.count]));
  }

  news(frame) {
    this.since = frame.since;
    this.setUnread(frame.unread);
    this.setReplies(frame.replies);
    return frame.messages.filter((message) => this.put(message));
  }

  setReplies(replies) {
    for (const [root, count] of Object.entries(replies)) this.replies.set(Number(root), count);
  }

  // True if the message is new to us or newer than what we had.
  put(message) {
    const known = this.messages.get(message.id);
    if (known && known.seq >= message.seq) return false;
    this.messages.set(message.id, message);
    this.shows.delete(message.id);
    if (message.author.kind !== "person") this.busy.delete(spotKey(message.channel, message.thread));
    return true;
  }

  page(channel, thread, frame) {
    for (const message of frame.messages) this.put(message);
    if (frame.root) this.put(frame.root);
    this.setReplies(frame.replies);
    const key = spotKey(channel, thread);
    const floor = frame.messages.length ? frame.messages[0].id : (this.floors.get(key)?.floor ?? 0);
    this.floors.set(key, { floor, more: frame.more });
  }

  // The loaded messages of a place, oldest first, with a thread's root before them.
  in(channel, thread) {
    const { floor, more } = this.floors.get(spotKey(channel, thread)) ?? { floor: 0, more: false };
    const here = [...this.messages.values()].filter(
      (message) => message.channel === channel && (message.thread ?? null) === (thread ?? null) && (!more || message.id >= floor),
    );
    here.sort((a, b) => a.id - b.id);
    const root = thread ? this.messages.get(thread) : null;
    return root ? [root, ...here] : here;
  }

  pendingIn(channel, thread) {
    return this.pending.filter((one) => one.channel === channel && (one.thread ?? null) === (thread ?? null));
  }

  keepPending() {
    sessionStorage.setItem(PENDING, JSON.stringify(this.pending));
  }

  addPending(entry) {
    this.pending.push(entry);
    this.keepPending();
  }

  dropPending(id) {
    this.pending = this.pending.filter((one) => one.id !== id);
    this.keepPending();
  }

  failPending(id, sentence) {
    const entry = this.pending.find((one) => one.id === id);
    if (entry) entry.failed = sentence;
    this.keepPending();
  }

  // Unread in a channel, with those of its threads that concern me: those I have looked into or was invited to.
  unreadOf(channel) {
    let count = this.unread.get(channel) ?? 0;
    for (const [key, unread] of this.unread) {
      if (key.startsWith(`${channel}#`) && this.concernsMe(key)) count += unread;
    }
    return count;
  }

  concernsMe(key) {
    const root = this.messages.get(Number(key.slice(key.lastIndexOf("#") + 1)));
    return this.marks.has(key) || Boolean(root?.invited);
  }
}
