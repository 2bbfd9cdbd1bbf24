/** Which addresses are of the public internet, and how networks are written in a setting. */
import { networksSchema, whyNotPublic } from "@surefill/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

test.for(["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "169.253.255.255"])(
  "%s is public",
  (address) => expect(whyNotPublic(address)).toBeUndefined(),
);
test.for(["2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "3ffe::1"])("%s is public", (address) =>
  expect(whyNotPublic(address)).toBeUndefined(),
);

test.for([
  ["0.255.255.255", "this network"],
  ["10.255.255.255", "private"],
  ["100.64.0.0", "shared by carriers"],
  ["100.127.255.255", "shared by carriers"],
  ["127.0.0.0", "loopback"],
  ["169.254.169.254", "link-local, where clouds keep their metadata"],
  ["172.16.0.0", "private"],
  ["172.31.255.255", "private"],
  ["192.0.0.8", "for protocols"],
  ["192.0.2.1", "for documentation"],
  ["192.88.99.1", "6to4 relays"],
  ["192.168.255.255", "private"],
  ["198.19.255.255", "for benchmarks"],
  ["198.51.100.1", "for documentation"],
  ["203.0.113.1", "for documentation"],
  ["239.255.255.255", "multicast"],
  ["255.255.255.255", "reserved"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::7f00:1", "IPv4 in IPv6"],
  ["64:ff9b::808:808", "IPv4 in IPv6"],
  ["64:ff9b:1::1", "IPv4 in IPv6"],
  ["2002:808:808::", "IPv4 in IPv6"],
  ["2001::1", "for protocols"],
  ["2001:db8::1", "for documentation"],
  ["3fff::1", "for documentation"],
  ["5f00::1", "for segment routing"],
  ["100::1", "for discarding"],
  ["fdff:ffff::1", "private"],
  ["febf::1", "link-local"],
  ["ff02::1", "multicast"],
  ["4000::1", "outside the public range of IPv6"],
  ["::ffff:8.8.8.8", "outside the public range of IPv6"],
  ["fe80::1%eth0", "not an address"],
  ["localhost", "not an address"],
  ["", "not an address"],
] as const)("%s is not public: %s", ([address, reason]) => expect(whyNotPublic(address)).toBe(reason));

test("no IPv4 address becomes public by being wrapped in IPv6", () => {
  fc.assert(
    fc.property(fc.ipV4(), (ipv4) => {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
      const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      for (const wrapped of [`::ffff:${ipv4}`, `::${ipv4}`, `64:ff9b::${ipv4}`, `2002:${groups}::1`]) {
        expect(whyNotPublic(wrapped), wrapped).toBeDefined();
      }
    }),
  );
});

describe("a setting of networks", () => {
  const networks = networksSchema();

  test("takes networks and single addresses of both kinds", () => {
    const allowed = networks.parse("10.1.0.0/16, 127.0.0.1,fd00::/8");
    expect(["10.1.255.255", "127.0.0.1", "fd12::1"].map((address) => allowed.has(address))).toEqual([true, true, true]);
    expect(["10.2.0.0", "127.0.0.2", "fc00::1", "nothing"].map((address) => allowed.has(address))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test.for(["10.0.0.0/33", "::/129", "10.0.0/8", "localhost", "10.0.0.0/8,", "*", "10.0.0.0/-1"])(
    "refuses %j, and says how it is written",
    (text) => {
      expect(networks.safeParse(text).error?.issues[0]?.message).toContain("is not a network such as 10.1.0.0/16");
    },
  );
});
