/** What may be said of an address: its host. The rest of it (user, path, query) is where providers put the keys of their customers. */

const ADDRESS = /\b(https?|wss?):\/\/([^\s"'<>\\]+)/gi;

/** `host:port` of an address; the port is left out where the scheme implies it. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'an address that is none';
}

/** The same text, with no more than scheme and host of each address in it. */
export function redact(text: string): string {
  return text.replace(ADDRESS, (found, scheme: string) => {
    const end = endOf(found);
    return `${scheme.toLowerCase()}://${hostOf(found.slice(0, end))}${found.slice(end)}`;
  });
}

/** What a sentence puts behind an address is not of it. */
function endOf(found: string): number {
  let end = found.length;
  while (':;,.'.includes(found[end - 1] ?? ' ')) end -= 1;
  return end;
}
