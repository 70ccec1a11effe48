// The name of a terminal in its certificate: a URI among the alternative names (RFC 5280 section 4.2.1.6).

const prefix = 'urn:chipswitch:terminal:';

/** Terminal ids as certificates carry them: DE 41 whole, letters and digits. */
export const certifiedTerminalIdPattern = /^[0-9A-Za-z]{8}$/;

/** The alternative name that a terminal's certificate carries. */
export function terminalUri(terminalId: string): string {
  return prefix + terminalId;
}

/** Terminal id in a `subjectAltName` as node prints it, or undefined when it has none. */
export function certifiedTerminalId(subjectAltName: string | undefined): string | undefined {
  return subjectAltName
    ?.split(', ')
    .filter((name) => name.startsWith(`URI:${prefix}`))
    .map((name) => name.slice(4 + prefix.length))
    .find((id) => certifiedTerminalIdPattern.test(id));
}
