import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeAuthenticatedContent } from "../structs/framed-content.ts";
import type { AuthenticatedContent } from "../structs/framed-content.ts";
import { suite3 } from "../suite.ts";
import { sampleBytes, sampleContents } from "../testing/sample-structs.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import {
  confirmationTag,
  confirmedTranscriptHash,
  interimTranscriptHash,
} from "./transcript.ts";

interface TranscriptVector {
  readonly cipher_suite: number;
  readonly confirmation_key: string;
  readonly authenticated_content: string;
  readonly interim_transcript_hash_before: string;
  readonly confirmed_transcript_hash_after: string;
  readonly interim_transcript_hash_after: string;
}

beforeAll(() => ready);

const vectors = loadVectors<TranscriptVector>("transcript-hashes");

describe.skipIf(vectors === undefined).each(vectors ?? [])(
  "transcript-hashes, suite $cipher_suite",
  (v) => {
    const suite = vectorSuites.get(v.cipher_suite)!;
    const read = decodeAuthenticatedContent(fromHex(v.authenticated_content));
    const commit: AuthenticatedContent | undefined = read.ok
      ? read.value
      : undefined;
    const before = fromHex(v.interim_transcript_hash_before);

    it("[ML-132] hashes the commit into the transcript and confirms it", () => {
      const tag = commit!.auth.confirmationTag!;
      const confirmed = confirmedTranscriptHash(suite, before, commit!);
      expect(confirmed).toEqual(fromHex(v.confirmed_transcript_hash_after));
      expect(
        confirmationTag(suite, fromHex(v.confirmation_key), confirmed),
      ).toEqual(tag);
      expect(interimTranscriptHash(suite, confirmed, tag)).toEqual(
        fromHex(v.interim_transcript_hash_after),
      );
    });
  },
);

it("[ML-132] covers wire format, content, signature and what came before", () => {
  const before = sampleBytes(32, 1);
  const commit = sampleContents.find(
    ({ content }) => content.content.kind === "commit",
  )!;
  const { wireFormat, content, auth } = commit;
  const signature = auth.signature.slice();
  signature[0]! ^= 1;
  const hashes = [
    confirmedTranscriptHash(suite3, before, commit),
    confirmedTranscriptHash(suite3, before.subarray(1), commit),
    confirmedTranscriptHash(suite3, before, {
      ...commit,
      wireFormat: wireFormat === "public" ? "private" : "public",
    }),
    confirmedTranscriptHash(suite3, before, {
      ...commit,
      content: { ...content, epoch: content.epoch + 1n },
    }),
    confirmedTranscriptHash(suite3, before, { ...commit, auth: { signature } }),
  ];
  expect(new Set(hashes.map((hash) => hash.join())).size).toBe(hashes.length);
  const tag = sampleBytes(32, 2);
  const interim = interimTranscriptHash(suite3, hashes[0]!, tag);
  expect(interimTranscriptHash(suite3, hashes[1]!, tag)).not.toEqual(interim);
  expect(interimTranscriptHash(suite3, hashes[0]!, before)).not.toEqual(
    interim,
  );
});
