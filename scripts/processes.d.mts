/** A process of ours that is ready. */
export interface StartedProcess {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Its exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export function startProcess(options: {
  name: string;
  script: string;
  args?: string[];
  env: NodeJS.ProcessEnv;
  logPath?: string;
}): Promise<StartedProcess>;
