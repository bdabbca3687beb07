/** What holds of every codec here: values come back, accepted bytes are canonical, and no bytes make a decoder throw. */
import { encodeHex } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { expect } from "vitest";

export interface Codec<T> {
  readonly encode: (value: T) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Result<T, unknown>;
}

/** Round trips of the samples, of all their prefixes' ends, and of `runs` damaged copies of each. */
export function checkCodec<T>(
  codec: Codec<T>,
  samples: readonly T[],
  runs = 300,
): void {
  const random = createSeededRandom("codec");
  for (const sample of samples) {
    const bytes = codec.encode(sample);
    expect(codec.decode(bytes)).toEqual({ ok: true, value: sample });
    expect(codec.decode(bytes.slice(0, -1)).ok).toBe(false);
    expect(codec.decode(Uint8Array.of(...bytes, 0)).ok).toBe(false);
    expect(codec.decode(new Uint8Array()).ok).toBe(false);
    for (let run = 0; run < runs; run++) {
      const damaged = mutateBytes(bytes, random);
      const decoded = codec.decode(damaged);
      if (!decoded.ok) continue;
      expect(encodeHex(codec.encode(decoded.value))).toBe(encodeHex(damaged));
    }
  }
}
