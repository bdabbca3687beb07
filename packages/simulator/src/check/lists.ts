/** I3 and I4: what was promised is there, once, in its author's order, for everybody who was in. */
import { encodeBase64url } from "@halqa/bytes";
import type { TimelineItem } from "@halqa/engine";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";
import type { SimDevice } from "../world/sim.ts";

/** Compares the lists on all screens with what was granted. */
export function checkLists(story: Story): void {
  if (story.attacked.size > 0) return;
  for (const device of story.sim.devices) {
    if (story.hostile.has(device.index)) continue;
    for (const [circle, view] of device.screen.circles) {
      const { standing } = view.summary;
      if (standing !== "member" && standing !== "unconfirmed") continue;
      const texts = textsOf(device, circle);
      checkOnce(device, texts);
      checkOrder(device, inOwnPlace(device, circle));
      checkOwn(story, device, { circle, texts });
    }
  }
  checkParts(story);
}

export function textsOf(device: SimDevice, circle: string): readonly string[] {
  return (device.screen.timelines.get(circle)?.items ?? []).flatMap(textOf);
}

/** Without what a steward passed on to newcomers, which stands where it was passed on. */
function inOwnPlace(device: SimDevice, circle: string): readonly string[] {
  const items = device.screen.timelines.get(circle)?.items ?? [];
  return items
    .filter((item) => !("shared" in item) || item.shared === undefined)
    .flatMap(textOf);
}

function textOf(item: TimelineItem): readonly string[] {
  // What is hidden or gone has no words.
  if (item.item === "message") return item.text === "" ? [] : [item.text];
  return item.item === "notice" ? [item.title] : [];
}

function checkOnce({ name }: SimDevice, texts: readonly string[]): void {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) throw new SimFault("I3", `${name} shows ${text} twice`);
    seen.add(text);
  }
}

/** Each author numbers what it says. */
function checkOrder({ name }: SimDevice, texts: readonly string[]): void {
  const last = new Map<string, number>();
  for (const text of texts) {
    const [, author = "", number = ""] = /(p\d+) m(\d+)\.$/.exec(text) ?? [];
    if (author === "") continue;
    const count = Number(number);
    if (count < (last.get(author) ?? -1))
      throw new SimFault(
        "I4",
        `${name} shows ${text} behind m${last.get(author)}`,
      );
    last.set(author, count);
  }
}

/** What an author was promised, the author sees: a person who was never put out, on a disk that was never put back. */
function checkOwn(
  { ledger }: Story,
  device: SimDevice,
  o: { readonly circle: string; readonly texts: readonly string[] },
): void {
  if (device.wasRestored || wasOut({ ledger }, device, o.circle)) return;
  const own = ledger.said.filter(
    ({ circle, by }) => circle === o.circle && by === device.index,
  );
  for (const { text, id } of own)
    if (
      !ledger.touched.has(id) &&
      !o.texts.includes(text) &&
      !isBeyond(o.texts)
    )
      throw new SimFault(
        "I3",
        `${device.name} lost ${text}: ${o.texts.join("|")}`,
      );
}

/** The screen shows the newest only. */
const SHOWN = 290;
function isBeyond(texts: readonly string[]): boolean {
  return texts.length > SHOWN;
}

function wasOut(
  { ledger }: Pick<Story, "ledger">,
  device: SimDevice,
  circle: string,
): boolean {
  const record = device.state.durable.circles.get(circle);
  if (record === undefined) return false;
  const key = encodeBase64url(record.desk.memberKey);
  return ledger.circles.get(circle)?.mayBeOut.has(key) === true;
}

/**
 * Of two members who were never put out, one joined first: from the first thing that the later one has on, both have the
 * same list.
 */
function checkParts({ sim, ledger, hostile }: Story): void {
  const devices = sim.devices.filter(({ index }) => !hostile.has(index));
  for (const circle of ledger.circles.keys()) {
    const lists = devices.flatMap((device) => {
      const standing = device.screen.circles.get(circle)?.summary.standing;
      if (standing !== "member" && standing !== "unconfirmed") return [];
      if (device.wasRestored || wasOut({ ledger }, device, circle)) return [];
      return [{ device, texts: placedTexts(device, circle) }];
    });
    for (const one of lists) for (const other of lists) compare(one, other);
  }
}

/** Only what has its place for all: what waits, and what was passed on to who came later, stands elsewhere in one list. */
function placedTexts(device: SimDevice, circle: string): readonly string[] {
  return (device.screen.timelines.get(circle)?.items ?? [])
    .filter((item) => item.ordinal !== undefined && !("shared" in item))
    .flatMap(textOf);
}

interface List {
  readonly device: SimDevice;
  readonly texts: readonly string[];
}

function compare(one: List, other: List): void {
  if (one.texts.length < other.texts.length || isBeyond(one.texts)) return;
  const tail = one.texts.slice(one.texts.length - other.texts.length);
  const at = tail.findIndex((text, index) => text !== other.texts[index]);
  if (at >= 0)
    throw new SimFault(
      "I3",
      `${one.device.name} has ${tail[at] ?? "-"} where ${other.device.name} has ${other.texts[at] ?? "-"}`,
    );
}
