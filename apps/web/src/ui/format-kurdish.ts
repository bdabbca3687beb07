// Dates, numbers and lists in Kurdish. Chromium has no Kurdish for any of them and would write the browser's own
// language without an error; other browsers have it in part. So that a date is one text everywhere, these tables are
// used in all of them (docs/spec/app.md, AP-51). Names after Unicode CLDR where it has them; docs/languages.md.

export type Kurdish = "kmr" | "ckb";

interface DateParts {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From 0, Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

interface Tables {
  readonly weekdays: readonly string[];
  readonly months: Readonly<Record<string, readonly string[]>>;
  readonly near: Readonly<Record<string, string>>;
  readonly halves: readonly [string, string];
  readonly comma: string;
  readonly and: string;
  readonly units: Readonly<Record<string, string>>;
}

export const KURDISH: Readonly<Record<Kurdish, Tables>> = {
  kmr: {
    weekdays: words("yekşem duşem sêşem çarşem pêncşem înî şemî"),
    months: {
      gregory: words(
        "rêbendan sibat adar nîsan gulan hezîran tîrmeh tebax îlon cotmeh mijdar berfanbar",
      ),
      // Not the Kurdish names of these months: two of them are those of others in the calendar above.
      persian: words(
        "ferwerdîn urdîbehişt xurdad tîr murdad şehrîwer mihr aban azer dey behmen isfend",
      ),
      "islamic-umalqura": words(
        "muherem sefer rebîulewel rebîulaxer cemazîyelewel cemazîyelaxer receb şeban remezan şewal zîlqede zilhece",
      ),
    },
    near: { "-1": "duh", "0": "îro", "1": "sibê" },
    halves: ["BN", "PN"],
    comma: ", ",
    and: " û ",
    units: { gigabyte: "GB", megabyte: "MB", kilobyte: "kB" },
  },
  ckb: {
    weekdays: words(
      "یەکشەممە دووشەممە سێشەممە چوارشەممە پێنجشەممە هەینی شەممە",
    ),
    months: {
      gregory: words(
        "کانوونی‌دووەم شوبات ئازار نیسان ئایار حوزەیران تەمووز ئاب ئەیلوول تشرینی‌یەکەم تشرینی‌دووەم کانوونی‌یەکەم",
      ),
      persian: words(
        "خاکەلێوە گوڵان جۆزەردان پووشپەڕ گەلاوێژ خەرمانان ڕەزبەر گەڵاڕێزان سەرماوەز بەفرانبار ڕێبەندان ڕەشەمە",
      ),
      "islamic-umalqura": words(
        "موحەڕەم سەفەر ڕەبیعی‌یەکەم ڕەبیعی‌دووەم جومادی‌یەکەم جومادی‌دووەم ڕەجەب شەعبان ڕەمەزان شەووال زیلقەعدە زیلحەججە",
      ),
    },
    near: { "-1": "دوێنێ", "0": "ئەمڕۆ", "1": "سبەینێ" },
    halves: ["ب.ن", "د.ن"],
    comma: "، ",
    and: " و ",
    units: {
      gigabyte: "گێگابایت",
      megabyte: "مێگابایت",
      kilobyte: "کیلۆبایت",
    },
  },
};

/** Between words; inside of a name of two words stands a joiner, which is shown as a space. */
function words(text: string): readonly string[] {
  return text.split(" ").map((word) => word.replaceAll("\u200C", " "));
}

/** A month and what follows it: its ending, and the year where there is one. */
function monthPhrase(
  language: Kurdish,
  month: string,
  year: string | undefined,
): string {
  if (language === "ckb") {
    return year === undefined ? month : `${month}ی ${year}`;
  }
  const joint = /[aeêiîouû]$/u.test(month) ? "y" : "";
  return year === undefined
    ? `${month}${joint}ê`
    : `${month}${joint}a ${year}an`;
}

export interface KurdishDate {
  readonly language: Kurdish;
  readonly calendar: string;
  readonly parts: DateParts;
  /** Writes digits as the reader has them. */
  readonly digits: (text: string) => string;
}

/** `1ê rêbendanê`, `1ê rêbendana 1970an`. */
export function kurdishDay(date: KurdishDate, withYear: boolean): string {
  const { language, parts, digits } = date;
  const year = withYear ? digits(String(parts.year)) : undefined;
  const ending = language === "kmr" ? "ê" : "ی";
  return `${digits(String(parts.day))}${ending} ${monthPhrase(language, kurdishMonth(date), year)}`;
}

export function kurdishMonth({
  language,
  calendar,
  parts,
}: KurdishDate): string {
  const { months } = KURDISH[language];
  const names = months[calendar] ?? months["gregory"] ?? [];
  return names[parts.month - 1] ?? String(parts.month);
}

export function kurdishWeekday({ language, parts }: KurdishDate): string {
  return KURDISH[language].weekdays[parts.weekday] ?? "";
}

/** `9:41`, `21:41`, or `9:41 PN` where the device has twice twelve hours. */
export function kurdishClock(
  { language, parts, digits }: KurdishDate,
  hasHalves: boolean,
): string {
  const { hour, minute } = parts;
  const minutes = String(minute).padStart(2, "0");
  if (!hasHalves) return digits(`${String(hour).padStart(2, "0")}:${minutes}`);
  const half = KURDISH[language].halves[hour < 12 ? 0 : 1];
  return `${digits(`${hour % 12 || 12}:${minutes}`)} ${half}`;
}

/** As short as a date can be. */
export function kurdishNumeric({
  language,
  parts,
  digits,
}: KurdishDate): string {
  const year = String(parts.year % 100).padStart(2, "0");
  return digits(
    [parts.day, parts.month, year].join(language === "kmr" ? "." : "/"),
  );
}

/** `A, B û C`. */
export function kurdishList(
  language: Kurdish,
  items: readonly string[],
): string {
  const { comma, and } = KURDISH[language];
  const head = items.slice(0, -1).join(comma);
  return head === "" ? items.join("") : `${head}${and}${items.at(-1) ?? ""}`;
}
