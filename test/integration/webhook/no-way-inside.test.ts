/**
 * URLs that would make the worker call a machine inside, tried through the real sender. A canary listens on every
 * address of this machine and must never see a connection.
 */

import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { createResolve, DeadlineSignals, NO_NETWORKS, networksSchema, systemClock } from "@surefill/runtime";
import type { DeliveryOutcome } from "@surefill/topup";
import { createSender } from "@surefill/worker";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type DnsServer, startDnsServer } from "../../support/dns-server.js";
import { answerWith, type Receiver, startReceiver } from "../../support/webhook-receiver.js";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "loopback.example.com": ["127.0.0.1"],
  "private.example.com": ["10.20.30.40"],
  "metadata.example.com": ["169.254.169.254"],
  "ipv6-loopback.example.com": ["::1"],
  "ipv6-private.example.com": ["fd00::1"],
  "ipv6-metadata.example.com": ["fd00:ec2::254"],
  "mapped.example.com": ["::ffff:7f00:1"],
  "nat64.example.com": ["64:ff9b::7f00:1"],
  "one-of-two.example.com": ["1.1.1.1", "127.0.0.1"],
  "one-of-both-kinds.example.com": ["1.1.1.1", "::1"],
};

let canary: Server;
let hits = 0;
let dns: DnsServer;
const receivers: Receiver[] = [];

beforeAll(async () => {
  canary = createServer((socket) => {
    hits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, resolve));
  dns = await startDnsServer((name, asked) => {
    // A name that leads elsewhere as soon as it has been judged.
    if (name === "rebinding.example.com") return asked === 0 ? ["127.0.0.1"] : ["169.254.169.254"];
    return NAMES[name] ?? [];
  });
});
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});
afterAll(async () => {
  await dns.close();
  await new Promise((resolve) => canary.close(resolve));
});

function send(url: string, allowed = NO_NETWORKS): Promise<DeliveryOutcome> {
  const clock = systemClock;
  const sender = createSender({
    clock,
    allowed,
    resolve: createResolve({ clock, servers: [dns.server] }),
    deadlines: new DeadlineSignals(new AbortController().signal, clock),
    timeoutMs: 2_000,
  });
  return sender({ url, headers: { "webhook-id": "1-0" }, body: Buffer.from("{}") });
}

async function receiver(...reaction: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...reaction);
  receivers.push(started);
  return started;
}

const loopback = /not public \(loopback\)/;
const ipv4Inside = /not public \((?:IPv4 in IPv6|outside the public range of IPv6|loopback|unspecified)\)/;

const ATTEMPTS: [url: string, reason: RegExp][] = [
  // Loopback, in every spelling that URL parsers read as an address.
  ["http://127.0.0.1:PORT/", loopback],
  ["https://127.0.0.1/", loopback],
  ["http://127.1:PORT/", loopback],
  ["http://127.0.1:PORT/", loopback],
  ["http://2130706433:PORT/", loopback],
  ["http://0x7f000001:PORT/", loopback],
  ["http://0x7f.0x0.0x0.0x1:PORT/", loopback],
  ["http://017700000001:PORT/", loopback],
  ["http://0177.0.0.01:PORT/", loopback],
  ["http://127.0.0.1.:PORT/", loopback],
  ["http://127.255.255.254:PORT/", loopback],
  ["http://①②⑦.⓪.⓪.①:PORT/", loopback],
  ["http://127。0。0。1:PORT/", loopback],
  ["http://%31%32%37.0.0.1:PORT/", loopback],
  ["http://localhost:PORT/", loopback],
  ["http://LOCALHOST:PORT/", loopback],
  ["http://localhost.:PORT/", loopback],
  ["http://anything.localhost:PORT/", loopback],
  ["http://[::1]:PORT/", loopback],
  ["http://[0:0:0:0:0:0:0:1]:PORT/", loopback],
  ["http://[::]:PORT/", /unspecified/],
  ["http://0.0.0.0:PORT/", /this network/],
  ["http://0:PORT/", /this network/],
  // IPv4 wrapped in IPv6.
  ["http://[::ffff:127.0.0.1]:PORT/", ipv4Inside],
  ["http://[::ffff:7f00:1]:PORT/", ipv4Inside],
  ["http://[::127.0.0.1]:PORT/", ipv4Inside],
  ["http://[::ffff:0:127.0.0.1]:PORT/", ipv4Inside],
  ["http://[64:ff9b::127.0.0.1]:PORT/", ipv4Inside],
  ["http://[64:ff9b:1::7f00:1]:PORT/", ipv4Inside],
  ["http://[2002:7f00:1::]:PORT/", ipv4Inside],
  // Private networks, link-local addresses and the metadata of clouds.
  ["http://169.254.169.254/latest/meta-data/", /link-local, where clouds keep their metadata/],
  ["http://2852039166/latest/meta-data/", /link-local/],
  ["http://[fd00:ec2::254]/", /private/],
  ["http://100.100.100.200/", /shared by carriers/],
  ["https://10.0.0.1/", /private/],
  ["https://172.16.0.1/", /private/],
  ["https://172.31.255.255/", /private/],
  ["https://192.168.1.1/", /private/],
  ["https://192.0.0.192/", /for protocols/],
  ["https://198.18.0.1/", /for benchmarks/],
  ["https://224.0.0.1/", /multicast/],
  ["https://255.255.255.255/", /reserved/],
  ["https://[fe80::1]/", /link-local/],
  ["https://[fc00::1]/", /private/],
  ["https://[ff02::1]/", /multicast/],
  ["https://[2001:db8::1]/", /for documentation/],
  ["https://[fec0::1]/", /site-local/],
  // Names that lead inside, wholly or in part.
  ["https://loopback.example.com/", loopback],
  ["https://private.example.com/", /private/],
  ["https://metadata.example.com/", /link-local/],
  ["https://ipv6-loopback.example.com/", loopback],
  ["https://ipv6-private.example.com/", /private/],
  ["https://ipv6-metadata.example.com/", /private/],
  ["https://mapped.example.com/", ipv4Inside],
  ["https://nat64.example.com/", ipv4Inside],
  ["https://one-of-two.example.com/", loopback],
  ["https://one-of-both-kinds.example.com/", loopback],
  ["https://unknown.example.com/", /has no address/],
  // Public addresses, but not in the way webhooks are sent.
  ["http://1.1.1.1/", /must start with https/],
  ["https://1.1.1.1:8443/", /port 443/],
  ["https://1.1.1.1:22/", /port 443/],
  ["ftp://1.1.1.1/", /must start with https/],
  ["file:///etc/passwd", /must start with https/],
  ["gopher://127.0.0.1:PORT/_SET%20x", /must start with https/],
  ["data:text/plain,x", /must start with https/],
  ["javascript:alert(1)", /must start with https/],
  ["https://user@1.1.1.1/", /no user name or password/],
  ["https://:password@1.1.1.1/", /no user name or password/],
  ["https://1.1.1.1@127.0.0.1:PORT/", /no user name or password/],
  // What the URL parser would repair, and what would break out of a header or a request line.
  ["https://1.1.1.1\\@127.0.0.1:PORT/", /backslashes/],
  ["http:\\\\127.0.0.1:PORT\\", /backslashes/],
  ["http://127.0.0.1:PORT/\r\nx-injected: 1", /control characters/],
  ["http://127.0.0.1:PORT/ HTTP/1.1\r\nhost: inside\r\n\r\n", /spaces/],
  ["http://127.0.\n0.1:PORT/", /control characters/],
  ["ht\ttp://127.0.0.1:PORT/", /control characters/],
  ["\u0000http://127.0.0.1:PORT/", /control characters/],
  ["http://127.0.0.1:PORT/\u0085x-injected: 1", /control characters/],
  ["http://127.0.0.1:PORT/\u2028x", /spaces/],
  ["http://[::1%25lo]:PORT/", /not a URL/],
  ["http://[fe80::1%eth0]/", /not a URL/],
  ["http://127.0.0.1:99999/", /not a URL/],
  ["https://", /not a URL/],
  ["//127.0.0.1:PORT/", /not a URL/],
  ["/hooks", /not a URL/],
];

describe("a URL that leads inside, or breaks out of the request, is refused with a reason and without a connection", () => {
  test.for(ATTEMPTS)("%j", async ([url, reason]) => {
    const { port } = canary.address() as AddressInfo;
    const outcome = await send(url.replaceAll("PORT", String(port)));
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
    expect(hits).toBe(0);
  });

  test("while the same canary is reached as soon as its network is allowed, so it can see", async () => {
    const { port } = canary.address() as AddressInfo;
    const outcome = await send(`http://127.0.0.1:${port}/`, networksSchema().parse("127.0.0.0/8"));
    expect(outcome).toMatchObject({ kind: "unanswered" });
    expect(hits).toBe(1);
    hits = 0;
  });
});

describe("an address that was judged", () => {
  test("is the one that is called, although the name leads elsewhere a moment later", async () => {
    const { port, received } = await receiver();
    const asked = dns.questions.length;
    const outcome = await send(`http://rebinding.example.com:${port}/`, networksSchema().parse("127.0.0.1"));
    expect(outcome).toMatchObject({ kind: "answered", status: 204 });
    expect(received[0]?.headers.host).toBe(`rebinding.example.com:${port}`);
    expect(dns.questions.slice(asked).toSorted()).toEqual(["A rebinding.example.com", "AAAA rebinding.example.com"]);
  });

  test("is judged again at the next attempt", async () => {
    const { port } = await receiver();
    const outcome = await send(`http://rebinding.example.com:${port}/`, networksSchema().parse("127.0.0.1"));
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringMatching(/link-local/) });
  });

  test.for([
    ["a path", "http://127.0.0.1:PORT/"],
    ["an address of this machine", "http://[::1]:PORT/"],
    ["a name of this machine", "http://localhost:PORT/"],
    ["the metadata address", "http://169.254.169.254/latest/meta-data/"],
  ])("whose answer redirects to %s leads nowhere else", async ([, location]) => {
    const { port } = canary.address() as AddressInfo;
    const headers = { location: (location ?? "").replace("PORT", String(port)) };
    const { url } = await receiver(answerWith(302, headers));
    expect(await send(url, networksSchema().parse("127.0.0.1"))).toMatchObject({ kind: "answered", status: 302 });
    expect(hits).toBe(0);
  });
});

test("escaped line breaks in a path stay escaped", async () => {
  const started = await receiver();
  await send(`${started.url}/%0d%0ax-injected:%201`, networksSchema().parse("127.0.0.1"));
  expect(started.received).toHaveLength(1);
  expect(started.received[0]?.headers).not.toHaveProperty("x-injected");
});
