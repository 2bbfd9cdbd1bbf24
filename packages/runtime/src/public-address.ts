import { BlockList, isIP } from "node:net";
import { z } from "zod";

/** A set of networks, such as those of an allow-list. */
export interface Networks {
  has(address: string): boolean;
}

/** Ranges that lead to a machine of ours or to nobody, each with what it is (IANA's special-purpose registries). */
const NOT_PUBLIC: readonly (readonly [network: string, name: string])[] = [
  ["0.0.0.0/8", "this network"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "shared by carriers"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local, where clouds keep their metadata"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "for protocols"],
  ["192.0.2.0/24", "for documentation"],
  ["192.88.99.0/24", "6to4 relays"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "for benchmarks"],
  ["198.51.100.0/24", "for documentation"],
  ["203.0.113.0/24", "for documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  // Addresses that carry an IPv4 address inside: whoever means that one can write it plainly. (`::ffff:0:0/96` has no
  // line: BlockList takes every IPv4 address for a member of it. It is outside the public range anyway.)
  ["::/96", "IPv4 in IPv6"],
  ["::ffff:0:0:0/96", "IPv4 in IPv6"],
  ["64:ff9b::/96", "IPv4 in IPv6"],
  ["64:ff9b:1::/48", "IPv4 in IPv6"],
  ["2002::/16", "IPv4 in IPv6"],
  ["2001::/23", "for protocols"],
  ["2001:db8::/32", "for documentation"],
  ["3fff::/20", "for documentation"],
  ["5f00::/16", "for segment routing"],
  ["100::/64", "for discarding"],
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "site-local"],
  ["ff00::/8", "multicast"],
];

/** Of IPv6 only this is given out for the public internet. */
const PUBLIC_IPV6 = "2000::/3";

const networkOf = (text: string) => networksOf([text]);
const notPublic = NOT_PUBLIC.map(([network, name]) => ({ networks: networkOf(network), name }));
const publicIpv6 = networkOf(PUBLIC_IPV6);

/** Says what an address is, when it is not one of the public internet; `undefined` when it is. */
export function whyNotPublic(address: string): string | undefined {
  const family = isIP(address);
  if (family === 0 || address.includes("%")) return "not an address";
  // IPv4 in IPv6 matches the rules of both, and the more telling IPv4 rule stands first.
  const found = notPublic.find(({ networks }) => networks.has(address));
  if (found !== undefined) return found.name;
  return family === 6 && !publicIpv6.has(address) ? "outside the public range of IPv6" : undefined;
}

/** A setting that lists networks: `10.1.0.0/16, 127.0.0.1, fd00::/8`. */
export function networksSchema() {
  return z.string().transform((text, context): Networks => {
    const entries = text.split(",").map((entry) => entry.trim());
    const wrong = entries.find((entry) => parseNetwork(entry) === undefined);
    if (wrong === undefined) return networksOf(entries);
    context.addIssue(`${JSON.stringify(wrong.slice(0, 60))} is not a network such as 10.1.0.0/16 or fd00::/8`);
    return z.NEVER;
  });
}

/** No network at all. */
export const NO_NETWORKS: Networks = { has: () => false };

function networksOf(entries: readonly string[]): Networks {
  const list = new BlockList();
  for (const entry of entries) {
    const network = parseNetwork(entry);
    if (network === undefined) throw new TypeError(`${entry} is not a network`);
    list.addSubnet(network.address, network.bits, network.family);
  }
  return {
    has: (address) => {
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
    },
  };
}

function parseNetwork(text: string): { address: string; bits: number; family: "ipv4" | "ipv6" } | undefined {
  const [, address = "", length] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const bitsMax = version === 4 ? 32 : 128;
  const bits = length === undefined ? bitsMax : Number(length);
  return bits > bitsMax ? undefined : { address, bits, family: version === 4 ? "ipv4" : "ipv6" };
}
