import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { formatUnits, unitsOf } from "@surefill/campaign/money";
import { readTextFile } from "../file-errors.js";
import type { Surroundings } from "../surroundings.js";
import { ApiError } from "./api.js";
import { type Manifest, manifestSchema, PACK_FILES } from "./result-pack.js";

/** One thing that was held against another; `isTrue` says whether they agree. */
export type PackCheck = { what: string; isTrue: boolean; detail: string };

/** `surefill campaign verify`: holds the files of a result pack against each other. Needs no Surefill and no network. */
export async function verifyPack(
  around: Surroundings,
  folder: string,
  { input, json }: { input?: string; json?: true },
): Promise<boolean> {
  const checks = await checkPack(folder, input);
  const isWhole = checks.every(({ isTrue }) => isTrue);
  if (json) around.print(JSON.stringify({ verdict: isWhole ? "true" : "not-true", checks }));
  else {
    for (const { what, isTrue, detail } of checks) around.print(`${isTrue ? "true " : "FALSE"}  ${what}: ${detail}`);
    around.print(isWhole ? "The pack is whole, and its sums tie out." : "The pack is NOT what it claims to be.");
  }
  return isWhole;
}

/**
 * Makes every check of a pack. A plan or a result that cannot be read as one is a check that fails. Throws an `ApiError`
 * when the folder has no manifest, and what the file system says of a file that is missing.
 */
export async function checkPack(folder: string, input?: string): Promise<PackCheck[]> {
  const manifest = await readManifest(folder);
  const paths = { plan: join(folder, PACK_FILES.plan), results: join(folder, PACK_FILES.results) };
  const checks: PackCheck[] = [];
  const same = (what: string, claimed: string | number, found: string | number) =>
    checks.push({
      what,
      isTrue: claimed === found,
      detail: claimed === found ? String(found) : `the manifest says ${claimed}, found ${found}`,
    });

  if (input !== undefined) same("the input file's SHA-256", manifest.input.sha256, await sha256Of(input));
  same("plan.json's SHA-256", manifest.plan.sha256, await sha256Of(paths.plan));
  same("results.csv's SHA-256", manifest.results.sha256, await sha256Of(paths.results));
  await readOrSay("plan.json", checks, () => checkPlan(paths.plan, manifest, same));
  await readOrSay("results.csv", checks, () => checkResults(paths.results, manifest, same));
  return checks;
}

async function readOrSay(file: string, checks: PackCheck[], check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    checks.push({ what: `${file} can be read`, isTrue: false, detail });
  }
}

type Same = (what: string, claimed: string | number, found: string | number) => void;

async function checkPlan(path: string, { plan, input, campaign }: Manifest, same: Same): Promise<void> {
  const { readPackPlan } = await import("./pack-plan.js");
  const found = await readPackPlan(path);
  same("the plan's campaign", campaign.id, found.campaign);
  same("the planHash, made again from plan.json", plan.planHash, found.planHash);
  same("the file that the plan was made from", input.sha256, found.uploadSha256);
  same("rows of the file", input.rows, found.rows.planned + found.rows.rejected + found.rows.leftOut);
  same("rows that were planned", plan.rows.planned, found.rows.planned);
  same("rows that were refused", plan.rows.rejected, found.rows.rejected);
  same("the plan's expected cost, summed by row", found.claimedCost, found.cost);
}

async function checkResults(path: string, { plan, results, money }: Manifest, same: Same): Promise<void> {
  const { readPackResults } = await import("./pack-results.js");
  const found = await readPackResults(path, money.currency);
  const states = new Set([...Object.keys(results.byState), ...found.byState.keys()]);
  same("rows with a result", plan.rows.planned + plan.rows.rejected, found.rows);
  for (const state of [...states].sort()) {
    same(`rows ${state}`, results.byState[state] ?? 0, found.byState.get(state) ?? 0);
  }
  same(`${money.currency} that was debited, summed by row`, formatUnits(unitsOf(money.confirmed)), found.debited);
  same(`${money.currency} that was debited twice, or after all`, money.extra ?? "0", found.extra);
  same("currencies of the debits", money.currency, found.currencies.join(" ") || money.currency);
  same("transactions that stand in two rows", 0, found.repeatedTransactions);
  same("references that stand in two rows", 0, found.repeatedReferences);
  if (money.budget !== null) {
    // What the provider debited twice the campaign could not keep it from.
    const isWithin = unitsOf(found.debited) - unitsOf(found.extra) <= unitsOf(money.budget);
    same(`the budget of ${money.budget} was kept by what was sent`, "yes", isWithin ? "yes" : "no");
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, PACK_FILES.manifest);
  const text = await readTextFile(path);
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiError("no_pack", `${path} is not the manifest of a result pack.`, { cause });
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}
