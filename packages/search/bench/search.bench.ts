/**
 * `npm run bench -- search`: words looked for in a hundred thousand messages, over sealed records as the vault keeps them. Disks are
 * not part of it; how many records a search reads is counted beside the times.
 */
import { createSystemRandom, ready, xchacha20Poly1305 } from "@halqa/crypto";
import { decodeUtf8, encodeUtf8 } from "@halqa/bytes";
import { createSeededRandom, type Bench } from "@halqa/testkit";
import {
  candidatesIn,
  isFoundIn,
  namesFor,
  parseQuery,
  planSegment,
  SEGMENT_SPAN,
  segmentOf,
  startOfSegment,
  type Doc,
} from "../src/index.ts";

const MESSAGES = 100_000;
const PAGE = 20;
const RARE = "باذنجان";

interface Sealed {
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** A list of messages and its index, sealed record by record. */
function createSealedStore() {
  const random = createSystemRandom();
  const key = random(xchacha20Poly1305.keyLength);
  const aad = new Uint8Array(0);
  const recordsByName = new Map<string, Sealed>();
  const counts = { reads: 0, bytes: 0 };
  return {
    counts,
    put: (name: string, plaintext: Uint8Array): void => {
      const nonce = random(xchacha20Poly1305.nonceLength);
      const ciphertext = xchacha20Poly1305.seal({ key, nonce, aad, plaintext });
      recordsByName.set(name, { nonce, ciphertext });
      counts.bytes += ciphertext.length;
    },
    get: (name: string): Uint8Array | undefined => {
      const sealed = recordsByName.get(name);
      if (sealed === undefined) return undefined;
      counts.reads += 1;
      const opened = xchacha20Poly1305.open({ key, aad, ...sealed });
      return opened.ok ? opened.value : undefined;
    },
  };
}
type SealedStore = ReturnType<typeof createSealedStore>;

/** Words as a language has them: few that come all the time, many that hardly come at all. */
function createTalk(): readonly Doc[] {
  const random = createSeededRandom("talk");
  const alphabets = ["ابتثجحخدرزسشصضطعغفقكلمنهوي", "abcdefghijklmnoprstuvwz"];
  const words = Array.from({ length: 20_000 }, (_, index) => {
    const letters = alphabets[index % 2]!;
    const length = 3 + random.int(7);
    return Array.from(
      { length },
      () => letters[random.int(letters.length)],
    ).join("");
  });
  const pick = (): string =>
    words[Math.floor(words.length ** (random.int(1 << 20) / (1 << 20)))]!;
  return Array.from({ length: MESSAGES }, (_, ordinal) => {
    const said = Array.from({ length: 4 + random.int(12) }, pick).join(" ");
    return { ordinal, text: ordinal === 77 ? `${said} ${RARE}` : said };
  });
}

/** The newest texts that have what is looked for, a page of them. */
function search(store: SealedStore, typed: string): readonly number[] {
  const query = parseQuery(typed)!;
  const hits: number[] = [];
  for (let segment = segmentOf(MESSAGES - 1); segment >= 0; segment--) {
    const read = new Map(
      namesFor(query, segment).map((name) => [name, store.get(name)]),
    );
    for (const ordinal of candidatesIn(query, segment, (x) => read.get(x))) {
      const text = decodeUtf8(store.get(`item/${ordinal}`)!);
      if (text.ok && isFoundIn(query, text.value)) hits.push(ordinal);
      if (hits.length >= PAGE) return hits;
    }
  }
  return hits;
}

export const bench: Bench = {
  name: "search",
  setup: async () => {
    await ready;
    const store = createSealedStore();
    const talk = createTalk();
    for (const { ordinal, text } of talk) {
      store.put(`item/${ordinal}`, encodeUtf8(text));
    }
    const before = store.counts.bytes;
    for (let at = 0; at < MESSAGES; at += SEGMENT_SPAN) {
      const docs = talk.slice(at, at + SEGMENT_SPAN);
      for (const { name, value } of planSegment(segmentOf(at), docs)) {
        if (value !== undefined) store.put(name, value);
      }
    }
    const indexed = store.counts.bytes - before;
    const segment = talk.slice(startOfSegment(3), startOfSegment(4));
    const common = talk[MESSAGES - 1]!.text.split(" ")[0]!;
    store.counts.reads = 0;
    search(store, RARE);
    const { reads } = store.counts;
    return [
      {
        case: "first page of hits in 100,000 messages",
        unit: "ms",
        runs: 9,
        subjects: [
          {
            name: "a word of one message, the 77th",
            run: () => search(store, RARE),
          },
          { name: "a word that is common", run: () => search(store, common) },
          { name: "two letters", run: () => search(store, "با") },
          { name: "what nobody said", run: () => search(store, "qqqxxx") },
        ],
      },
      {
        case: "index 1,024 messages",
        unit: "ms",
        runs: 9,
        subjects: [{ name: "one segment", run: () => planSegment(3, segment) }],
      },
      {
        case: "size of the index of 100,000 messages",
        unit: "KB",
        subjects: [
          { name: "all of it", value: indexed / 1_024 },
          {
            name: `read to find the 77th message: ${reads} records, one segment in memory at a time`,
            value: (indexed / 1_024) * (3 / 32),
          },
        ],
      },
    ];
  },
};
