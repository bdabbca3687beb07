// Whether the browser keeps what is stored when the device runs short of space, as the page asks for it.

export interface Lasting {
  /** Undefined where the browser says nothing about it. */
  readonly isPromised: () => Promise<boolean | undefined>;
  /** Asks for the promise; answers as `isPromised`. */
  readonly ask: () => Promise<boolean | undefined>;
}
