/** Connections that cannot be opened: some of all workers', or all of one worker's. */
import { seededChance } from "../../seeded-chance.js";
import type { Scenario, ScenarioContext } from "../scenario.js";
import { compareThroughput, type Trouble } from "../throughput.js";
import { type Certificate, makeCertificate, openTlsFront, type TlsFront } from "../tls-front.js";

const DYING_SHARE = 0.01;

/** Every worker reaches the provider by TLS; `begin` has their fronts, in order. `lost`: connections that were not served. */
function behindTls(
  certificate: Certificate,
  workers: number,
  begin: (fronts: readonly TlsFront[]) => unknown = () => undefined,
): { trouble: Trouble; lost: () => number } {
  const fronts: TlsFront[] = [];
  const trouble: Trouble = {
    rig: {
      workers,
      openFront: async (port) => {
        const front = await openTlsFront(port, certificate);
        fronts.push(front);
        return front;
      },
    },
    begin: async () => void begin(fronts),
  };
  return { trouble, lost: () => fronts.reduce((sum, { counts }) => sum + counts.lost, 0) };
}

async function withCertificates<Result>(
  count: number,
  use: (certificates: readonly Certificate[]) => Promise<Result>,
): Promise<Result> {
  const made: Certificate[] = [];
  try {
    for (let index = 0; index < count; index += 1) made.push(await makeCertificate());
    return await use(made);
  } finally {
    for (const { remove } of made) await remove();
  }
}

const dyingConnections: Scenario = {
  name: "dying-connections",
  trouble: "1 % of new connections die in the TLS handshake, nothing is written",
  measure: (context) =>
    withCertificates(1, async ([certificate]) => {
      if (certificate === undefined) throw new Error("no certificate");
      const chance = seededChance(context.seed).fork("handshakes");
      const dying = behindTls(certificate, 2, (fronts) => {
        for (const front of fronts) front.setHandshakes(() => (chance.next() < DYING_SHARE ? "reset" : "served"));
      });
      return compareThroughput(context, {
        untroubled: behindTls(certificate, 2).trouble,
        troubled: dying.trouble,
        bounds: [{ least: 0.98 }],
        strokes: dying.lost,
      });
    }),
};

/** The third of three workers is cut off; the two others are what is compared with. */
async function oneOfThree(
  context: ScenarioContext,
  cut: (front: TlsFront, certificates: { other: Certificate }) => void,
) {
  return withCertificates(2, async ([certificate, other]) => {
    if (certificate === undefined || other === undefined) throw new Error("no certificate");
    const cutOff = behindTls(certificate, 3, ([, , third]) => third !== undefined && cut(third, { other }));
    return compareThroughput(context, {
      untroubled: behindTls(certificate, 2).trouble,
      troubled: cutOff.trouble,
      bounds: [{ least: 0.98 }],
      strokes: cutOff.lost,
    });
  });
}

const noEgress: Scenario = {
  name: "no-egress",
  trouble: "one of three workers has no egress: its connections are never answered",
  measure: (context) => oneOfThree(context, (front) => front.setHandshakes(() => "silent")),
};

const wrongCa: Scenario = {
  name: "wrong-ca",
  trouble: "one of three workers does not trust the certificate that it is shown",
  measure: (context) => oneOfThree(context, (front, { other }) => front.present(other)),
};

export const CONNECTION_SCENARIOS: readonly Scenario[] = [dyingConnections, noEgress, wrongCa];
