// Sets of code points as tables of our own, so that every device and every version of an engine judges a text alike
// (CT-20). The platform's own classes (`\p{...}`, Intl.Segmenter) change with its Unicode version and are never asked.

/** A character class, without its brackets, from hexadecimal code points and ranges: `a9 300-36f`. */
export function classOf(...tables: readonly string[]): string {
  return tables
    .flatMap((table) => table.trim().split(/\s+/))
    .map((range) =>
      range
        .split("-")
        .map((code) => `\\u{${code}}`)
        .join("-"),
    )
    .join("");
}

/** The code points of a text, each as a string. A sign on the screen can be several of them. */
export function codePointsOf(text: string): readonly string[] {
  return Array.from(text);
}

/** C0 and C1 controls without tab and line feed, the other line breaks, and annotation controls. */
export const CONTROLS = "0-8 b-1f 7f-9f 2028-2029 fff9-fffb";
/** They turn letters around whatever these are: with them a text reads otherwise than it is written. */
export const BIDI_OVERRIDES = "202d-202e";
/** Embeddings and isolates, with what ends them. Left open they reach over what stands behind on the line. */
export const BIDI_BRACKETS = "202a-202c 2066-2069";
/** Invisible marks of direction; they reach no further than the neighbouring signs. */
export const BIDI_MARKS = "61c 200e-200f";
export const SPACES = "20 a0 1680 2000-200a 202f 205f 3000";
/** Zero-width non-joiner and joiner: Persian and Kurdish are spelled with them, and emoji are joined by them. */
export const JOINERS = "200c-200d";
export const VARIATION_SELECTORS = "fe00-fe0f e0100-e01ef";
/** Shows nothing, takes part in no spelling, and so only serves to make one name look like another. */
export const INVISIBLE =
  "ad 34f 115f-1160 17b4-17b5 180b-180f 200b 2060-2065 206a-206f 2800 3164 feff ffa0 fff0-fff8 " +
  "1bca0-1bca3 1d173-1d17a e0000-e0fff";
/** The code points that emoji tag sequences (flags of regions) end with, and their end. */
export const TAGS = "e0020-e007e";
export const TAG_END = "e007f";
export const SKIN_TONES = "1f3fb-1f3ff";
export const REGIONAL = "1f1e6-1f1ff";

/** Combining marks: General_Category M of Unicode 17, up to U+FFFF. */
export const MARKS = `
  300-36f 483-489 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 610-61a 64b-65f 670 6d6-6dc 6df-6e4 6e7-6e8 6ea-6ed 711 730-74a
  7a6-7b0 7eb-7f3 7fd 816-819 81b-823 825-827 829-82d 859-85b 897-89f 8ca-8e1 8e3-903 93a-93c 93e-94f 951-957 962-963
  981-983 9bc 9be-9c4 9c7-9c8 9cb-9cd 9d7 9e2-9e3 9fe a01-a03 a3c a3e-a42 a47-a48 a4b-a4d a51 a70-a71 a75 a81-a83 abc
  abe-ac5 ac7-ac9 acb-acd ae2-ae3 afa-aff b01-b03 b3c b3e-b44 b47-b48 b4b-b4d b55-b57 b62-b63 b82 bbe-bc2 bc6-bc8
  bca-bcd bd7 c00-c04 c3c c3e-c44 c46-c48 c4a-c4d c55-c56 c62-c63 c81-c83 cbc cbe-cc4 cc6-cc8 cca-ccd cd5-cd6 ce2-ce3
  cf3 d00-d03 d3b-d3c d3e-d44 d46-d48 d4a-d4d d57 d62-d63 d81-d83 dca dcf-dd4 dd6 dd8-ddf df2-df3 e31 e34-e3a e47-e4e
  eb1 eb4-ebc ec8-ece f18-f19 f35 f37 f39 f3e-f3f f71-f84 f86-f87 f8d-f97 f99-fbc fc6 102b-103e 1056-1059 105e-1060
  1062-1064 1067-106d 1071-1074 1082-108d 108f 109a-109d 135d-135f 1712-1715 1732-1734 1752-1753 1772-1773 17b4-17d3
  17dd 180b-180d 180f 1885-1886 18a9 1920-192b 1930-193b 1a17-1a1b 1a55-1a5e 1a60-1a7c 1a7f 1ab0-1add 1ae0-1aeb
  1b00-1b04 1b34-1b44 1b6b-1b73 1b80-1b82 1ba1-1bad 1be6-1bf3 1c24-1c37 1cd0-1cd2 1cd4-1ce8 1ced 1cf4 1cf7-1cf9
  1dc0-1dff 20d0-20f0 2cef-2cf1 2d7f 2de0-2dff 302a-302f 3099-309a a66f-a672 a674-a67d a69e-a69f a6f0-a6f1 a802 a806
  a80b a823-a827 a82c a880-a881 a8b4-a8c5 a8e0-a8f1 a8ff a926-a92d a947-a953 a980-a983 a9b3-a9c0 a9e5 aa29-aa36 aa43
  aa4c-aa4d aa7b-aa7d aab0 aab2-aab4 aab7-aab8 aabe-aabf aac1 aaeb-aaef aaf5-aaf6 abe3-abea abec-abed fb1e fe20-fe2f`;
