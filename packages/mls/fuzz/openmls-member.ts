/**
 * A member that runs OpenMLS, by way of `@wireapp/core-crypto`: an implementation with which ours shares nothing but the
 * RFC. What its interface cannot do (proposals of its own, PSKs, commits with mixed proposals) is left to our members.
 */
import type {
  ClientId,
  CommitBundle,
  ConversationId,
  CoreCrypto,
  CoreCryptoContext,
  CredentialRef,
  Database,
  MlsTransport,
} from "@wireapp/core-crypto/browser";
import { startCoreCrypto } from "./core-crypto.ts";
import type { CoreCryptoModule } from "./core-crypto.ts";
import type {
  CommitRequest,
  Invitation,
  MadeCommit,
  Member,
  Verdict,
} from "./member.ts";

/** MLSMessage header of a bare KeyPackage: version mls10, wire format mls_key_package. */
const KEY_PACKAGE_HEADER = Uint8Array.of(0, 1, 0, 5);
const SUITE = 3;
const EXPORTED_LENGTH = 32;

interface Peer {
  readonly library: CoreCryptoModule;
  readonly database: Database;
  readonly clientId: ClientId;
  readonly conversation: ConversationId;
  /** Commits that were handed to the transport. */
  readonly outbox: CommitBundle[];
  fate: CommitRequest["fate"];
  client: CoreCrypto;
}

/** Identities are `<uuid>:<device, hexadecimal>@<domain>`, the one form that this library takes. */
export async function createOpenMlsMember(
  identity: string,
  groupId: Uint8Array,
): Promise<Member> {
  const library = await startCoreCrypto();
  const database = await library.Database.inMemory();
  const peer: Peer = {
    library,
    database,
    clientId: toClientId(library, identity),
    conversation: new library.ConversationId(groupId),
    outbox: [],
    fate: "wins",
    client: library.CoreCrypto.new(database),
  };
  await open(peer);
  const credential = await run(peer, (context) =>
    context.addCredential(library.Credential.basic(SUITE, peer.clientId)),
  );
  return memberOf(peer, identity, credential);
}

/** Whether this library can make the commit that is asked for. */
export function canOpenMlsCommit(request: CommitRequest): boolean {
  const kinds = new Set(request.changes.map((change) => change.kind));
  return (
    kinds.size <= 1 &&
    !kinds.has("psk") &&
    !kinds.has("context") &&
    !kinds.has("custom") &&
    // It commits what was proposed, whether asked or not.
    request.references === "all"
  );
}

function memberOf(
  peer: Peer,
  identity: string,
  credential: CredentialRef,
): Member {
  const { conversation } = peer;
  return {
    identity,
    kind: "openmls",
    commit: (request) => commit(peer, request),
    process: (message) => process(peer, message),
    join: (invitation) => join(peer, invitation),
    propose: () => Promise.reject(new Error("this library makes no proposals")),
    restart: () => open(peer),
    keyPackage: async () => {
      const made = await run(peer, (context) =>
        context.generateKeyPackage(credential),
      );
      return Buffer.concat([KEY_PACKAGE_HEADER, made.serialize()]);
    },
    create: () =>
      run(peer, (context) =>
        context.createConversation(conversation, credential),
      ),
    encrypt: (data) =>
      run(peer, (context) => context.encryptMessage(conversation, data)),
    epoch: () =>
      run(peer, (context) => context.conversationEpoch(conversation)),
    roster: async () => {
      const ids = await run(peer, (context) =>
        context.getClientIds(conversation),
      );
      return ids.map((id) => new TextDecoder().decode(id.copyBytes()));
    },
    exporter: async () => {
      const key = await run(peer, (context) =>
        context.exportSecretKey(conversation, EXPORTED_LENGTH),
      );
      return key.copyBytes();
    },
  };
}

/** A new client over the same database: all that it kept in memory is gone. */
async function open(peer: Peer): Promise<void> {
  const transport: MlsTransport = {
    sendCommitBundle: async (bundle) => {
      peer.outbox.push(bundle);
      if (peer.fate === "wins") return;
      throw peer.library.MlsTransportError.MessageRejected.new({
        reason: "another commit was first",
      });
    },
    prepareForTransport: () => Promise.resolve(new Uint8Array()),
  };
  peer.client = peer.library.CoreCrypto.new(peer.database);
  await run(peer, (context) => context.mlsInit(peer.clientId, transport));
}

function run<T>(
  peer: Peer,
  work: (context: CoreCryptoContext) => Promise<T>,
): Promise<T> {
  return peer.client.transaction(work);
}

/** The library applies its commit as soon as the transport took it, and forgets it when the transport refused. */
async function commit(peer: Peer, request: CommitRequest): Promise<MadeCommit> {
  peer.fate = request.fate;
  peer.outbox.length = 0;
  try {
    await run(peer, (context) => commitIn(peer, context, request));
  } catch (error) {
    if (request.fate === "wins" || peer.outbox.length === 0) throw error;
  }
  const [bundle] = peer.outbox;
  if (bundle === undefined) throw new Error("no commit was made");
  const welcome = bundle.welcome?.serialize();
  return {
    message: bundle.commit,
    invite: async ({ joiners }) =>
      new Map<string, Invitation>(
        welcome === undefined
          ? []
          : joiners.map((joiner) => [joiner, { welcome, tree: undefined }]),
      ),
  };
}

async function commitIn(
  { library, conversation }: Peer,
  context: CoreCryptoContext,
  { changes }: CommitRequest,
): Promise<void> {
  const added = changes.flatMap((change) =>
    change.kind === "add"
      ? [
          new library.KeyPackage(
            change.keyPackage.slice(KEY_PACKAGE_HEADER.length),
          ),
        ]
      : [],
  );
  const removed = changes.flatMap((change) =>
    change.kind === "remove" ? [toClientId(library, change.identity)] : [],
  );
  if (added.length > 0) {
    await context.addClientsToConversation(conversation, added);
  } else if (removed.length > 0) {
    await context.removeClientsFromConversation(conversation, removed);
  } else {
    await context.updateKeyingMaterial(conversation);
  }
}

async function join(
  peer: Peer,
  { welcome }: Invitation,
): Promise<string | undefined> {
  try {
    await run(peer, (context) =>
      context.processWelcomeMessage(new peer.library.Welcome(welcome)),
    );
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

async function process(peer: Peer, message: Uint8Array): Promise<Verdict> {
  const tags = peer.library.DecryptedMessage;
  try {
    const done = await run(peer, (context) =>
      context.decryptMessage(peer.conversation, message),
    );
    if (tags.Text.instanceOf(done)) {
      const { plaintext, senderClientId } = done.inner;
      const sender = new TextDecoder().decode(senderClientId.copyBytes());
      return { kind: "text", data: plaintext, sender };
    }
    if (!tags.Commit.instanceOf(done)) return { kind: "proposal" };
    return done.inner.isActive
      ? { kind: "commit", hasPath: false, committed: [] }
      : { kind: "removed" };
  } catch (error) {
    return { kind: "not-applied", why: describe(error) };
  }
}

function toClientId(library: CoreCryptoModule, identity: string): ClientId {
  const [, user = "", device = "", domain = ""] =
    /^(.*):(.*)@(.*)$/.exec(identity) ?? [];
  return new library.ClientId(
    new library.Uuid(user),
    new library.DeviceId(BigInt(`0x${device}`)),
    domain,
  );
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = "inner" in error ? JSON.stringify(error.inner) : "";
  return `${error.message} ${inner}`.trim();
}
