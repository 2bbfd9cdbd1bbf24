/** Runs `surefill` as a person would, and reads what it says. */
import { PassThrough } from "node:stream";
import type { RebuildReport } from "@surefill/audit";
import { createCommand } from "@surefill/cli";

/** `printed` is standard output, `told` what stands beside it for a person. */
export type CommandRun = { code: number; told: string[]; printed: string };

/** Runs the command with these settings and arguments. */
export function runSurefill(env: Record<string, string>, ...args: string[]): Promise<CommandRun> {
  return runSurefillWith({ env }, ...args);
}

/** As `runSurefill`, with a secret on the standard input. */
export async function runSurefillWith(
  { env, secret }: { env: Record<string, string>; secret?: string },
  ...args: string[]
): Promise<CommandRun> {
  const run: CommandRun = { code: 0, told: [], printed: "" };
  const output = new PassThrough();
  output.on("data", (piece: Buffer) => {
    run.printed += piece;
  });
  const command = createCommand({
    env,
    output,
    print: (text) => {
      run.printed += `${text}\n`;
    },
    tell: (text) => run.told.push(text),
    exitWith: (code) => {
      run.code = code;
    },
    user: "os-user",
    ...(secret !== undefined && { readSecret: async () => secret }),
    signal: new AbortController().signal,
  });
  await command.parseAsync(["node", "surefill", ...args]);
  return run;
}

/** Rebuilds with `--json`; throws what was told when it did not get to its end. */
export async function rebuildReport(env: Record<string, string>, ...args: string[]): Promise<RebuildReport> {
  const run = await runSurefill(env, "rebuild", "--json", ...args);
  if (run.code !== 0) throw new Error(run.told.join("\n"));
  return JSON.parse(run.printed) as RebuildReport;
}
