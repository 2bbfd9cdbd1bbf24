/** What waits for a person, decided in a real browser. */
import { endMove } from "@surefill/topup";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileOf } from "../integration/campaigns/campaign-world.js";
import { requestFor } from "../support/test-ledger.js";
import { startReceiver } from "../support/webhook-receiver.js";
import { WEBHOOK_SETTINGS } from "../support/webhook-world.js";
import { type ConsoleDesk, expectAccessible, openConsoleDesk } from "./console-desk.js";

let desk: ConsoleDesk;
let page: Page;
beforeEach(async () => {
  desk = await openConsoleDesk({ settings: { ...WEBHOOK_SETTINGS, SEND_DEADLINE_MS: "1", QUIET_MS: "1" } });
  await desk.addPerson("ana", ["operator"]);
  page = await desk.signedIn("ana");
});
afterEach(async () => {
  const { faults } = desk;
  await desk.close();
  expect(faults).toEqual([]);
});

/** A top-up that was claimed, never left, and went to review. */
async function plantReview(reference: string): Promise<void> {
  const { ledger } = desk.world.pipeline;
  await ledger.accept([{ reference, request: requestFor(1) }]);
  const claimed = await ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(claimed.kind);
  await ledger.move(claimed.record, endMove("review", "unknown-too-often"));
}

test("a review shows its evidence and what it supports, and is decided with a name and a reason", async () => {
  await plantReview("lost-1");
  await page.getByRole("link", { name: "Needs a person" }).click();
  await page.getByText("Attempt 1: lost-1").waitFor();
  await expectAccessible(page);
  expect(await page.getByLabel("Your name").inputValue()).toBe("ana");
  await page.getByLabel("Verdict").selectOption("failed");
  await page.getByLabel("Reason").fill("The operator knows nothing of it");
  await page.getByRole("button", { name: "Decide" }).click();
  await page.getByText("Nothing needs a person.").waitFor();

  const { record } = (await desk.world.pipeline.ledger.look("lost-1")) ?? {};
  expect(record).toMatchObject({ resolvedBy: "ana", resolvedReason: "The operator knows nothing of it" });
});

test("what was paid twice is shown in the campaign, and accepted with a reason", async () => {
  const { world } = desk;
  await world.startWorker({ ...WEBHOOK_SETTINGS, AUDIT_OPEN_INTERVAL_MS: "150", AUDIT_RECENT_INTERVAL_MS: "300" });
  const id = await world.draft(fileOf(["0029", "1001"]), { name: "Spring" });
  await world.start(id);
  await world.until(id, "completed");
  await page.goto(`${world.producer.url}/attention?kind=paid-twice`);
  await page.getByLabel("Reason").fill("Asked the recipient");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("Nothing needs a person.").waitFor();

  await page.goto(`${world.producer.url}/campaigns/${id}`);
  await page.getByText("1 rows were paid twice").waitFor();
});

test("a closed gate says what it holds back, why, since when, and when it is tried again", async () => {
  const { ledger } = desk.world.pipeline;
  await ledger.gates.close("account", { reason: "PLANTED", untilMs: (await ledger.nowMs()) + 600_000 });
  await page.getByRole("link", { name: "Gates" }).click();
  await page.getByRole("table", { name: "Gates" }).getByText("PLANTED").waitFor();
  await expectAccessible(page);
});

test("a webhook is tested and sent again from its deliveries", async () => {
  const receiver = await startReceiver();
  try {
    await desk.world.startWorker({ ...WEBHOOK_SETTINGS });
    await desk.world.call("POST", "/v1/webhook-endpoints", { json: { url: receiver.url } });
    await page.getByRole("link", { name: "Webhooks" }).click();
    await page.getByRole("link", { name: receiver.url }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect.poll(() => receiver.received.length).toBe(1);
    await desk.world.call("POST", "/v1/topups", {
      json: {
        reference: "w-1",
        operatorId: 341,
        amount: "5",
        recipientPhone: { countryCode: "NG", number: "+2348031231111" },
      },
    });
    await page.getByRole("row", { name: "topup.succeeded" }).getByRole("button", { name: "Send again" }).click();
    await expect.poll(() => receiver.received.length).toBe(3);
    await expectAccessible(page);
  } finally {
    await receiver.stop();
  }
});
