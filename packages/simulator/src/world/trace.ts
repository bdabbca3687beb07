/** A digest of everything that happened, so that two runs of one seed can be compared (SI-2). Not a cryptographic one. */

export interface Trace {
  readonly text: (value: string) => void;
  readonly number: (value: number) => void;
  /** Its length and some of its bytes: what is encrypted differs everywhere or nowhere. */
  readonly bytes: (value: Uint8Array) => void;
  /** Of everything. */
  readonly digest: () => string;
  /** Of everything but the bytes themselves: equal for two kinds of crypto. */
  readonly shape: () => string;
}

const SAMPLES = 16;

export function createTrace(): Trace {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  let c = 0x243f6a88;
  const shapeNumber = (value: number): void => {
    c = Math.imul((c << 7) ^ (c >>> 25) ^ (value | 0), 0x01000193);
  };
  const byte = (value: number): void => {
    a = Math.imul(a ^ (value | 0), 0x01000193);
    b = Math.imul((b << 5) ^ (b >>> 27) ^ (value | 0), 0x85ebca6b);
  };
  const number = (value: number): void => {
    byte(value);
    shapeNumber(value);
  };
  return {
    number,
    text: (value) => {
      for (let at = 0; at < value.length; at++) number(value.charCodeAt(at));
    },
    bytes: (value) => {
      number(value.length);
      const step = Math.max(1, Math.floor(value.length / SAMPLES));
      for (let at = 0; at < value.length; at += step) byte(value[at] ?? 0);
    },
    digest: () => `${hex(a)}${hex(b)}`,
    shape: () => hex(c),
  };
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
