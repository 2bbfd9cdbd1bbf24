import { t } from "../text/catalogue.js";

/** One point of time with the values of each series. */
export type ChartPoint = { time: string; values: readonly number[]; cells: readonly string[] };

const HEIGHT = 160;
const WIDTH = 1_000;

/** Stacked columns over time. The table behind it holds the same numbers. */
export function Chart({
  title,
  series,
  points,
}: {
  title: string;
  series: readonly string[];
  points: readonly ChartPoint[];
}) {
  if (points.length === 0) return null;
  const most = Math.max(1, ...points.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  const width = WIDTH / points.length;
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={title}>
        {points.map(({ time, values }, index) => {
          let y = HEIGHT;
          return values.map((value, part) => {
            const height = (value / most) * HEIGHT;
            y -= height;
            const inset = Math.min(1, width / 8);
            return (
              <rect
                key={`${time}-${series[part]}`}
                class={`series-${part}`}
                x={index * width + inset}
                y={y}
                width={width - 2 * inset}
                height={height}
              />
            );
          });
        })}
      </svg>
      <details>
        <summary>{t().table.showTable}</summary>
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t().campaign.time}</th>
              {series.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map(({ time, cells }) => (
              <tr key={time}>
                <td>{time}</td>
                {cells.map((cell, part) => (
                  <td key={series[part]} class="number">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
