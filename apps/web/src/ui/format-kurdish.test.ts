// The two languages that browsers have no dates for: one text everywhere, and none of it in another language.

import { describe, expect, it } from "vitest";
import { KURDISH } from "./format-kurdish.ts";
import { formatList, formatNumber } from "./format-number.ts";
import { formatSize } from "./format-size.ts";
import {
  formatCalendarDay,
  formatClock,
  formatDate,
  formatDay,
  formatRecent,
  formatZone,
} from "./format-time.ts";

const KMR = "kmr-u-ca-gregory-nu-latn";
const CKB = "ckb-u-ca-gregory-nu-arab";
const DAY = 24 * 3_600_000;
const now = new Date(2026, 10, 26, 12, 0).getTime();

describe("Kurmanji", () => {
  it("[AP-51] has its own days and months", () => {
    expect(formatDay(now, now, KMR)).toBe("îro");
    expect(formatDay(now - DAY, now, KMR)).toBe("duh");
    expect(formatDay(now + DAY, now, KMR)).toBe("sibê");
    expect(formatDay(now - 3 * DAY, now, KMR)).toBe("duşem");
    expect(formatDate(now, { locale: KMR })).toBe("pêncşem, 26ê mijdarê");
    expect(formatDay(now + 400 * DAY, now, KMR)).toBe(
      "înî, 31ê berfanbara 2027an",
    );
    expect(formatRecent(now - 30 * DAY, now, KMR)).toBe("27ê cotmehê");
    expect(formatRecent(now - 400 * DAY, now, KMR)).toBe("22.10.25");
    expect(formatCalendarDay(now, now, KMR)).toEqual({
      weekday: "pêncşem",
      day: "26",
      month: "mijdar",
    });
  });

  it("[AP-51] has its own numbers, sizes and lists", () => {
    expect(formatNumber(1_234_567.5, KMR)).toBe("1.234.567,5");
    expect(formatSize(1_234_000_000, KMR)).toBe("1,2 GB");
    expect(plain(formatList(["Azad", "Nûr", "Rojîn"], KMR))).toBe(
      "Azad, Nûr û Rojîn",
    );
    expect(plain(formatList(["Azad"], KMR))).toBe("Azad");
    expect(formatList([], KMR)).toBe("");
  });
});

describe("Sorani", () => {
  it("[AP-51] has its own days and months", () => {
    expect(formatDay(now, now, CKB)).toBe("ئەمڕۆ");
    expect(formatDay(now - DAY, now, CKB)).toBe("دوێنێ");
    expect(formatDate(now, { locale: CKB })).toBe(
      "پێنجشەممە، ٢٦ی تشرینی دووەم",
    );
    expect(formatDay(now + 400 * DAY, now, CKB)).toBe(
      "هەینی، ٣١ی کانوونی یەکەمی ٢٠٢٧",
    );
    expect(formatRecent(now - 400 * DAY, now, CKB)).toBe("٢٢/١٠/٢٥");
    expect(formatClock(now, { locale: CKB })).toMatch(/^١٢:٠٠( د\.ن)?$/u);
  });

  it("[AP-51] has its own numbers, sizes and lists", () => {
    expect(formatNumber(1_234_567, CKB)).toBe("١٬٢٣٤٬٥٦٧");
    expect(formatNumber(1_234, "ckb-u-ca-gregory-nu-arabext")).toBe("۱٬۲۳۴");
    expect(formatSize(1_234_000_000, CKB)).toBe("١٫٢ گێگابایت");
    expect(plain(formatList(["ئازاد", "نوور", "ڕۆژین"], CKB))).toBe(
      "ئازاد، نوور و ڕۆژین",
    );
  });

  it("[AP-51] says how far a zone is, for want of a name", () => {
    expect(formatZone(now, "Asia/Baghdad", CKB)).toBe("GMT+٣");
  });
});

describe("the calendars", () => {
  it("[AP-50] are shown in every language", () => {
    const persian = (language: string, digits: string) =>
      formatDate(now, { locale: `${language}-u-ca-persian-nu-${digits}` });
    expect(persian("ckb", "arabext")).toBe("پێنجشەممە، ۵ی سەرماوەز");
    expect(persian("kmr", "latn")).toBe("pêncşem, 5ê azerê");
    expect(persian("en", "latn")).toContain("Azar");
    expect(persian("ar", "arab")).toContain("٥");
    const hijri = "kmr-u-ca-islamic-umalqura-nu-latn";
    expect(formatDate(now, { locale: hijri })).toBe(
      "pêncşem, 16ê cemazîyelaxerê",
    );
    expect(formatDay(now - 300 * DAY, now, hijri)).toContain("1447an");
  });

  it("[AP-50] have a name for each month", () => {
    for (const { months, weekdays } of Object.values(KURDISH)) {
      expect(weekdays).toHaveLength(7);
      for (const names of Object.values(months)) {
        expect(new Set(names).size).toBe(12);
      }
    }
  });
});

/** Without the signs that keep names apart. */
function plain(text: string): string {
  return text.replaceAll(/[\u2068\u2069]/gu, "");
}
