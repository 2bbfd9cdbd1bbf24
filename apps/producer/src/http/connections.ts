import type { Server } from "node:http";
import type { Socket } from "node:net";
import { AtOnce } from "./at-once.js";
import { problemBody } from "./problem.js";

/** Tells whether a connection was refused: what still comes on it is not looked at. */
export type Refused = { has(socket: Socket): boolean };

/**
 * Refuses connections from an address that has as many as it may, with an answer, before anything is read from them.
 * Behind a proxy all callers have one address.
 */
export function limitConnections(server: Server, options: { perAddressMax: number; problemBase: string }): Refused {
  const { perAddressMax, problemBase } = options;
  const places = new AtOnce({ most: perAddressMax, what: "connections of one address" });
  const detail = `There are ${perAddressMax} connections from this address.`;
  const answer = rawAnswer(JSON.stringify(problemBody(problemBase, "too_many_at_once", { detail })));
  const refused = new WeakSet<Socket>();
  server.on("connection", (socket) => {
    const leave = places.tryTake(networkOf(socket.remoteAddress ?? ""));
    if (leave !== undefined) return void socket.once("close", leave);
    refused.add(socket);
    socket.end(answer);
    socket.destroySoon();
  });
  return refused;
}

function rawAnswer(body: string): string {
  return [
    "HTTP/1.1 429 Too Many Requests",
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "retry-after: 5",
    "connection: close",
    "",
    body,
  ].join("\r\n");
}

/** Whose an address is: an IPv4 address itself, and of an IPv6 address the /64 that one customer is given. */
export function networkOf(address: string): string {
  const [text = ""] = address.split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  if (!text.includes(":")) return text;
  const [left = "", right] = text.split("::");
  const groups = left === "" ? [] : left.split(":");
  const behind = right === undefined || right === "" ? [] : right.split(":");
  const zeros = right === undefined ? 0 : 8 - groups.length - behind.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...behind];
  return `${all.slice(0, 4).join(":").toLowerCase()}::/64`;
}
