/** libsignal, the native library of Signal: PQXDH sessions, sender keys for groups. */
import { randomBytes, randomUUID } from "node:crypto";
import {
  type CiphertextMessage,
  groupDecrypt,
  groupEncrypt,
  IdentityChange,
  IdentityKeyPair,
  IdentityKeyStore,
  KEMKeyPair,
  PreKeyBundle,
  PrivateKey,
  processPreKeyBundle,
  processSenderKeyDistributionMessage,
  ProtocolAddress,
  type PublicKey,
  SenderKeyDistributionMessage,
  type SenderKeyRecord,
  SenderKeyStore,
  type SessionRecord,
  SessionStore,
  signalEncrypt,
} from "@signalapp/libsignal-client";
import { MESSAGE_LENGTH } from "./sender-key-peer.ts";
import type { SenderKeyPeer } from "./sender-key-peer.ts";

interface Recipient {
  readonly address: ProtocolAddress;
  readonly bundle: PreKeyBundle;
}

export async function createLibsignalPeer(
  members: number,
): Promise<SenderKeyPeer> {
  const own = ProtocolAddress.new(randomUUID(), 1);
  const sessions = new Sessions();
  const identities = new Identities();
  const senderKeys = new SenderKeys();
  const reader = new SenderKeys();
  const recipients = Array.from({ length: members }, makeRecipient);
  const text = new Uint8Array(randomBytes(MESSAGE_LENGTH));
  const distribution = randomUUID();
  const first = await SenderKeyDistributionMessage.create(
    own,
    distribution,
    senderKeys,
  );
  await processSenderKeyDistributionMessage(own, first, reader);
  let waiting: Uint8Array<ArrayBuffer> = new Uint8Array();

  const sendKey = async (to: readonly Recipient[]): Promise<number> => {
    const key = await SenderKeyDistributionMessage.create(
      own,
      randomUUID(),
      senderKeys,
    );
    const plaintext = key.serialize();
    let bytes = 0;
    for (const { address } of to) {
      const sealed: CiphertextMessage = await signalEncrypt(
        plaintext,
        address,
        own,
        sessions,
        identities,
      );
      bytes += sealed.serialize().length;
    }
    return bytes;
  };

  return {
    name: "libsignal (native)",
    forget: () => sessions.records.clear(),
    invite: async () => {
      for (const { address, bundle } of recipients) {
        await processPreKeyBundle(bundle, address, own, sessions, identities);
      }
      await sendKey(recipients);
    },
    rekey: () => sendKey(recipients.slice(1)),
    encrypt: () => groupEncrypt(own, distribution, senderKeys, text),
    prepareDecrypt: async () => {
      const sealed = await groupEncrypt(own, distribution, senderKeys, text);
      waiting = sealed.serialize();
    },
    decrypt: () => groupDecrypt(own, reader, waiting),
  };
}

function makeRecipient(): Recipient {
  const identity = IdentityKeyPair.generate();
  const [once, signed] = [PrivateKey.generate(), PrivateKey.generate()];
  const kyber = KEMKeyPair.generate().getPublicKey();
  const signedKey = signed.getPublicKey();
  return {
    address: ProtocolAddress.new(randomUUID(), 1),
    bundle: PreKeyBundle.new(
      1,
      1,
      1,
      once.getPublicKey(),
      1,
      signedKey,
      identity.privateKey.sign(signedKey.serialize()),
      identity.publicKey,
      1,
      kyber,
      identity.privateKey.sign(kyber.serialize()),
    ),
  };
}

class Sessions extends SessionStore {
  readonly records = new Map<string, SessionRecord>();

  override saveSession(name: ProtocolAddress, record: SessionRecord) {
    this.records.set(name.name(), record);
    return Promise.resolve();
  }

  override getSession(name: ProtocolAddress) {
    return Promise.resolve(this.records.get(name.name()) ?? null);
  }

  override getExistingSessions(): Promise<SessionRecord[]> {
    return Promise.resolve([...this.records.values()]);
  }
}

class Identities extends IdentityKeyStore {
  readonly own = PrivateKey.generate();
  readonly known = new Map<string, PublicKey>();

  override getIdentityKey() {
    return Promise.resolve(this.own);
  }

  override getLocalRegistrationId() {
    return Promise.resolve(1);
  }

  override saveIdentity(name: ProtocolAddress, key: PublicKey) {
    this.known.set(name.name(), key);
    return Promise.resolve(IdentityChange.NewOrUnchanged);
  }

  override isTrustedIdentity() {
    return Promise.resolve(true);
  }

  override getIdentity(name: ProtocolAddress) {
    return Promise.resolve(this.known.get(name.name()) ?? null);
  }
}

class SenderKeys extends SenderKeyStore {
  readonly records = new Map<string, SenderKeyRecord>();

  override saveSenderKey(
    _sender: ProtocolAddress,
    distribution: string,
    record: SenderKeyRecord,
  ) {
    this.records.set(distribution, record);
    return Promise.resolve();
  }

  override getSenderKey(_sender: ProtocolAddress, distribution: string) {
    return Promise.resolve(this.records.get(distribution) ?? null);
  }
}
