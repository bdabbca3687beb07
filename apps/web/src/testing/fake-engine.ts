// An engine that answers from a script, to look at screens without a relay. It keeps the interface's contract: views come
// at once and after each change, commands are answered when their effect stands in the views. Tests and the stage only.

import type {
  AppView,
  CircleSummary,
  CircleView,
  Command,
  CommandReply,
  CommandValue,
  EngineClient,
  MessageItem,
  NoticeItem,
  Query,
  TimelineItem,
  View,
} from "@halqa/engine";

export interface FakeCircle {
  readonly view: CircleView;
  readonly items: readonly TimelineItem[];
  readonly readTo: number;
}

export interface FakeWorld {
  readonly profile?: AppView["profile"];
  readonly relays: AppView["relays"];
  readonly circles: readonly FakeCircle[];
  /** What `inspect-invite` answers. */
  readonly invite?: CommandReply;
}

const DONE: CommandValue = { kind: "done" };

/** An engine over a world that commands change. */
export function createFakeEngine(start: FakeWorld): EngineClient {
  let world = start;
  let nextId = 1;
  const watchers = new Set<() => void>();
  const change = (next: FakeWorld): void => {
    world = next;
    for (const tell of watchers) tell();
  };
  const act = (command: Command): CommandReply => {
    const { next, reply } = obey(world, command, nextId++);
    change(next);
    return reply;
  };
  return {
    run: (command) =>
      new Promise((resolve) => {
        setTimeout(() => resolve(act(command)), 20);
      }),
    watch: (query, onView) => {
      const tell = (): void => {
        const view = viewOf(world, query);
        if (view !== undefined) onView(structuredClone(view));
      };
      watchers.add(tell);
      setTimeout(tell);
      return () => watchers.delete(tell);
    },
  };
}

function viewOf(world: FakeWorld, query: Query): View | undefined {
  if (query.query === "app") {
    return {
      view: "app",
      ...(world.profile && { profile: world.profile }),
      relays: world.relays,
      circles: world.circles.map(summaryOf),
    };
  }
  const circle = world.circles.find(
    ({ view }) => view.summary.circle === query.circle,
  );
  if (circle === undefined) return undefined;
  if (query.query === "circle") {
    return { ...circle.view, summary: summaryOf(circle) };
  }
  if (query.query !== "timeline") return undefined;
  return {
    view: "timeline",
    circle: query.circle,
    items: circle.items.slice(-query.limit),
    more: circle.items.length > query.limit,
    readTo: circle.readTo,
  };
}

function summaryOf({ view, items, readTo }: FakeCircle): CircleSummary {
  const last = items.at(-1);
  const notice = items.findLast(
    (item): item is NoticeItem => item.item === "notice",
  );
  const unread = items.filter(
    (item) => (item.ordinal ?? -1) > readTo && authorOf(item)?.own === false,
  );
  return {
    ...view.summary,
    members: view.members.length || view.summary.members,
    stewards:
      view.members.filter(({ steward }) => steward).length ||
      view.summary.stewards,
    unread: unread.length,
    requests: view.requests.length,
    ...(last && {
      last: {
        item: last.item,
        at: last.at,
        text: textOf(last),
        ...(authorOf(last) && { author: authorOf(last)! }),
        ...("state" in last && last.state && { state: last.state }),
      },
    }),
    ...(notice && {
      nextNotice: {
        id: notice.id,
        title: notice.title,
        when: notice.when,
        place: notice.place,
        meeting: notice.meeting,
        ...(notice.ownAnswer && { ownAnswer: notice.ownAnswer }),
      },
    }),
  };
}

function authorOf(item: TimelineItem) {
  return "author" in item ? item.author : undefined;
}

function textOf(item: TimelineItem): string {
  switch (item.item) {
    case "message":
    case "minutes":
      return item.text;
    case "notice":
    case "task":
      return item.title;
    case "poll":
      return item.question;
    case "gone":
    case "change":
    case "unreadable":
      return "";
  }
}

interface Obeyed {
  readonly next: FakeWorld;
  readonly reply: CommandReply;
}

function obey(world: FakeWorld, command: Command, id: number): Obeyed {
  const done = (next: FakeWorld, value: CommandValue = DONE): Obeyed => ({
    next,
    reply: { ok: true, value },
  });
  if (command.command === "set-profile") {
    return done({ ...world, profile: { name: command.name } });
  }
  if (command.command === "inspect-invite") {
    const reply = world.invite ?? { ok: false, error: "bad-invite" };
    return { next: world, reply };
  }
  if (command.command === "safety-number") {
    const number = "12345 67890 12345 67890 12345 67890";
    return done(world, { kind: "safety-number", number, code: "s1.x" });
  }
  if (command.command === "search") {
    const found = world.circles.find(
      ({ view }) => view.summary.circle === command.circle,
    );
    const items = (found?.items ?? []).filter((item) =>
      textOf(item).includes(command.text),
    );
    return done(world, { kind: "found", items: items.toReversed() });
  }
  if (!("circle" in command) || command.circle === undefined) {
    return { next: world, reply: { ok: false, error: "storage-failed" } };
  }
  return done(
    inCircle(world, command.circle, (circle) => obeyIn(circle, command, id)),
  );
}

function inCircle(
  world: FakeWorld,
  circle: string,
  change: (circle: FakeCircle) => FakeCircle,
): FakeWorld {
  return {
    ...world,
    circles: world.circles.map((own) =>
      own.view.summary.circle === circle ? change(own) : own,
    ),
  };
}

/** The commands whose effect is looked at; the others are accepted and change nothing. */
function obeyIn(circle: FakeCircle, command: Command, id: number): FakeCircle {
  const own = circle.view.members.find((member) => member.own) ?? {
    member: "me",
    name: "me",
    own: true,
  };
  const me = { member: own.member, name: own.name, own: true };
  const base = {
    id: `own${id}`,
    ordinal: circle.items.length,
    at: Date.now(),
    author: me,
    state: "sent",
  } as const;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- a script needs no more than what is looked at
  switch (command.command) {
    case "send": {
      const message: MessageItem = {
        ...base,
        item: "message",
        text: command.text,
        reactions: [],
      };
      return { ...circle, items: [...circle.items, message] };
    }
    case "post-notice": {
      const { title, when, place, agenda } = command;
      const notice: NoticeItem = {
        ...base,
        item: "notice",
        title,
        when,
        place,
        agenda,
        answers: { yes: [], maybe: [], no: [] },
        meeting: "planned",
        version: 0,
        reactions: [],
      };
      return { ...circle, items: [...circle.items, notice] };
    }
    case "rsvp":
      return withItem(circle, command.notice, (item) =>
        item.item === "notice" ? { ...item, ownAnswer: command.answer } : item,
      );
    case "vote":
      return withItem(circle, command.target, (item) =>
        item.item === "poll" ? { ...item, ownChoices: command.choices } : item,
      );
    case "react":
      return withItem(circle, command.target, (item) =>
        item.item === "message" ? reacted(item, me, command.emoji) : item,
      );
    case "mark-read":
      return { ...circle, readTo: Math.max(circle.readTo, command.to) };
    case "approve":
    case "decline":
      return {
        ...circle,
        view: {
          ...circle.view,
          requests: circle.view.requests.filter(
            (request) => request.id !== command.request,
          ),
        },
      };
    case "remove-member":
      return {
        ...circle,
        view: {
          ...circle.view,
          pending: [{ act: "remove", subject: command.member }],
        },
      };
    default:
      return circle;
  }
}

function withItem(
  circle: FakeCircle,
  id: string,
  change: (item: TimelineItem) => TimelineItem,
): FakeCircle {
  return {
    ...circle,
    items: circle.items.map((item) => (item.id === id ? change(item) : item)),
  };
}

function reacted(
  item: MessageItem,
  me: MessageItem["author"],
  emoji: string,
): MessageItem {
  const others = item.reactions
    .map((reaction) => ({
      ...reaction,
      people: reaction.people.filter((person) => !person.own),
    }))
    .filter(({ people }) => people.length > 0);
  return {
    ...item,
    reactions: emoji === "" ? others : [...others, { emoji, people: [me] }],
  };
}
