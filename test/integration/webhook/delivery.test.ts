/** Events on their way from the log to receivers: who gets what, signed how, and when it is tried again. */
import { WEBHOOK_DELAYS_MS } from "@surefill/topup";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerWith, type Received } from "../../support/webhook-receiver.js";
import { openWebhookWorld, type WebhookWorld } from "../../support/webhook-world.js";

let world: WebhookWorld;
beforeEach(async () => {
  world = await openWebhookWorld();
});
afterEach(() => world.close());

function verify(secret: string, { headers, raw }: Received, changes: Record<string, string> = {}): unknown {
  return new Webhook(secret).verify(raw, { ...(headers as Record<string, string>), ...changes });
}

async function only(list: readonly Received[]): Promise<Received> {
  await expect.poll(() => list.length).toBe(1);
  const [one] = list;
  if (one === undefined) throw new Error("nothing was received");
  return one;
}

describe("a delivery", () => {
  test("carries the event under its own id, thin and with the recipient masked, and verifies by the standard", async () => {
    const receiver = await world.receiver();
    const { secret } = await world.subscribe(receiver.url);
    await world.startWorker();
    const [event] = await world.emit(1);
    const received = await only(receiver.received);
    expect(received.id).toBe(event?.id);
    expect(received.headers["content-type"]).toBe("application/json");
    expect(verify(secret, received)).toEqual({
      type: "topup.cancelled",
      timestamp: new Date(event?.atMs ?? 0).toISOString(),
      data: {
        reference: event?.reference,
        state: "cancelled",
        attempt: 1,
        version: event?.version,
        because: "withdrawn",
        amount: "5",
        useLocalAmount: false,
        recipient: "•••••••••••00",
      },
    });
  });

  test("holds the whole recipient only for an endpoint that asks for it", async () => {
    const receiver = await world.receiver();
    await world.subscribe(receiver.url, { includeRecipient: true });
    await world.startWorker();
    await world.emit(1);
    const { raw } = await only(receiver.received);
    expect(JSON.parse(raw.toString())).toMatchObject({ data: { recipient: "+2348030000000" } });
  });

  test("does not verify with a changed byte, an old timestamp, another id or a foreign secret", async () => {
    const receiver = await world.receiver();
    const { secret } = await world.subscribe(receiver.url);
    const foreign = await world.subscribe("https://hooks.example.com/");
    await world.startWorker();
    await world.emit(1);
    const received = await only(receiver.received);
    expect(() => verify(secret, received)).not.toThrow();
    const changed = Buffer.from(received.raw);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    expect(() => verify(secret, { ...received, raw: changed })).toThrow(/No matching signature/);
    const old = String(Number(received.headers["webhook-timestamp"]) - 600);
    expect(() => verify(secret, received, { "webhook-timestamp": old })).toThrow(/too old/);
    expect(() => verify(secret, received, { "webhook-id": "1-0" })).toThrow(/No matching signature/);
    expect(() => verify(foreign.secret, received)).toThrow(/No matching signature/);
  });

  test("is signed with both secrets while a rotation lasts, and with the new one alone after that", async () => {
    const receiver = await world.receiver();
    const { endpoint, secret: former } = await world.subscribe(receiver.url);
    const rotated = await world.endpoints.rotateSecret(endpoint.id, 60_000);
    const secret = rotated?.secret ?? "";
    await world.startWorker();
    await world.emit(1);
    const first = await only(receiver.received);
    expect(String(first.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    expect(() => verify(former, first)).not.toThrow();
    expect(() => verify(secret, first)).not.toThrow();

    await world.endpoints.expireOldSecret(endpoint.id);
    await world.emit(1);
    await expect.poll(() => receiver.received.length).toBe(2);
    const second = receiver.received[1] as Received;
    expect(() => verify(secret, second)).not.toThrow();
    expect(() => verify(former, second)).toThrow(/No matching signature/);
  });

  test("goes to the endpoints that ask for its type and existed when it happened", async () => {
    const [wanting, other, later] = [await world.receiver(), await world.receiver(), await world.receiver()];
    await world.subscribe(wanting.url, { eventTypes: ["topup.cancelled"] });
    await world.subscribe(other.url, { eventTypes: ["topup.succeeded"] });
    await world.emit(1);
    await world.subscribe(later.url);
    await world.startWorker();
    await world.emit(1);
    await expect.poll(() => wanting.received.length).toBe(2);
    await expect.poll(() => later.received.length).toBe(1);
    expect(other.received).toEqual([]);
  });
});

/** Makes 14 seconds of three days. */
const SCALE = 0.000_05;

describe("a delivery that fails", () => {
  test.for([
    ["500", answerWith(500)],
    ["a redirect", answerWith(302, { location: "/elsewhere" })],
    ["404", answerWith(404)],
    [
      "a body that is no HTTP",
      (response: { socket: { end: (text: string) => void } | null }) => response.socket?.end("nonsense\r\n"),
    ],
    ["a connection that breaks", (response: { socket: { destroy: () => void } | null }) => response.socket?.destroy()],
    ["no answer", () => undefined],
  ] as const)("with %s is tried again with the same id until it succeeds", async ([, reaction]) => {
    const receiver = await world.receiver((response, received, index) =>
      index < 2 ? (reaction as (response: unknown) => void)(response) : answerWith(200)(response, received, index),
    );
    const { endpoint, secret } = await world.subscribe(receiver.url);
    await world.startWorker();
    const [event] = await world.emit(1);
    await expect.poll(async () => (await world.deliveries.get(endpoint.id, event?.id ?? ""))?.state).toBe("delivered");
    expect(receiver.received.map(({ id }) => id)).toEqual([event?.id, event?.id, event?.id]);
    for (const received of receiver.received) expect(() => verify(secret, received)).not.toThrow();
    expect(await world.endpoints.get(endpoint.id)).toMatchObject({ state: "enabled", failures: 0 });
  });

  test("is tried ten times by the schedule and then given up, with every attempt on record", async () => {
    const receiver = await world.receiver(answerWith(503, {}, `down${"!".repeat(5_000)}`));
    const { endpoint } = await world.subscribe(receiver.url);
    // Long enough that the endpoint, which only fails, is not disabled first: a busy machine adds to every wait.
    await world.startWorker({ WEBHOOK_SCHEDULE_SCALE: String(SCALE) });
    const [event] = await world.emit(1);
    await expect.poll(async () => (await world.deliveries.get(endpoint.id, event?.id ?? ""))?.state).toBe("exhausted");
    const delivery = await world.deliveries.get(endpoint.id, event?.id ?? "");
    expect(receiver.received).toHaveLength(WEBHOOK_DELAYS_MS.length);
    expect(delivery?.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(delivery?.attempts[9]?.outcome).toMatchObject({ kind: "answered", status: 503 });
    const [first] = delivery?.attempts ?? [];
    expect(first?.outcome.kind === "answered" && first.outcome.answer).toHaveLength(1_024);
    for (const [index, attempt] of (delivery?.attempts ?? []).entries()) {
      const before = delivery?.attempts[index - 1];
      const stepMs = (WEBHOOK_DELAYS_MS[index] ?? 0) * SCALE;
      // No earlier than the schedule with its jitter says; BullMQ and the ledger round to milliseconds.
      if (before !== undefined) expect(attempt.atMs - before.atMs).toBeGreaterThanOrEqual(Math.floor(0.8 * stepMs) - 2);
    }
    expect(await world.deliveries.list(endpoint.id, { limit: 10 })).toEqual({ deliveries: [delivery] });
  });

  test.for([[429], [503]] as const)("with %i waits for as long as the receiver asks", async ([status]) => {
    const receiver = await world.receiver((response, received, index) =>
      answerWith(index === 0 ? status : 200, index === 0 ? { "retry-after": "1" } : {})(response, received, index),
    );
    await world.subscribe(receiver.url);
    await world.startWorker();
    await world.emit(1);
    await expect.poll(() => receiver.received.length).toBe(2);
    const [first, second] = receiver.received;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test("never has its redirect followed", async () => {
    const inside = await world.receiver();
    const receiver = await world.receiver(answerWith(307, { location: inside.url }));
    const { endpoint } = await world.subscribe(receiver.url);
    await world.startWorker({ WEBHOOK_SCHEDULE_SCALE: "0.000005" });
    const [event] = await world.emit(1);
    // Given up, by the schedule or with its endpoint.
    await expect
      .poll(async () => (await world.deliveries.get(endpoint.id, event?.id ?? ""))?.state)
      .toMatch(/^(?:exhausted|abandoned)$/);
    expect(inside.connections()).toBe(0);
  });
});

describe("an answer", () => {
  test("of any length is read to its first bytes only, and counts by its status", async () => {
    let written = 0;
    const receiver = await world.receiver((response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && written < 64_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, "x"))) return response.once("drain", more);
        }
        return response.end();
      };
      more();
    });
    const { endpoint } = await world.subscribe(receiver.url);
    await world.startWorker();
    const [event] = await world.emit(1);
    await expect.poll(async () => (await world.deliveries.get(endpoint.id, event?.id ?? ""))?.state).toBe("delivered");
    expect(written).toBeLessThan(16_000_000);
  });

  test("that never ends is cut off at the deadline", async () => {
    const receiver = await world.receiver((response) => void response.writeHead(200).write("begun"));
    const { endpoint } = await world.subscribe(receiver.url);
    await world.startWorker();
    const [event] = await world.emit(1);
    await expect.poll(async () => (await world.deliveries.get(endpoint.id, event?.id ?? ""))?.state).toBe("delivered");
    const delivery = await world.deliveries.get(endpoint.id, event?.id ?? "");
    expect(delivery?.attempts[0]?.outcome).toMatchObject({ kind: "answered", status: 200, answer: "begun" });
  });
});
