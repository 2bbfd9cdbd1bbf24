/** Rules about who may import whom. Each has its reason beside it. */
import { posix } from "node:path";
import type { Rule, Violation } from "./rules.js";
import type { SourceFile } from "./source-file.js";

/** Which packages of ours a folder may import. Arrows point one way: apps, then topup-store, then topup. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "packages/access": [],
  "packages/topup": [],
  "packages/runtime": [],
  "packages/reloadly-client": [],
  "packages/reloadly-sandbox": [],
  "packages/campaign": ["topup"],
  "packages/sdk": [],
  "packages/topup-store": ["access", "topup", "campaign"],
  "packages/provider": ["topup", "reloadly-client"],
  "packages/audit": ["topup", "topup-store", "runtime", "reloadly-client", "provider"],
  "apps/console": ["sdk"],
  "apps/producer": ["access", "topup", "campaign", "topup-store", "runtime", "reloadly-client", "provider"],
  "apps/worker": ["topup", "campaign", "topup-store", "audit", "runtime", "reloadly-client", "provider"],
  "apps/cli": ["access", "topup", "campaign", "topup-store", "audit", "runtime", "reloadly-client"],
};

/** The files of what ships that may import a library. `types`: everybody may import its types. */
const GATEKEEPERS: ReadonlyArray<{ library: RegExp; files: RegExp; types?: true; why: string }> = [
  {
    library: /^express$/,
    files: /^apps\/producer\/src\/(?:http\/server|board\/board)\.ts$/,
    why: "a handler takes parsed input and returns data, so that it can be tested without a port",
  },
  {
    library: /^bullmq$/,
    files: /(?:^|\/)(?:queues|board)\.ts$|\/queue\/|^packages\/sdk\/src\/enqueue\.ts$/,
    why: "BullMQ's special errors and options decide what runs twice; they are read in one place",
  },
  {
    library: /^@bull-board\//,
    files: /^apps\/producer\/src\/board\//,
    why: "the board can retry jobs unless it is told not to; it is told in one place",
  },
  {
    library: /^undici$/,
    files: /^packages\/reloadly-client\/src\/transport\.ts$|^apps\/worker\/src\/webhook\/http-sender\.ts$/,
    why: "whether a POST can be sent again, and to which address, is decided where the connection is",
  },
  {
    library: /^ioredis$/,
    files: /^packages\/(?:runtime|topup-store)\/src\//,
    types: true,
    why: "a client made elsewhere has ioredis's defaults, which run a command twice when its reply is lost",
  },
  {
    library: /^pino$/,
    files: /^packages\/runtime\/src\/logger\.ts$/,
    why: "a logger made elsewhere masks no phone numbers",
  },
  {
    library: /^prom-client$/,
    files: /(?:^|\/)metrics\.ts$/,
    why: "the names of metrics are an interface; they stand together",
  },
  {
    library: /^libphonenumber-js/,
    files: /(?:^|\/)phone\.ts$/,
    why: "two opinions about which number a text means would be two recipients",
  },
  {
    library: /^csv-parse(?:\/|$)/,
    files: /^apps\/cli\/src\/campaign\/pack-results\.ts$/,
    why: "an option of its makes a number of a phone number, or lets one open quote swallow the rest of a file",
  },
  {
    library: /^(?:yauzl|saxes|numfmt)$/,
    files: /^apps\/producer\/src\/uploads\/xlsx\/(?:zip-archive|xml-reader|shown-number)\.ts$/,
    why: "what a stranger's workbook may cost is limited where it is unpacked and parsed",
  },
  {
    library: /^yazl$/,
    files: /^apps\/producer\/src\/campaigns\/rows\/write-workbook\.ts$/,
    why: "a workbook that is written elsewhere may be in memory as a whole",
  },
  {
    library: /^lossless-json$/,
    files: /(?:^|[/-])json\.ts$/,
    why: "a body parsed in any other way has lost the digits of its amounts",
  },
];

/** The domain is replayed thousands of times by tests; it may reach for nothing outside. */
const PURE = {
  folders: /^packages\/(?:topup|campaign)\/src\//,
  libraries: /^(?:zod|libphonenumber-js|big\.js|@surefill\/topup)(?:\/|$)/,
};

function home(path: string): string {
  return path
    .split("/")
    .slice(0, /^(?:apps|packages)\//.test(path) ? 2 : 1)
    .join("/");
}

function targetOf(file: SourceFile, from: string): string {
  return posix.normalize(posix.join(posix.dirname(file.path), from));
}

function eachImport(
  files: readonly SourceFile[],
  check: (file: SourceFile, entry: SourceFile["imports"][number]) => string | undefined,
): Violation[] {
  return files.flatMap((file) =>
    file.imports.flatMap((entry) => {
      const what = check(file, entry);
      return what === undefined ? [] : [{ path: file.path, line: entry.line, what }];
    }),
  );
}

/** What a package offers beside its main entry point, in the `exports` of its package.json. */
const ENTRY_POINTS =
  /^@surefill\/(?:sdk\/(?:webhooks|enqueue)|runtime\/light|campaign\/money|reloadly-client\/settings|topup\/timings|topup-store\/campaign-id)$/;

export const boundaryRules: readonly Rule[] = [
  {
    name: "dependency direction",
    why: "a package that imports upwards cannot be used, tested or published alone",
    check: ({ sources }) =>
      eachImport(sources, (file, { from }) => {
        const allowed = MAY_IMPORT[home(file.path)];
        const [, name] = /^@surefill\/([^/]+)/.exec(from) ?? [];
        if (allowed === undefined || name === undefined || allowed.includes(name)) return undefined;
        return `${home(file.path)} may not import ${from}`;
      }),
  },
  {
    name: "packages by name",
    why: "an inner path is no interface; what is reached through it cannot be changed any more",
    check: ({ sources }) =>
      eachImport(sources, (file, { from }) => {
        if (/^@surefill\/[^/]+\/./.test(from) && !ENTRY_POINTS.test(from)) return `imports the inner path ${from}`;
        const isOurs = /^(?:apps|packages)\//.test(file.path);
        if (!isOurs || !from.startsWith(".")) return undefined;
        return home(targetOf(file, from)) === home(file.path) ? undefined : `leaves its package by ${from}`;
      }),
  },
  {
    name: "test code stays in test",
    why: "a test helper once in a production build is a test dependency in production for good",
    check: ({ sources }) =>
      eachImport(sources, (file, { from }) => {
        if (file.path.startsWith("test/") || !from.startsWith(".")) return undefined;
        return targetOf(file, from).startsWith("test/") ? `imports ${from}` : undefined;
      }),
  },
  {
    name: "one gatekeeper per library",
    why: "what our safety asks of a library is set in one place and cannot be forgotten in another",
    check: ({ sources }) =>
      eachImport(sources, (file, { from, typeOnly }) => {
        const ships = /^(?:apps|packages)\//.test(file.path);
        const gate = ships ? GATEKEEPERS.find(({ library }) => library.test(from)) : undefined;
        if (gate === undefined || gate.files.test(file.path) || (gate.types && typeOnly)) return undefined;
        return `may not import ${from}: ${gate.why}`;
      }),
  },
  {
    name: "the domain is pure",
    why: "tests replay it thousands of times; whatever it asked of the machine would differ",
    check: ({ sources }) =>
      eachImport(sources, (file, { from }) => {
        if (!PURE.folders.test(file.path) || from.startsWith(".") || PURE.libraries.test(from)) return undefined;
        return `may not import ${from}`;
      }),
  },
  {
    name: "no import cycles",
    why: "in a cycle the order of loading decides what is undefined, and nobody reads either file alone",
    check: ({ sources }) => findCycles(sources),
  },
];

function findCycles(sources: readonly SourceFile[]): Violation[] {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const targets = (file: SourceFile) =>
    file.imports
      .filter(({ from, typeOnly }) => from.startsWith(".") && !typeOnly)
      .map(({ from }) => targetOf(file, from))
      .map((path) => byPath.get(path) ?? byPath.get(path.replace(/\.js$/, ".ts")))
      .filter((target) => target !== undefined);
  const done = new Set<SourceFile>();
  const violations: Violation[] = [];
  const visit = (file: SourceFile, trail: readonly SourceFile[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      const cycle = [...trail.slice(start), file].map(({ path }) => path).join(" -> ");
      violations.push({ path: file.path, line: 1, what: cycle });
      return;
    }
    if (done.has(file)) return;
    for (const target of targets(file)) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  return violations;
}
