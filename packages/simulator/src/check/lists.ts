/** I3 and I4: what was promised is there, once, in its author's order, for everybody who was in. */
import { encodeBase64url } from "@halqa/bytes";
import type { TimelineItem } from "@halqa/engine";
import { hasFallen } from "./fallen.ts";
import type { Story } from "../story/running-story.ts";
import { TO_STEWARDS } from "../story/scene.ts";
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
      checkOrder(story, device, inOwnPlace(device, circle));
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
  // What is hidden or gone has no words, and what was said to stewards alone only their lists have.
  if (item.item === "message")
    return item.text === "" || item.text.includes(TO_STEWARDS)
      ? []
      : [item.text];
  return item.item === "notice" ? [item.title] : [];
}

function checkOnce({ name }: SimDevice, texts: readonly string[]): void {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) throw new SimFault("I3", `${name} shows ${text} twice`);
    seen.add(text);
  }
}

/** Each author numbers what it says; one that was put back to an earlier disk says again what it has not said there yet. */
function checkOrder(
  { sim }: Story,
  { name }: SimDevice,
  texts: readonly string[],
): void {
  const restored = new Set(
    sim.devices.flatMap((one) => (one.wasRestored ? [one.name] : [])),
  );
  const last = new Map<string, number>();
  for (const text of texts) {
    const [, author = "", number = ""] = /(p\d+) m(\d+)\.$/.exec(text) ?? [];
    if (author === "" || restored.has(author)) continue;
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
function checkParts({ sim, ledger, hostile, fallen }: Story): void {
  const isSure = sureTexts({ sim, ledger });
  const devices = sim.devices.filter(({ index }) => !hostile.has(index));
  for (const circle of ledger.circles.keys()) {
    const lists = devices.flatMap((device) => {
      const standing = device.screen.circles.get(circle)?.summary.standing;
      if (standing !== "member" && standing !== "unconfirmed") return [];
      if (device.wasRestored || wasOut({ ledger }, device, circle)) return [];
      if (hasFallen({ fallen }, device, circle)) return [];
      const texts = placedTexts(device, circle).filter(isSure);
      return [{ device, texts }];
    });
    for (const one of lists) for (const other of lists) compare(one, other);
  }
}

/**
 * Keys of an epoch that has ended go a day later (CI-192): what was sealed with them and is read after days is missing, until its
 * author speaks again (PR-20). So nobody is held to what was said before all slept.
 */
function sureTexts({
  sim: { wokeAt },
  ledger,
}: Pick<Story, "sim" | "ledger">): (text: string) => boolean {
  if (wokeAt === undefined) return () => true;
  const since = new Set(
    ledger.said.filter(({ at }) => at > wokeAt).map(({ text }) => text),
  );
  return (text) => since.has(text);
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
