import type { Environment } from "@surefill/runtime";

/** What a command has around it. Given by `main.ts`, so that a test can stand around it as well. */
export type Surroundings = {
  env: Environment;
  /** What was asked for: tables, findings, JSON. */
  print: (text: string) => void;
  /** Everything else that a person should know. */
  tell: (text: string) => void;
  /** Sets the exit code of the process. */
  exitWith: (code: number) => void;
  /** Aborts when the person has had enough. */
  signal: AbortSignal;
};
