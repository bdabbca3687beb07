// The device's own lock as a key: a WebAuthn credential of this origin, whose PRF extension gives 32 bytes for a salt
// (docs/spec/app.md, AP-75; decision 0024). Nothing of it goes to any server: challenge and user are random and unused.

import type { QuickKey } from "../client/keeper.ts";
import type { QuickUnlock } from "../client/quick-unlock.ts";

const SALT_LENGTH = 32;
const OUTPUT_LENGTH = 32;

export const quickUnlock: QuickUnlock = { isHere, create, ask };

async function isHere(): Promise<boolean> {
  if (typeof PublicKeyCredential === "undefined") return false;
  try {
    const [hasLock, capabilities] = await Promise.all([
      PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable(),
      PublicKeyCredential.getClientCapabilities?.(),
    ]);
    // Where the browser does not say, trying shows.
    const hasPrf = capabilities?.["extension:prf"] ?? true;
    return hasLock && hasPrf;
  } catch {
    // An address without a name, or a policy that forbids it: there is none here.
    return false;
  }
}

async function create(): ReturnType<QuickUnlock["create"]> {
  const salt = randomBytes(SALT_LENGTH);
  try {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: randomBytes(32),
        rp: { name: "Halqa" },
        user: { id: randomBytes(16), name: "Halqa", displayName: "Halqa" },
        pubKeyCredParams: [
          { type: "public-key", alg: -7 },
          { type: "public-key", alg: -257 },
        ],
        authenticatorSelection: {
          authenticatorAttachment: "platform",
          residentKey: "discouraged",
          userVerification: "required",
        },
        extensions: { prf: { eval: { first: salt } } },
      },
    });
    if (!(made instanceof PublicKeyCredential)) return undefined;
    const { prf } = made.getClientExtensionResults();
    if (prf?.enabled === false) return undefined;
    const key = { credential: new Uint8Array(made.rawId), salt };
    // Some answer only when they are asked, not when the key is made.
    const output = bytesOf(prf?.results?.first) ?? (await ask(key));
    return output && { key, output };
  } catch {
    // Refused by the person, by the device or by the browser: the passphrase goes on opening it.
    return undefined;
  }
}

async function ask(key: QuickKey): Promise<Uint8Array | undefined> {
  try {
    const found = await navigator.credentials.get({
      publicKey: {
        challenge: randomBytes(32),
        allowCredentials: [
          { type: "public-key", id: Uint8Array.from(key.credential) },
        ],
        userVerification: "required",
        extensions: { prf: { eval: { first: Uint8Array.from(key.salt) } } },
      },
    });
    if (!(found instanceof PublicKeyCredential)) return undefined;
    return bytesOf(found.getClientExtensionResults().prf?.results?.first);
  } catch {
    return undefined;
  }
}

function bytesOf(source: BufferSource | undefined): Uint8Array | undefined {
  if (source === undefined) return undefined;
  const bytes =
    source instanceof ArrayBuffer
      ? new Uint8Array(source)
      : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return bytes.length === OUTPUT_LENGTH ? bytes.slice() : undefined;
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}
