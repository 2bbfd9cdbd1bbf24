/** TLS in front of the local Reloadly, which can die before a byte of a request is written. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { runCommand } from "../../../../scripts/run-command.mjs";
import type { ProviderFront } from "../rig.js";

const OPENSSL_DEADLINE_MS = 20_000;

/** A key and a certificate for 127.0.0.1 that signs itself. `path` is the certificate's file. */
export type Certificate = { key: string; cert: string; path: string; remove: () => Promise<void> };

/** Makes a certificate. Rejects where there is no openssl. */
export async function makeCertificate(): Promise<Certificate> {
  const dir = await mkdtemp(join(tmpdir(), "surefill-certificate-"));
  const [keyPath, path] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyPath];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const args = ["req", "-x509", "-days", "2", ...key, ...subject, "-out", path];
  const { code, output } = await runCommand("openssl", args, { timeoutMs: OPENSSL_DEADLINE_MS });
  if (code !== 0) throw new Error(`a TLS certificate takes openssl 1.1.1 or newer: ${output}`);
  const remove = () => rm(dir, { recursive: true, force: true });
  return { key: await readFile(keyPath, "utf8"), cert: await readFile(path, "utf8"), path, remove };
}

/** What becomes of a new connection: served, reset in the handshake, or never answered. */
export type Handshake = "served" | "reset" | "silent";

export type TlsFront = ProviderFront & {
  /** Decides about each new connection from now on. */
  setHandshakes: (of: () => Handshake) => void;
  /** New connections are served so much later. */
  setDelay: (delayMs: number) => void;
  /** Shows another certificate, which the worker does not trust. */
  present: (certificate: Certificate) => void;
  /** New connections so far, and those that were not served. */
  counts: { connections: number; lost: number };
};

/** Opens it before a port of this machine. */
export async function openTlsFront(farPort: number, certificate: Certificate): Promise<TlsFront> {
  const { key, cert, path } = certificate;
  const sockets = new Set<Socket>();
  const counts = { connections: 0, lost: 0 };
  let handshakeOf: () => Handshake = () => "served";
  let delayMs = 0;
  const tls = createTlsServer({ key, cert }, (near) => {
    const far = connect({ host: "127.0.0.1", port: farPort, noDelay: true });
    keep(far);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  tls.on("tlsClientError", () => {
    counts.lost += 1; // Of a client that does not trust the certificate.
  });
  const server = createServer({ noDelay: true }, (socket) => {
    keep(socket);
    counts.connections += 1;
    const handshake = handshakeOf();
    if (handshake !== "served") counts.lost += 1;
    if (handshake === "reset") socket.resetAndDestroy();
    if (handshake !== "served") return;
    if (delayMs === 0) tls.emit("connection", socket);
    else setTimeout(() => tls.emit("connection", socket), delayMs);
  });

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => undefined); // "close" follows.
    socket.on("close", () => sockets.delete(socket));
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the TLS front has no port");
  return {
    url: `https://127.0.0.1:${address.port}`,
    env: { NODE_EXTRA_CA_CERTS: path },
    counts,
    setHandshakes(of) {
      handshakeOf = of;
    },
    setDelay(ms) {
      delayMs = ms;
    },
    present(other) {
      tls.setSecureContext({ key: other.key, cert: other.cert });
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
