import { producerSettings } from "@surefill/producer";
import { workerSettings } from "@surefill/worker";
import type { z } from "zod";

/** One setting as documents show it. */
export type SettingRow = {
  name: string;
  usedBy: string;
  fallback: string | undefined;
  isOptional: boolean;
  meaning: string;
};

/** Every setting of both apps, those of the producer first, each once. */
export function settingRows(): SettingRow[] {
  const names = new Set([...Object.keys(producerSettings), ...Object.keys(workerSettings)]);
  const producer: Record<string, z.ZodType> = producerSettings;
  const worker: Record<string, z.ZodType> = workerSettings;
  return [...names].map((name) => {
    const schema = producer[name] ?? worker[name];
    if (schema === undefined) throw new Error(`no schema for ${name}`);
    const usedBy = [producer[name] && "producer", worker[name] && "worker"].filter(Boolean).join(", ");
    const { defaultValue } = schema.def as { defaultValue?: unknown };
    return {
      name,
      usedBy,
      fallback: defaultValue === undefined ? undefined : String(defaultValue),
      isOptional: schema.safeParse(undefined).success,
      meaning: schema.description ?? "",
    };
  });
}

/** The README's table. */
export function settingsTable(rows: readonly SettingRow[]): string {
  const lines = rows.map(({ name, usedBy, fallback, isOptional, meaning }) => {
    const shown = fallback !== undefined ? `\`${fallback}\`` : isOptional ? "" : "**required**";
    return `| \`${name}\` | ${shown} | ${usedBy} | ${meaning.replaceAll("|", "\\|")} |`;
  });
  return ["| setting | default | of | meaning |", "|---|---|---|---|", ...lines].join("\n");
}

/** `.env.example`: every setting once, commented out where there is a default. */
export function envExample(rows: readonly SettingRow[]): string {
  const entries = rows.map(({ name, fallback, isOptional, meaning }) => {
    const isNeeded = fallback === undefined && !isOptional;
    return `# ${meaning}\n${isNeeded ? "" : "# "}${name}=${fallback ?? ""}`;
  });
  const head =
    "# Settings of producer and worker. Copy to .env and fill in what is not commented out; the rest shows the defaults.\n" +
    "# Made from the schemas: UPDATE_DOCS=1 npm test -- test/unit writes it.";
  return `${[head, ...entries].join("\n\n")}\n`;
}
