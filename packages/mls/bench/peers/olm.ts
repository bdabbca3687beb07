/** libolm (WebAssembly): Olm sessions, Megolm for groups. */
import { randomBytes } from "node:crypto";
import Olm from "@matrix-org/olm";
import { MESSAGE_LENGTH } from "./sender-key-peer.ts";
import type { SenderKeyPeer } from "./sender-key-peer.ts";

interface Recipient {
  readonly identityKey: string;
  readonly oneTimeKey: string;
}

export async function createOlmPeer(members: number): Promise<SenderKeyPeer> {
  await Olm.init();
  const own = new Olm.Account();
  own.create();
  const recipients = Array.from({ length: members }, makeRecipient);
  const text = randomBytes(MESSAGE_LENGTH / 2).toString("hex");
  const group = new Olm.OutboundGroupSession();
  group.create();
  const reader = new Olm.InboundGroupSession();
  reader.create(group.session_key());
  let sessions: Olm.Session[] = [];
  let waiting = "";

  const sendKey = (to: readonly Olm.Session[]): number => {
    const fresh = new Olm.OutboundGroupSession();
    fresh.create();
    const key = fresh.session_key();
    fresh.free();
    return to.reduce(
      (bytes, session) => bytes + session.encrypt(key).body.length,
      0,
    );
  };

  return {
    name: "olm (wasm)",
    forget: () => {
      for (const session of sessions) session.free();
      sessions = [];
    },
    invite: () => {
      sessions = recipients.map(({ identityKey, oneTimeKey }) => {
        const session = new Olm.Session();
        session.create_outbound(own, identityKey, oneTimeKey);
        return session;
      });
      return sendKey(sessions);
    },
    rekey: () => sendKey(sessions.slice(1)),
    encrypt: () => group.encrypt(text),
    prepareDecrypt: () => {
      waiting = group.encrypt(text);
    },
    decrypt: () => reader.decrypt(waiting),
  };
}

function makeRecipient(): Recipient {
  const account = new Olm.Account();
  account.create();
  account.generate_one_time_keys(1);
  const identity: unknown = JSON.parse(account.identity_keys());
  const oneTime: unknown = JSON.parse(account.one_time_keys());
  account.free();
  return {
    identityKey: stringAt(identity, "curve25519"),
    oneTimeKey: stringAt(Object.values(propertyAt(oneTime, "curve25519")), "0"),
  };
}

function propertyAt(value: unknown, key: string): object {
  const found: unknown = Reflect.get(Object(value), key);
  return typeof found === "object" && found !== null ? found : {};
}

function stringAt(value: unknown, key: string): string {
  const found: unknown = Reflect.get(Object(value), key);
  return typeof found === "string" ? found : "";
}
