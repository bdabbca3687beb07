// Somebody who has images of the disk, the slot of one moment, the passphrase and every name that was ever used, and tries all of
// it on all of it. Written from the vault's page of rules with the vault's own formats, and nothing is hidden from it.

import { encodeHex } from "@halqa/bytes";
import type { DiskImage } from "@halqa/testkit/storage";
import type { RecordRef } from "@halqa/vault";
import { directoryRef, groupOf, journalRef } from "../src/group-ledger.ts";
import { headerPlace } from "../src/header.ts";
import { openPage, pagePlace, type KeyPage } from "../src/key-page.ts";
import { openExpiring, openRecord, type Body } from "../src/record.ts";
import { readSlotState } from "../src/slot-halves.ts";
import { unlock } from "../src/unlock.ts";
import { deriveVaultKeys, groupStoreKey } from "../src/vault-keys.ts";

export interface Loot {
  /** Images of the store, of any moments. */
  readonly images: readonly Pick<DiskImage, "records">[];
  /** The slots that were seen. */
  readonly slots: readonly (Uint8Array | undefined)[];
  readonly passphrase: string | undefined;
  readonly names: readonly RecordRef[];
}

export interface Found {
  /** Every value that could be read, as hexadecimal. */
  readonly values: ReadonlySet<string>;
  /** How many pages of keys opened. */
  readonly pages: number;
}

/** Everything that can be read with all of it. */
export function readEverything(loot: Loot): Found {
  const byPlace = collect(loot.images);
  const at = (place: Uint8Array): readonly Uint8Array[] =>
    byPlace.get(encodeHex(place)) ?? [];
  const halves = loot.slots.flatMap((slot) => readSlotState(slot).whole);
  const values = new Set<string>();
  const dataKeys = new Map<string, Uint8Array>();
  for (const header of at(headerPlace())) {
    for (const half of halves) {
      const state = { whole: [half], unfinished: false };
      const unlocked = unlock(header, state, loot.passphrase);
      if (!unlocked.ok) continue;
      const { dataKey } = unlocked.value;
      dataKeys.set(encodeHex(dataKey), dataKey);
    }
  }
  let opened = 0;
  for (const dataKey of dataKeys.values()) {
    const keys = deriveVaultKeys(dataKey);
    const pages = at(pagePlace(keys)).flatMap((record) =>
      halves.flatMap(({ stateSecret }) => {
        const page = openPage(record, keys, stateSecret);
        return page === undefined ? [] : [page];
      }),
    );
    opened += pages.length;
    for (const ref of withOwn(loot.names)) {
      const storeKeys = [
        keys.storeKey(ref.store),
        ...groupKeysOf(pages).map((key) => groupStoreKey(key, ref.store)),
      ];
      for (const record of at(keys.placeOf(ref))) {
        for (const key of storeKeys) {
          const body = openRecord({ key, ref, record });
          if (!body.ok) continue;
          for (const value of valuesOf(body.value, ref, pages))
            values.add(encodeHex(value));
        }
      }
    }
  }
  return { values, pages: opened };
}

function collect(
  images: Loot["images"],
): ReadonlyMap<string, readonly Uint8Array[]> {
  const byPlace = new Map<string, Map<string, Uint8Array>>();
  for (const { records } of images) {
    for (const [place, record] of records) {
      const known = byPlace.get(place) ?? new Map<string, Uint8Array>();
      byPlace.set(place, known.set(encodeHex(record.slice(0, 25)), record));
    }
  }
  return new Map(
    [...byPlace].map(([place, records]) => [place, [...records.values()]]),
  );
}

function withOwn(names: readonly RecordRef[]): readonly RecordRef[] {
  const groups = [...new Set(names.map(groupOf))];
  const own = groups.flatMap((group) => [
    directoryRef(group),
    ...Array.from({ length: 128 }, (_, i) => journalRef(group, i)),
  ]);
  return [...names, ...own];
}

/** Any key of any group, of any page: which one it was nobody has to tell. */
function groupKeysOf(pages: readonly KeyPage[]): readonly Uint8Array[] {
  const keys = pages.flatMap(({ groups }) => [...groups.values()]);
  return [...new Map(keys.map((key) => [encodeHex(key), key])).values()];
}

function valuesOf(
  body: Body,
  ref: RecordRef,
  pages: readonly KeyPage[],
): readonly Uint8Array[] {
  if (body.body === "value") return [body.value];
  return pages.flatMap(({ days }) => {
    const key = days.get(body.day);
    const opened = key && openExpiring(body, ref, key);
    return opened?.ok === true ? [opened.value] : [];
  });
}
