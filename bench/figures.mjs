/** Reads what processes and Redis have used so far. Differences of two readings are the figures of a run. */
import { readFile } from "node:fs/promises";

/** Linux counts CPU time in hundredths of a second for programs that ask through /proc. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, user and system, of a process since its start; NaN where there is no /proc. */
export async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in brackets and may hold spaces; user and system time are 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN)) / TICKS_PER_SECOND;
}

/** CPU seconds that all processors of the machine have worked since it started; NaN where there is no /proc. */
export async function machineCpuSeconds() {
  const [total = ""] = (await readFile("/proc/stat", "utf8").catch(() => "")).split("\n");
  // cpu user nice system idle iowait irq softirq …: everything but waiting is work. Guests count as user time already.
  const [user, nice, system, , , irq, softirq] = total.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/**
 * Redis's own counters. `scripts` and `commands` are calls (a script counts, and so does each command in it);
 * `reads` is how often it read from a socket: commands that arrive together in one write are read together.
 */
export async function redisCounters(redis) {
  const info = parseInfo(await redis.info("all"));
  const calls = (pattern) =>
    [...info].reduce((sum, [name, value]) => {
      if (!pattern.test(name)) return sum;
      return sum + Number(/^calls=(\d+)/.exec(value)?.[1] ?? 0);
    }, 0);
  return {
    scripts: calls(/^cmdstat_(evalsha|eval|fcall)$/),
    blockingPops: calls(/^cmdstat_bzpopmin$/),
    commands: calls(/^cmdstat_/),
    reads: Number(info.get("total_reads_processed")),
    bytesIn: Number(info.get("total_net_input_bytes")),
    bytesOut: Number(info.get("total_net_output_bytes")),
    cpuSeconds: Number(info.get("used_cpu_user")) + Number(info.get("used_cpu_sys")),
  };
}

/** Bytes that Redis holds for data, without the buffers of connections and of its file. */
export async function redisDataBytes(redis) {
  const info = parseInfo(await redis.info("memory"));
  const bytes = (name) => Number(info.get(name));
  return bytes("used_memory") - bytes("mem_clients_normal") - bytes("mem_aof_buffer");
}

function parseInfo(text) {
  return new Map(
    text.split("\r\n").flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );
}

/** Field by field, what was used between two readings. */
export function difference(before, after) {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]));
}

/** The value below which `ratio` of the values lie. */
export function percentile(values, ratio) {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * ratio))];
}

/** The middle value, of a few runs. */
export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
