import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  ASSUMPTIONS,
  CAMPAIGN_MOVES,
  CAMPAIGN_STATES,
  checkOptionsSchema,
  isCampaignOver,
  limitsSchema,
  mappingSchema,
  PAUSE_REASONS,
  PROBLEM_REPAIRS,
  REPAIRS,
  RESULT_COLUMNS,
  UNFED_ROW_STATES,
} from "@surefill/campaign";
import { campaignWebhookSchema } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { firstColumn, table } from "../../support/topup-docs.js";

const PATH = fileURLToPath(new URL("../../../docs/campaigns.md", import.meta.url));
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The members of an object schema with their defaults and meanings. */
function fieldsTable(shape: z.ZodRawShape, head: string): string {
  const rows = Object.entries(shape).map(([name, schema]) => {
    const parsed = (schema as z.ZodType).safeParse(undefined);
    const preset = parsed.success && parsed.data !== undefined ? `\`${JSON.stringify(parsed.data)}\`` : "";
    return [`\`${name}\``, cell((schema as z.ZodType).description ?? ""), preset.length > 60 ? "see api.md" : preset];
  });
  return table([head, "meaning", "default"], rows);
}

describe("docs/campaigns.md", () => {
  test("shows every move of a campaign", async () => {
    const moves = CAMPAIGN_STATES.flatMap((from) => CAMPAIGN_MOVES[from].map((to) => `  ${from} --> ${to}`));
    const ends = CAMPAIGN_STATES.filter(isCampaignOver).map((state) => `  ${state} --> [*]`);
    const diagram = ["```mermaid", "stateDiagram-v2", "  [*] --> draft", ...moves, ...ends, "```"].join("\n");
    await expectGeneratedBlock(PATH, "campaign-states", diagram);
  });

  test("lists the columns, options and limits that the schemas know", async () => {
    await expectGeneratedBlock(PATH, "campaign-mapping", fieldsTable(mappingSchema.shape, "field"));
    await expectGeneratedBlock(PATH, "campaign-options", fieldsTable(checkOptionsSchema.shape, "option"));
    await expectGeneratedBlock(PATH, "campaign-limits", fieldsTable(limitsSchema.shape, "limit"));
  });

  test("says what each assumption means", async () => {
    const rows = Object.entries(ASSUMPTIONS).map(([name, meaning]) => [`\`${name}\``, cell(meaning)]);
    await expectGeneratedBlock(PATH, "campaign-assumptions", table(["assumption", "what it means"], rows));
  });

  test("lists every problem under the repair that cures it", async () => {
    const rows = Object.entries(REPAIRS).map(([repair, action]) => [
      Object.entries(PROBLEM_REPAIRS)
        .filter(([, cure]) => cure === repair)
        .map(([code]) => `\`${code}\``)
        .join(", "),
      cell(action),
    ]);
    await expectGeneratedBlock(PATH, "campaign-problems", table(["problem", "what mends it"], rows));
  });

  test("lists the columns of a result file", async () => {
    await expectGeneratedBlock(PATH, "campaign-columns", RESULT_COLUMNS.map((name) => `\`${name}\``).join(", "));
  });

  test("explains every state, every reason for a pause and every way in which a row is not a top-up", () => {
    const document = readFileSync(PATH, "utf8");
    const [states, rowStates] = document.split("## Results");
    expect(firstColumn(states ?? "", "state")).toEqual([...CAMPAIGN_STATES]);
    expect(firstColumn(document, "`pause.reason`")).toEqual([...PAUSE_REASONS]);
    expect(firstColumn(rowStates ?? "", "state")).toEqual([...UNFED_ROW_STATES]);
  });
});

test("Webhooks say every reason for a pause", () => {
  const [, list = ""] = /: (.*)$/.exec(campaignWebhookSchema.shape.data.shape.reason.description ?? "") ?? [];
  expect(list.split(/, | or /)).toEqual([...PAUSE_REASONS]);
});
