import type { Writable } from "node:stream";
import type { Environment } from "@surefill/runtime/light";
import type { Tone } from "./colour.js";

/** What a command has around it. Given by `main.ts`, so that a test can stand around it as well. */
export type Surroundings = {
  env: Environment;
  /** What was asked for: tables, findings, JSON. A tone is seen where `colour` says so. */
  print: (text: string, tone?: Tone) => void;
  /** Where `print` writes to, for what is too long to be one text. */
  output: Writable;
  /** Everything else that a person should know. */
  tell: (text: string, tone?: Tone) => void;
  /** Which of the two are written in colour; neither where it is left out. */
  colour?: { print: boolean; tell: boolean };
  /** Where a person watches: shows a line in the place of the one before; an empty one takes it away. */
  rewrite?: (line: string) => void;
  /** Reads a secret: asks for it where a person types, takes the first line of what is piped in. Absent without input. */
  readSecret?: (question: string) => Promise<string>;
  /** Sets the exit code of the process. */
  exitWith: (code: number) => void;
  /** The person's name to the operating system. */
  user: string;
  /** Aborts when the person has had enough. */
  signal: AbortSignal;
};
