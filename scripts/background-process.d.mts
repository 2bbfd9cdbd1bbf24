/** A process that is ready; its output goes to its log file. */
export interface BackgroundProcess {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Its exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export function startBackgroundProcess(options: {
  name: string;
  script: string;
  args?: string[];
  nodeArgs?: string[];
  env?: NodeJS.ProcessEnv;
  logPath: string;
}): Promise<BackgroundProcess>;
