/** Node's translation of a host's name, as the browser does it; an impossible name gives an empty string, as in Node. */
export function domainToASCII(domain: string): string {
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return "";
  }
}

/** The browser shows hosts in ASCII only; nothing here ever displays one. */
export function domainToUnicode(domain: string): string {
  return domainToASCII(domain);
}
