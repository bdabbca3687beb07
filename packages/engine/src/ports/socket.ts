/**
 * A connection to a relay as the driver needs it: binary frames, in order, until it closes. Made by the apps (a
 * WebSocket in the browser, `ws` in Node, a queue in tests).
 */
export interface SocketHandlers {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Uint8Array) => void;
  /** Once, also when the connection never opened. Nothing is called after it. */
  readonly onClose: () => void;
}

export interface Socket {
  /** Only between `onOpen` and `onClose`; what comes too late is dropped silently. */
  send: (frame: Uint8Array) => void;
  close: () => void;
}

/** Opens a connection to a relay's address. It never throws and never calls back before it returned: a bad address closes. */
export type Connect = (url: string, handlers: SocketHandlers) => Socket;
