// The page that documents what is printed, against the types of what is printed: a sample of each with every field that it can
// have. A new field of a view fails to compile here until its sample has it, and fails the test until docs/cli.md has it.

import { describe, expect, it } from "vitest";
import type { Printed } from "./printed.ts";
import {
  documentedFields,
  documentedTypes,
  documentedWords,
  headingOf,
  undocumented,
} from "./testing/documented.ts";

/** The same with all that may be absent. */
type Whole<T> = T extends readonly (infer E)[]
  ? readonly Whole<E>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;

type Type = Printed["type"];
type Samples = {
  readonly [T in Exclude<Type, "timeline">]: readonly Whole<
    Extract<Printed, { readonly type: T }>
  >[];
} & {
  readonly timeline: Readonly<
    Record<
      TimelineItem["item"],
      readonly Whole<Extract<Printed, { readonly type: "timeline" }>>[]
    >
  >;
};
type TimelineItem = Extract<Printed, { readonly type: "timeline" }>;
type TimelineOf<I extends TimelineItem["item"]> = Whole<
  Extract<TimelineItem, { readonly item: I }>
>;

const circle = "circle";
const person = { member: "member", name: "Salma", own: true } as const;
const when = {
  local: "2026-11-26T18:00",
  zone: "Asia/Beirut",
  instant: 0,
  minutes: 60,
} as const;
const base = { type: "timeline", circle, id: "id", ordinal: 1, at: 0 } as const;
const posted = {
  ...base,
  author: person,
  privacy: "everyone",
  reactions: [{ emoji: "+", people: [person] }],
  pinnedBy: person,
  hidden: { by: person, reason: "spam" },
  late: true,
  shared: { author: person, at: 0 },
  state: "failed",
  failure: "reason",
} as const;
const quoted = { id: "id", author: person, excerpt: "text" } as const;
const alarm = { id: "id", kind: "fork", at: 0 } as const;
const halted = { id: "id", kind: "halted", reason: "reason" } as const;
const tooOld = { id: "id", kind: "newer-version", version: 2 } as const;

const message = {
  ...posted,
  item: "message",
  text: "text",
  replyTo: quoted,
  mentions: [{ ...person, at: 0, length: 1 }],
  attachments: [
    {
      kind: "file",
      name: "name",
      mediaType: "text/plain",
      size: 1,
      width: 1,
      height: 1,
      duration: 1,
      thumbnail: "text",
    },
  ],
  forwarded: true,
  sealed: { inside: { kind: "text" } },
  expiresAt: 0,
  edited: { at: 0, times: 1, earlier: ["text"] },
} as const satisfies TimelineOf<"message">;

const timeline: Samples["timeline"] = {
  message: [
    message,
    {
      ...message,
      sealed: { inside: { kind: "rsvp", notice: "id", answer: "yes" } },
    },
    {
      ...message,
      sealed: { inside: { kind: "report", target: "id", reason: "spam" } },
    },
    {
      ...message,
      sealed: { inside: { kind: "place", notice: "id", place: "text" } },
    },
  ],
  notice: [
    {
      ...posted,
      item: "notice",
      title: "text",
      when,
      place: "text",
      agenda: "text",
      meeting: "moved",
      version: 1,
      updated: { by: person, at: 0 },
      answers: { yes: [person], maybe: [person], no: [person] },
      ownAnswer: "yes",
    } satisfies TimelineOf<"notice">,
  ],
  poll: [
    {
      ...posted,
      item: "poll",
      question: "text",
      ballot: "ranked",
      options: [{ text: "text", votes: 1 }],
      votes: [{ person, choices: [0] }],
      closesAt: 0,
      ownChoices: [0],
      closed: { by: person, at: 0, contested: true },
    } satisfies TimelineOf<"poll">,
  ],
  task: [
    {
      ...posted,
      item: "task",
      title: "text",
      owner: person,
      dueAt: 0,
      done: true,
      updatedBy: person,
    } satisfies TimelineOf<"task">,
  ],
  minutes: [
    {
      ...posted,
      item: "minutes",
      text: "text",
      notice: quoted,
    } satisfies TimelineOf<"minutes">,
  ],
  gone: [
    {
      ...base,
      item: "gone",
      was: "message",
      cause: "deleted",
      author: person,
    } satisfies TimelineOf<"gone">,
  ],
  change: [
    {
      ...base,
      item: "change",
      change: "joined",
      by: person,
      who: person,
      text: "text",
    } satisfies TimelineOf<"change">,
  ],
  unreadable: [
    {
      ...base,
      item: "unreadable",
      author: person,
      reason: "too-late",
    } satisfies TimelineOf<"unreadable">,
  ],
};

const samples: Samples = {
  timeline,
  profile: [{ type: "profile", name: "text", relay: "text" }],
  circle: [
    {
      type: "circle",
      circle,
      name: "text",
      standing: "member",
      members: 1,
      stewards: 1,
      steward: true,
      linked: true,
      role: "steward",
      kind: "circle",
      closed: false,
      ended: { how: "left", by: person, at: 0 },
      unread: 0,
      draft: "words",
      mentions: 0,
      requests: 0,
      alarms: [alarm, halted],
      repair: {
        cause: "gone",
        asked: 1,
        coming: false,
        stewards: [{ member: "member", name: "text", number: "1" }],
      },
      caughtUp: true,
      queued: 0,
      last: {
        item: "message",
        author: person,
        text: "text",
        attachment: "file",
        change: "joined",
        at: 0,
        state: "sent",
      },
      nextNotice: {
        id: "id",
        title: "text",
        when,
        place: "text",
        meeting: "planned",
        ownAnswer: "no",
      },
    },
  ],
  settings: [
    {
      type: "settings",
      circle,
      kind: "direct",
      posting: "everyone",
      adding: "stewards",
      pinning: "everyone",
      disappearing: 0,
    },
  ],
  member: [
    {
      type: "member",
      circle,
      ...person,
      steward: true,
      role: "reader",
      verified: true,
      devices: 1,
      deviceList: [{ device: 0, own: true }],
      unheard: 1,
      silentDays: 8,
      missing: 2,
    },
  ],
  held: [{ type: "held", circle, member: "member" }],
  removal: [
    {
      type: "removal",
      circle,
      people: [person],
      state: "pending",
      confirmed: 1,
      of: 2,
      since: 0,
    },
  ],
  petition: [
    {
      type: "petition",
      circle,
      member: "member",
      by: "member",
      approvals: 1,
      needed: 2,
      approved: true,
    },
  ],
  request: [
    {
      type: "request",
      circle,
      id: "id",
      name: "text",
      invite: "id",
      state: "asking",
      held: false,
      checking: true,
      code: "123456",
    },
  ],
  invite: [
    {
      type: "invite",
      circle,
      id: "id",
      link: "text",
      url: "text",
      auto: true,
      maxUses: 1,
      used: 0,
      expires: 0,
      state: "open",
    },
  ],
  "invite-details": [
    {
      type: "invite-details",
      circle,
      circleName: "text",
      inviterName: "text",
      relays: ["text"],
      expires: 0,
      auto: false,
    },
  ],
  "join-code": [{ type: "join-code", circle, code: "123456" }],
  safety: [
    {
      type: "safety",
      circle,
      member: "member",
      name: "text",
      verified: true,
      number: "text",
      code: "text",
    },
  ],
  item: [{ type: "item", circle, id: "id" }],
  alarm: [
    { type: "alarm", circle, ...alarm },
    { type: "alarm", circle, ...halted },
    { type: "alarm", circle, ...tooOld },
  ],
  "repair-request": [
    {
      type: "repair-request",
      circle,
      id: "id",
      member: "member",
      name: "text",
      cause: "clone",
      state: "asking",
      number: "1",
    },
  ],
  linking: [
    {
      type: "linking",
      role: "new",
      state: "waiting",
      link: "text",
      code: "123456",
      circles: 1,
    },
  ],
  relay: [
    {
      type: "relay",
      circle,
      url: "text",
      relayPub: "id",
      role: "orders",
      state: "online",
      closed: false,
    },
  ],
  move: [
    {
      type: "move",
      circle,
      move: "id",
      url: "text",
      relayPub: "id",
      words: 1,
      approved: true,
      standing: "here",
      enough: false,
    },
  ],
  bundle: [{ type: "bundle", circle, file: "text", bytes: 1 }],
  file: [{ type: "file", circle, id: "id", file: "text", bytes: 1 }],
  charter: [{ type: "charter", circle, text: "text" }],
  words: [{ type: "words", words: "text", use: "recovery" }],
  backup: [{ type: "backup", file: "text", bytes: 1, words: "text" }],
  restored: [{ type: "restored", circles: 1, items: 1 }],
  exported: [
    { type: "exported", circle, file: "text", items: 1, warning: "text" },
  ],
  done: [{ type: "done" }],
  error: [{ type: "error", error: "usage", sentence: "text" }],
};

const { timeline: items, ...others } = samples;
const all = [...Object.values(others), ...Object.values(items)].flat();

/** Every word that a field can be, by the compiler's word. */
type Words<W extends string> = Readonly<Record<W, true>>;
type Circle = Extract<Printed, { readonly type: "circle" }>;

const standings: Words<Circle["standing"]> = {
  founding: true,
  waiting: true,
  joining: true,
  unconfirmed: true,
  member: true,
  declined: true,
  removed: true,
  halted: true,
  restored: true,
};
const changes: Words<
  Extract<TimelineItem, { readonly item: "change" }>["change"]
> = {
  founded: true,
  joined: true,
  removed: true,
  left: true,
  renamed: true,
  promoted: true,
  demoted: true,
  "made-reader": true,
  "made-member": true,
  settings: true,
  picture: true,
  charter: true,
  closed: true,
};
const alarms: Words<Circle["alarms"][number]["kind"]> = {
  fork: true,
  rollback: true,
  gone: true,
  unconfirmed: true,
  "left-behind": true,
  clone: true,
  halted: true,
  "newer-version": true,
};
const linkingStates: Words<
  Extract<Printed, { readonly type: "linking" }>["state"]
> = {
  waiting: true,
  comparing: true,
  confirmed: true,
  linking: true,
  done: true,
  cancelled: true,
  expired: true,
  failed: true,
};

describe("docs/cli.md", () => {
  it.each([
    ["`circle`", "standing", standings],
    ["`timeline` of `change`", "change", changes],
    ["last item", "change", changes],
    ["alarm of a circle", "kind", alarms],
    ["`linking`", "state", linkingStates],
  ] as const)("[CL-15] names every %s.%s", (heading, field, words) => {
    expect(documentedWords(heading, field)).toEqual(Object.keys(words));
  });

  it("[CL-15] has a section for every printed type, and no other", () => {
    const printed = new Set(all.map((sample) => headingOf({ ...sample })));
    expect(documentedTypes.toSorted()).toEqual([...printed].toSorted());
  });

  it.each(all.map((sample) => [headingOf({ ...sample }), sample] as const))(
    "[CL-15] says of %s what it has",
    (_, sample) => {
      expect(undocumented({ ...sample })).toEqual([]);
    },
  );

  it("[CL-15] has no field that is never printed", () => {
    const printed = new Set(
      all.flatMap((sample) => documentedFields({ ...sample })),
    );
    const missing = documentedFields().filter((field) => !printed.has(field));
    expect(missing).toEqual([]);
  });

  it("[CL-15] finds what is not as it says", () => {
    const wrong = { type: "item", circle, id: 5, colour: "red" };
    expect(undocumented(wrong)).toEqual([
      "`item`.colour is not in docs/cli.md",
      "`item`.id is not id: 5",
    ]);
    expect(undocumented({ type: "item", circle })).toEqual([
      "`item`.id is missing",
    ]);
    expect(undocumented({ type: "dance" })).toHaveLength(1);
  });
});
