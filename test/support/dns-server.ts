/** A DNS server on loopback, to which the world outside is whatever a test says. It knows A and AAAA questions. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

export interface DnsServer {
  /** `address:port`, as Node's resolver takes it. */
  readonly server: string;
  /** Every question that was asked: `A name` or `AAAA name`. */
  readonly questions: string[];
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, string>> = { 1: "A", 28: "AAAA" };

/** `answer` gets a name, and how often it was asked for its kind of address before; it answers with addresses. */
export async function startDnsServer(answer: (name: string, asked: number) => readonly string[]): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const questions: string[] = [];
  socket.on("message", (message, from) => {
    const { name, end } = readName(message, 12);
    const type = message.readUInt16BE(end);
    const question = `${TYPES[type] ?? type} ${name}`;
    const asked = questions.filter((before) => before === question).length;
    questions.push(question);
    const addresses = answer(name, asked).filter((address) => isIPv6(address) === (type === 28));
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2); // An answer, without error.
    header.writeUInt16BE(addresses.length, 6);
    header.writeUInt16BE(0, 10); // No additional records.
    const records = addresses.map((address) => recordOf(type, address));
    socket.send(Buffer.concat([header, message.subarray(12, end + 4), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

/** One record for the name of the question, good for no time at all. */
function recordOf(type: number, address: string): Buffer {
  const data = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split(".").map(Number));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // The name that starts at byte 12.
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** Takes `::` once, and no dots. */
function ipv6Bytes(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const [front, back] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => "0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...front, ...zeros, ...back].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
