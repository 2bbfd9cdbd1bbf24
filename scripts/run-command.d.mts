/** Runs a command to its end; `code` is 127 when there is no such command, 128 when a signal or the timeout ended it. */
export function runCommand(
  command: string,
  args: string[],
  options?: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number; show?: boolean },
): Promise<{ code: number; output: string }>;

export function progress(line: string): void;
