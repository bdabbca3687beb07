// Compression at start, where the build left no compressed files: fast rather than smallest.

import { brotliCompressSync, constants, gzipSync } from "node:zlib";

export function compressBrotli(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

export function compressGzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 6 });
}
