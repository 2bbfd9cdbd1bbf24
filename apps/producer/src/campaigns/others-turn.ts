/**
 * Lets everything else that waits have its turn: requests, timers, answers of Redis. Long work asks for it every few
 * milliseconds.
 */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
