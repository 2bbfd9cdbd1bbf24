/**
 * Where a request to a URL that somebody else chose may go. A URL of the wrong kind would let its owner read from
 * inside our network, so it is judged when it is stored and again before every request.
 */
import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { Clock } from "./clock.js";
import { withDeadline } from "./deadline.js";
import { type Networks, whyNotPublic } from "./public-address.js";

/** Finds the addresses of a host name. Rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * `allowed`: connect to `address` and to nothing else, whatever the name means by then. `refused`: the reason, for the
 * URL's owner.
 */
export type OutboundTarget = { kind: "allowed"; url: URL; address: string } | { kind: "refused"; reason: string };

const DNS_DEADLINE_MS = 5_000;

/**
 * Makes a function that asks DNS for IPv4 and IPv6 addresses, IPv4 first. It neither reads /etc/hosts nor shares
 * getaddrinfo's four threads, in which one slow name would delay all others. `servers` (`address:port`) replaces the
 * machine's own.
 */
export function createResolve({ clock, servers }: { clock: Clock; servers?: readonly string[] }): Resolve {
  return async (hostname) => {
    // The name for this machine itself is not a matter of DNS (RFC 6761).
    if (/(?:^|\.)localhost\.?$/.test(hostname)) return ["127.0.0.1"];
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    return withDeadline(clock, { what: "resolving a host name", deadlineMs: DNS_DEADLINE_MS }, async (signal) => {
      signal.addEventListener("abort", () => resolver.cancel(), { once: true });
      const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      const found = [ipv4, ipv6].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
      if (found.length === 0 && ipv4.status === "rejected") throw ipv4.reason;
      return found;
    });
  };
}

/**
 * Judges a URL. It must be https on port 443 without user name, and every address of its host public; a host whose
 * addresses are in `allowed` networks may be reached over http, and on any port.
 */
export async function vetOutboundUrl(
  text: string,
  { allowed, resolve }: { allowed: Networks; resolve: Resolve },
): Promise<OutboundTarget> {
  const url = parseOutboundUrl(text);
  if (typeof url === "string") return { kind: "refused", reason: url };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  let addresses: readonly string[];
  try {
    // Node asks no resolver about an address, so addresses in the URL are judged here like those from DNS.
    addresses = isIP(host) === 0 ? await resolve(host) : [host];
  } catch {
    addresses = [];
  }
  const [address] = addresses;
  if (address === undefined) return { kind: "refused", reason: "the URL's host has no address" };
  for (const each of addresses) {
    const reason = allowed.has(each) ? undefined : whyNot(url, each);
    if (reason !== undefined) return { kind: "refused", reason };
  }
  return { kind: "allowed", url, address };
}

/** The URL, or why it is none that we call. The URL parser repairs a lot silently; what it would repair is refused. */
function parseOutboundUrl(text: string): URL | string {
  if (/[\s\p{Cc}\\]/u.test(text)) return "the URL holds spaces, control characters or backslashes";
  if (!URL.canParse(text)) return "it is not a URL";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "the URL must start with https://";
  if (url.username !== "" || url.password !== "") return "the URL must hold no user name or password";
  return url;
}

function whyNot(url: URL, address: string): string | undefined {
  const reason = whyNotPublic(address);
  if (reason !== undefined) return `the URL's host leads to an address that is not public (${reason})`;
  if (url.protocol !== "https:") return "the URL must start with https://";
  return url.port === "" ? undefined : "the URL must use port 443";
}
