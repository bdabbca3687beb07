// Where a text means a member. The stretch comes from its author; the name that is shown comes from the circle, so that
// nobody can write one name and mean another person (docs/spec/app.md, AP-31).

import type { MessageItem } from "@halqa/engine";

type Mention = NonNullable<MessageItem["mentions"]>[number];

export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mention"; readonly name: string; readonly own: boolean };

/** The text in order, with members' own names where it means them; stretches that overlap or lie outside are left as text. */
export function splitMentions(
  text: string,
  mentions: readonly Mention[] = [],
): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { at, length, name, own } of mentions.toSorted(
    (one, other) => one.at - other.at,
  )) {
    if (at < end || length < 1 || at + length > text.length) continue;
    if (at > end) parts.push({ kind: "text", text: text.slice(end, at) });
    parts.push({ kind: "mention", name, own });
    end = at + length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

export interface Named {
  readonly member: string;
  readonly name: string;
}

/** What is being typed after an `@` just before the caret; undefined where nothing is. */
export function mentionAt(text: string, caret: number): string | undefined {
  return /(?:^|\s)@([^\s@]{0,32})$/u.exec(text.slice(0, caret))?.[1];
}

/** Members whose names begin with what is typed, a few of them. */
export function mentionChoices(
  people: readonly Named[],
  typed: string,
): readonly Named[] {
  const wanted = typed.toLocaleLowerCase();
  const fits = ({ name }: Named): boolean =>
    name
      .toLocaleLowerCase()
      .split(/\s+/u)
      .some((word) => word.startsWith(wanted));
  return people.filter(fits).slice(0, 5);
}

/** The text with what is being typed completed to a name, and where the caret stands then. */
export function completeName(
  text: string,
  caret: number,
  { name }: Named,
): { readonly text: string; readonly caret: number } {
  const typed = mentionAt(text, caret) ?? "";
  const before = `${text.slice(0, caret - typed.length)}${name} `;
  return { text: `${before}${text.slice(caret)}`, caret: before.length };
}

/** Stretches of a text that name members who were chosen while it was typed, in UTF-16 units. */
export function findMentions(
  text: string,
  chosen: readonly Named[],
): readonly {
  readonly member: string;
  readonly at: number;
  readonly length: number;
}[] {
  const found: { member: string; at: number; length: number }[] = [];
  // The longest name first: "@Anna B" is not "@Anna".
  for (const { member, name } of chosen.toSorted(
    (one, other) => other.name.length - one.name.length,
  )) {
    const { length } = `@${name}`;
    for (
      let at = text.indexOf(`@${name}`);
      at >= 0;
      at = text.indexOf(`@${name}`, at + length)
    ) {
      const end = at + length;
      const isFree = found.every(
        (one) => at >= one.at + one.length || end <= one.at,
      );
      if (isFree) found.push({ member, at, length });
    }
  }
  return found.toSorted((one, other) => one.at - other.at);
}
