// A circle's list as lines of JSON. The list comes out of a backup that never touches the disk, sealed and opened with a
// key of this call's own: so an export has what a backup has, and nothing of what disappears.

import { createBackupReader, type BackupEntry } from "@halqa/backup";
import {
  assertInvariant,
  decodeBase64url,
  encodeBase64url,
  encodeUtf8,
} from "@halqa/bytes";
import { createSystemRandom } from "@halqa/crypto";
import { decodeItem, itemToView, type Item, type Roster } from "@halqa/model";
import { printJson } from "./printed.ts";
import { look, type Session } from "./session.ts";

export interface CircleExport {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Items so far. */
  readonly count: () => number;
}

const KEY_LENGTH = 32;

/** The lines of a circle: the circle itself, then its list, oldest first. */
export async function exportCircle(
  session: Session,
  circle: string,
): Promise<CircleExport> {
  const items = await itemsOf(session, circle);
  const { summary, members } = await look(session, {
    query: "circle",
    circle,
  });
  const own = members.find((member) => member.own)?.member ?? "";
  const ownKey = decodeBase64url(own);
  assertInvariant(ownKey.ok, "views have ids in base64url");
  const roster: Roster = {
    own: ownKey.value,
    names: new Map(members.map(({ member, name }) => [member, name])),
  };
  const byId = new Map(items.map((item) => [encodeBase64url(item.id), item]));
  const context = {
    roster,
    item: (id: Uint8Array) => byId.get(encodeBase64url(id)),
  };
  let count = 0;
  async function* lines(): AsyncGenerator<Uint8Array> {
    yield encodeUtf8(`${printJson({ type: "circle", ...summary })}\n`);
    for (const item of items) {
      const shown = { ...itemToView(item, context), circle };
      yield encodeUtf8(`${printJson({ type: "timeline", ...shown })}\n`);
      count += 1;
    }
  }
  return { pieces: lines(), count: () => count };
}

async function itemsOf(
  session: Session,
  circle: string,
): Promise<readonly Item[]> {
  const key = createSystemRandom()(KEY_LENGTH);
  const reader = createBackupReader({ by: "device", key });
  const items: Item[] = [];
  let isHere = false;
  const take = (entry: BackupEntry): void => {
    if (entry.entry === "circle") isHere = encodeBase64url(entry.id) === circle;
    if (entry.entry !== "item" || !isHere) return;
    const item = decodeItem(entry.item);
    assertInvariant(item.ok, "a backup of ours holds items of ours");
    items.push(item.value);
  };
  for await (const piece of session.backup({ by: "device", key })) {
    const read = reader.push(piece);
    assertInvariant(read.ok, "a backup of ours opens");
    read.value.forEach(take);
  }
  const rest = reader.finish();
  assertInvariant(rest.ok, "a backup of ours is whole");
  rest.value.forEach(take);
  return items;
}
