/** What receivers are told: thin bodies that their schema describes, with nobody's number unless asked for. */
import {
  newWebhookEndpointSchema,
  pingOf,
  TOPUP_EVENT_TYPES,
  type TopupEvent,
  type TopupRequest,
  webhookEndpointPatchSchema,
  webhookJobIdOf,
  webhookJobSchema,
  webhookPayloadOf,
  webhookPayloadSchema,
} from "@surefill/topup";
import { describe, expect, test } from "vitest";

const ENDPOINT_ID = "whe_01890a5d-ac96-774b-bcce-b302099a8057";
const event: TopupEvent = {
  id: "1795397719631-0",
  type: "topup.succeeded",
  reference: "invoice-7",
  state: "succeeded",
  attempt: 2,
  version: 9,
  atMs: 1_795_397_719_000,
  because: "status-successful",
  code: "OK",
  transactionId: 4711,
  campaign: "june",
  caller: "billing",
};
const phone: TopupRequest = {
  operatorId: 341,
  amount: "5.50",
  useLocalAmount: true,
  recipientPhone: { countryCode: "NG", number: "2348031231234" },
};
const { recipientPhone: _, ...rest } = phone;
const email: TopupRequest = { ...rest, recipientEmail: "pedro@nauta.com.cu" };

describe("a body about a top-up", () => {
  test("tells the event and what was asked for, with the recipient masked", () => {
    expect(webhookPayloadOf(event, phone, { includeRecipient: false })).toEqual({
      type: "topup.succeeded",
      timestamp: "2026-11-23T01:35:19.000Z",
      data: {
        reference: "invoice-7",
        state: "succeeded",
        attempt: 2,
        version: 9,
        because: "status-successful",
        code: "OK",
        transactionId: 4711,
        campaign: "june",
        caller: "billing",
        amount: "5.50",
        useLocalAmount: true,
        recipient: "•••••••••••34",
      },
    });
  });

  test.for([
    ["a phone number", phone, "+2348031231234"],
    ["an e-mail address", email, "pedro@nauta.com.cu"],
  ] as const)("shows %s in whole only to an endpoint that asks for it", ([, request, whole]) => {
    expect(webhookPayloadOf(event, request, { includeRecipient: true }).data).toMatchObject({ recipient: whole });
    const masked = JSON.stringify(webhookPayloadOf(event, request, { includeRecipient: false }));
    expect(masked).not.toContain(whole.slice(1, 8));
  });

  test("is of its schema and far below 20 kB, whatever the type and whether or not the record is still there", () => {
    for (const type of TOPUP_EVENT_TYPES) {
      for (const request of [phone, email, undefined]) {
        const payload = webhookPayloadOf({ ...event, type }, request, { includeRecipient: true });
        expect(webhookPayloadSchema.parse(payload)).toEqual(payload);
        expect(JSON.stringify(payload).length).toBeLessThan(2_000);
      }
    }
    expect(webhookPayloadSchema.parse(pingOf(ENDPOINT_ID, event.atMs))).toMatchObject({ type: "ping" });
  });
});

describe("an endpoint as it is asked for", () => {
  test("gets every event with the recipient masked, unless it chooses", () => {
    expect(newWebhookEndpointSchema.parse({ url: "https://hooks.example.com/" })).toEqual({
      url: "https://hooks.example.com/",
      eventTypes: "all",
      includeRecipient: false,
    });
    const eventTypes = ["topup.failed", "topup.failed"];
    expect(newWebhookEndpointSchema.parse({ url: "x", eventTypes }).eventTypes).toEqual(["topup.failed"]);
  });

  test.for([
    [{ url: "" }, "url"],
    [{ url: `https://x/${"y".repeat(2_048)}` }, "url"],
    [{ url: "https://x/", eventTypes: [] }, "eventTypes"],
    [{ url: "https://x/", eventTypes: ["topup.paid"] }, "eventTypes"],
    [{ url: "https://x/", includeRecipient: "yes" }, "includeRecipient"],
    [{ url: "https://x/", description: "d".repeat(201) }, "description"],
    [{ url: "https://x/", secret: "mine" }, undefined],
  ] as const)("is refused with the field that is wrong: %j", ([body, field]) => {
    const parsed = newWebhookEndpointSchema.safeParse(body);
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  test("is changed only by a patch that changes something, and a patch brings no choice of its own", () => {
    expect(webhookEndpointPatchSchema.safeParse({}).success).toBe(false);
    expect(webhookEndpointPatchSchema.parse({ description: "" })).toEqual({ description: "" });
  });
});

describe("a delivery's job", () => {
  const job = { endpointId: ENDPOINT_ID, eventId: event.id, attempt: 1 };

  test("has one id for one event and endpoint, and another one for each redelivery", () => {
    expect(webhookJobIdOf(job)).toBe(`webhook-${event.id}-${ENDPOINT_ID}`);
    expect(webhookJobIdOf(job, "again-1")).not.toBe(webhookJobIdOf(job, "again-2"));
    expect(webhookJobIdOf(job)).not.toContain(":");
  });

  test.for([
    { ...job, eventId: "1-0\r\nx-injected: 1" },
    { ...job, eventId: "" },
    { ...job, endpointId: "whe_../../x" },
    { ...job, attempt: 0 },
    { ...job, url: "https://inside/" },
  ])("that could change what is sent where is refused: %j", (data) => {
    expect(webhookJobSchema.safeParse(data).success).toBe(false);
  });
});
