/**
 * Module hooks, run by Node in a thread of their own: a module that is asked for with `?mutant=ID`, and everything of
 * ours that it imports, is loaded afresh, and the one file that the mutant changes is changed on the way.
 */
import { readFile } from "node:fs/promises";
import type { InitializeHook, LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import type { MessagePort } from "node:worker_threads";
import { mutated, type TextMutant } from "./mutated.js";

export type HooksData = {
  /** The project's folder as a file URL, with a slash at its end. */
  root: string;
  mutants: Readonly<Record<string, TextMutant>>;
  /** Is told the id of each mutant whose file was loaded. */
  applied: MessagePort;
};

let data: HooksData | undefined;

export const initialize: InitializeHook<HooksData> = (given) => {
  data = given;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const found = await nextResolve(specifier, context);
  const id = mutantOf(context.parentURL ?? "");
  const isOurs = data !== undefined && found.url.startsWith(data.root) && !found.url.includes("/node_modules/");
  return id === undefined || !isOurs ? found : { ...found, url: `${found.url}?mutant=${id}` };
};

export const load: LoadHook = async (url, context, nextLoad) => {
  const id = mutantOf(url);
  if (data === undefined || id === undefined) return nextLoad(url, context);
  const plain = url.slice(0, url.indexOf("?"));
  const source = await readFile(fileURLToPath(plain), "utf8");
  const mutant = data.mutants[id];
  if (mutant === undefined || plain !== data.root + mutant.file)
    return { format: "module", source, shortCircuit: true };
  data.applied.postMessage(id);
  return { format: "module", source: mutated(source, mutant), shortCircuit: true };
};

function mutantOf(url: string): string | undefined {
  return /\?mutant=([a-z0-9-]+)$/.exec(url)?.[1];
}
