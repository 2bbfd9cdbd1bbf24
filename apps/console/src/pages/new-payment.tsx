import type { Campaign, Upload } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useQuery } from "../query.js";
import { t } from "../text/catalogue.js";
import { CheckStep } from "./new-payment/check-step.js";
import { ColumnsStep } from "./new-payment/columns-step.js";
import { SendStep } from "./new-payment/send-step.js";
import { UploadStep } from "./new-payment/upload-step.js";

/** From a sheet to people who are paid: recipients, columns, check, limits, send. Which draft it is stands in the URL. */
export function NewPayment() {
  const [upload, setUpload] = useState<Upload>();
  const [campaign, setCampaign] = useState<Campaign>();
  const [{ step: asked }, change] = useQuery();
  const { route } = useLocation();
  const step = stepOf(asked, upload, campaign);
  const go = (to: string) => change({ step: to });
  const text = t().wizard;
  return (
    <>
      <h1>{text.title}</h1>
      <ol class="steps">
        {text.steps.map((name, index) => (
          <li key={name} aria-current={index === STEPS.indexOf(step) ? "step" : undefined}>
            {name}
          </li>
        ))}
      </ol>
      {step === "recipients" && (
        <UploadStep
          done={(received) => {
            setUpload(received);
            setCampaign(undefined);
            go("columns");
          }}
        />
      )}
      {step === "columns" && upload && (
        <ColumnsStep
          upload={upload}
          draft={campaign}
          done={(checked) => {
            setCampaign(checked);
            go("check");
          }}
        />
      )}
      {step === "check" && campaign && (
        <CheckStep campaign={campaign} changed={setCampaign} back={() => go("columns")} next={() => go("limits")} />
      )}
      {(step === "limits" || step === "send") && campaign && (
        <SendStep
          campaign={campaign}
          isLast={step === "send"}
          changed={setCampaign}
          back={() => go("check")}
          next={() => go("send")}
          started={() => route(`/campaigns/${campaign.id}`)}
        />
      )}
    </>
  );
}

const STEPS = ["recipients", "columns", "check", "limits", "send"] as const;

/** A step that has nothing to stand on yet, after the page was loaded anew, begins at the beginning. */
function stepOf(
  asked: string | undefined,
  upload: Upload | undefined,
  campaign: Campaign | undefined,
): (typeof STEPS)[number] {
  const step = STEPS.find((known) => known === asked) ?? "recipients";
  if (step === "recipients" || upload === undefined) return "recipients";
  return step === "columns" || campaign !== undefined ? step : "columns";
}
