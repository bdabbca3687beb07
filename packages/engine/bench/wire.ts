/** A connection to the relay that asks for much at once, to put there what the bench begins with. */
import { createSystemRandom, ed25519Sign } from "@halqa/crypto";
import { bytesToSign, decodeRelayFrame, encodeFrame } from "@halqa/protocol";
import type { ClientCommand, Operation, RelayCommand } from "@halqa/protocol";
import { connectWebSocket } from "../../../apps/cli/src/socket.ts";

type WithoutRequest<C> = C extends unknown ? Omit<C, "request"> : never;
type Question = WithoutRequest<ClientCommand>;

export interface Wire {
  /** Fails where the relay refuses. */
  readonly ask: (question: Question) => Promise<RelayCommand>;
  readonly sign: (o: {
    readonly operation: Operation;
    readonly id: Uint8Array;
    readonly seed: Uint8Array;
    readonly args?: Uint8Array;
  }) => Uint8Array;
  readonly close: () => void;
}

/** Opens it and says hello. */
export async function openWire(url: string): Promise<Wire> {
  const waiting = new Map<
    number,
    { resolve: (answer: RelayCommand) => void; reject: (why: Error) => void }
  >();
  const opened = Promise.withResolvers<void>();
  const socket = connectWebSocket(url, {
    onOpen: opened.resolve,
    onFrame: (frame) => {
      const commands = decodeRelayFrame(frame);
      for (const command of commands.ok ? commands.value : []) take(command);
    },
    onClose: () => {
      for (const { reject } of waiting.values())
        reject(new Error("the relay closed the connection"));
    },
  });
  const take = (command: RelayCommand): void => {
    if (!("request" in command)) return;
    const waits = waiting.get(command.request);
    waiting.delete(command.request);
    if (command.type === "error") waits?.reject(new Error(command.code));
    else waits?.resolve(command);
  };
  let last = 0;
  const ask = (question: Question): Promise<RelayCommand> => {
    const request = ++last;
    const frame = encodeFrame([{ ...question, request }]);
    if (!frame.ok) throw new Error(frame.error.kind);
    return new Promise((resolve, reject) => {
      waiting.set(request, { resolve, reject });
      socket.send(frame.value);
    });
  };
  await opened.promise;
  const nonce = createSystemRandom()(32);
  const welcome = await ask({ type: "hello", nonce });
  if (welcome.type !== "welcome") throw new Error("not welcome");
  const { relayPub, challenge } = welcome;
  return {
    ask,
    sign: ({ seed, ...signed }) =>
      ed25519Sign(seed, bytesToSign({ ...signed, relayPub, challenge })),
    close: () => {
      socket.close();
    },
  };
}
