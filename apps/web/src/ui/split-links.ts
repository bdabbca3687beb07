// Finds links in what people write. An allow list: http, https, mailto, tel, and invites of this app; whatever else looks
// like an address stays text. What is shown is what is opened, with foreign scripts in the host spelled out, so that a
// look-alike does not pass.

export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  /** Opens inside the app. */
  | { readonly kind: "invite"; readonly text: string; readonly href: string };

// No \b: it knows no Arabic letters.
const CANDIDATE =
  /(?<![\p{L}\p{N}:/])(?:https?:\/\/|mailto:|tel:\+?\d)[^\s<>"«»“”]+/giu;
// Marks that end the sentence around a link more often than the link itself.
const TRAILING = /[.,;:!?'،؛؟…)\]}]+$/u;
/** More than anybody writes; each link costs an element. */
const MOST_LINKS = 50;

/** The parts of a text, in order; together they are the text, but for hosts that are spelled out. */
export function splitLinks(text: string, origin: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    if (parts.length >= 2 * MOST_LINKS) break;
    const address = trimEnd(match[0]);
    const link = linkOf(address, origin);
    if (link === undefined) continue;
    if (match.index > done) {
      parts.push({ kind: "text", text: text.slice(done, match.index) });
    }
    parts.push(link);
    done = match.index + address.length;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

/** Without the marks of the sentence, but with a bracket that the link itself opened. */
function trimEnd(address: string): string {
  const trimmed = address.replace(TRAILING, "");
  const opens = trimmed.includes("(") && !trimmed.includes(")");
  return opens && address[trimmed.length] === ")" ? `${trimmed})` : trimmed;
}

function linkOf(address: string, origin: string): TextPart | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === "mailto:" || url.protocol === "tel:") {
    return { kind: "link", text: address, href: url.href };
  }
  // A name before the host is how a link pretends to lead elsewhere.
  if (url.username !== "" || url.password !== "") return undefined;
  if (url.origin === origin && url.hash.startsWith("#j1.")) {
    return { kind: "invite", text: address, href: `/${url.hash}` };
  }
  const hasForeignHost = url.hostname.includes("xn--");
  return {
    kind: "link",
    text: hasForeignHost ? url.href : address,
    href: url.href,
  };
}
