import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { suite3 } from "../suite.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import { zeroSecret } from "./key-schedule.ts";
import { computePskSecret } from "./psk-secret.ts";
import type { NamedPsk } from "./psk-secret.ts";

interface PskVector {
  readonly cipher_suite: number;
  readonly psks: readonly Readonly<
    Record<"psk_id" | "psk" | "psk_nonce", string>
  >[];
  readonly psk_secret: string;
}

beforeAll(() => ready);

const vectors = loadVectors<PskVector>("psk_secret");

it.skipIf(vectors === undefined).each(vectors ?? [])(
  "[ML-133] combines $psks.length pre-shared keys, suite $cipher_suite",
  (v) => {
    const psks = v.psks.map((x): NamedPsk => ({
      id: {
        kind: "external",
        pskId: fromHex(x.psk_id),
        nonce: fromHex(x.psk_nonce),
      },
      psk: fromHex(x.psk),
    }));
    expect(computePskSecret(vectorSuites.get(v.cipher_suite)!, psks)).toEqual(
      fromHex(v.psk_secret),
    );
  },
);

describe("names", () => {
  const nonce = new Uint8Array(32).fill(1);
  const psk = new Uint8Array(32).fill(2);
  const external: NamedPsk = {
    id: { kind: "external", pskId: Uint8Array.of(1), nonce },
    psk,
  };
  const resume = (pskEpoch: bigint): NamedPsk => ({
    id: {
      kind: "resumption",
      usage: "application",
      pskGroupId: Uint8Array.of(1),
      pskEpoch,
      nonce,
    },
    psk,
  });
  const resumption = resume(1n);

  it("[ML-133] covers order, number, name and nonce of the keys", () => {
    const lists: readonly (readonly NamedPsk[])[] = [
      [],
      [external],
      [resumption],
      [external, resumption],
      [resumption, external],
      [external, external],
      [{ ...external, id: { ...external.id, nonce: psk } }],
      [resume(2n)],
    ];
    const secrets = lists.map((list) => computePskSecret(suite3, list).join());
    expect(new Set(secrets).size).toBe(lists.length);
    expect(computePskSecret(suite3, [])).toEqual(zeroSecret(suite3));
  });
});
