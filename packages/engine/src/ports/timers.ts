/** Milliseconds since 1970. */
export type Now = () => number;

/** Calls `run` once after `ms`; the answer takes it back. */
export type SetTimer = (ms: number, run: () => void) => () => void;
