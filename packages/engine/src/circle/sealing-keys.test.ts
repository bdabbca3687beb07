import { createSeededRandom } from "@halqa/testkit";
import { dhkemX25519 } from "@halqa/crypto";
import { describe, expect, it } from "vitest";
import { MAX_SEALING_KEYS, SEALING_KEY_MS } from "./limits.ts";
import {
  freshSealingKeys,
  replaceSealingKey,
  sealingKeysEndAt,
} from "./sealing-keys.ts";
import type { SealingKey } from "./sealing-keys.ts";

const { bytes: random } = createSeededRandom("sealing keys");
const pair = () => dhkemX25519.deriveKeyPair(random(32));

describe("sealing keys of a leaf", () => {
  it("[CI-193] go 30 days after they were replaced, each by itself", () => {
    const [first, second, third] = [pair(), pair(), pair()];
    const once = replaceSealingKey([first], second, 1_000);
    const keys = replaceSealingKey(once, third, 2_000);
    expect(keys).toEqual([
      third,
      { ...second, replacedAt: 2_000 },
      { ...first, replacedAt: 1_000 },
    ]);
    const end = 1_000 + SEALING_KEY_MS;
    expect(sealingKeysEndAt(keys, 3_000)).toBe(end);
    expect(freshSealingKeys(keys, end - 1)).toBe(keys);
    expect(freshSealingKeys(keys, end)).toEqual(keys.slice(0, 2));
    expect(freshSealingKeys(keys, end + 1_000)).toEqual([third]);
    expect(sealingKeysEndAt([third], end)).toBeUndefined();
  });

  it("[CI-193] begin their time anew where a clock was set back, and are bounded", () => {
    const keys = replaceSealingKey([pair()], pair(), 5_000);
    const [now, before] = freshSealingKeys(keys, 1_000);
    expect(now).toBe(keys[0]);
    expect(before?.replacedAt).toBe(1_000);
    let many: readonly SealingKey[] = [];
    for (let i = 0; i <= MAX_SEALING_KEYS; i++)
      many = replaceSealingKey(many, pair(), i);
    expect(many).toHaveLength(MAX_SEALING_KEYS);
  });
});
