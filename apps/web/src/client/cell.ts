// One value that changes outside of React, in the form that useSyncExternalStore reads.

export interface Readable<T> {
  readonly current: () => T;
  /** Calls back after each change; the answer ends it. */
  readonly subscribe: (onChange: () => void) => () => void;
}

export interface Cell<T> extends Readable<T> {
  readonly set: (value: T) => void;
}

export function createCell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    current: () => value,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    set: (next) => {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of listeners) listener();
    },
  };
}
