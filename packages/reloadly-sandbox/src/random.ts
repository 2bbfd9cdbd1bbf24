/** A source of chance in [0, 1). */
export type Random = () => number;

/** The mulberry32 generator: small, fast, and the same sequence for the same seed on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number between `min` and `max`, both included. Draws nothing when there is no choice. */
export function between(random: Random, range: { min: number; max: number }): number {
  if (range.min === range.max) return range.min;
  return range.min + Math.floor(random() * (range.max - range.min + 1));
}
