// What is put into a sentence keeps its own direction and leaves that of the sentence alone (docs/spec/app.md, AP-53).
// Done here, once, for every message, and not in the messages: a translator or a new page cannot forget it.

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";
// Marks, embeddings, overrides and isolates: a name that ends the isolation would turn the sentence round after all.
const CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const RTL_LETTERS =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const OTHER_THAN_ARABIC = /[^\p{Script=Arabic}\s]/u;
// Goes to other apps with the text around it; some would take an invisible character for a part of the address.
const ADDRESS = /^https?:\/\/\S+$/u;
// Links and stress in a message are such tags, found after the values were put in: a name that holds one would put what is
// beside it, or an element of the app, into itself.
const TAG_START = /<(?=\/?[a-zA-Z0-9]+\/?>)/gu;
const WORD_JOINER = "\u2060";

/** The value as it goes into a sentence of the given direction. Where all runs the same way nothing is added. */
export function isolate(value: string, direction: "ltr" | "rtl"): string {
  if (ADDRESS.test(value)) return value.replaceAll(TAG_START, "%3C");
  const plain = value
    .replaceAll(CONTROLS, "")
    .replaceAll(TAG_START, `<${WORD_JOINER}`);
  const isForeign =
    direction === "rtl"
      ? OTHER_THAN_ARABIC.test(plain)
      : RTL_LETTERS.test(plain);
  return isForeign ? `${FIRST_STRONG_ISOLATE}${plain}${POP_ISOLATE}` : plain;
}

/** The same for all values of a message; numbers are left to the plural forms. */
export function isolateValues(
  values: Readonly<Record<string, unknown>> | undefined,
  direction: "ltr" | "rtl",
): Record<string, unknown> | undefined {
  return (
    values &&
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === "string" ? isolate(value, direction) : value,
      ]),
    )
  );
}
