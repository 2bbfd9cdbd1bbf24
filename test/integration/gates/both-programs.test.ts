/** What producer and worker both export is told apart, and says what runs and what can be spent. */
import { expect, test } from "vitest";
import { openCampaignWorld } from "../campaigns/campaign-world.js";

test("a metric of both programs names its program; build and balance are there", async () => {
  const world = await openCampaignWorld({ settings: { BUILD_COMMIT: "abc1234" } });
  try {
    const worker = await world.startWorker();
    const ofWorker = await (await fetch(`${worker.url}/metrics`)).text();
    const ofProducer = (await world.call("GET", "/metrics")).text;
    for (const [text, program] of [
      [ofWorker, "worker"],
      [ofProducer, "producer"],
    ] as const) {
      for (const name of ["surefill_topups", "surefill_jobs", "surefill_ledger_lost"]) {
        const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`));
        expect(lines.length, name).toBeGreaterThan(0);
        for (const line of lines) expect(line).toContain(`program="${program}"`);
      }
      expect(text).toMatch(
        new RegExp(`^surefill_build_info\\{program="${program}",version="[^"]+",commit="[^"]+"\\} 1$`, "m"),
      );
    }
    expect(ofProducer).toContain('commit="abc1234"');
    expect(ofProducer).toMatch(/^surefill_balance\{currency="USD"\} 10000$/m);
  } finally {
    await world.close();
  }
});
