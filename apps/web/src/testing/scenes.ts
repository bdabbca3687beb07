// The worlds that the stage shows: a busy week of a few circles in two languages, an empty device, and the edges.

import type {
  CircleSummary,
  CircleView,
  MemberView,
  MessageItem,
  NoticeItem,
  Person,
  TimelineItem,
} from "@halqa/engine";
import type { FakeCircle, FakeWorld } from "./fake-engine.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const today = new Date();
today.setHours(9, 30, 0, 0);
const morning = Math.min(today.getTime(), Date.now() - HOUR);

function person(name: string, own = false): Person {
  return { member: name, name, own };
}

const salma = person("سلمى");
const anna = person("Anna");
const hadi = person("هادي");
const me = person("نور", true);

let made = 0;
function item(at: number) {
  made += 1;
  return { id: `i${made}`, at };
}

// oxlint-disable-next-line max-params -- a line of a scene reads as it is spoken
function said(
  author: Person,
  at: number,
  text: string,
  more: Partial<MessageItem> = {},
): MessageItem {
  return { item: "message", ...item(at), author, text, reactions: [], ...more };
}

function numbered(items: readonly TimelineItem[]): readonly TimelineItem[] {
  let ordinal = 0;
  return items.map((one) =>
    "state" in one && one.state === "queued"
      ? one
      : { ...one, ordinal: ordinal++ },
  );
}

const start = new Date(morning + 3 * DAY);
start.setHours(18, 0, 0, 0);

function meeting(title: string, place: string, agenda: string): NoticeItem {
  const two = (value: number): string => `${value}`.padStart(2, "0");
  return {
    item: "notice",
    ...item(morning + 6 * MINUTE),
    author: salma,
    title,
    when: {
      local: `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}T18:00`,
      zone: "Asia/Beirut",
      instant: start.getTime(),
      minutes: 90,
    },
    place,
    agenda,
    answers: { yes: [salma, hadi, me], maybe: [anna], no: [person("Lina")] },
    ownAnswer: "yes",
  };
}

function summary(
  id: string,
  name: string,
  more: Partial<CircleSummary> = {},
): CircleSummary {
  return {
    circle: id,
    name,
    standing: "member",
    members: 9,
    stewards: 2,
    steward: true,
    unread: 0,
    requests: 0,
    alarms: [],
    caughtUp: true,
    queued: 0,
    ...more,
  };
}

function circle(
  of: CircleSummary,
  items: readonly TimelineItem[],
  more: Partial<Omit<FakeCircle, "view">> & { view?: Partial<CircleView> } = {},
): FakeCircle {
  return {
    items: numbered(items),
    readTo: items.length,
    ...more,
    view: {
      view: "circle",
      summary: of,
      members: [],
      requests: [],
      invites: [],
      pending: [],
      ...more.view,
    },
  };
}

const members: readonly MemberView[] = [
  { ...salma, steward: true, devices: 2 },
  { ...me, steward: true, devices: 1 },
  ...["Anna", "هادي", "Lina", "رنا", "Jonas", "يوسف", "Zeynep"].map((name) => ({
    ...person(name),
    steward: false,
    devices: 1,
  })),
];

const question = said(
  salma,
  morning - 20 * MINUTE,
  "وصلت المنشورات، من يستطيع توزيعها غدا صباحا؟",
);

const bakery = circle(
  summary("bakery", "نقابة عمال المخبز"),
  [
    {
      item: "change",
      change: "joined",
      ...item(morning - DAY),
      by: salma,
      who: person("Zeynep"),
    },
    said(hadi, morning - DAY + HOUR, "صباح الخير للجميع 🌿"),
    said(
      hadi,
      morning - DAY + HOUR + MINUTE,
      "أرسلت جدول المناوبات إلى الإدارة.",
    ),
    question,
    said(
      anna,
      morning - 18 * MINUTE,
      "Ich kann ab 7 Uhr, am Markt. Plan: https://example.org/plan",
      {
        reactions: [
          { emoji: "✊", people: [salma, hadi, me, person("رنا")] },
          { emoji: "❤️", people: [salma, hadi] },
        ],
      },
    ),
    said(me, morning - 5 * MINUTE, "أنا معكم، نلتقي عند الباب bring ID", {
      replyTo: {
        id: question.id,
        author: salma,
        excerpt: question.text,
      },
      state: "sent",
    }),
    { item: "unreadable", ...item(morning), reason: "newer-version" },
    said(salma, morning + MINUTE, "ممتاز."),
    said(
      salma,
      morning + MINUTE,
      "لا تنسوا القبعات، الجو بارد صباحًا في السوق.",
    ),
    meeting(
      "الاجتماع الأسبوعي",
      "قاعة البلدية القديمة",
      "١. الأجور\n٢. جدول المناوبات\n٣. صندوق الإضراب",
    ),
    said(me, morning + 20 * MINUTE, "سأجلب القهوة.", { state: "queued" }),
  ],
  {
    readTo: 6,
    view: {
      members,
      requests: [{ id: "r1", name: "طارق", invite: "v1", state: "asking" }],
      invites: [
        {
          id: "v1",
          link: `j1.${"A1b2C3d4".repeat(40)}`,
          maxUses: 5,
          used: 2,
          expires: morning + 6 * DAY,
          state: "open",
        },
      ],
    },
  },
);

const english = circle(
  summary("tenants", "Palm Street tenants", { members: 14, stewards: 3 }),
  [
    said(anna, morning - 2 * HOUR, "The boiler is out again in number 12."),
    said(
      person("Jonas"),
      morning - 2 * HOUR + MINUTE,
      "Same here. Photos tonight?",
    ),
    said(
      person("Jonas"),
      morning - 2 * HOUR + 2 * MINUTE,
      "I can collect them and write the letter.",
    ),
    {
      ...meeting(
        "Tenants’ evening",
        "Back room of the library, second floor",
        "Heating, letter to the landlord, who speaks on Friday",
      ),
      author: anna,
      when: {
        ...meeting("", "", "").when,
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        instant: start.getTime() - DAY,
      },
      answers: { yes: [anna, person("Jonas")], maybe: [], no: [] },
    },
    said(
      me,
      morning - HOUR,
      "I’ll bring the projector and the list of last year’s repairs, they never did the cellar.",
      {
        state: "sent",
        reactions: [{ emoji: "👍", people: [anna] }],
      },
    ),
    said(me, morning - HOUR + 3 * MINUTE, "And the key.", { state: "failed" }),
  ],
  { view: { members } },
);

const others = [
  circle(
    summary("kitchen", "مطبخ التضامن", {
      members: 5,
      stewards: 1,
      steward: false,
    }),
    [said(me, morning - DAY, "سأكون هناك الساعة السادسة", { state: "sent" })],
  ),
  circle(
    summary("students", "Studierende für Wohnraum", {
      members: 31,
      stewards: 4,
      alarms: [{ kind: "fork", at: morning }],
    }),
    [
      said(
        person("Max"),
        morning - 3 * DAY,
        "Wer kommt am Donnerstag mit zur Kundgebung vor dem Rathaus?",
      ),
    ],
  ),
  circle(
    summary("new", "Radio group", {
      standing: "waiting",
      members: 0,
      stewards: 0,
      steward: false,
    }),
    [],
  ),
];

const RELAYS = [{ url: "wss://halqa.example/", state: "online" }] as const;

const busy: FakeWorld = {
  profile: { name: "نور" },
  relays: RELAYS,
  circles: [bakery, english, ...others],
};

const alone = circle(
  summary("alone", "حديقة الحي", { members: 1, stewards: 1 }),
  [],
  {
    view: { members: [{ ...me, steward: true, devices: 1 }] },
  },
);

const long = circle(
  summary("long", "Long circle"),
  Array.from({ length: 500 }, (_, index) =>
    said(
      index % 3 === 0 ? me : index % 3 === 1 ? anna : salma,
      morning - (500 - index) * 7 * MINUTE,
      index % 4 === 0
        ? "كلام ".repeat((index % 17) + 1)
        : "Some words that are said here. ".repeat((index % 5) + 1),
    ),
  ),
  { readTo: 440, view: { members } },
);

export const SCENES: Readonly<Record<string, FakeWorld>> = {
  busy,
  new: { relays: [], circles: [] },
  empty: { profile: { name: "نور" }, relays: [], circles: [] },
  alone: { ...busy, circles: [alone] },
  long: { ...busy, circles: [long] },
  offline: {
    ...busy,
    relays: [{ url: "wss://halqa.example/", state: "offline" }],
  },
  ended: {
    ...busy,
    circles: [
      {
        ...bakery,
        view: {
          ...bakery.view,
          summary: summary("bakery", "نقابة عمال المخبز", {
            standing: "removed",
            steward: false,
          }),
        },
      },
    ],
  },
  invited: {
    relays: [],
    circles: [],
    invite: {
      ok: true,
      value: {
        kind: "invite-details",
        circle: "bakery",
        circleName: "نقابة عمال المخبز",
        inviterName: "سلمى",
        relays: ["wss://halqa.example/"],
        expires: morning + 6 * DAY,
      },
    },
  },
};
