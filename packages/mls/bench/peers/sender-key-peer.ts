/**
 * What a messenger without MLS does for a group: a session with every member, one sender key that goes to each of them
 * through it, again after every removal, and messages under that key.
 */
export interface SenderKeyPeer {
  readonly name: string;
  /** Forgets every session with the members; untimed. */
  forget(): unknown;
  /** Makes a session with every member and sends the sender key through each: what adding them all costs. */
  invite(): unknown;
  /** A fresh sender key to all members but one, over the sessions there are; how many bytes that is. */
  rekey(): Promise<number> | number;
  encrypt(): unknown;
  /** Has a fresh message for `decrypt`; untimed. */
  prepareDecrypt(): unknown;
  decrypt(): unknown;
}

export const MESSAGE_LENGTH = 1024;
