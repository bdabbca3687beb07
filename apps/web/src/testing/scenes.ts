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
import { deviceZone } from "../ui/format-time.ts";
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
    meeting: "planned",
    version: 0,
    reactions: [],
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
    linked: false,
    role: "steward",
    kind: "circle",
    closed: false,
    mentions: 0,
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
      repairs: [],
      invites: [],
      pending: [],
      held: [],
      relays: [],
      moves: [],
      petitions: [],
      hasPicture: false,
      hasCharter: false,
      settings: {
        kind: of.kind,
        posting: "everyone",
        adding: "everyone",
        pinning: "everyone",
        disappearing: 0,
      },
      may: {
        post: of.standing === "member" && !of.closed && of.role !== "reader",
        pin: true,
        add: of.steward,
        manage: of.steward,
        leave: of.stewards > 1,
        petition: true,
      },
      ...more.view,
    },
  };
}

const members: readonly MemberView[] = [
  {
    ...salma,
    steward: true,
    role: "steward",
    verified: true,
    devices: 2,
    deviceList: [],
  },
  {
    ...me,
    steward: true,
    role: "steward",
    verified: false,
    devices: 1,
    deviceList: [],
  },
  ...["Anna", "هادي", "Lina", "رنا", "Jonas", "يوسف", "Zeynep"].map((name) => ({
    ...person(name),
    steward: false,
    role: name === "Zeynep" ? ("reader" as const) : ("member" as const),
    verified: name === "Anna",
    ...(name === "Jonas" && { silentDays: 12, missing: 2 }),
    devices: 1,
    deviceList: [],
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
      requests: [
        {
          id: "r1",
          name: "طارق",
          invite: "v1",
          state: "asking",
          held: false,
          checking: true,
          code: "482913",
        },
      ],
      invites: [
        {
          id: "v1",
          link: `j1.${"A1b2C3d4".repeat(40)}`,
          maxUses: 5,
          auto: true,
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
        zone: deviceZone(),
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
    {
      item: "poll",
      ...item(morning - HOUR + 4 * MINUTE),
      author: anna,
      reactions: [],
      question: "Which day suits the next evening?",
      ballot: "several",
      options: [
        { text: "Monday", votes: 3 },
        { text: "Thursday, after the assembly", votes: 5 },
        { text: "السبت", votes: 0 },
      ],
      votes: [
        { person: anna, choices: [0, 1] },
        { person: me, choices: [1] },
      ],
      ownChoices: [1],
    },
    {
      item: "task",
      ...item(morning - HOUR + 5 * MINUTE),
      author: anna,
      reactions: [],
      title: "Write the letter to the landlord",
      dueAt: morning + 2 * DAY,
      done: false,
    },
    {
      item: "minutes",
      ...item(morning - HOUR + 6 * MINUTE),
      author: anna,
      reactions: [],
      text: "1. Boiler: letter by Friday\n2. Next evening by vote",
    },
    {
      item: "gone",
      ...item(morning - HOUR + 7 * MINUTE),
      was: "message",
      cause: "deleted",
      author: anna,
    },
    said(anna, morning - HOUR + 8 * MINUTE, "@Nour bring the list, please", {
      mentions: [{ ...me, at: 0, length: 5 }],
      pinnedBy: anna,
      edited: { at: morning, times: 1, earlier: ["@Nour bring a list"] },
    }),
    said(anna, morning - HOUR + 9 * MINUTE, "", {
      hidden: { by: anna, reason: "off-topic" },
    }),
  ],
  { view: { members } },
);

const others = [
  circle(
    summary("kitchen", "مطبخ التضامن", {
      members: 5,
      stewards: 1,
      steward: false,
      role: "reader",
    }),
    [said(me, morning - DAY, "سأكون هناك الساعة السادسة", { state: "sent" })],
  ),
  circle(
    summary("students", "Studierende für Wohnraum", {
      members: 31,
      stewards: 4,
      alarms: [{ id: "a1", kind: "fork", at: morning }],
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
    { view: { joinCode: "482913" } },
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
    view: {
      members: [
        {
          ...me,
          steward: true,
          role: "steward",
          verified: false,
          devices: 1,
          deviceList: [],
        },
      ],
    },
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
        auto: false,
      },
    },
  },
};
