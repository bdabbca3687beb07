import { createHash } from "node:crypto";
import { encodeHex } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { itemIdOf } from "./index.ts";

const sha256 = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash("sha256").update(bytes).digest());
const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const messageId = new Uint8Array(16).fill(9);

describe("the id of an item", () => {
  it("[CT-30] is 16 octets of a hash over a label, the author and the message id", () => {
    const input = Buffer.concat([
      Buffer.from("halqa/v1/item-id\0"),
      key(1),
      messageId,
    ]);
    expect(encodeHex(itemIdOf(sha256, key(1), messageId))).toBe(
      createHash("sha256").update(input).digest("hex").slice(0, 32),
    );
  });

  it("[CT-30] is another for another author: nobody can take the place of a message of somebody else", () => {
    expect(itemIdOf(sha256, key(1), messageId)).not.toEqual(
      itemIdOf(sha256, key(2), messageId),
    );
    expect(itemIdOf(sha256, key(1), messageId)).toEqual(
      itemIdOf(sha256, key(1), messageId),
    );
  });
});
