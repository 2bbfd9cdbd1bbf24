/** Chance that repeats itself: the same seed gives the same numbers in the same order. */
export type SeededChance = {
  /** In [0, 1). */
  next: () => number;
  /** In [min, max], whole. */
  between: (range: Range) => number;
  pick: <T>(items: readonly T[]) => T;
  /** A new list in a random order. */
  shuffled: <T>(items: readonly T[]) => T[];
  /** Chance of its own for a part, so that what one part draws does not change what another gets. */
  fork: (name: string) => SeededChance;
};

/** Both ends are in it. */
export type Range = readonly [min: number, max: number];

/** Makes chance from a seed. The generator is mulberry32, which is good enough to choose faults with. */
export function seededChance(seed: number): SeededChance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const between = ([min, max]: Range) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError("there is nothing to pick from");
      return item;
    },
    shuffled(items) {
      return items
        .map((item) => ({ item, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item);
    },
    fork: (name) => seededChance(seed ^ hashOf(name)),
  };
}

/** FNV-1a: 32 bits that differ for names that differ. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
