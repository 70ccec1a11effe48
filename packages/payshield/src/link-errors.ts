// What can go wrong between client and HSM, beside the HSM's own error codes.

/** Closed set of link errors; to the security module each is `unavailable`, with this as detail. */
export const payshieldLinkErrorCodes = [
  /** No answer within the time allowed; a later one is counted and dropped. */
  'timeout',
  /** The link went away while the command was on it. */
  'link-lost',
  /** No link to any HSM within the time allowed. */
  'no-link',
  /** As many commands wait as the client is allowed to hold. */
  'queue-full',
  /** The HSM answered under a header that no command was sent with; the link is given up. */
  'header-mismatch',
  /** The answer is to another command; the link is given up. */
  'response-mismatch',
  /** The HSM sent bytes that are no frame; the link is given up. */
  'frame',
  /** The HSM has another local master key than the configuration says; it takes no commands. */
  'lmk-mismatch',
  /** The client has been closed. */
  'closed',
] as const;

/** One of them. */
export type PayshieldLinkErrorCode = (typeof payshieldLinkErrorCodes)[number];

/** An answer's bytes behind the header, or why there are none. */
export type LinkAnswer =
  | { readonly ok: true; readonly message: Uint8Array }
  | { readonly ok: false; readonly error: { readonly code: PayshieldLinkErrorCode } };
