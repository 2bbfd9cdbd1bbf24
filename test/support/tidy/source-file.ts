/** Reads source files for the tidy test: what they import, what they use, how long their functions are. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";

/** A file as the rules see it. `path` is relative to the project's root, with forward slashes. */
export interface TextFile {
  path: string;
  text: string;
}

export interface Import {
  from: string;
  /** `import type` and `export type`: gone at run time. */
  typeOnly: boolean;
  line: number;
}

/** A name or a dotted path that the code mentions: `setTimeout`, `process.env`, `test.only`, `new Date()`. */
export interface Use {
  what: string;
  line: number;
}

export interface SourceFile extends TextFile {
  imports: Import[];
  uses: Use[];
  functions: Array<{ name: string; line: number; lines: number }>;
  /** Statements that run when the file is imported. */
  effects: Array<{ line: number }>;
}

/** Every file of the project that git knows or would take, with its text. */
export function projectFiles(root: string): TextFile[] {
  const list = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = [...new Set(list.split("\0"))].filter((path) => path !== "" && existsSync(join(root, path)));
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

export function isSource(path: string): boolean {
  return /\.(?:ts|mts|mjs|js)$/.test(path) && !path.endsWith(".d.mts");
}

/** Parses one source file; a file that does not parse throws with its path. */
export function readSource(file: TextFile): SourceFile {
  const source: SourceFile = { ...file, imports: [], uses: [], functions: [], effects: [] };
  const lineOf = lineFinder(file.text);
  let program: unknown;
  try {
    program = parseAst(file.text.replace(/^#!.*/, ""), { lang: file.path.endsWith("ts") ? "ts" : "js" });
  } catch (cause) {
    throw new Error(`${file.path} does not parse`, { cause });
  }
  for (const statement of childNodes(program)) {
    if (EFFECTS.has(statement.type)) source.effects.push({ line: lineOf(statement.start) });
  }
  walk(program, (node, parent) => {
    const line = lineOf(node.start);
    collectImport(node, source, line);
    for (const what of usesIn(node, parent)) source.uses.push({ what, line });
    if (FUNCTIONS.has(node.type)) {
      const name = isNode(node["id"]) ? String(node["id"]["name"]) : "a function";
      source.functions.push({ name, line, lines: lineOf(node.end) - line + 1 });
    }
  });
  return source;
}

const EFFECTS = new Set([
  "ExpressionStatement",
  "IfStatement",
  "ForStatement",
  "ForOfStatement",
  "WhileStatement",
  "TryStatement",
  "ThrowStatement",
]);

interface Node {
  type: string;
  start: number;
  end: number;
  [property: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "start" in value
  );
}

function childNodes(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value)
    .flatMap((property: unknown) => (Array.isArray(property) ? property : [property]))
    .filter(isNode);
}

function walk(parent: unknown, visit: (node: Node, parent: unknown) => void): void {
  for (const node of childNodes(parent)) {
    visit(node, parent);
    walk(node, visit);
  }
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** Where an identifier is only a label: `server.setTimeout`, `{ setTimeout: … }`, `import { setTimeout }`. */
const LABELS: Readonly<Record<string, readonly string[]>> = {
  MemberExpression: ["property"],
  Property: ["key"],
  MethodDefinition: ["key"],
  PropertyDefinition: ["key"],
  TSPropertySignature: ["key"],
  TSMethodSignature: ["key"],
  ImportSpecifier: ["imported", "local"],
};

function collectImport(node: Node, source: SourceFile, line: number): void {
  const from = isNode(node["source"]) ? node["source"]["value"] : undefined;
  if (typeof from === "string") source.imports.push({ from, typeOnly: isTypeOnly(node), line });
}

function usesIn(node: Node, parent: unknown): string[] {
  if (node.type === "Identifier") return isLabel(node, parent) ? [] : [String(node["name"])];
  const path = node.type === "MemberExpression" ? dottedPath(node) : undefined;
  if (path !== undefined) return [path];
  if (node.type === "NewExpression" && isNode(node["callee"])) {
    const isEmpty = Array.isArray(node["arguments"]) && node["arguments"].length === 0;
    return isEmpty ? [`new ${dottedPath(node["callee"])}()`] : [];
  }
  // `const { env } = process` and `import { randomUUID as makeId }` are uses under another name.
  if (node.type === "VariableDeclarator" && isNode(node["id"]) && isNode(node["init"])) {
    const object = dottedPath(node["init"]);
    const names = node["id"].type === "ObjectPattern" ? childNodes(node["id"]["properties"]) : [];
    return object === undefined ? [] : names.map(({ key }) => `${object}.${isNode(key) ? String(key["name"]) : ""}`);
  }
  if (node.type === "ImportSpecifier") {
    const { imported, local } = node;
    return isNode(imported) && isNode(local) && imported["name"] !== local["name"] ? [String(imported["name"])] : [];
  }
  return [];
}

function isLabel(node: Node, parent: unknown): boolean {
  if (!isNode(parent) || parent["computed"] === true) return false;
  return (LABELS[parent.type] ?? []).some((property) => parent[property] === node);
}

function isTypeOnly(node: Node): boolean {
  if (node["importKind"] === "type" || node["exportKind"] === "type") return true;
  const names = node["specifiers"];
  return (
    Array.isArray(names) && names.length > 0 && names.every((name) => isNode(name) && name["importKind"] === "type")
  );
}

/** `a.b.c` of a chain of plain names; a call in the chain (`test.each(…).only`) is passed through. */
function dottedPath(node: Node): string | undefined {
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type === "CallExpression" && isNode(node["callee"])) return dottedPath(node["callee"]);
  if (node.type !== "MemberExpression" || !isNode(node["object"]) || !isNode(node["property"])) return undefined;
  const object = dottedPath(node["object"]);
  const name = node["property"]["name"] ?? node["property"]["value"];
  return object === undefined ? undefined : `${object}.${String(name)}`;
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1)) starts.push(index + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
