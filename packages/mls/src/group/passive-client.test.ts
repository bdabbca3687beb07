// The official vectors "welcome", "passive-client-welcome" and "passive-client-handling-commit", suites 1 and 3.
import { encodeHex } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import {
  decryptWithLabel,
  makeKeyPackageRef,
  verifyWithLabel,
} from "../labeled.ts";
import { decodeGroupInfo, groupInfoTbs } from "../structs/group-info.ts";
import { encodeKeyPackage } from "../structs/key-package.ts";
import type { KeyPackage } from "../structs/key-package.ts";
import { decodeMlsMessage } from "../structs/mls-message.ts";
import { decodeGroupSecrets } from "../structs/welcome.ts";
import type { Suite } from "../suite.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import { defaultPolicy } from "./default-policy.ts";
import { deriveEpoch } from "./epoch.ts";
import { epochAuthenticator } from "./export.ts";
import { joinGroup } from "./join-group.ts";
import type { OwnKeyPackage } from "./key-package.ts";
import type { Policy } from "./policy.ts";
import { processMessage } from "./process-message.ts";
import type { GroupEnv, GroupState } from "./state.ts";
import { welcomeKeys } from "./welcome-keys.ts";

interface PassiveVector {
  readonly cipher_suite: number;
  readonly external_psks: readonly { psk_id: string; psk: string }[];
  readonly key_package: string;
  readonly signature_priv: string;
  readonly encryption_priv: string;
  readonly init_priv: string;
  readonly welcome: string;
  readonly ratchet_tree: string | null;
  readonly initial_epoch_authenticator: string;
  readonly epochs: readonly {
    proposals: readonly string[];
    commit: string;
    epoch_authenticator: string;
  }[];
}

/** What the vectors use and the product does not: PSKs, endless lifetimes, X.509, several leaves of one identity. */
const vectorPolicy: Policy = {
  ...defaultPolicy,
  limits: { ...defaultPolicy.limits, maxLifetime: 2n ** 64n },
  checkProposal: () => undefined,
  checkLeaf: () => undefined,
  checkSuccessor: () => undefined,
  clientOf: (leaf) => encodeHex(leaf.signatureKey),
};

function suiteOf(vector: { readonly cipher_suite: number }): Suite {
  const suite = vectorSuites.get(vector.cipher_suite);
  if (suite === undefined) throw new Error(`suite ${vector.cipher_suite}`);
  return suite;
}

function readKeyPackageMessage(hex: string): KeyPackage {
  const message = decodeMlsMessage(fromHex(hex));
  if (!message.ok || message.value.kind !== "key-package")
    throw new Error("no KeyPackage");
  return message.value.keyPackage;
}

function envOf(
  vector: PassiveVector,
  resumption: Map<string, Uint8Array>,
): GroupEnv {
  return {
    suite: suiteOf(vector),
    random: createSeededRandom(1).bytes,
    policy: vectorPolicy,
    pskFor: (id) => {
      if (id.kind === "resumption")
        return resumption.get(`${encodeHex(id.pskGroupId)}/${id.pskEpoch}`);
      const wanted = encodeHex(id.pskId);
      const found = vector.external_psks.find((one) => one.psk_id === wanted);
      return found && fromHex(found.psk);
    },
  };
}

function ownOf(vector: PassiveVector): OwnKeyPackage {
  const keyPackage = readKeyPackageMessage(vector.key_package);
  return {
    keyPackage,
    initKey: {
      publicKey: keyPackage.initKey,
      secretKey: fromHex(vector.init_priv),
    },
    leafKey: {
      publicKey: keyPackage.leafNode.encryptionKey,
      secretKey: fromHex(vector.encryption_priv),
    },
    signatureSeed: fromHex(vector.signature_priv),
  };
}

function follow(vector: PassiveVector): void {
  const resumption = new Map<string, Uint8Array>();
  const env = envOf(vector, resumption);
  const remember = (state: GroupState): void => {
    const { groupId, epoch } = state.context;
    resumption.set(
      `${encodeHex(groupId)}/${epoch}`,
      state.secrets.resumptionPsk,
    );
  };
  const joined = joinGroup(env, {
    welcome: fromHex(vector.welcome),
    own: ownOf(vector),
    ...(vector.ratchet_tree === null
      ? {}
      : { tree: fromHex(vector.ratchet_tree) }),
  });
  if (!joined.ok) throw new Error(JSON.stringify(joined.error));
  let { state } = joined.value;
  expect(encodeHex(epochAuthenticator(state))).toBe(
    vector.initial_epoch_authenticator,
  );
  remember(state);
  for (const epoch of vector.epochs) {
    for (const message of [...epoch.proposals, epoch.commit]) {
      const outcome = processMessage(state, env, { message: fromHex(message) });
      if (outcome.kind !== "applied") {
        const { kind } = outcome;
        const reason = "reason" in outcome ? outcome.reason : undefined;
        throw new Error(JSON.stringify({ kind, reason }));
      }
      state = outcome.state;
    }
    expect(encodeHex(epochAuthenticator(state))).toBe(
      epoch.epoch_authenticator,
    );
    remember(state);
  }
}

beforeAll(() => ready);

for (const name of [
  "passive-client-welcome",
  "passive-client-handling-commit",
]) {
  const vectors = loadVectors<PassiveVector>(name);
  describe.skipIf(vectors === undefined)(name, () => {
    it.each((vectors ?? []).map((vector, index) => [index, vector] as const))(
      "[ML-85] agrees with every epoch authenticator of case %i",
      (_, vector) => follow(vector),
    );
  });
}

interface WelcomeVector {
  readonly cipher_suite: number;
  readonly init_priv: string;
  readonly signer_pub: string;
  readonly key_package: string;
  readonly welcome: string;
}

const welcomes = loadVectors<WelcomeVector>("welcome");

describe.skipIf(welcomes === undefined)("welcome", () => {
  it.each((welcomes ?? []).map((vector, index) => [index, vector] as const))(
    "[ML-51] opens the Welcome of case %i and agrees with its signature and confirmation tag",
    (_, vector) => {
      const suite = suiteOf(vector);
      const keyPackage = readKeyPackageMessage(vector.key_package);
      const message = decodeMlsMessage(fromHex(vector.welcome));
      if (!message.ok || message.value.kind !== "welcome")
        throw new Error("no Welcome");
      const { welcome } = message.value;
      const reference = encodeHex(
        makeKeyPackageRef(suite, encodeKeyPackage(keyPackage)),
      );
      const entry = welcome.secrets.find(
        ({ newMember }) => encodeHex(newMember) === reference,
      );
      const opened =
        entry &&
        decryptWithLabel(suite, {
          keyPair: {
            publicKey: keyPackage.initKey,
            secretKey: fromHex(vector.init_priv),
          },
          label: "Welcome",
          context: welcome.encryptedGroupInfo,
          ciphertext: entry.secrets,
        });
      const secrets = opened?.ok ? decodeGroupSecrets(opened.value) : undefined;
      if (!secrets?.ok) throw new Error("the group secrets do not open");
      const { joinerSecret } = secrets.value;
      const pskSecret = new Uint8Array(suite.hashLength);
      const plaintext = suite.aead.open({
        ...welcomeKeys(suite, { joinerSecret, pskSecret }),
        aad: new Uint8Array(),
        ciphertext: welcome.encryptedGroupInfo,
      });
      const groupInfo = plaintext.ok
        ? decodeGroupInfo(plaintext.value)
        : undefined;
      if (!groupInfo?.ok) throw new Error("the GroupInfo does not open");
      const isSigned = verifyWithLabel(suite, {
        publicKey: fromHex(vector.signer_pub),
        label: "GroupInfoTBS",
        content: groupInfoTbs(groupInfo.value),
        signature: groupInfo.value.signature,
      });
      expect(isSigned).toBe(true);
      const epoch = deriveEpoch(suite, groupInfo.value.groupContext, {
        kind: "joiner",
        joinerSecret,
        pskSecret,
      });
      expect(epoch.confirmationTag).toEqual(groupInfo.value.confirmationTag);
    },
  );
});
