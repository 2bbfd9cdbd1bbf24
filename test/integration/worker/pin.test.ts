/** A voucher that was paid for reaches whoever asks for it, whichever way the top-up came to its end. */
import { DeadlineSignals } from "@surefill/runtime";
import { Provider } from "@surefill/worker";
import { expect, test } from "vitest";
import { openPipeline } from "../../support/pipeline.js";
import { openClient } from "../../support/provider-stub-client.js";
import { topupRecord } from "../../support/topup-record.js";

/** Cosmote PIN Greece, whose vouchers have one text and words for a value. */
const toGreece = (ending: string, reference: string) => ({
  reference,
  operatorId: 672,
  amount: "5.45",
  recipientPhone: { countryCode: "GR", number: `+30690123${ending}` },
});

const voucher = {
  serial: expect.any(String),
  code: expect.stringMatching(/^\d{15}$/),
  info: "DIAL *611",
  value: "Valid 30 days",
  ivr: "1-888-888-8888",
  validity: "30 days",
};

test.each([
  ["polled", "0001"],
  ["found in the report after its answer was lost", "0007"],
  ["found in the report after an answer without an id", "0023"],
])("the PIN of a top-up that was %s is kept, with all that its recipient needs", async (_way, ending) => {
  const pipeline = await openPipeline();
  try {
    await pipeline.startWorker();
    await pipeline.enqueue(toGreece(ending, "pin"));
    const record = await pipeline.until("pin", "succeeded");
    expect(record.settlement?.pin).toEqual(voucher);
  } finally {
    await pipeline.close();
  }
});

const SUCCESS = { body: '{"code":null,"message":null,"status":"SUCCESSFUL","transaction":null}' };
const ROW = '{"transactionId":7,"status":"SUCCESSFUL","pinDetail":{"code":"773709733097662","info":"DIAL *611"}}';
const NO_SUCH_ROW = '{"timeStamp":"2026-10-08 01:41:16","message":"Transaction not found","errorCode":null}';
const STATUS = "GET /topups/7/status";
const REPORT = "GET /topups/reports/transactions/7";

const TOPUP = topupRecord({ state: "processing", transactionId: 7 });

async function openProvider() {
  const { stub, client } = await openClient();
  const deadlines = new DeadlineSignals(AbortSignal.timeout(60_000));
  return { stub, provider: new Provider(client, { submitTimeoutMs: 1_000, deadlines }) };
}

test("a success that comes without its transaction is completed from the report", async () => {
  const { stub, provider } = await openProvider();
  stub.on(STATUS, SUCCESS);
  stub.on(REPORT, { body: ROW });
  expect(await provider.status(TOPUP)).toEqual({
    kind: "successful",
    settlement: { pin: { code: "773709733097662", info: "DIAL *611" } },
  });
});

test.each([
  [502, "", "RELOADLY_SERVER_ERROR"],
  [429, "", "RELOADLY_RATE_LIMITED"],
  [404, "<html>Not Found</html>", "RELOADLY_REFUSED"],
])(
  "a success whose report answers %i %s is asked for again, and not told without its PIN",
  async (status, body, code) => {
    const { stub, provider } = await openProvider();
    stub.on(STATUS, SUCCESS);
    stub.on(REPORT, { status, body });
    expect(await provider.status(TOPUP)).toEqual({ kind: "unreadable", code });
  },
);

test("a success of which the report has no row, or none that can be read, is a success all the same", async () => {
  const { stub, provider } = await openProvider();
  stub.on(STATUS, SUCCESS);
  stub.on(REPORT, { status: 404, body: NO_SUCH_ROW }, { body: '{"transactionId":"x"}' });
  expect(await provider.status(TOPUP)).toEqual({ kind: "successful", settlement: {} });
  expect(await provider.status(TOPUP)).toEqual({ kind: "successful", settlement: {} });
});

test("FAILED of which the report has no row is FAILED", async () => {
  const { stub, provider } = await openProvider();
  stub.on(STATUS, { body: '{"code":"PROVIDER_INTERNAL_ERROR","message":null,"status":"FAILED","transaction":null}' });
  stub.on(REPORT, { status: 404, body: NO_SUCH_ROW });
  expect(await provider.status(TOPUP)).toEqual({ kind: "failed", code: "PROVIDER_INTERNAL_ERROR" });
});
