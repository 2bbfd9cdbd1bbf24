/** What a workbook of 100,000 rows takes of a producer's memory, from its upload to its plan: a process of its own tells. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { newApiKey } from "@surefill/producer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";
import { waitFor } from "../../support/wait-for.js";
import { sheetRow, workbookFile } from "../../support/workbook-file.js";
import { callApi } from "../producer/running-producer.js";

const ROWS = 100_000;
const PEAK_MIB_MAX = 300;

const PRODUCER = `
  import { loadProducerConfig, startProducer } from "@surefill/producer";
  import { createLogger } from "@surefill/runtime";
  const log = createLogger({ name: "producer", level: "silent" });
  const producer = await startProducer(loadProducerConfig(process.env), { log });
  process.on("message", () => process.send({ peakKib: process.resourceUsage().maxRSS }));
  process.on("disconnect", () => producer.close());
  process.send({ url: producer.url });
`;

const { key, entry } = newApiKey("test");
let pipeline: Pipeline;
let child: ChildProcess;
let url: string;

async function told(): Promise<Record<string, unknown>> {
  const [message] = await once(child, "message");
  return message as Record<string, unknown>;
}

beforeAll(async () => {
  pipeline = await openPipeline();
  child = spawn(process.execPath, ["--input-type=module", "-e", PRODUCER], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: { ...process.env, ...pipeline.env, PRODUCER_PORT: "0", API_KEYS: entry, UPLOAD_ROWS_MAX: String(ROWS + 1) },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  url = String((await told())["url"]);
});
afterAll(async () => {
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
  await pipeline.close();
});

/** Texts within their cells, as most programs write them that stream: no two cells share one. */
function largeWorkbook(): Buffer {
  const rows = [sheetRow(1, ["phone", "operator", "amount", "name"])];
  for (let row = 0; row < ROWS; row += 1) {
    rows.push(sheetRow(row + 2, [`+234803${String(1_000_000 + row)}`, 341, 5, `Recipient number ${row}`]));
  }
  return workbookFile({ sheets: [{ rows: rows.join("") }] });
}

test(`is below ${PEAK_MIB_MAX} MiB`, async () => {
  const upload = await fetch(`${url}/v1/uploads`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    body: new Uint8Array(largeWorkbook()),
  });
  const uploaded = (await upload.json()) as Record<string, unknown>;
  expect({ status: upload.status, rows: uploaded["rows"] }, JSON.stringify(uploaded)).toEqual({
    status: 201,
    rows: ROWS,
  });
  const mapping = { phone: "phone", operator: "operator", amount: "amount" };
  const json = { name: "Large", upload: uploaded["id"], mapping };
  const campaign = `/v1/campaigns/${String((await callApi(url, key, "POST", "/v1/campaigns", { json })).json["id"])}`;
  expect((await callApi(url, key, "POST", `${campaign}/check`, {})).status).toBe(202);
  const ready = await waitFor(async () => {
    const { json: shown } = await callApi(url, key, "GET", campaign, {});
    expect(shown["state"]).toBe("ready");
    return shown;
  });
  expect(ready["plan"]).toMatchObject({ rows: { total: ROWS, planned: ROWS } });

  const answer = told();
  child.send("peak");
  const peakMib = Number((await answer)["peakKib"]) / 1_024;
  expect(peakMib).toBeLessThan(PEAK_MIB_MAX);
});
