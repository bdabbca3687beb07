import { describe, expect, it } from "vitest";
import { createCircleRecord, createOwnInbox } from "../circle-record.ts";
import type { CircleRecord } from "../durable.ts";
import type { Write } from "../../ports/store.ts";
import { addFile, dropFiles } from "./file-list.ts";
import { writeFiles } from "./file-writes.ts";
import { decodeFiles, encodeFiles, fileIdOf } from "./stored-file.ts";
import type { StoredFile } from "./stored-file.ts";

const random = (length: number): Uint8Array => new Uint8Array(length).fill(3);
const empty: CircleRecord = createCircleRecord({
  id: "circle",
  name: "x",
  memberKey: random(32),
  place: "in",
  now: 0,
  inbox: createOwnInbox(
    { random },
    { url: "wss://relay.example/", relayPub: random(32), access: undefined },
  ),
});

function file(number: number, change: Partial<StoredFile> = {}): StoredFile {
  const blobId = new Uint8Array(32).fill(number & 255);
  blobId[1] = number >> 8;
  const blobs = change.blobs ?? [{ blobId, parts: 16 as const }];
  return {
    id: fileIdOf(blobs),
    blobs,
    key: random(32),
    hash: random(32),
    size: 9,
    held: 16,
    usedAt: number,
    failure: undefined,
    upload: undefined,
    purpose: {
      for: "attachment",
      item: random(16),
      index: 0,
      expires: undefined,
    },
    ...change,
  };
}

describe("the files of a circle", () => {
  it("[FI-13] are so many at most: what was not asked for the longest goes, what the relay does not have stays", () => {
    const sending = { upload: { done: 0, at: 0 } };
    let record = addFile(empty, file(0, sending))!;
    for (let i = 1; i < 64; i++) record = addFile(record, file(i))!;
    expect(record.files).toHaveLength(64);
    record = addFile(record, file(64))!;
    expect(record.files.map(({ usedAt }) => usedAt)).toEqual([
      0,
      ...Array.from({ length: 63 }, (_, i) => i + 2),
    ]);
    let busy = empty;
    for (let i = 0; i < 64; i++) busy = addFile(busy, file(i, sending))!;
    expect(addFile(busy, file(64))).toBeUndefined();
    let many = empty;
    for (let i = 0; i < 300; i++) {
      const blobId = new Uint8Array(32).fill(i & 255).with(0, i >> 8);
      many = addFile(many, file(i, { blobs: [{ blobId, parts: 1 }] }))!;
    }
    expect(many.files).toHaveLength(256);
  });

  it("[FI-11] are stored with what changed, and their parts and keys go with them", () => {
    const two = { ...empty, files: [file(1), file(2)] };
    const writes: Write[] = [];
    const left = dropFiles(two, ({ usedAt }) => usedAt === 1);
    writeFiles({ old: two, record: left, writes });
    expect(writes[0]).toMatchObject({
      ref: { store: "files", id: "circle" },
      renews: true,
    });
    expect(writes.slice(1)).toEqual(
      Array.from({ length: 16 }, (_, i) => ({
        ref: { store: "file", id: `circle/${two.files[0]!.id}/${i}` },
        value: undefined,
      })),
    );
    writes.length = 0;
    writeFiles({ old: left, record: left, writes });
    writeFiles({ old: undefined, record: empty, writes });
    expect(writes).toEqual([]);
  });

  it("[FI-11] are read back as they were written", () => {
    const attachment = {
      kind: "photo",
      chunks: file(1).blobs,
      key: random(32),
      hash: random(32),
      size: 9,
      mediaType: "image/png",
      name: "a.png",
    } as const;
    const files = [
      file(1, { failure: "gone" }),
      file(2, {
        upload: { done: 1, at: 5 },
        purpose: { for: "draft", attachment },
      }),
      file(3, {
        purpose: { for: "attachment", item: random(16), index: 3, expires: 77 },
      }),
      file(4, { purpose: { for: "charter" } }),
    ];
    const bytes = encodeFiles(files);
    expect(decodeFiles(bytes)).toEqual({ ok: true, value: files });
    for (let end = 0; end < bytes.length; end += 7)
      expect(decodeFiles(bytes.subarray(0, end)).ok).toBe(false);
  });
});
