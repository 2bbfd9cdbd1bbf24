/** A part of a bar: how much it is beside the others, and what it says. */
export type BarPart = { name: string; share: number; shown: string; tone: "good" | "busy" | "warn" | "bad" | "rest" };

/** A bar of parts, with a legend that says the same in words and numbers. */
export function Bar({ label, parts }: { label: string; parts: readonly BarPart[] }) {
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const shownParts = parts.filter(({ share }) => share > 0);
  let x = 0;
  return (
    <figure class="bar">
      <svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label={label}>
        <rect class="rest" width="1000" height="24" />
        {shownParts.map(({ name, share, tone }) => {
          const width = (share / (total || 1)) * 1_000;
          const rect = <rect key={name} class={tone} x={x} width={Math.max(width, 2)} height="24" />;
          x += width;
          return rect;
        })}
      </svg>
      <ul class="legend">
        {parts.map(({ name, shown, tone }) => (
          <li key={name}>
            <span class={`key ${tone}`} aria-hidden="true" /> {name}: <b>{shown}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}
