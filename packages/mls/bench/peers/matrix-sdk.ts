/** matrix-sdk-crypto (vodozemac in WebAssembly): the same protocols as olm.ts, with its state machine and store around them. */
import { randomBytes } from "node:crypto";
import {
  CollectStrategy,
  DecryptionSettings,
  DeviceId,
  EncryptionSettings,
  initAsync,
  OlmMachine,
  RequestType,
  RoomId,
  TrustRequirement,
  UserId,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import Olm from "@matrix-org/olm";
import { MESSAGE_LENGTH } from "./sender-key-peer.ts";
import type { SenderKeyPeer } from "./sender-key-peer.ts";

const DEVICE = "DEVICE";
const ROOM = "!room:halqa.example";
const OWN = "@own:halqa.example";
/** The library insists on fresh keys after 100 messages; that is no part of what a message costs. */
const MESSAGES_PER_KEY = 10_000n;

interface Recipient {
  readonly user: string;
  readonly deviceKeys: object;
  readonly oneTimeKeys: object;
}

export async function createMatrixPeer(
  members: number,
): Promise<SenderKeyPeer> {
  await Olm.init();
  await initAsync();
  const recipients = Array.from({ length: members }, (_, i) =>
    makeRecipient(`@m${i}:halqa.example`),
  );
  const users = () => recipients.map(({ user }) => new UserId(user));
  const content = JSON.stringify({
    body: randomBytes(MESSAGE_LENGTH / 2).toString("hex"),
  });
  const settings = new DecryptionSettings(TrustRequirement.Untrusted);
  const room = () => new RoomId(ROOM);
  let machine = await openMachine(recipients);
  let waiting = "";

  return {
    name: "matrix-sdk-crypto (wasm)",
    forget: async () => {
      machine = await openMachine(recipients);
    },
    invite: async () => {
      await claimSessions(machine, recipients);
      await shareKey(machine, users());
    },
    rekey: async () => {
      await machine.invalidateGroupSession(room());
      return shareKey(machine, users().slice(1));
    },
    encrypt: () => machine.encryptRoomEvent(room(), "m.room.message", content),
    prepareDecrypt: async () => {
      const sealed = await machine.encryptRoomEvent(
        room(),
        "m.room.message",
        content,
      );
      waiting = JSON.stringify({
        content: JSON.parse(sealed) as unknown,
        event_id: "$event",
        origin_server_ts: 0,
        room_id: ROOM,
        sender: OWN,
        type: "m.room.encrypted",
        unsigned: {},
      });
    },
    decrypt: () => machine.decryptRoomEvent(waiting, room(), settings),
  };
}

/** A machine that knows all devices and has no session with any. */
async function openMachine(
  recipients: readonly Recipient[],
): Promise<OlmMachine> {
  const machine = await OlmMachine.initialize(
    new UserId(OWN),
    new DeviceId("OWN"),
  );
  const query = machine.queryKeysForUsers(
    recipients.map(({ user }) => new UserId(user)),
  );
  await machine.markRequestAsSent(
    query.id ?? "",
    RequestType.KeysQuery,
    JSON.stringify({
      device_keys: Object.fromEntries(
        recipients.map(({ user, deviceKeys }) => [
          user,
          { [DEVICE]: deviceKeys },
        ]),
      ),
      failures: {},
    }),
  );
  return machine;
}

async function claimSessions(
  machine: OlmMachine,
  recipients: readonly Recipient[],
): Promise<void> {
  const claim = await machine.getMissingSessions(
    recipients.map(({ user }) => new UserId(user)),
  );
  if (claim === null) throw new Error("there are sessions already");
  await machine.markRequestAsSent(
    claim.id,
    RequestType.KeysClaim,
    JSON.stringify({
      one_time_keys: Object.fromEntries(
        recipients.map(({ user, oneTimeKeys }) => [
          user,
          { [DEVICE]: oneTimeKeys },
        ]),
      ),
      failures: {},
    }),
  );
}

async function shareKey(machine: OlmMachine, users: UserId[]): Promise<number> {
  const settings = new EncryptionSettings();
  settings.sharingStrategy = CollectStrategy.allDevices();
  settings.rotationPeriodMessages = MESSAGES_PER_KEY;
  const requests = await machine.shareRoomKey(
    new RoomId(ROOM),
    users,
    settings,
  );
  for (const { id } of requests) {
    await machine.markRequestAsSent(id, RequestType.ToDevice, "{}");
  }
  return requests.reduce((bytes, { body }) => bytes + body.length, 0);
}

function makeRecipient(user: string): Recipient {
  const account = new Olm.Account();
  account.create();
  account.generate_one_time_keys(1);
  const { curve25519, ed25519 } = stringsOf(account.identity_keys());
  const keys = {
    algorithms: ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
    device_id: DEVICE,
    keys: {
      [`curve25519:${DEVICE}`]: curve25519,
      [`ed25519:${DEVICE}`]: ed25519,
    },
    user_id: user,
  };
  // The one generated key, whatever its name.
  const [key] = Object.values(stringsOf(account.one_time_keys(), "curve25519"));
  const sign = (value: object) => ({
    ...value,
    signatures: {
      [user]: { [`ed25519:${DEVICE}`]: account.sign(JSON.stringify(value)) },
    },
  });
  const recipient = {
    user,
    // Written with sorted names and without spaces, so that it is its own canonical form.
    deviceKeys: sign(keys),
    oneTimeKeys: { "signed_curve25519:AAAA": sign({ key }) },
  };
  account.free();
  return recipient;
}

function stringsOf(json: string, part?: string): Record<string, string> {
  const value: unknown = JSON.parse(json);
  const found: unknown =
    part === undefined ? value : Reflect.get(Object(value), part);
  return Object.fromEntries(
    Object.entries(Object(found)).map(([name, text]) => [name, String(text)]),
  );
}
