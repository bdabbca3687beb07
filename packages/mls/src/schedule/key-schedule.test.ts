import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeGroupContext } from "../structs/group-context.ts";
import { MLS10 } from "../structs/protocol-version.ts";
import { suite3 } from "../suite.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import {
  advanceKeySchedule,
  epochFromJoiner,
  exportSecret,
  welcomeSecret,
  zeroSecret,
} from "./key-schedule.ts";

interface KeyScheduleVector {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly initial_init_secret: string;
  readonly epochs: readonly (Readonly<Record<EpochField, string>> & {
    readonly exporter: {
      readonly label: string;
      readonly context: string;
      readonly length: number;
      readonly secret: string;
    };
  })[];
}

type EpochField =
  | "tree_hash"
  | "commit_secret"
  | "psk_secret"
  | "confirmed_transcript_hash"
  | "group_context"
  | "joiner_secret"
  | "welcome_secret"
  | "init_secret"
  | "sender_data_secret"
  | "encryption_secret"
  | "exporter_secret"
  | "epoch_authenticator"
  | "external_secret"
  | "confirmation_key"
  | "membership_key"
  | "resumption_psk"
  | "external_pub";

beforeAll(() => ready);

const vectors = loadVectors<KeyScheduleVector>("key-schedule");

describe.skipIf(vectors === undefined).each(vectors ?? [])(
  "key-schedule, suite $cipher_suite",
  (v) => {
    const suite = vectorSuites.get(v.cipher_suite)!;

    it("[ML-130] derives every secret of every epoch", () => {
      let initSecret = fromHex(v.initial_init_secret);
      for (const [i, e] of v.epochs.entries()) {
        const groupContext = encodeGroupContext({
          version: MLS10,
          cipherSuite: v.cipher_suite,
          groupId: fromHex(v.group_id),
          epoch: BigInt(i),
          treeHash: fromHex(e.tree_hash),
          confirmedTranscriptHash: fromHex(e.confirmed_transcript_hash),
          extensions: [],
        });
        expect(groupContext).toEqual(fromHex(e.group_context));
        const pskSecret = fromHex(e.psk_secret);
        const { joinerSecret, epoch } = advanceKeySchedule(suite, {
          initSecret,
          commitSecret: fromHex(e.commit_secret),
          pskSecret,
          groupContext,
        });
        expect(joinerSecret).toEqual(fromHex(e.joiner_secret));
        expect(epoch).toEqual({
          senderDataSecret: fromHex(e.sender_data_secret),
          encryptionSecret: fromHex(e.encryption_secret),
          exporterSecret: fromHex(e.exporter_secret),
          externalSecret: fromHex(e.external_secret),
          confirmationKey: fromHex(e.confirmation_key),
          membershipKey: fromHex(e.membership_key),
          resumptionPsk: fromHex(e.resumption_psk),
          epochAuthenticator: fromHex(e.epoch_authenticator),
          initSecret: fromHex(e.init_secret),
        });
        expect(welcomeSecret(suite, joinerSecret, pskSecret)).toEqual(
          fromHex(e.welcome_secret),
        );
        initSecret = epoch.initSecret;
      }
    });

    it("[ML-130] gives a joiner the epoch that the members have", () => {
      for (const e of v.epochs) {
        const epoch = epochFromJoiner(suite, {
          joinerSecret: fromHex(e.joiner_secret),
          pskSecret: fromHex(e.psk_secret),
          groupContext: fromHex(e.group_context),
        });
        expect(epoch.epochAuthenticator).toEqual(
          fromHex(e.epoch_authenticator),
        );
        expect(epoch.initSecret).toEqual(fromHex(e.init_secret));
      }
    });

    it("[ML-131] exports secrets, and derives the external key", () => {
      for (const e of v.epochs) {
        const { label, context, length, secret } = e.exporter;
        expect(
          exportSecret(suite, fromHex(e.exporter_secret), {
            label,
            context: fromHex(context),
            length,
          }),
        ).toEqual(fromHex(secret));
        const pair = suite.kem.deriveKeyPair(fromHex(e.external_secret));
        expect(pair.publicKey).toEqual(fromHex(e.external_pub));
      }
    });
  },
);

describe("inputs", () => {
  const base = {
    initSecret: new Uint8Array(32).fill(1),
    commitSecret: new Uint8Array(32).fill(2),
    pskSecret: zeroSecret(suite3),
    groupContext: Uint8Array.of(1, 2, 3),
  };

  it("[ML-130] changes every secret when any input changes", () => {
    const was = Object.values(advanceKeySchedule(suite3, base).epoch);
    for (const name of [
      "initSecret",
      "commitSecret",
      "pskSecret",
      "groupContext",
    ] as const) {
      const bytes = base[name].slice();
      bytes[0]! ^= 1;
      const is = advanceKeySchedule(suite3, { ...base, [name]: bytes });
      for (const [i, secret] of Object.values(is.epoch).entries())
        expect(secret).not.toEqual(was[i]);
    }
  });

  it("[ML-131] exports different secrets for different labels, contexts and lengths", () => {
    const secret = new Uint8Array(32).fill(9);
    const o = { label: "a", context: Uint8Array.of(1), length: 32 };
    const outputs = [
      o,
      { ...o, label: "b" },
      { ...o, context: Uint8Array.of(2) },
      { ...o, length: 64 },
    ].map((x) => exportSecret(suite3, secret, x));
    expect(outputs[3]).toHaveLength(64);
    const heads = outputs.map((x) => x.subarray(0, 32).join());
    expect(new Set(heads).size).toBe(4);
  });
});
