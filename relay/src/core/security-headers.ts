// The headers that stand on every answer whatever (docs/spec/http.md, HT-1, HT-2). A worker takes
// its policy from its own response, and an error page runs in our origin too: none is exempt.

export type HeaderList = readonly (readonly [name: string, value: string])[];

const POLICY: readonly string[] = [
  "default-src 'none'",
  // WebAssembly may be compiled (libsodium), text may not be turned into code.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types halqa",
];

// A circle may live on any relay, so any wss: host is allowed, and nothing in the clear: a loopback
// page alone may also speak to a relay on this machine, which never crosses a network.
const CONNECT = "connect-src 'self' wss:";
const CONNECT_ON_LOOPBACK = `${CONNECT} ws://localhost:*`;

const REFUSED_FEATURES: readonly string[] = [
  "accelerometer",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "serial",
  "usb",
];

// What a person asks for in the app and the browser asks them about once more: never for another origin.
const OWN_FEATURES: readonly string[] = ["camera"];

/** The headers of every answer; a page served under a loopback name may also reach relays on this machine. */
export function securityHeaders(host: string | undefined): HeaderList {
  const connect = isLoopbackHost(host) ? CONNECT_ON_LOOPBACK : CONNECT;
  return [
    ["content-security-policy", [...POLICY, connect].join("; ")],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-embedder-policy", "require-corp"],
    ["cross-origin-resource-policy", "same-origin"],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
    [
      "permissions-policy",
      [
        ...REFUSED_FEATURES.map((feature) => `${feature}=()`),
        ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
      ].join(", "),
    ],
  ];
}

/** Whether a Host header, with or without a port, names the machine itself. */
export function isLoopbackHost(host: string | undefined): boolean {
  return (
    host !== undefined &&
    /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host)
  );
}
