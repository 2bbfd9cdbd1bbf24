// Webhooks, received by a real server: their signature, their shapes, and how unreliable they can be asked to be.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { inOrder, openWorld, phone } from "./world.js";

interface Delivery {
  readonly body: string;
  readonly signature: string | string[] | undefined;
  readonly timestamp: string | string[] | undefined;
}

async function openReceiver(httpStatus = 200): Promise<{ url: string; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { "x-reloadly-signature": signature, "x-reloadly-request-timestamp": timestamp } = request.headers;
      deliveries.push({ body: Buffer.concat(chunks).toString(), signature, timestamp });
      response.writeHead(httpStatus).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/hook`, deliveries };
}

const arrived = (deliveries: readonly Delivery[], count: number) =>
  waitFor(() => expect(deliveries).toHaveLength(count));

test("a settled top-up is announced once, signed over the raw body and the timestamp", async () => {
  const { url, deliveries } = await openReceiver();
  const world = await openWorld({ webhooks: { url, secret: "whsec" } });
  const id = await world.accept({ customIdentifier: "a" });
  expect(deliveries).toHaveLength(0);
  world.clock.advance(11_000);
  await arrived(deliveries, 1);
  const [{ body, signature, timestamp } = { body: "", signature: "", timestamp: "" }] = deliveries;
  expect(signature).toBe(createHmac("sha256", "whsec").update(`${body}:${timestamp}`).digest("hex"));
  expect(JSON.parse(body)).toMatchObject({
    type: "airtime_transaction.status",
    data: { status: "SUCCESSFUL", transaction: { transactionId: id, customIdentifier: "a" } },
  });
  await waitFor(() => expect(world.sandbox.books().totals.webhooks).toEqual({ sent: 1, failed: 0, withheld: 0 }));
});

test("the data of a webhook can be the transaction itself", async () => {
  const { url, deliveries } = await openReceiver();
  const world = await openWorld({ webhooks: { url, secret: "s", dataShape: "transaction" } });
  await world.accept({ customIdentifier: "a", recipientPhone: phone("0003") });
  world.clock.advance(11_000);
  await arrived(deliveries, 1);
  expect(JSON.parse(deliveries[0]?.body ?? "")).toMatchObject({ data: { status: "REFUNDED", customIdentifier: "a" } });
});

test("duplicate webhooks come twice with the same body", async () => {
  const { url, deliveries } = await openReceiver();
  const world = await openWorld({ webhooks: { url, secret: "s", mode: "duplicate" } });
  await world.accept();
  world.clock.advance(11_000);
  await arrived(deliveries, 2);
  expect(deliveries[0]?.body).toBe(deliveries[1]?.body);
});

test("lost webhooks never come and are counted", async () => {
  const { url, deliveries } = await openReceiver();
  const world = await openWorld({ webhooks: { url, secret: "s", mode: "lost" } });
  await world.accept();
  world.clock.advance(11_000);
  expect(world.sandbox.books().totals.webhooks).toEqual({ sent: 0, failed: 0, withheld: 1 });
  expect(deliveries).toHaveLength(0);
});

test("late webhooks come after their delay, however many top-ups are settled before", async () => {
  const { url, deliveries } = await openReceiver();
  const world = await openWorld({ webhooks: { url, secret: "s", mode: "late", lateMs: 60_000 }, processingMs: 1000 });
  await world.accept();
  world.clock.advance(60_999);
  expect(world.sandbox.books().totals).toMatchObject({ byStatus: { SUCCESSFUL: 1 }, webhooks: { sent: 0 } });
  world.clock.advance(1);
  await arrived(deliveries, 1);
});

test("shuffled webhooks overtake each other", async () => {
  const { url, deliveries } = await openReceiver();
  const world = await openWorld({ webhooks: { url, secret: "s", mode: "shuffled" }, processingMs: 1000 });
  const ids = await inOrder(8, (index) => world.accept({ recipientPhone: phone(String(1000 + index)) }));
  for (let second = 0; second <= 61; second += 1) {
    world.clock.advance(1000);
    await waitFor(() => expect(deliveries).toHaveLength(world.sandbox.books().totals.webhooks.sent));
  }
  const order = deliveries.map(({ body }): unknown => JSON.parse(body).data.transaction.transactionId);
  expect(order).toHaveLength(8);
  expect(order).not.toEqual(ids);
  expect(new Set(order)).toEqual(new Set(ids));
});

test("a refused webhook is counted as failed and not sent again", async () => {
  const { url, deliveries } = await openReceiver(500);
  const world = await openWorld({ webhooks: { url, secret: "s" } });
  await world.accept();
  world.clock.advance(11_000);
  await waitFor(() => expect(world.sandbox.books().totals.webhooks).toEqual({ sent: 1, failed: 1, withheld: 0 }));
  world.clock.advance(3_600_000);
  expect(deliveries).toHaveLength(1);
});
