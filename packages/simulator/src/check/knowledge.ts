/**
 * Who could know what, in a symbolic world (SI-8): from bytes that somebody holds and all that ever travelled, everything
 * that follows by the recorded terms. Errs towards knowing: whatever is no key and came of none counts as known.
 */
import type { Term } from "@halqa/crypto/symbolic";

const KEY = 32;

export interface Terms {
  readonly hear: (term: Term) => void;
  /** Nobody knows it but who drew it. */
  readonly hearFresh: (bytes: Uint8Array) => void;
  /** How many terms there are by now. */
  readonly count: () => number;
  /** The keys under which something was sealed that holds these bytes. */
  readonly keysOver: (bytes: Uint8Array) => readonly Uint8Array[];
  /** How many keys sealed what lies in two of these envelopes. */
  readonly sealedTwice: (bodies: readonly Uint8Array[]) => number;
  /** What follows from these bytes. */
  readonly knowledgeOf: (held: Iterable<Uint8Array>) => Knowledge;
}

export interface Knowledge {
  readonly knows: (bytes: Uint8Array) => boolean;
  /** The steps that lead there, the last first. */
  readonly explain: (bytes: Uint8Array) => string;
}

interface Rule {
  readonly kind: Term["kind"];
  /** What it was computed over. */
  readonly from: string;
  /** All of these are needed. */
  readonly needs: readonly string[];
  /** Whole bytes, in which known secrets can lie anywhere. */
  readonly gives: Uint8Array;
  readonly given: string;
}

export function createTerms(): Terms {
  const terms: Term[] = [];
  const fresh = new Set<string>();
  return {
    hearFresh: (bytes) => {
      // MLS draws for many recipients at once, and deals out what it drew.
      for (let at = 0; at + KEY <= bytes.length; at += KEY)
        fresh.add(nameOf(bytes.subarray(at, at + KEY)));
    },
    hear: (term) => terms.push(term),
    count: () => terms.length,
    keysOver: (bytes) =>
      terms.flatMap((term) =>
        term.kind === "seal" && nameOf(term.plaintext).includes(nameOf(bytes))
          ? [term.key]
          : [],
      ),
    sealedTwice: (bodies) => countTwice(terms, bodies),
    knowledgeOf: (held) => derive({ terms, fresh }, held),
  };
}

const ENVELOPE_NONCE = 24;

function countTwice(
  terms: readonly Term[],
  bodies: readonly Uint8Array[],
): number {
  const seals = terms.filter((term) => term.kind === "seal");
  const sealed = new Set(
    bodies.map((body) => nameOf(body.subarray(ENVELOPE_NONCE))),
  );
  const sent = seals.filter(({ out }) => sealed.has(nameOf(out)));
  const byKey = new Map<string, string[]>();
  for (const { key, out } of seals) {
    const name = nameOf(key);
    byKey.set(name, [...(byKey.get(name) ?? []), nameOf(out)]);
  }
  const isSent = (out: string): boolean =>
    sent.some(({ plaintext }) => nameOf(plaintext).includes(out));
  // The key of an envelope seals all of its epoch, under nonces of its own.
  const envelopeKeys = new Set(sent.map(({ key }) => nameOf(key)));
  return [...byKey].filter(
    ([key, outs]) =>
      outs.length > 1 &&
      !envelopeKeys.has(key) &&
      outs.filter(isSent).length > 1,
  ).length;
}

interface Recorded {
  readonly terms: readonly Term[];
  readonly fresh: ReadonlySet<string>;
}

function derive(recorded: Recorded, held: Iterable<Uint8Array>): Knowledge {
  const { rules, atoms } = rulesOf(recorded);

  const waiting = new Map<string, { rule: Rule; left: number }[]>();
  const known = new Map<string, Rule | undefined>();
  const fresh: string[] = [];
  const learn = (name: string, by: Rule | undefined): void => {
    if (known.has(name)) return;
    known.set(name, by);
    fresh.push(name);
  };
  for (const rule of rules) {
    const state = { rule, left: rule.needs.length };
    for (const need of rule.needs)
      waiting.set(need, [...(waiting.get(need) ?? []), state]);
  }
  for (const bytes of held)
    for (const name of atomsIn(bytes, atoms)) learn(name, undefined);
  for (let next = fresh.pop(); next !== undefined; next = fresh.pop()) {
    for (const state of waiting.get(next) ?? []) {
      state.left--;
      if (state.left > 0) continue;
      learn(state.rule.given, state.rule);
      for (const name of atomsIn(state.rule.gives, atoms))
        learn(name, state.rule);
    }
    waiting.delete(next);
  }
  return {
    knows: (bytes) => known.has(nameOf(bytes)),
    explain: (bytes) => explain(known, nameOf(bytes)),
  };
}

const MOST_STEPS = 60;

function explain(
  known: ReadonlyMap<string, Rule | undefined>,
  name: string,
): string {
  const order = new Map([...known.keys()].map((one, index) => [one, index]));
  const steps: string[] = [];
  let at = name;
  for (let step = 0; step < MOST_STEPS; step++) {
    const rule = known.get(at);
    if (rule === undefined) return [...steps, "held"].join(" < ");
    steps.push(`${rule.kind} of ${rule.needs.length}${labelIn(rule)}`);
    // The one that was missing longest.
    at = rule.needs.reduce((last, need) =>
      (order.get(need) ?? 0) > (order.get(last) ?? 0) ? need : last,
    );
  }
  return [...steps, "..."].join(" < ");
}

/** Labels are text between bytes. */
function labelIn({ from }: Rule): string {
  const labels = from.match(/[a-zA-Z0-9 /._-]{5,}/g) ?? [];
  return labels.length === 0 ? "" : ` (${labels.join(" ")})`;
}

/** Keys and what comes of them are atoms; everything else is public, or made of atoms. */
function rulesOf({ terms, fresh }: Recorded): {
  readonly rules: readonly Rule[];
  readonly atoms: Atoms;
} {
  const atoms = new Set(fresh);
  const secretOf = new Map<string, string>();
  for (const term of terms) {
    if (term.kind === "pair") {
      const secret = nameOf(term.secretKey);
      atoms.add(secret);
      secretOf.set(nameOf(term.out), secret);
    } else if (term.kind === "exchange") atoms.add(nameOf(term.out));
    else {
      atoms.add(nameOf(term.key));
      if (term.kind === "mac") atoms.add(nameOf(term.out));
    }
  }
  const found = { names: atoms, starts: startsOf(atoms) };
  const rules = terms.flatMap((term) => rulesFrom(term, found, secretOf));
  return { rules, atoms: found };
}

function rulesFrom(
  term: Term,
  found: Atoms,
  secretOf: ReadonlyMap<string, string>,
): readonly Rule[] {
  switch (term.kind) {
    case "mac": {
      const needs = [nameOf(term.key), ...atomsIn(term.data, found)];
      return [
        {
          kind: "mac",
          from: nameOf(term.data),
          needs,
          gives: term.out,
          given: nameOf(term.out),
        },
      ];
    }
    case "seal":
      return [
        {
          kind: "seal",
          from: "",
          needs: [nameOf(term.key)],
          gives: term.plaintext,
          given: nameOf(term.plaintext),
        },
      ];
    case "exchange":
      return [term.own, term.other].flatMap((half) => {
        const secret = secretOf.get(nameOf(half));
        return secret === undefined
          ? []
          : [
              {
                kind: "exchange",
                from: "",
                needs: [secret],
                gives: term.out,
                given: nameOf(term.out),
              },
            ];
      });
    case "pair":
      return [];
  }
}

interface Atoms {
  readonly names: ReadonlySet<string>;
  /** A bit for each first three bytes that an atom has: nearly all places in bytes begin none. */
  readonly starts: Uint8Array;
}

function startsOf(atoms: ReadonlySet<string>): Uint8Array {
  const starts = new Uint8Array(2 ** 21);
  for (const atom of atoms) {
    const start = startAt(atom, 0);
    starts[start >> 3] = (starts[start >> 3] ?? 0) | (1 << (start & 7));
  }
  return starts;
}

function startAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) << 16) |
    (text.charCodeAt(at + 1) << 8) |
    text.charCodeAt(at + 2)
  );
}

/** The atoms that stand anywhere in the bytes, each once. */
function atomsIn(
  bytes: Uint8Array,
  { names, starts }: Atoms,
): readonly string[] {
  const text = nameOf(bytes);
  const found = new Set<string>();
  for (let at = 0; at + KEY <= text.length; at++) {
    const start = startAt(text, at);
    if (((starts[start >> 3] ?? 0) & (1 << (start & 7))) === 0) continue;
    const part = text.slice(at, at + KEY);
    if (names.has(part)) found.add(part);
  }
  return [...found];
}

function nameOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
