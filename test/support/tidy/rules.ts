/** Rules about what stands in a file. `checkTidy` runs these and those of boundaries.ts over a list of files. */
import { boundaryRules } from "./boundaries.js";
import { isSource, readSource, type SourceFile, type TextFile } from "./source-file.js";

export interface Violation {
  path: string;
  line: number;
  what: string;
}

export interface Rule {
  name: string;
  why: string;
  check(project: { files: readonly TextFile[]; sources: readonly SourceFile[] }): Violation[];
}

/** Runs every rule. Returns one line per violation: where, which rule, what, why. Empty when all is tidy. */
export function checkTidy(files: readonly TextFile[]): string[] {
  const sources = files.filter(({ path }) => isSource(path)).map(readSource);
  return [...boundaryRules, ...fileRules].flatMap(({ name, why, check }) =>
    check({ files, sources }).map(({ path, line, what }) => `${path}:${line}: ${name}: ${what} (${why})`),
  );
}

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const isOurs = (path: string) => /^(?:apps|packages)\/[^/]+\/src\//.test(path);
const isTest = (path: string) => path.endsWith(".test.ts");

const CLOCKS = /^(?:packages\/(?:runtime|reloadly-client|reloadly-sandbox|sdk)|apps\/console)\/src\/clock\.ts$/;
const TIME_AND_CHANCE =
  /^(?:(?:globalThis\.)?(?:Date\.now|performance\.now|Math\.random|crypto\.randomUUID|randomUUID|set(?:Timeout|Interval))|new Date\(\)|process\.(?:hrtime|uptime)(?:\.bigint)?)$/;
const WAITING = /^(?:(?:globalThis\.)?set(?:Timeout|Interval))$/;
const TEST_SWITCHES = /^(?:test|it|describe|suite)\b.*\.(?:only|skip|todo|skipIf|runIf)(?:\.|$)/;
const EMPTY_NAMES = new Set([
  "utils",
  "util",
  "common",
  "shared",
  "helpers",
  "helper",
  "services",
  "types",
  "models",
  "constants",
  "misc",
]);

/** Uses that match, in the files that are meant. */
function findUses(sources: readonly SourceFile[], pattern: RegExp, where: (path: string) => boolean): Violation[] {
  return sources
    .filter(({ path }) => where(path))
    .flatMap(({ path, uses }) =>
      uses.filter(({ what }) => pattern.test(what)).map(({ what, line }) => ({ path, line, what: `uses ${what}` })),
    );
}

/** Any fact comes true within a minute, on a machine that does much else at the same time. */
const LIMIT_MS_MIN = 60_000;

function findShortLimits(sources: readonly SourceFile[]): Violation[] {
  return sources.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const [, digits] = /\b(?:timeout: |testTimeout: )([\d_]+)/.exec(line) ?? [];
      const isShort = digits !== undefined && Number(digits.replaceAll("_", "")) < LIMIT_MS_MIN;
      return isShort ? [{ path, line: index + 1, what: `has a limit of ${digits} ms` }] : [];
    }),
  );
}

const fileRules: readonly Rule[] = [
  {
    name: "environment only in main.ts",
    why: "a setting that is read elsewhere is in no schema, no table, and in nobody's mind",
    check: ({ sources }) => findUses(sources, /^process\.env$/, (path) => isOurs(path) && !path.endsWith("/main.ts")),
  },
  {
    name: "time and chance only in clock.ts",
    why: "code that reads the clock by itself cannot be tested at the edge of a deadline",
    check: ({ sources }) => [
      ...findUses(sources, TIME_AND_CHANCE, (path) => isOurs(path) && !CLOCKS.test(path)),
      ...findTimerImports(sources, (path) => isOurs(path) && !CLOCKS.test(path)),
    ],
  },
  {
    name: "deadlines by DeadlineSignals",
    why: "AbortSignal.any holds what it combines weakly: after a garbage collection the deadline may never come",
    check: ({ sources }) => findUses(sources, /^AbortSignal\.any$/, () => true),
  },
  {
    name: "tests wait for facts",
    why: "a sleep is too short on a busy machine and too long on every other",
    check: ({ sources }) => [...findUses(sources, WAITING, isTest), ...findTimerImports(sources, isTest)],
  },
  {
    name: "limits only catch a hang",
    why: "a limit that a busy machine can pass fails without a fault, and the next failure is not believed",
    check: ({ sources }) => [
      ...findUses(sources, /^vi\.waitFor$/, (path) => isTest(path) && !path.endsWith("/wait-for.ts")),
      ...findShortLimits(sources.filter(({ path }) => isTest(path))),
    ],
  },
  {
    name: "every test runs",
    why: "a test that is switched off is a promise that nobody keeps",
    check: ({ sources }) => findUses(sources, TEST_SWITCHES, isTest),
  },
  {
    name: "importing does nothing",
    why: "one place builds and the same place takes apart; what an import starts, nobody stops",
    check: ({ sources }) =>
      sources
        .filter(({ path }) => isOurs(path) && !path.endsWith("/main.ts"))
        .flatMap(({ path, effects }) => effects.map(({ line }) => ({ path, line, what: "runs when imported" }))),
  },
  {
    name: "files are short",
    why: "one idea each; what does not fit on a few screens is read by nobody",
    check: ({ sources }) =>
      sources
        .filter(({ path }) => isOurs(path) && !path.includes("/generated/"))
        .map(({ path, text }) => ({ path, line: 1, lines: text.split("\n").length - 1 }))
        .filter(({ lines }) => lines > FILE_LINES_MAX)
        .map(({ path, line, lines }) => ({ path, line, what: `has ${lines} lines, ${FILE_LINES_MAX} at most` })),
  },
  {
    name: "functions are short",
    why: "a function is understood when it is seen whole",
    check: ({ sources }) =>
      sources
        .filter(({ path }) => isOurs(path))
        .flatMap(({ path, functions }) => functions.map((found) => ({ path, ...found })))
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ path, line, name, lines }) => ({
          path,
          line,
          what: `${name} has ${lines} lines, ${FUNCTION_LINES_MAX} at most`,
        })),
  },
  {
    name: "names say something",
    why: "such a name takes in everything; when code has no better home, the missing thing is a name",
    check: ({ sources }) =>
      sources.flatMap(({ path }) => {
        const bad = path.split("/").find((part) => EMPTY_NAMES.has(part.replace(/\..*$/, "")));
        return bad === undefined ? [] : [{ path, line: 1, what: `is called ${bad}` }];
      }),
  },
  {
    name: "kebab-case",
    why: "two spellings of one name are one file on some machines and two on others",
    check: ({ sources }) =>
      sources
        .filter(({ path }) => !/^[a-z0-9.-]+$/.test(path.split("/").at(-1) ?? ""))
        .map(({ path }) => ({ path, line: 1, what: "is not in kebab-case" })),
  },
  {
    name: "nothing left to do",
    why: "what is not done is in an issue, where somebody finds it",
    check: ({ sources }) =>
      sources.flatMap(({ path, text }) =>
        text.split("\n").flatMap((content, index) => {
          const mark = /(?:\/\/|\/\*|^\s*\*).*\b(TODO|FIXME|XXX|HACK)\b/.exec(content)?.[1];
          return mark === undefined ? [] : [{ path, line: index + 1, what: `says ${mark}` }];
        }),
      ),
  },
  {
    name: "dependencies have a reason",
    why: "each is code that nobody here has read, and somebody has to say why it is worth that",
    check: ({ files }) => findUnexplainedDependencies(files),
  },
];

function findTimerImports(sources: readonly SourceFile[], where: (path: string) => boolean): Violation[] {
  return sources
    .filter(({ path }) => where(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => /^(?:node:)?timers(?:\/promises)?$/.test(from))
        .map(({ from, line }) => ({ path, line, what: `imports ${from}` })),
    );
}

const REASONS = "docs/dependencies.md";

function findUnexplainedDependencies(files: readonly TextFile[]): Violation[] {
  const reasons = files.find(({ path }) => path === REASONS)?.text ?? "";
  const explained = new Set([...reasons.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]));
  const declared = new Map<string, string>();
  for (const { path, text } of files) {
    if (!/(?:^|\/)package\.json$/.test(path)) continue;
    for (const name of dependencyNames(JSON.parse(text))) declared.set(name, path);
  }
  const workspace = files.find(({ path }) => path === "pnpm-workspace.yaml");
  for (const name of exceptionNames(workspace?.text ?? "")) declared.set(name, "pnpm-workspace.yaml");
  const missing = [...declared]
    .filter(([name]) => !explained.has(name))
    .map(([name, path]) => ({ path, line: 1, what: `${name} has no line in ${REASONS}` }));
  const unused = [...explained]
    .filter((name) => name !== undefined && !declared.has(name))
    .map((name) => ({ path: REASONS, line: 1, what: `${name} is explained and not declared anywhere` }));
  return [...missing, ...unused];
}

function dependencyNames(manifest: unknown): string[] {
  if (typeof manifest !== "object" || manifest === null) return [];
  return Object.entries(manifest)
    .filter(([name]) => /^(?:d|devD|optionalD|peerD)ependencies$/.test(name))
    .flatMap(([, list]: [string, unknown]) => (typeof list === "object" && list !== null ? Object.keys(list) : []))
    .filter((name) => !name.startsWith("@surefill/"));
}

/** The packages under `overrides:` and `allowBuilds:`, which are exceptions and need a reason as much. */
function exceptionNames(yaml: string): string[] {
  const blocks = yaml.matchAll(/^(?:overrides|allowBuilds):\n((?:[ \t]+.*\n?)+)/gm);
  return [...blocks].flatMap(([, block]) =>
    [...(block ?? "").matchAll(/^\s+["']?([^\s"':]+)["']?:/gm)].flatMap(([, name]) => name ?? []),
  );
}
