/**
 * The key schedule (RFC 9420, 8 and 8.5): from the last epoch's init secret, the commit's secret and the pre-shared keys to the secrets
 * of an epoch. The intermediate secrets stay inside; whoever calls keeps only what still has a use (9.2).
 */
import { deriveSecret, expandWithLabel } from "../labeled.ts";
import type { Suite } from "../suite.ts";

export interface EpochSecrets {
  readonly senderDataSecret: Uint8Array;
  /** The root of the secret tree: consumed when the tree is made, and not kept. */
  readonly encryptionSecret: Uint8Array;
  readonly exporterSecret: Uint8Array;
  readonly externalSecret: Uint8Array;
  readonly confirmationKey: Uint8Array;
  readonly membershipKey: Uint8Array;
  readonly resumptionPsk: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  readonly initSecret: Uint8Array;
}

/** The all-zero secret that stands for "no commit secret" and "no pre-shared key". */
export function zeroSecret(suite: Suite): Uint8Array {
  return new Uint8Array(suite.hashLength);
}

/**
 * The next epoch as its members derive it. `groupContext` is the encoded context of the *new* epoch. The joiner secret
 * goes to those whom the commit adds and to nobody else.
 */
export function advanceKeySchedule(
  suite: Suite,
  o: {
    readonly initSecret: Uint8Array;
    readonly commitSecret: Uint8Array;
    readonly pskSecret: Uint8Array;
    readonly groupContext: Uint8Array;
  },
): { readonly joinerSecret: Uint8Array; readonly epoch: EpochSecrets } {
  const joinerSecret = expandWithLabel(suite, {
    secret: suite.extract(o.initSecret, o.commitSecret),
    label: "joiner",
    context: o.groupContext,
    length: suite.hashLength,
  });
  return {
    joinerSecret,
    epoch: epochFromJoiner(suite, { ...o, joinerSecret }),
  };
}

/** The epoch as someone derives it who came by a Welcome. */
export function epochFromJoiner(
  suite: Suite,
  o: {
    readonly joinerSecret: Uint8Array;
    readonly pskSecret: Uint8Array;
    readonly groupContext: Uint8Array;
  },
): EpochSecrets {
  const epochSecret = expandWithLabel(suite, {
    secret: suite.extract(o.joinerSecret, o.pskSecret),
    label: "epoch",
    context: o.groupContext,
    length: suite.hashLength,
  });
  const derive = (label: string) => deriveSecret(suite, epochSecret, label);
  return {
    senderDataSecret: derive("sender data"),
    encryptionSecret: derive("encryption"),
    exporterSecret: derive("exporter"),
    externalSecret: derive("external"),
    confirmationKey: derive("confirm"),
    membershipKey: derive("membership"),
    resumptionPsk: derive("resumption"),
    epochAuthenticator: derive("authentication"),
    initSecret: derive("init"),
  };
}

/** What the GroupInfo in a Welcome is encrypted with. */
export function welcomeSecret(
  suite: Suite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
): Uint8Array {
  return deriveSecret(suite, suite.extract(joinerSecret, pskSecret), "welcome");
}

/** MLS-Exporter (8.5): a secret for a use outside MLS, named by its label. */
export function exportSecret(
  suite: Suite,
  exporterSecret: Uint8Array,
  o: {
    readonly label: string;
    readonly context: Uint8Array;
    readonly length: number;
  },
): Uint8Array {
  return expandWithLabel(suite, {
    secret: deriveSecret(suite, exporterSecret, o.label),
    label: "exported",
    context: suite.hash(o.context),
    length: o.length,
  });
}
