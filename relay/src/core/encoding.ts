// Which compressed form of a file a browser takes (docs/spec/http.md, HT-7).

export type Encoding = "br" | "gzip" | "identity";

const PREFERRED = ["br", "gzip"] as const;

/** The smallest form that `accept` (an Accept-Encoding header) admits and that exists. */
export function chooseEncoding(
  accept: string | undefined,
  has: (encoding: Encoding) => boolean,
): Encoding {
  const accepted = acceptedEncodings(accept ?? "");
  return (
    PREFERRED.find((encoding) => accepted.has(encoding) && has(encoding)) ??
    "identity"
  );
}

function acceptedEncodings(accept: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const item of accept.split(",")) {
    const [name = "", ...parameters] = item.split(";");
    const isRefused = parameters.some((parameter) =>
      /^\s*q=0(?:\.0{0,3})?\s*$/i.test(parameter),
    );
    if (!isRefused) names.add(name.trim().toLowerCase());
  }
  return names;
}
