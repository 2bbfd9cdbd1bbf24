/** The browser's clock. The only file of the console that asks for it. */

/** The wall clock, in milliseconds since 1970. */
export const nowMs = (): number => Date.now();

/** Calls `act` again and again, until the function that it answers is called. */
export function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}

/** Calls `act` once, later. */
export function after(ms: number, act: () => void): void {
  setTimeout(act, ms);
}
