/** Generated from /openapi.json: UPDATE_DOCS=1 npx vitest run test/openapi. */
export interface paths {
    "/v1/topups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List top-ups under one filter
         * @description Newest first. Recipients are masked. Give exactly one of state, phone, transactionId and campaign. Under `state=review` each comes with what a person needs in order to decide.
         */
        get: operations["listTopups"];
        put?: never;
        /**
         * Send one top-up
         * @description Stores the top-up durably and has it sent. Sending it again under the same reference returns the existing one, so repeat freely when an answer is lost. It is named by `reference`, `customIdentifier` or the header `Idempotency-Key`; without a name it is refused.
         */
        post: operations["acceptTopup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 1,000 top-ups
         * @description Answers each top-up by itself, in their order: one that is wrong does not hurt the others.
         */
        post: operations["acceptTopups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{reference}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One top-up with its history
         * @description Recipients are masked and PINs left out, unless `reveal=true` asks for them. Keys of `API_KEYS` always see them.
         */
        get: operations["getTopup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{reference}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw a top-up that is not sent yet
         * @description Possible while it is queued or held behind a gate. Takes no body.
         */
        post: operations["cancelTopup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{reference}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a verdict on a top-up in review
         * @description The verdict is checked at the provider first and refused when its records say otherwise, unless it is forced. `resubmit` sends it again, with a new identifier only if the provider shows that the last attempt cost nothing, and is never forced; the others end the top-up. Who decided, why, and whether they insisted, goes into the history.
         */
        post: operations["resolveTopup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{reference}/accept-contradiction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept that a top-up was paid twice, or ended in another way
         * @description For a final top-up that Reloadly has debited more than once, or shows in another way than the ledger. Reloadly is asked again, and exactly what it shows then is accepted: no audit raises it any more, and it no longer waits for a person. The money stays counted. Moves nothing; who accepted, and why, goes into the history.
         */
        post: operations["acceptContradiction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What needs a person: reviews, paid twice, contradicted
         * @description Recipients are masked. `counts` tells how many there are of each kind.
         */
        get: operations["listAttention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attention/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Top-ups in review, grouped by cause
         * @description One group for each reason, code, operator and campaign, the largest first.
         */
        get: operations["listReviewGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attention/reviews/{groupId}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give one verdict on all top-ups of a group
         * @description Each top-up is checked at the provider and moved as by a verdict of its own: one that the evidence speaks against is refused, and left as it is. Never forced. Answers after about 15 seconds at the latest; while `remaining` is above 0, send the same command with the same `Idempotency-Key` again.
         */
        post: operations["resolveReviewGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why top-ups wait: every closed gate
         * @description A gate is a shared reason not to send until a time. Each comes with its reason in plain words, the provider's code, since when it is closed, when it is tried again, how many top-ups wait, and what a person can do.
         */
        get: operations["listGates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events after a cursor, oldest first
         * @description Store `nextCursor` with what you made of the page, and send it as `after`. With `waitSeconds` the answer waits until there is an event, and comes at once when there is.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events as they happen, as server-sent events
         * @description `id` is the event's id, `event` its type, `data` the event as JSON in one line. Reconnect with `Last-Event-ID` and nothing is missed and nothing comes twice. An `event: error` tells why the server ends a stream for a fault.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All webhook endpoints */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Have events sent to a URL
         * @description The URL must be https, on port 443, and lead to public addresses only, unless the server allows its network. The answer holds the secret, this once. When an answer is lost, look at the list before you repeat.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook endpoint */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint
         * @description Its secrets and the record of its deliveries go with it; nothing more is sent. The list keeps who deleted it.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change a webhook endpoint
         * @description What is left out stays as it is. An empty description removes it.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new secret
         * @description The answer holds the new secret, this once. Until `oldSecretUntil` deliveries carry the signatures of both, so that receivers can change in their own time. Send `{}` for an overlap of a day.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/expire-old-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop signing with the former secret now */
        post: operations["expireOldWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let deliveries begin again
         * @description For events from now on; what was missed meanwhile can be replayed.
         */
        post: operations["enableWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop deliveries
         * @description What waits for its next attempt is given up.
         */
        post: operations["disableWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a webhook endpoint
         * @description Newest first, with every attempt. Kept for 30 days, at most 5,000 for an endpoint.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/deliveries/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One delivery with its attempts */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a ping */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/deliveries/{eventId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event once more
         * @description A delivery that waits for its next attempt makes it now.
         */
        post: operations["redeliverWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the events of a window once more
         * @description As far as the endpoint asks for their types. Ids stay the same, so a receiver knows what it has seen. One request looks at 10,000 events; go on with `nextSince` until it is null.
         */
        post: operations["replayWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the files that are kept
         * @description Newest first. A file that no campaign uses is kept for `UPLOAD_DAYS`.
         */
        get: operations["listUploads"];
        put?: never;
        /**
         * Send a file of recipients
         * @description Takes a CSV file or an Excel workbook (.xlsx), plain or packed with gzip, of any size up to `UPLOAD_BYTES_MAX`; which of them it is, is told by its content. Answers what was found: encoding, delimiter, sheet, header, columns and what they seem to mean, and whether the file was sent before. Nothing is paid: a campaign is made from an upload.
         */
        post: operations["receiveUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file, with its first rows */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List campaigns
         * @description Newest first.
         */
        get: operations["listCampaigns"];
        put?: never;
        /**
         * Make a campaign of an uploaded file
         * @description A draft: nothing is sent before it has been checked and its plan has been agreed to. A file in one of the known formats needs no mapping; any other one must say which column means what.
         */
        post: operations["createCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge every row, and make a plan
         * @description Runs in the background; `check.rowsChecked` says how far it is, and `campaign.checked` when it is done. The plan before it is void. Takes no body.
         */
        post: operations["checkCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the failed rows again, as a new campaign
         * @description A draft over the same file, restricted to the rows that ended as failed, rejected or refunded for reasons of the given classes, and with the class `cancelled` to those that were withdrawn. Rows that a cancelled campaign never took up have no top-up: a new campaign over the same file and run sends them, or, where it was a retry, the same retry once more. References get `-r1` (`-r2`, …) behind them, so that two retries of one campaign cannot both pay a row.
         */
        post: operations["retryCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One campaign with its plan and its numbers */
        get: operations["getCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a campaign
         * @description Before the start everything may be changed; what changes the plan voids it, and the campaign is a draft again. Name, budget, rate, window, hours and failure rules may be changed until the end.
         */
        patch: operations["editCampaign"];
        trace?: never;
    };
    "/v1/campaigns/{id}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened minute by minute
         * @description For charts; oldest first. The last point is still filling while the campaign runs.
         */
        get: operations["getCampaignSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a campaign under the plan that was agreed to
         * @description Prices are read again, and must be those of the plan. With `limits.startAt` the campaign is scheduled, and prices are compared once more when its time has come; a time that is more than ten minutes ago is refused. Starting a started one again under the same plan answers 200. With `If-Match` it starts only under the limits, too, that were agreed to.
         */
        post: operations["startCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a campaign
         * @description No row is sent from the answer on; it says what is in flight. Takes no body.
         */
        post: operations["pauseCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a paused campaign go on
         * @description After the canary this lets the rest go, after `prices` it starts at the prices of `pause.detail`. Where prices have risen since the start (`repriced`), it needs `planHash`, and says in a 409 which one and what the campaign may cost now. Takes no body.
         */
        post: operations["resumeCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a campaign for good
         * @description No row is sent from the answer on; it says what is in flight and will settle. Takes no body.
         */
        post: operations["cancelCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rows of a campaign, with what became of them
         * @description In the order of the file; recipients are masked.
         */
        get: operations["listCampaignRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/problems.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rows that are not sent, as CSV
         * @description The file's own columns, then `problem` and `hint`. Mended, the file can be uploaded as it is.
         */
        get: operations["getCampaignProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/results.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of every row, as CSV
         * @description At any moment: the file's own columns, then state, reason, reference, transactionId, cost and currency, what was delivered, the PIN where the operator issues one, and times. Formulas are made harmless. A file that ends before its last row was cut; ask again.
         */
        get: operations["getCampaignResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/problems.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rows that are not sent, as an Excel workbook
         * @description As `problems.csv` with `format=xlsx`.
         */
        get: operations["getCampaignProblemsWorkbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/results.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of every row, as an Excel workbook
         * @description As `results.csv` with `format=xlsx`. Amounts are numbers, everything else is text.
         */
        get: operations["getCampaignResultsWorkbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/plan.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The plan, row by row, as it was hashed
         * @description `basis`, the chunks (each in a line of its own) and `end` are what `planHash` was made over; `summary` is what the campaign shows. Streamed.
         */
        get: operations["getCampaignPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What can be sent to, in which amounts, at which price
         * @description By id. From the catalogue that this process keeps, at most an hour old and as a rule ten minutes.
         */
        get: operations["listOperators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a top-up would cost, what would arrive, and whether it is sold
         * @description Takes the body of a top-up, stores nothing and sends nothing. Prices are those of the catalogue.
         */
        post: operations["quoteTopup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the Reloadly account can spend
         * @description At most 5 seconds old.
         */
        get: operations["getBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and what they may do */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in
         * @description Gives the session in a cookie: `__Host-surefill`, or `surefill` over plain http on this machine.
         */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End every session of one's own, in every browser */
        delete: operations["signOutEverywhere"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody who may sign in */
        get: operations["listPeople"];
        put?: never;
        /** Add a person who may sign in */
        post: operations["addPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a person
         * @description Every session ends. What the person did stays in histories and in the audit log.
         */
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        /**
         * Change somebody's roles or password
         * @description Roles count from the next request on. A new password ends every session of the person.
         */
        patch: operations["changePerson"];
        trace?: never;
    };
    "/v1/people/{user}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End every session of a person */
        delete: operations["endSessionsOfPerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All keys of programs */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key for a program
         * @description The answer holds the key, this once; it is stored as a hash. It is in force from the answer on.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a key out of force for good
         * @description At once in this producer, and within a second in every other. It stays listed. Repeat freely.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what, newest first
         * @description Every filter that is given must fit. Under a filter a page may be short, or empty, although there is more.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole audit log, oldest first, one JSON object a line
         * @description Check it with `surefill audit-log verify FILE`. The last line says where the export ends; without it, it was cut.
         */
        get: operations["exportAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Topup: {
            reference: string;
            /** @enum {string} */
            state: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
            /** @description The state will not change any more */
            final: boolean;
            /** @description The operator sent to; null while "auto" is not resolved */
            operatorId: number | null;
            operatorRequested: number | "auto";
            /** @description Decimal text, in the account's currency or, with useLocalAmount, the operator's */
            amount: string;
            useLocalAmount: boolean;
            recipientPhone?: {
                /** @description ISO 3166-1 alpha-2 */
                countryCode: string;
                /** @description E.164 digits without +. Masked in lists */
                number: string;
            };
            recipientEmail?: string;
            senderPhone?: {
                /** @description ISO 3166-1 alpha-2 */
                countryCode?: string;
                /** @description E.164 digits without +. Masked in lists */
                number?: string;
            };
            campaign?: string;
            metadata?: {
                [key: string]: string;
            };
            /** @description Name of the API key that it came with; absent where it came without HTTP */
            caller?: string;
            /** @description The number of the current attempt, from 1 */
            attempt: number;
            /** @description What the current attempt is called at Reloadly */
            customIdentifier: string;
            /** @description Reloadly's id of the current attempt */
            transactionId: number | null;
            /** @description The latest provider code that explains the state */
            code: string | null;
            /** @description Why and until when the top-up waits; null when it is not held */
            hold: {
                /** @description failed, or the closed gate */
                reason: string;
                /**
                 * Format: date-time
                 * @description When it is tried again
                 */
                until: string | null;
                /** @description The reason in plain words */
                explanation: string;
                /** @description What is known of the gate; null when it waits at none that is known */
                gate: {
                    /** @description Why the gate closed: the provider's code, or ours */
                    code: string;
                    /**
                     * Format: date-time
                     * @description Since when it has been closed
                     */
                    since: string | null;
                    /**
                     * Format: date-time
                     * @description When the gate is tried again
                     */
                    nextTryAt: string;
                    whatToDo: string;
                } | null;
            } | null;
            /** @description Why nobody knows yet what became of it; null when its outcome is not unknown */
            unknown: {
                /**
                 * Format: date-time
                 * @description When the outcome of the current attempt first became unknown
                 */
                since: string;
                /**
                 * @description Why it is not settled yet
                 * @enum {string}
                 */
                reason: "looked-up" | "report-lags";
                /**
                 * Format: date-time
                 * @description Since when Reloadly's report has been seen to lag
                 */
                reportLagsSince: string | null;
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                nextLookUpAt: string | null;
                /** @description The reason in plain words */
                explanation: string;
            } | null;
            /** @description Transactions that its attempts were answered with and that are another's, as later answers showed */
            disowned: {
                attempt: number;
                transactionId: number;
            }[];
            /** @description Further transactions at Reloadly that name one of its attempts: for the person who decides a review */
            evidence: {
                attempt: number;
                transactionId: number;
            }[];
            /** @description What was debited and delivered, as far as Reloadly said */
            settlement: {
                cost?: string;
                costCurrency?: string;
                delivered?: string;
                deliveredCurrency?: string;
                operatorTransactionId?: string;
                /** @description The voucher of a PIN operator: whoever reads it can use it. Not in lists */
                pin?: {
                    serial?: string;
                    code?: string;
                    /** @description An amount, or words */
                    value?: string;
                    ivr?: string;
                    validity?: string;
                    info?: string;
                    info1?: string;
                    info2?: string;
                    info3?: string;
                };
            } | null;
            /** @description Who decided a review, and why */
            resolution: {
                by: string;
                reason: string;
                /** @description Against what the provider showed, or without its answer */
                forced: boolean;
                /** @description Name of the API key that the verdict came with */
                key?: string;
            } | null;
            /** @description What Reloadly debited, or may, beyond what the state accounts for; null where nothing is known */
            extraDebits: {
                /** @description The recipient was paid more than once, or may be */
                paidTwice: boolean;
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                foundAt: string | null;
                transactions: {
                    transactionId: number;
                    status: string;
                    cost: string | null;
                    costCurrency: string | null;
                }[];
            } | null;
            /** @description Who accepted what Reloadly shows of it, and why; null while nobody has */
            accepted: {
                by: string | null;
                reason: string | null;
                key: string | null;
                transactions: {
                    transactionId: number;
                    status: string;
                }[];
            } | null;
            /** @description Sends, polls of this attempt and lost workers, counted apart */
            counts: {
                submits: number;
                polls: number;
                interruptions: number;
            };
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            acceptedAt: string;
            /**
             * Format: date-time
             * @description When the current state was entered
             */
            enteredAt: string;
            /**
             * Format: date-time
             * @description When it will next be looked at; null in final states and in review
             */
            nextCheckAt: string | null;
            /** @description Grows with every write */
            version: number;
        };
        Problem: {
            /** @description Where the problem is explained; this server has the page */
            type: string;
            title: string;
            status: number;
            /** @description Stable; match on this */
            code: string;
            detail: string;
            /** @description The path that was asked for */
            instance: string;
            requestId: string;
            errors?: {
                /** @description JSON Pointer into the body */
                pointer?: string;
                /** @description Name of a path, query or header parameter */
                parameter?: string;
                code: string;
                detail: string;
            }[];
            /** @description The top-up as it is, masked, or the campaign */
            existing?: {
                [key: string]: unknown;
            };
            /** @description What differs from the plan that was agreed to */
            difference?: {
                [key: string]: unknown;
            };
            /** @description What the provider shows */
            found?: {
                [key: string]: unknown;
            }[];
            /** @description The permission that the caller lacks */
            permission?: string;
            /** @description The verdict that this supports, and why */
            suggestion?: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "reference": "survey-42.resp-981",
         *       "operatorId": 341,
         *       "amount": "5",
         *       "recipientPhone": {
         *         "countryCode": "NG",
         *         "number": "08031231111"
         *       }
         *     }
         */
        TopupRequest: {
            /** @description Reloadly's operator id, or "auto" to have it detected from the number */
            operatorId: "auto" | string | number;
            /** @description A plain decimal above 0 with at most 5 decimals, as text or as a number */
            amount: string | number;
            /** @description The amount is in the operator's currency instead of the account's. Default: false */
            useLocalAmount?: boolean | ("true" | "false");
            /** @description Who is topped up: a valid number of the given country */
            recipientPhone?: {
                /** @description ISO 3166-1 alpha-2, in either case */
                countryCode: string;
                /** @description National or international: digits with one + before them, and spaces, dots, hyphens or one bracketed prefix between groups of digits; a valid number of the country */
                number: string | number;
            } | null;
            /** @description The older name of recipientPhone in Reloadly's documentation */
            receiverPhone?: {
                /** @description ISO 3166-1 alpha-2, in either case */
                countryCode: string;
                /** @description National or international: digits with one + before them, and spaces, dots, hyphens or one bracketed prefix between groups of digits; a valid number of the country */
                number: string | number;
            } | null;
            /** @description Instead of recipientPhone, for Nauta accounts in Cuba */
            recipientEmail?: string | null;
            /** @description Who pays, where the operator shows it to the recipient */
            senderPhone?: {
                /** @description ISO 3166-1 alpha-2, in either case */
                countryCode?: string;
                /** @description Kept in international form where it is valid, and as it is where it is not */
                number?: string | number;
            } | null;
            /** @description A label to find top-ups by; `cmp_` begins those of campaigns */
            campaign?: string;
            /** @description Up to 20 texts of the caller's own; never sent to the provider */
            metadata?: {
                [key: string]: string;
            };
            /** @description The caller's own id, unique for ever and without regard to case; needed, so that a retry is recognised */
            reference?: string;
            /** @description Another name for reference */
            customIdentifier?: string;
            /** @description Refuse it if another top-up to this recipient was paid within this time, or may still be: an ISO 8601 duration such as P30D or PT12H */
            unlessPaidWithin?: string | null;
        };
        BatchResults: {
            results: components["schemas"]["BatchItemResult"][];
        };
        BatchItemResult: {
            /**
             * @description Accepted
             * @enum {number}
             */
            status: 202;
            reference: string;
            topup: components["schemas"]["Topup"];
        } | {
            /**
             * @description Exists already
             * @enum {number}
             */
            status: 200;
            reference: string;
            topup: components["schemas"]["Topup"];
        } | {
            /**
             * @description The reference belongs to another top-up, or the recipient was paid recently
             * @enum {number}
             */
            status: 409;
            reference: string;
            problem: {
                [key: string]: unknown;
            };
        } | {
            /**
             * @description The API key has no more to spend today
             * @enum {number}
             */
            status: 429;
            reference: string;
            problem: {
                [key: string]: unknown;
            };
        } | {
            /**
             * @description Not valid; pointers are relative to the item
             * @enum {number}
             */
            status: 422;
            /** @description As it was sent, if it could be read */
            reference: string | null;
            problem: {
                [key: string]: unknown;
            };
        };
        TopupPage: {
            data: {
                reference: string;
                /** @enum {string} */
                state: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
                /** @description The state will not change any more */
                final: boolean;
                /** @description The operator sent to; null while "auto" is not resolved */
                operatorId: number | null;
                operatorRequested: number | "auto";
                /** @description Decimal text, in the account's currency or, with useLocalAmount, the operator's */
                amount: string;
                useLocalAmount: boolean;
                recipientPhone?: {
                    /** @description ISO 3166-1 alpha-2 */
                    countryCode: string;
                    /** @description E.164 digits without +. Masked in lists */
                    number: string;
                };
                recipientEmail?: string;
                senderPhone?: {
                    /** @description ISO 3166-1 alpha-2 */
                    countryCode?: string;
                    /** @description E.164 digits without +. Masked in lists */
                    number?: string;
                };
                campaign?: string;
                metadata?: {
                    [key: string]: string;
                };
                /** @description Name of the API key that it came with; absent where it came without HTTP */
                caller?: string;
                /** @description The number of the current attempt, from 1 */
                attempt: number;
                /** @description What the current attempt is called at Reloadly */
                customIdentifier: string;
                /** @description Reloadly's id of the current attempt */
                transactionId: number | null;
                /** @description The latest provider code that explains the state */
                code: string | null;
                /** @description Why and until when the top-up waits; null when it is not held */
                hold: {
                    /** @description failed, or the closed gate */
                    reason: string;
                    /**
                     * Format: date-time
                     * @description When it is tried again
                     */
                    until: string | null;
                    /** @description The reason in plain words */
                    explanation: string;
                    /** @description What is known of the gate; null when it waits at none that is known */
                    gate: {
                        /** @description Why the gate closed: the provider's code, or ours */
                        code: string;
                        /**
                         * Format: date-time
                         * @description Since when it has been closed
                         */
                        since: string | null;
                        /**
                         * Format: date-time
                         * @description When the gate is tried again
                         */
                        nextTryAt: string;
                        whatToDo: string;
                    } | null;
                } | null;
                /** @description Why nobody knows yet what became of it; null when its outcome is not unknown */
                unknown: {
                    /**
                     * Format: date-time
                     * @description When the outcome of the current attempt first became unknown
                     */
                    since: string;
                    /**
                     * @description Why it is not settled yet
                     * @enum {string}
                     */
                    reason: "looked-up" | "report-lags";
                    /**
                     * Format: date-time
                     * @description Since when Reloadly's report has been seen to lag
                     */
                    reportLagsSince: string | null;
                    /**
                     * Format: date-time
                     * @description UTC, with milliseconds
                     */
                    nextLookUpAt: string | null;
                    /** @description The reason in plain words */
                    explanation: string;
                } | null;
                /** @description Transactions that its attempts were answered with and that are another's, as later answers showed */
                disowned: {
                    attempt: number;
                    transactionId: number;
                }[];
                /** @description Further transactions at Reloadly that name one of its attempts: for the person who decides a review */
                evidence: {
                    attempt: number;
                    transactionId: number;
                }[];
                /** @description What was debited and delivered, as far as Reloadly said */
                settlement: {
                    cost?: string;
                    costCurrency?: string;
                    delivered?: string;
                    deliveredCurrency?: string;
                    operatorTransactionId?: string;
                    /** @description The voucher of a PIN operator: whoever reads it can use it. Not in lists */
                    pin?: {
                        serial?: string;
                        code?: string;
                        /** @description An amount, or words */
                        value?: string;
                        ivr?: string;
                        validity?: string;
                        info?: string;
                        info1?: string;
                        info2?: string;
                        info3?: string;
                    };
                } | null;
                /** @description Who decided a review, and why */
                resolution: {
                    by: string;
                    reason: string;
                    /** @description Against what the provider showed, or without its answer */
                    forced: boolean;
                    /** @description Name of the API key that the verdict came with */
                    key?: string;
                } | null;
                /** @description What Reloadly debited, or may, beyond what the state accounts for; null where nothing is known */
                extraDebits: {
                    /** @description The recipient was paid more than once, or may be */
                    paidTwice: boolean;
                    /**
                     * Format: date-time
                     * @description UTC, with milliseconds
                     */
                    foundAt: string | null;
                    transactions: {
                        transactionId: number;
                        status: string;
                        cost: string | null;
                        costCurrency: string | null;
                    }[];
                } | null;
                /** @description Who accepted what Reloadly shows of it, and why; null while nobody has */
                accepted: {
                    by: string | null;
                    reason: string | null;
                    key: string | null;
                    transactions: {
                        transactionId: number;
                        status: string;
                    }[];
                } | null;
                /** @description Sends, polls of this attempt and lost workers, counted apart */
                counts: {
                    submits: number;
                    polls: number;
                    interruptions: number;
                };
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                acceptedAt: string;
                /**
                 * Format: date-time
                 * @description When the current state was entered
                 */
                enteredAt: string;
                /**
                 * Format: date-time
                 * @description When it will next be looked at; null in final states and in review
                 */
                nextCheckAt: string | null;
                /** @description Grows with every write */
                version: number;
                /** @description Under `state=review`: what is known of it */
                review?: {
                    /**
                     * Format: date-time
                     * @description UTC, with milliseconds
                     */
                    since: string;
                    /**
                     * @description Why no rule could decide it
                     * @enum {string|null}
                     */
                    because: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted" | null;
                    /** @description The provider's latest code */
                    code: string | null;
                    attempts: {
                        attempt: number;
                        /** @description What to look for at Reloadly */
                        customIdentifier: string;
                        /** @description Every time that it was sent, as far as the history reaches */
                        requests: {
                            /**
                             * Format: date-time
                             * @description UTC, with milliseconds
                             */
                            at: string;
                            /**
                             * @description What it led to; null while nothing has come of it
                             * @enum {string|null}
                             */
                            outcome: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted" | null;
                            code?: string;
                            /** @description How long the provider took to answer */
                            latencyMs?: number;
                        }[];
                        /** @description Every transaction that was seen of it */
                        transactionIds: number[];
                    }[];
                    lookups: {
                        /** @description Answered ones that showed nothing, since the outcome became unknown */
                        withoutResult: number;
                        /** @description Those of the latest attempt that showed nothing, too early to prove anything */
                        empty: {
                            times: number;
                            /**
                             * Format: date-time
                             * @description UTC, with milliseconds
                             */
                            first: string;
                            /**
                             * Format: date-time
                             * @description UTC, with milliseconds
                             */
                            last: string;
                        } | null;
                        /** @description Those of the latest attempt that got no answer, or none that could be read */
                        unanswered: {
                            times: number;
                            /**
                             * Format: date-time
                             * @description UTC, with milliseconds
                             */
                            first: string;
                            /**
                             * Format: date-time
                             * @description UTC, with milliseconds
                             */
                            last: string;
                        } | null;
                        decisive: {
                            /**
                             * Format: date-time
                             * @description UTC, with milliseconds
                             */
                            at: string;
                            attempt: number;
                            /** @enum {string} */
                            showed: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted";
                            code?: string;
                        }[];
                    };
                    /** @description What the provider called FAILED when a hold or a verdict last asked */
                    failed: {
                        transactionId: number;
                        /**
                         * Format: date-time
                         * @description When the provider was first heard to call it FAILED
                         */
                        since: string;
                        /**
                         * Format: date-time
                         * @description It may be taken back until then: failed, refunded and resubmit wait for that
                         */
                        until: string;
                    }[];
                    /** @description The verdict that this supports. The provider is asked again when a verdict is given */
                    suggestion: {
                        /**
                         * @description null: it supports none
                         * @enum {string|null}
                         */
                        verdict: "succeeded" | "refunded" | "failed" | "resubmit" | null;
                        /** @description With succeeded: the transaction that paid it */
                        transactionId?: number;
                        reason: string;
                    };
                };
            }[];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        TopupWithHistory: {
            reference: string;
            /** @enum {string} */
            state: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
            /** @description The state will not change any more */
            final: boolean;
            /** @description The operator sent to; null while "auto" is not resolved */
            operatorId: number | null;
            operatorRequested: number | "auto";
            /** @description Decimal text, in the account's currency or, with useLocalAmount, the operator's */
            amount: string;
            useLocalAmount: boolean;
            recipientPhone?: {
                /** @description ISO 3166-1 alpha-2 */
                countryCode: string;
                /** @description E.164 digits without +. Masked in lists */
                number: string;
            };
            recipientEmail?: string;
            senderPhone?: {
                /** @description ISO 3166-1 alpha-2 */
                countryCode?: string;
                /** @description E.164 digits without +. Masked in lists */
                number?: string;
            };
            campaign?: string;
            metadata?: {
                [key: string]: string;
            };
            /** @description Name of the API key that it came with; absent where it came without HTTP */
            caller?: string;
            /** @description The number of the current attempt, from 1 */
            attempt: number;
            /** @description What the current attempt is called at Reloadly */
            customIdentifier: string;
            /** @description Reloadly's id of the current attempt */
            transactionId: number | null;
            /** @description The latest provider code that explains the state */
            code: string | null;
            /** @description Why and until when the top-up waits; null when it is not held */
            hold: {
                /** @description failed, or the closed gate */
                reason: string;
                /**
                 * Format: date-time
                 * @description When it is tried again
                 */
                until: string | null;
                /** @description The reason in plain words */
                explanation: string;
                /** @description What is known of the gate; null when it waits at none that is known */
                gate: {
                    /** @description Why the gate closed: the provider's code, or ours */
                    code: string;
                    /**
                     * Format: date-time
                     * @description Since when it has been closed
                     */
                    since: string | null;
                    /**
                     * Format: date-time
                     * @description When the gate is tried again
                     */
                    nextTryAt: string;
                    whatToDo: string;
                } | null;
            } | null;
            /** @description Why nobody knows yet what became of it; null when its outcome is not unknown */
            unknown: {
                /**
                 * Format: date-time
                 * @description When the outcome of the current attempt first became unknown
                 */
                since: string;
                /**
                 * @description Why it is not settled yet
                 * @enum {string}
                 */
                reason: "looked-up" | "report-lags";
                /**
                 * Format: date-time
                 * @description Since when Reloadly's report has been seen to lag
                 */
                reportLagsSince: string | null;
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                nextLookUpAt: string | null;
                /** @description The reason in plain words */
                explanation: string;
            } | null;
            /** @description Transactions that its attempts were answered with and that are another's, as later answers showed */
            disowned: {
                attempt: number;
                transactionId: number;
            }[];
            /** @description Further transactions at Reloadly that name one of its attempts: for the person who decides a review */
            evidence: {
                attempt: number;
                transactionId: number;
            }[];
            /** @description What was debited and delivered, as far as Reloadly said */
            settlement: {
                cost?: string;
                costCurrency?: string;
                delivered?: string;
                deliveredCurrency?: string;
                operatorTransactionId?: string;
                /** @description The voucher of a PIN operator: whoever reads it can use it. Not in lists */
                pin?: {
                    serial?: string;
                    code?: string;
                    /** @description An amount, or words */
                    value?: string;
                    ivr?: string;
                    validity?: string;
                    info?: string;
                    info1?: string;
                    info2?: string;
                    info3?: string;
                };
            } | null;
            /** @description Who decided a review, and why */
            resolution: {
                by: string;
                reason: string;
                /** @description Against what the provider showed, or without its answer */
                forced: boolean;
                /** @description Name of the API key that the verdict came with */
                key?: string;
            } | null;
            /** @description What Reloadly debited, or may, beyond what the state accounts for; null where nothing is known */
            extraDebits: {
                /** @description The recipient was paid more than once, or may be */
                paidTwice: boolean;
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                foundAt: string | null;
                transactions: {
                    transactionId: number;
                    status: string;
                    cost: string | null;
                    costCurrency: string | null;
                }[];
            } | null;
            /** @description Who accepted what Reloadly shows of it, and why; null while nobody has */
            accepted: {
                by: string | null;
                reason: string | null;
                key: string | null;
                transactions: {
                    transactionId: number;
                    status: string;
                }[];
            } | null;
            /** @description Sends, polls of this attempt and lost workers, counted apart */
            counts: {
                submits: number;
                polls: number;
                interruptions: number;
            };
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            acceptedAt: string;
            /**
             * Format: date-time
             * @description When the current state was entered
             */
            enteredAt: string;
            /**
             * Format: date-time
             * @description When it will next be looked at; null in final states and in review
             */
            nextCheckAt: string | null;
            /** @description Grows with every write */
            version: number;
            history: components["schemas"]["HistoryEntry"][];
            /** @description While it is in review: what is known of it */
            review?: {
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                since: string;
                /**
                 * @description Why no rule could decide it
                 * @enum {string|null}
                 */
                because: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted" | null;
                /** @description The provider's latest code */
                code: string | null;
                attempts: {
                    attempt: number;
                    /** @description What to look for at Reloadly */
                    customIdentifier: string;
                    /** @description Every time that it was sent, as far as the history reaches */
                    requests: {
                        /**
                         * Format: date-time
                         * @description UTC, with milliseconds
                         */
                        at: string;
                        /**
                         * @description What it led to; null while nothing has come of it
                         * @enum {string|null}
                         */
                        outcome: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted" | null;
                        code?: string;
                        /** @description How long the provider took to answer */
                        latencyMs?: number;
                    }[];
                    /** @description Every transaction that was seen of it */
                    transactionIds: number[];
                }[];
                lookups: {
                    /** @description Answered ones that showed nothing, since the outcome became unknown */
                    withoutResult: number;
                    /** @description Those of the latest attempt that showed nothing, too early to prove anything */
                    empty: {
                        times: number;
                        /**
                         * Format: date-time
                         * @description UTC, with milliseconds
                         */
                        first: string;
                        /**
                         * Format: date-time
                         * @description UTC, with milliseconds
                         */
                        last: string;
                    } | null;
                    /** @description Those of the latest attempt that got no answer, or none that could be read */
                    unanswered: {
                        times: number;
                        /**
                         * Format: date-time
                         * @description UTC, with milliseconds
                         */
                        first: string;
                        /**
                         * Format: date-time
                         * @description UTC, with milliseconds
                         */
                        last: string;
                    } | null;
                    decisive: {
                        /**
                         * Format: date-time
                         * @description UTC, with milliseconds
                         */
                        at: string;
                        attempt: number;
                        /** @enum {string} */
                        showed: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted";
                        code?: string;
                    }[];
                };
                /** @description What the provider called FAILED when a hold or a verdict last asked */
                failed: {
                    transactionId: number;
                    /**
                     * Format: date-time
                     * @description When the provider was first heard to call it FAILED
                     */
                    since: string;
                    /**
                     * Format: date-time
                     * @description It may be taken back until then: failed, refunded and resubmit wait for that
                     */
                    until: string;
                }[];
                /** @description The verdict that this supports. The provider is asked again when a verdict is given */
                suggestion: {
                    /**
                     * @description null: it supports none
                     * @enum {string|null}
                     */
                    verdict: "succeeded" | "refunded" | "failed" | "resubmit" | null;
                    /** @description With succeeded: the transaction that paid it */
                    transactionId?: number;
                    reason: string;
                };
            };
        };
        HistoryEntry: {
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            at: string;
            /** @enum {string} */
            from: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
            /** @enum {string} */
            to: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
            attempt: number;
            /** @enum {string} */
            because: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted";
            code?: string;
            /** @description How long the provider took to answer */
            latencyMs?: number;
            /** @description Name of the API key that gave the command */
            key?: string;
            /** @description The person whose verdict it was */
            by?: string;
            note?: string;
        };
        /**
         * @example {
         *       "verdict": "succeeded",
         *       "transactionId": 4602843,
         *       "reason": "Reloadly's report shows it as delivered",
         *       "by": "Ada Obi"
         *     }
         */
        Verdict: {
            /** @enum {string} */
            verdict: "succeeded";
            /** @description Reloadly's id of the transaction that paid it */
            transactionId: string | number;
            /** @description Insist, against what the provider shows or without its answer. It is recorded as such. Default: false */
            force?: boolean;
            /** @description Why, for the history */
            reason: string;
            /** @description The person who decides, for the history */
            by: string;
        } | {
            /** @enum {string} */
            verdict: "refunded";
            /** @description Insist, against what the provider shows or without its answer. It is recorded as such. Default: false */
            force?: boolean;
            /** @description Why, for the history */
            reason: string;
            /** @description The person who decides, for the history */
            by: string;
        } | {
            /** @enum {string} */
            verdict: "failed";
            /** @description Insist, against what the provider shows or without its answer. It is recorded as such. Default: false */
            force?: boolean;
            /** @description Why, for the history */
            reason: string;
            /** @description The person who decides, for the history */
            by: string;
        } | {
            /** @enum {string} */
            verdict: "resubmit";
            /**
             * @description Sending again is never forced. Default: false
             * @enum {boolean}
             */
            force?: false;
            /** @description Why, for the history */
            reason: string;
            /** @description The person who decides, for the history */
            by: string;
        };
        /**
         * @example {
         *       "reason": "Reloadly's support refused to take the second one back, ticket 4711",
         *       "by": "Ada Obi"
         *     }
         */
        Acceptance: {
            /** @description Why, for the history */
            reason: string;
            /** @description The person who decides, for the history */
            by: string;
        };
        AttentionPage: {
            counts: {
                paidTwice: number;
                contradicted: number;
                review: number;
            };
            data: {
                /** @enum {string} */
                kind: "paid-twice" | "contradicted" | "review";
                whatToDo: string;
                topup: components["schemas"]["Topup"];
            }[];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        ReviewGroups: {
            data: {
                /** @description Names the cause; stays the same while its top-ups come and go */
                groupId: string;
                /** @description Changes with the top-ups of the group, and with each of them */
                groupHash: string;
                /**
                 * @description Why no rule could decide it
                 * @enum {string|null}
                 */
                because: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted" | null;
                /** @description The provider's latest code */
                code: string | null;
                operatorId: number | null;
                campaign: string | null;
                count: number;
                amounts: {
                    /** @description The sum of what was ordered; decimal text */
                    amount: string;
                    /** @description The account's; null where it is not known, or is the operator's */
                    currency: string | null;
                    /** @description It is in the operator's currency */
                    useLocalAmount: boolean;
                }[];
                /**
                 * Format: date-time
                 * @description When the first of them went to review
                 */
                since: string;
                evidence: {
                    /** @description Of how many the provider called the identifier used */
                    identifierUsed: number;
                    /** @description Of how many a transaction was ever seen */
                    withTransactions: number;
                    /** @description How often the outcome of one attempt became unknown, at most */
                    roundsMax: number;
                };
                /** @description What the evidence of all of them supports */
                suggestion: {
                    /**
                     * @description null: it supports none
                     * @enum {string|null}
                     */
                    verdict: "succeeded" | "refunded" | "failed" | "resubmit" | null;
                    /** @description With succeeded: the transaction that paid it */
                    transactionId?: number;
                    reason: string;
                };
                /** @description The first 20, the oldest first */
                references: string[];
                /** @description The cause in plain words */
                text: string;
            }[];
            /** @description How many top-ups are grouped here */
            reviews: number;
            /** @description More than 2000 are in review: the newest of them are grouped */
            hasMore: boolean;
        };
        GroupResolution: {
            groupId: string;
            /** @description Top-ups that the command is for */
            count: number;
            resolved: number;
            /** @description Left as they are, since the evidence or their state speaks against the verdict */
            refused: number;
            /** @description Not asked about yet: send the same command with the same Idempotency-Key again */
            remaining: number;
            /** @description The first 100 */
            refusals: {
                reference: string;
                code: string;
                detail: string;
            }[];
            /** @description Why it stopped before its end, such as Reloadly's being away; null otherwise */
            stoppedBy: {
                code: string;
                detail: string;
            } | null;
        };
        /**
         * @example {
         *       "verdict": "resubmit",
         *       "reason": "The operator is back",
         *       "by": "Ada Obi",
         *       "expectedCount": 100
         *     }
         */
        GroupVerdict: {
            /** @enum {string} */
            verdict: "resubmit" | "failed" | "refunded";
            /** @description Why, for the history */
            reason: string;
            /** @description The person who decides, for the history */
            by: string;
            /** @description How many top-ups the group was seen to have; with another number nothing is done */
            expectedCount: number;
            /** @description The `groupHash` of the list: with another one nothing is done */
            groupHash?: string;
        };
        ClosedGates: {
            data: components["schemas"]["ClosedGate"][];
            /** @description How many gates are closed */
            closed: number;
            /** @description More are closed than `limit` shows: those that concern the most come first */
            hasMore: boolean;
        };
        ClosedGate: {
            /** @description As in `hold.reason`, behind `gate:`. A phone stands in it as a hash */
            name: string;
            /** @description Which top-ups wait */
            gates: string;
            /** @description Why it is closed, in plain words */
            reason: string;
            /** @description The provider's code, or ours where it gave none */
            code: string;
            /**
             * Format: date-time
             * @description Since when it has been closed; closings that follow one another count as one
             */
            since: string | null;
            /**
             * Format: date-time
             * @description When top-ups try again
             */
            nextTryAt: string;
            /** @description How often it has closed in a row */
            closings: number;
            /** @description Top-ups that are parked at it. Rows that a campaign has not fed yet are not counted */
            waiting: number;
            whatToDo: string;
        };
        EventPage: {
            /** @description May be empty although there is more, when few events pass the filter */
            data: components["schemas"]["Event"][];
            /** @description For the `after` of the next request; never null, since events go on */
            nextCursor: string;
            /** @description Whether the log held more at that moment */
            hasMore: boolean;
        };
        Event: {
            /** @enum {string} */
            type: "topup.succeeded" | "topup.refunded" | "topup.failed" | "topup.rejected" | "topup.cancelled" | "topup.held" | "topup.review" | "topup.contradicted" | "topup.overpaid" | "provider.orphan" | "topup.contradiction_accepted";
            /**
             * Format: date-time
             * @description When it happened
             */
            timestamp: string;
            data: {
                reference: string;
                /** @enum {string} */
                state: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
                /** @description Grows with every change of the top-up: of two events the higher is the later */
                version: number;
                attempt: number;
                /** @enum {string} */
                because: "claimed" | "gate-closed" | "operator-detected" | "accepted-by-provider" | "refused" | "refused-for-too-long" | "not-sent" | "outcome-unknown" | "identifier-already-used" | "lease-expired" | "found-in-report" | "not-found-yet" | "not-found-after-quiet-period" | "report-unreachable" | "report-lags" | "unknown-too-often" | "unknown-for-too-long" | "identifier-used-but-not-found" | "several-provider-rows" | "provider-row-differs" | "several-transaction-ids" | "answer-names-another" | "transaction-taken" | "earlier-attempt-may-be-paid" | "still-processing" | "status-unreachable" | "processing-for-too-long" | "status-successful" | "status-refunded" | "status-failed" | "still-failed-after-hold" | "no-attempts-left" | "withdrawn" | "resolved-by-operator" | "forced-by-operator" | "found-by-audit" | "recreated" | "contradiction-accepted";
                code?: string;
                transactionId?: number;
                campaign?: string;
                /** @description Name of the API key that the top-up came with; none where it came without HTTP */
                caller?: string;
                /** @description Name of the API key that gave the command that this tells of */
                key?: string;
                /** @description What was debited, as far as Reloadly said; a decimal text */
                cost?: string;
                costCurrency?: string;
                /** @description What was delivered, as far as Reloadly said; a decimal text */
                delivered?: string;
                deliveredCurrency?: string;
                /** @description The texts that the top-up was sent with; absent once retention has removed them from its record */
                metadata?: {
                    [key: string]: string;
                };
                /** @description As it was asked for; a decimal text */
                amount?: string;
                /** @description True: the amount is in the operator's currency */
                useLocalAmount?: boolean;
                /** @description Masked, unless the endpoint asks for whole recipients */
                recipient?: string;
            };
            /** @description Position in the log; the same as the `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @enum {string} */
            type: "campaign.checked" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.progress" | "campaign.completed" | "campaign.cancelled";
            /**
             * Format: date-time
             * @description When it happened
             */
            timestamp: string;
            data: {
                campaign: string;
                /** @description The campaign's state when it was told */
                state: string;
                /** @description Grows with every change of the campaign: an event with a higher one is the later */
                version: number;
                /** @description Rows that are to be sent */
                rows?: number;
                /** @description Those of them that are final */
                finals?: number;
                /** @description How much of its rows is final: 20, 40, 60, 80 or 100 */
                percent?: number;
                /** @description Why it is paused: person, canary, budget, failures, balance, price, prices, loss or retention */
                reason?: string;
                /** @description What it was that paused it, in words */
                detail?: string;
                /** @description Name of the API key that gave the command that this tells of */
                key?: string;
            };
            /** @description Position in the log; the same as the `webhook-id` of its deliveries */
            id: string;
        };
        WebhookEndpointWithSecret: {
            id: string;
            url: string;
            description?: string;
            /** @description Default: "all" */
            eventTypes?: "all" | ("topup.succeeded" | "topup.refunded" | "topup.failed" | "topup.rejected" | "topup.cancelled" | "topup.held" | "topup.review" | "topup.contradicted" | "topup.overpaid" | "provider.orphan" | "topup.contradiction_accepted" | "campaign.checked" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.progress" | "campaign.completed" | "campaign.cancelled" | "webhook_endpoint.failing" | "webhook_endpoint.disabled")[];
            /** @description Default: false */
            includeRecipient?: boolean;
            /** @enum {string} */
            state: "enabled" | "disabled";
            /** Format: date-time */
            createdAt: string;
            /** @description Name of the API key that made it; none where it is not known */
            createdBy?: string;
            /**
             * @description `operator`: by a command; `gone`: it answered 410; `failing`: it only failed for five days
             * @enum {string}
             */
            disabledReason?: "operator" | "gone" | "failing";
            /** Format: date-time */
            disabledAt?: string;
            /**
             * Format: date-time
             * @description Until then deliveries are signed with the former secret too
             */
            oldSecretUntil?: string;
            /**
             * Format: date-time
             * @description The first failure after the last success
             */
            failingSince?: string;
            /** @description Failed attempts since the last success */
            failures: number;
            /** @description For verifying signatures. Shown only now */
            secret: string;
        };
        WebhookEndpointList: {
            data: components["schemas"]["WebhookEndpoint"][];
            /** @description The latest 100 that were deleted, oldest first */
            deleted: {
                id: string;
                /** Format: date-time */
                at: string;
                /** @description Name of the API key that deleted it; null where none is known */
                key: string | null;
                description?: string;
            }[];
        };
        WebhookEndpoint: {
            id: string;
            url: string;
            description?: string;
            /** @description Default: "all" */
            eventTypes?: "all" | ("topup.succeeded" | "topup.refunded" | "topup.failed" | "topup.rejected" | "topup.cancelled" | "topup.held" | "topup.review" | "topup.contradicted" | "topup.overpaid" | "provider.orphan" | "topup.contradiction_accepted" | "campaign.checked" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.progress" | "campaign.completed" | "campaign.cancelled" | "webhook_endpoint.failing" | "webhook_endpoint.disabled")[];
            /** @description Default: false */
            includeRecipient?: boolean;
            /** @enum {string} */
            state: "enabled" | "disabled";
            /** Format: date-time */
            createdAt: string;
            /** @description Name of the API key that made it; none where it is not known */
            createdBy?: string;
            /**
             * @description `operator`: by a command; `gone`: it answered 410; `failing`: it only failed for five days
             * @enum {string}
             */
            disabledReason?: "operator" | "gone" | "failing";
            /** Format: date-time */
            disabledAt?: string;
            /**
             * Format: date-time
             * @description Until then deliveries are signed with the former secret too
             */
            oldSecretUntil?: string;
            /**
             * Format: date-time
             * @description The first failure after the last success
             */
            failingSince?: string;
            /** @description Failed attempts since the last success */
            failures: number;
        };
        WebhookEndpointWithHistory: {
            id: string;
            url: string;
            description?: string;
            /** @description Default: "all" */
            eventTypes?: "all" | ("topup.succeeded" | "topup.refunded" | "topup.failed" | "topup.rejected" | "topup.cancelled" | "topup.held" | "topup.review" | "topup.contradicted" | "topup.overpaid" | "provider.orphan" | "topup.contradiction_accepted" | "campaign.checked" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.progress" | "campaign.completed" | "campaign.cancelled" | "webhook_endpoint.failing" | "webhook_endpoint.disabled")[];
            /** @description Default: false */
            includeRecipient?: boolean;
            /** @enum {string} */
            state: "enabled" | "disabled";
            /** Format: date-time */
            createdAt: string;
            /** @description Name of the API key that made it; none where it is not known */
            createdBy?: string;
            /**
             * @description `operator`: by a command; `gone`: it answered 410; `failing`: it only failed for five days
             * @enum {string}
             */
            disabledReason?: "operator" | "gone" | "failing";
            /** Format: date-time */
            disabledAt?: string;
            /**
             * Format: date-time
             * @description Until then deliveries are signed with the former secret too
             */
            oldSecretUntil?: string;
            /**
             * Format: date-time
             * @description The first failure after the last success
             */
            failingSince?: string;
            /** @description Failed attempts since the last success */
            failures: number;
            /** @description Oldest first: the latest 100 that changed it, and the latest 100 that asked for deliveries */
            history: {
                /** Format: date-time */
                at: string;
                /** @enum {string} */
                command: "create" | "change" | "rotate-secret" | "expire-old-secret" | "enable" | "disable" | "test" | "redeliver" | "replay";
                /** @description Name of the API key that gave the command */
                key: string;
                /** @description The fields that were changed, the event, or the window */
                about?: string;
            }[];
        };
        WebhookDeliveryPage: {
            data: components["schemas"]["WebhookDelivery"][];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        WebhookDelivery: {
            /** @description The `webhook-id` of every attempt */
            eventId: string;
            type: string;
            /**
             * @description `exhausted`: all attempts failed; `gone`: 410; `abandoned`: the endpoint was disabled meanwhile
             * @enum {string}
             */
            state: "delivered" | "retry" | "exhausted" | "gone" | "abandoned";
            /** Format: date-time */
            nextAttemptAt?: string;
            attemptCount: number;
            /** @description The latest, oldest first */
            attempts: {
                number: number;
                /** Format: date-time */
                at: string;
                latencyMs: number;
                /**
                 * @description `unanswered`: no whole answer in time; `refused`: the URL's address may not be called, nothing was sent
                 * @enum {string}
                 */
                outcome: "answered" | "unanswered" | "refused";
                /** @description HTTP status; only 2xx is success */
                status?: number;
                /** @description The beginning of the answer's body, at most 1 kB */
                answer?: string;
                /** @description What the answer asked for */
                retryAfterMs?: number;
                /** @description What went wrong, where there was no answer */
                code?: string;
                /** @description Why it was not sent */
                reason?: string;
            }[];
        };
        UploadWithSample: {
            id: string;
            name: string | null;
            createdAt: string;
            /** @description Name of the API key that sent it */
            createdBy: string;
            /** @description Of the file itself: unpacked, where it was sent packed */
            sha256: string;
            /** @description Of the file itself */
            bytes: number;
            /** @description As it was sent, packed or not */
            bytesReceived: number;
            /**
             * @description What the file is; encoding and delimiter mean nothing of a workbook
             * @enum {string}
             */
            format: "csv" | "xlsx";
            /** @description The sheet of a workbook that was read; null for CSV */
            sheet: {
                name: string;
                /** @description The other sheets, which were not read */
                others: string[];
                /** @description Hidden or filtered rows in which something stands */
                hiddenRows: number;
                /** @description The letters of hidden columns in which something stands */
                hiddenColumns: string[];
                /**
                 * @description What became of them, as the caller said
                 * @enum {string|null}
                 */
                hidden: "include" | "skip" | null;
            } | null;
            /** @enum {string} */
            encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
            /**
             * @description What the encoding was told from; `fallback`: it is no UTF-8, so it was taken for windows-1252
             * @enum {string}
             */
            encodingFrom: "caller" | "byte-order-mark" | "content" | "fallback";
            /** @enum {string} */
            delimiter: "," | ";" | "\t" | "|";
            /** @description Whether the first row names the columns; if not, it is the first recipient, and columns are numbered */
            hasHeader: boolean;
            /** @description Unique names: of two columns with one name, the second is called `name (2)` */
            columns: string[];
            /** @description Rows that hold something, without the header */
            rows: number;
            /** @description Lines and rows without a filled cell; they are left out */
            emptyRows: number;
            /** @description How the lines of the file were read; null for uploads of earlier versions */
            lines: {
                /** @description Lines in the file: the sum of the others */
                total: number;
                /** @description A first line such as sep=; */
                separator: number;
                titles: number;
                header: number;
                rows: number;
                empty: number;
                /** @description Line breaks within quoted cells of rows */
                withinCells: number;
                /** @description Hidden rows of a sheet that were skipped; left out where there are none */
                hidden?: number;
            } | null;
            /** @description The line that names the columns, counted from 1; null for none */
            headerLine: number | null;
            /** @description Rows above the header that look like titles; they are left out */
            titleLines: {
                line: number;
                text: string;
            }[];
            /** @description Quoted cells that hold line breaks and what a row would. A campaign takes them only with the option lineBreaksInCells */
            lineBreakCells: {
                count: number;
                /** @description In all of them: so many rows may be lost in them */
                lineBreaks: number;
                samples: {
                    line: number;
                    lines: number;
                    column: string;
                    text: string;
                }[];
            } | null;
            /** @description With the digits of longer numbers hidden but for the last two */
            firstRows: {
                line: number;
                cells: string[];
            }[];
            suggestedMapping: {
                /**
                 * @description A known format needs no mapping: this one is used
                 * @enum {string|null}
                 */
                format: "reloadly-sample" | "go-reloadly" | null;
                /** @description Of what is certain or likely; null when no column is surely that of phone numbers */
                mapping: {
                    /** @description The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba) */
                    phone: string;
                    /** @description The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty */
                    email?: string;
                    /** @description The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese */
                    country?: string;
                    /** @description Reloadly's operator id, or its whole name; empty or "auto" has it detected */
                    operator?: string;
                    /** @description How much to send. A unit in the column's name, such as (USD), is the currency of its amounts */
                    amount?: string;
                    /** @description Whether the amount is in the operator's currency: true/false, yes/no, 1/0 */
                    useLocalAmount?: string;
                    /** @description The amount's currency (ISO 4217): the account's, or the operator's for a local amount */
                    currency?: string;
                    /** @description How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less */
                    tolerance?: string;
                    /** @description The caller's own id of the top-up, unique for ever */
                    reference?: string;
                    /** @description The sender's phone number, in international form */
                    sender?: string;
                    /** @description Metadata key to column: kept with the top-up, never sent to the provider */
                    metadata?: {
                        [key: string]: string;
                    };
                } | null;
                /** @description What the format says of the whole file, as options of the check */
                options: {
                    useLocalAmount?: boolean;
                };
                reasons: {
                    field: string;
                    column: string;
                    /**
                     * @description What is only possible is shown here, and is no part of `mapping`
                     * @enum {string}
                     */
                    confidence: "certain" | "likely" | "possible";
                    because: string;
                }[];
                /** @description What no column seems to say */
                missing: ("phone" | "amount")[];
            };
            /** @description Other uploads of this very file, newest first, and the campaigns that use them */
            sameFile: {
                upload: string;
                createdAt: string;
                campaigns: string[];
            }[];
        };
        UploadPage: {
            data: components["schemas"]["Upload"][];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Upload: {
            id: string;
            name: string | null;
            createdAt: string;
            /** @description Name of the API key that sent it */
            createdBy: string;
            /** @description Of the file itself: unpacked, where it was sent packed */
            sha256: string;
            /** @description Of the file itself */
            bytes: number;
            /** @description As it was sent, packed or not */
            bytesReceived: number;
            /**
             * @description What the file is; encoding and delimiter mean nothing of a workbook
             * @enum {string}
             */
            format: "csv" | "xlsx";
            /** @description The sheet of a workbook that was read; null for CSV */
            sheet: {
                name: string;
                /** @description The other sheets, which were not read */
                others: string[];
                /** @description Hidden or filtered rows in which something stands */
                hiddenRows: number;
                /** @description The letters of hidden columns in which something stands */
                hiddenColumns: string[];
                /**
                 * @description What became of them, as the caller said
                 * @enum {string|null}
                 */
                hidden: "include" | "skip" | null;
            } | null;
            /** @enum {string} */
            encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
            /**
             * @description What the encoding was told from; `fallback`: it is no UTF-8, so it was taken for windows-1252
             * @enum {string}
             */
            encodingFrom: "caller" | "byte-order-mark" | "content" | "fallback";
            /** @enum {string} */
            delimiter: "," | ";" | "\t" | "|";
            /** @description Whether the first row names the columns; if not, it is the first recipient, and columns are numbered */
            hasHeader: boolean;
            /** @description Unique names: of two columns with one name, the second is called `name (2)` */
            columns: string[];
            /** @description Rows that hold something, without the header */
            rows: number;
            /** @description Lines and rows without a filled cell; they are left out */
            emptyRows: number;
            /** @description How the lines of the file were read; null for uploads of earlier versions */
            lines: {
                /** @description Lines in the file: the sum of the others */
                total: number;
                /** @description A first line such as sep=; */
                separator: number;
                titles: number;
                header: number;
                rows: number;
                empty: number;
                /** @description Line breaks within quoted cells of rows */
                withinCells: number;
                /** @description Hidden rows of a sheet that were skipped; left out where there are none */
                hidden?: number;
            } | null;
            /** @description The line that names the columns, counted from 1; null for none */
            headerLine: number | null;
            /** @description Rows above the header that look like titles; they are left out */
            titleLines: {
                line: number;
                text: string;
            }[];
            /** @description Quoted cells that hold line breaks and what a row would. A campaign takes them only with the option lineBreaksInCells */
            lineBreakCells: {
                count: number;
                /** @description In all of them: so many rows may be lost in them */
                lineBreaks: number;
                samples: {
                    line: number;
                    lines: number;
                    column: string;
                    text: string;
                }[];
            } | null;
        };
        CampaignHead: {
            id: string;
            name: string | null;
            /** @enum {string} */
            state: "draft" | "checking" | "ready" | "scheduled" | "running" | "paused" | "completing" | "completed" | "cancelling" | "cancelled";
            /** @description The state will not change any more */
            over: boolean;
            /** @description Grows with every change of the campaign itself; also in `ETag`, for `If-Match` */
            version: number;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            createdAt: string;
            /** @description The name of the API key that made it */
            createdBy: string | null;
            /**
             * Format: date-time
             * @description When the current state was entered
             */
            enteredAt: string;
            /**
             * Format: date-time
             * @description Not before; null when no start time was given, or it has not been agreed to
             */
            startAt: string | null;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            endedAt: string | null;
            /** @description Why the campaign is paused; null when it is not */
            pause: {
                /** @enum {string} */
                reason: "person" | "canary" | "budget" | "failures" | "balance" | "price" | "prices" | "loss" | "retention";
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                at: string;
                /** @description The name of the API key, where a person paused it */
                by: string | null;
                detail: string | null;
            } | null;
            upload: string;
            mapping: {
                /** @description The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba) */
                phone: string;
                /** @description The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty */
                email?: string;
                /** @description The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese */
                country?: string;
                /** @description Reloadly's operator id, or its whole name; empty or "auto" has it detected */
                operator?: string;
                /** @description How much to send. A unit in the column's name, such as (USD), is the currency of its amounts */
                amount?: string;
                /** @description Whether the amount is in the operator's currency: true/false, yes/no, 1/0 */
                useLocalAmount?: string;
                /** @description The amount's currency (ISO 4217): the account's, or the operator's for a local amount */
                currency?: string;
                /** @description How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less */
                tolerance?: string;
                /** @description The caller's own id of the top-up, unique for ever */
                reference?: string;
                /** @description The sender's phone number, in international form */
                sender?: string;
                /** @description Metadata key to column: kept with the top-up, never sent to the provider */
                metadata?: {
                    [key: string]: string;
                };
            };
            options: {
                /** @description The country of numbers in national form, where the file names none */
                defaultCountry?: string;
                /**
                 * @description What numbers without + are: numbers as they are dialled in their country, or complete with its code. Default: "national"
                 * @enum {string}
                 */
                plainNumbers?: "national" | "international";
                /** @description The operator of rows that name none; without it the operator is detected from the number */
                defaultOperatorId?: number;
                /** @description The amount of every row, in `currency`, for a file that has no amounts; not beside a column of amounts */
                amount?: string | number;
                /** @description The currency of the amounts (ISO 4217), where the file does not say it; what it says may not differ */
                currency?: string;
                /** @description The amount of rows that have none */
                defaultAmount?: string | number;
                /** @description Amounts are in the operator's currency, where the file does not say. Default: false */
                useLocalAmount?: boolean;
                /**
                 * @description What stands before the decimals of the file's amounts. Where it is not said, it is a point, and amounts that can be read in two ways are refused: 1,000 and 1.500
                 * @enum {string}
                 */
                decimalMark?: "." | ",";
                /**
                 * @description Takes quoted cells that hold line breaks and what rows hold; the upload shows them in lineBreakCells
                 * @enum {string}
                 */
                lineBreaksInCells?: "accept";
                /** @description How many rows the file has; where it has another number there is no plan */
                expectedRows?: number;
                /** @description What the amounts of the file come to, sent or not; where they come to something else there is no plan */
                expectedTotal?: {
                    amount: string | number;
                    currency: string;
                };
                /**
                 * @description What becomes of a recipient's second row: refused, or sent too. Default: "reject"
                 * @enum {string}
                 */
                duplicates?: "reject" | "allow";
                /** @description What becomes of a recipient who was paid by another top-up within so many days. Default: {"days":30,"action":"reject"} */
                recentlyPaid?: {
                    days: number;
                    /**
                     * @description Default: "reject"
                     * @enum {string}
                     */
                    action?: "reject" | "allow";
                };
                /** @description The name that rows without a reference derive theirs from; by default the file's own content */
                run?: string;
            };
            limits: {
                /** @description The most that the whole campaign may cost; a price above what was held back for its row pauses it */
                budget?: string | number;
                /** @description The most that one recipient may be sent by this file, by expected cost; judged by the check */
                perRecipientMax?: string | number;
                /** @description Top-ups started per second: evenly spaced, not in bursts. Default: 10 */
                ratePerS?: number;
                /** @description How many of the campaign's top-ups may be under way at once. Default: 500 */
                window?: number;
                /** @description Not before; without it the campaign starts when it is told to */
                startAt?: {
                    at: string;
                    zone: string;
                };
                /** @description Only between these times of day */
                dailyWindow?: {
                    from: string;
                    to: string;
                    zone: string;
                };
                canary?: {
                    rows: number;
                    /**
                     * @description Who lets it go on: a person, or the rule of failedPercentMax. Default: "person"
                     * @enum {string}
                     */
                    release?: "person" | "health";
                    /** @description With release=health: goes on when at most this share of the first rows did not succeed, and one of them did. Default: 10 */
                    failedPercentMax?: number;
                };
                /** @description Default: [{"class":"recipient","sharePercent":30,"ofLast":50},{"class":"amount","sharePercent":30,"ofLast":50},{"class":"operator","sharePercent":30,"ofLast":50},{"class":"account","sharePercent":30,"ofLast":50},{"class":"provider","sharePercent":30,"ofLast":50},{"class":"request","sharePercent":30,"ofLast":50}] */
                failureRules?: components["schemas"]["FailureRule"][];
                /** @description How much more than planned a local amount may cost before the campaign pauses, and its operators' rows at a scheduled start. Default: 2 */
                priceMarginPercent?: number;
                /** @description How much of what open top-ups may cost is kept back from the budget as well, in case prices rise before they are debited. Default: 100 */
                priceJumpPercent?: number;
            };
            /** @description The campaign whose failed rows are sent again, and the classes of their failures */
            retryOf: {
                campaign: string;
                classes: string[];
            } | null;
            /** @description The check that runs, or ran last */
            check: {
                rowsChecked: number;
                /**
                 * Format: date-time
                 * @description When it last said how far it is
                 */
                at: string;
                /** @description It has not begun: it waits for checks that were asked for before it */
                waiting: boolean;
                /** @description Why the latest check was given up */
                problem: string | null;
            } | null;
            /** @description Of the plan that is valid now; null when there is none */
            planHash: string | null;
            /** @description Prices that rose after the start; null while none has */
            repriced: {
                /** @description Of the plan at these prices: `resume` needs it while `agreed` is false */
                planHash: string;
                /** @description A person has resumed the campaign at these prices */
                agreed: boolean;
                operators: {
                    operatorId: number;
                    /** @description Of amounts in the operator's currency, or in the account's */
                    useLocalAmount: boolean;
                    /** @description What is held back for a row now, in percent of what the plan held back for it */
                    percent: number;
                }[];
            } | null;
            /** @description Rows of the file, rows that are to be sent, those that were taken up, and those that are final */
            rows: {
                total: number;
                planned: number;
                fed: number;
                final: number;
            } | null;
        };
        FailureRule: {
            /** @enum {string} */
            class: "recipient" | "amount" | "operator" | "account" | "provider" | "request" | "any";
            /** @description Pauses at this share or above */
            sharePercent: number;
            /** @description How many of the latest final rows are looked at; fewer never pause. Default: 50 */
            ofLast?: number;
        };
        /**
         * @example {
         *       "name": "Survey, wave 2",
         *       "upload": "upl_01900000-0000-7000-8000-000000000000",
         *       "mapping": {
         *         "phone": "mobile",
         *         "amount": "airtime",
         *         "metadata": {
         *           "wave": "wave"
         *         }
         *       },
         *       "options": {
         *         "defaultCountry": "KE",
         *         "useLocalAmount": true
         *       },
         *       "limits": {
         *         "budget": "500",
         *         "ratePerS": 5,
         *         "canary": {
         *           "rows": 25
         *         },
         *         "dailyWindow": {
         *           "from": "08:00",
         *           "to": "20:00",
         *           "zone": "Africa/Nairobi"
         *         }
         *       }
         *     }
         */
        NewCampaign: {
            /** @description What people call it */
            name: string;
            /** @description The file: the id of an upload */
            upload: string;
            /** @description Which column means what; may be left out for the known formats, where nothing is guessed */
            mapping?: {
                /** @description The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba) */
                phone: string;
                /** @description The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty */
                email?: string;
                /** @description The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese */
                country?: string;
                /** @description Reloadly's operator id, or its whole name; empty or "auto" has it detected */
                operator?: string;
                /** @description How much to send. A unit in the column's name, such as (USD), is the currency of its amounts */
                amount?: string;
                /** @description Whether the amount is in the operator's currency: true/false, yes/no, 1/0 */
                useLocalAmount?: string;
                /** @description The amount's currency (ISO 4217): the account's, or the operator's for a local amount */
                currency?: string;
                /** @description How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less */
                tolerance?: string;
                /** @description The caller's own id of the top-up, unique for ever */
                reference?: string;
                /** @description The sender's phone number, in international form */
                sender?: string;
                /** @description Metadata key to column: kept with the top-up, never sent to the provider */
                metadata?: {
                    [key: string]: string;
                };
            };
            /** @description What the check assumes and insists on */
            options?: {
                /** @description The country of numbers in national form, where the file names none */
                defaultCountry?: string;
                /**
                 * @description What numbers without + are: numbers as they are dialled in their country, or complete with its code. Default: "national"
                 * @enum {string}
                 */
                plainNumbers?: "national" | "international";
                /** @description The operator of rows that name none; without it the operator is detected from the number */
                defaultOperatorId?: number;
                /** @description The amount of every row, in `currency`, for a file that has no amounts; not beside a column of amounts */
                amount?: string | number;
                /** @description The currency of the amounts (ISO 4217), where the file does not say it; what it says may not differ */
                currency?: string;
                /** @description The amount of rows that have none */
                defaultAmount?: string | number;
                /** @description Amounts are in the operator's currency, where the file does not say; by default what its format says */
                useLocalAmount?: boolean;
                /**
                 * @description What stands before the decimals of the file's amounts. Where it is not said, it is a point, and amounts that can be read in two ways are refused: 1,000 and 1.500
                 * @enum {string}
                 */
                decimalMark?: "." | ",";
                /**
                 * @description Takes quoted cells that hold line breaks and what rows hold; the upload shows them in lineBreakCells
                 * @enum {string}
                 */
                lineBreaksInCells?: "accept";
                /** @description How many rows the file has; where it has another number there is no plan */
                expectedRows?: number;
                /** @description What the amounts of the file come to, sent or not; where they come to something else there is no plan */
                expectedTotal?: {
                    amount: string | number;
                    currency: string;
                };
                /**
                 * @description What becomes of a recipient's second row: refused, or sent too. Default: "reject"
                 * @enum {string}
                 */
                duplicates?: "reject" | "allow";
                /** @description What becomes of a recipient who was paid by another top-up within so many days. Default: {"days":30,"action":"reject"} */
                recentlyPaid?: {
                    days: number;
                    /**
                     * @description Default: "reject"
                     * @enum {string}
                     */
                    action?: "reject" | "allow";
                };
                /** @description The name that rows without a reference derive theirs from; by default the file's own content */
                run?: string;
            };
            /** @description What the campaign may do, and when. Default: {} */
            limits?: {
                /** @description The most that the whole campaign may cost; a price above what was held back for its row pauses it */
                budget?: string | number;
                /** @description The most that one recipient may be sent by this file, by expected cost; judged by the check */
                perRecipientMax?: string | number;
                /** @description Top-ups started per second: evenly spaced, not in bursts. Default: 10 */
                ratePerS?: number;
                /** @description How many of the campaign's top-ups may be under way at once. Default: 500 */
                window?: number;
                /** @description Not before; without it the campaign starts when it is told to */
                startAt?: {
                    at: string;
                    zone: string;
                };
                /** @description Only between these times of day */
                dailyWindow?: {
                    from: string;
                    to: string;
                    zone: string;
                };
                canary?: {
                    rows: number;
                    /**
                     * @description Who lets it go on: a person, or the rule of failedPercentMax. Default: "person"
                     * @enum {string}
                     */
                    release?: "person" | "health";
                    /** @description With release=health: goes on when at most this share of the first rows did not succeed, and one of them did. Default: 10 */
                    failedPercentMax?: number;
                };
                /** @description Default: [{"class":"recipient","sharePercent":30,"ofLast":50},{"class":"amount","sharePercent":30,"ofLast":50},{"class":"operator","sharePercent":30,"ofLast":50},{"class":"account","sharePercent":30,"ofLast":50},{"class":"provider","sharePercent":30,"ofLast":50},{"class":"request","sharePercent":30,"ofLast":50}] */
                failureRules?: components["schemas"]["FailureRule"][];
                /** @description How much more than planned a local amount may cost before the campaign pauses, and its operators' rows at a scheduled start. Default: 2 */
                priceMarginPercent?: number;
                /** @description How much of what open top-ups may cost is kept back from the budget as well, in case prices rise before they are debited. Default: 100 */
                priceJumpPercent?: number;
            };
        };
        /**
         * @example {
         *       "classes": [
         *         "operator",
         *         "provider"
         *       ]
         *     }
         */
        CampaignRetry: {
            /** @description Which failures are sent again, by class; `cancelled` for the rows that were withdrawn */
            classes: ("recipient" | "amount" | "operator" | "account" | "provider" | "request" | "cancelled")[];
            /** @description What the new campaign is called; made from the old name by default */
            name?: string;
        };
        /**
         * @example {
         *       "limits": {
         *         "budget": "750",
         *         "dailyWindow": null
         *       }
         *     }
         */
        CampaignPatch: {
            name?: string;
            /** @description Replaces the mapping as a whole */
            mapping?: {
                /** @description The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba) */
                phone: string;
                /** @description The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty */
                email?: string;
                /** @description The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese */
                country?: string;
                /** @description Reloadly's operator id, or its whole name; empty or "auto" has it detected */
                operator?: string;
                /** @description How much to send. A unit in the column's name, such as (USD), is the currency of its amounts */
                amount?: string;
                /** @description Whether the amount is in the operator's currency: true/false, yes/no, 1/0 */
                useLocalAmount?: string;
                /** @description The amount's currency (ISO 4217): the account's, or the operator's for a local amount */
                currency?: string;
                /** @description How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less */
                tolerance?: string;
                /** @description The caller's own id of the top-up, unique for ever */
                reference?: string;
                /** @description The sender's phone number, in international form */
                sender?: string;
                /** @description Metadata key to column: kept with the top-up, never sent to the provider */
                metadata?: {
                    [key: string]: string;
                };
            };
            /** @description Only what changes; null restores the default, or what a known format says */
            options?: {
                /** @description The country of numbers in national form, where the file names none */
                defaultCountry?: string | null;
                /** @enum {string|null} */
                plainNumbers?: "national" | "international" | null;
                /** @description The operator of rows that name none; without it the operator is detected from the number */
                defaultOperatorId?: number | null;
                /** @description The amount of every row, in `currency`, for a file that has no amounts; not beside a column of amounts */
                amount?: string | number | null;
                /** @description The currency of the amounts (ISO 4217), where the file does not say it; what it says may not differ */
                currency?: string | null;
                /** @description The amount of rows that have none */
                defaultAmount?: string | number | null;
                useLocalAmount?: boolean | null;
                /**
                 * @description What stands before the decimals of the file's amounts. Where it is not said, it is a point, and amounts that can be read in two ways are refused: 1,000 and 1.500
                 * @enum {string|null}
                 */
                decimalMark?: "." | "," | null;
                /**
                 * @description Takes quoted cells that hold line breaks and what rows hold; the upload shows them in lineBreakCells
                 * @enum {string|null}
                 */
                lineBreaksInCells?: "accept" | null;
                /** @description How many rows the file has; where it has another number there is no plan */
                expectedRows?: number | null;
                /** @description What the amounts of the file come to, sent or not; where they come to something else there is no plan */
                expectedTotal?: {
                    amount: string | number;
                    currency: string;
                } | null;
                /** @enum {string|null} */
                duplicates?: "reject" | "allow" | null;
                recentlyPaid?: {
                    days: number;
                    /**
                     * @description Default: "reject"
                     * @enum {string}
                     */
                    action?: "reject" | "allow";
                } | null;
                /** @description The name that rows without a reference derive theirs from; by default the file's own content */
                run?: string | null;
            };
            /** @description Only what changes; null removes the limit */
            limits?: {
                /** @description The most that the whole campaign may cost; a price above what was held back for its row pauses it */
                budget?: string | number | null;
                /** @description The most that one recipient may be sent by this file, by expected cost; judged by the check */
                perRecipientMax?: string | number | null;
                ratePerS?: number | null;
                window?: number | null;
                /** @description Not before; without it the campaign starts when it is told to */
                startAt?: {
                    at: string;
                    zone: string;
                } | null;
                /** @description Only between these times of day */
                dailyWindow?: {
                    from: string;
                    to: string;
                    zone: string;
                } | null;
                canary?: {
                    rows: number;
                    /**
                     * @description Who lets it go on: a person, or the rule of failedPercentMax. Default: "person"
                     * @enum {string}
                     */
                    release?: "person" | "health";
                    /** @description With release=health: goes on when at most this share of the first rows did not succeed, and one of them did. Default: 10 */
                    failedPercentMax?: number;
                } | null;
                failureRules?: components["schemas"]["FailureRule"][] | null;
                priceMarginPercent?: number | null;
                priceJumpPercent?: number | null;
            };
        };
        CampaignPage: {
            data: components["schemas"]["CampaignHead"][];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Campaign: {
            id: string;
            name: string | null;
            /** @enum {string} */
            state: "draft" | "checking" | "ready" | "scheduled" | "running" | "paused" | "completing" | "completed" | "cancelling" | "cancelled";
            /** @description The state will not change any more */
            over: boolean;
            /** @description Grows with every change of the campaign itself; also in `ETag`, for `If-Match` */
            version: number;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            createdAt: string;
            /** @description The name of the API key that made it */
            createdBy: string | null;
            /**
             * Format: date-time
             * @description When the current state was entered
             */
            enteredAt: string;
            /**
             * Format: date-time
             * @description Not before; null when no start time was given, or it has not been agreed to
             */
            startAt: string | null;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            endedAt: string | null;
            /** @description Why the campaign is paused; null when it is not */
            pause: {
                /** @enum {string} */
                reason: "person" | "canary" | "budget" | "failures" | "balance" | "price" | "prices" | "loss" | "retention";
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                at: string;
                /** @description The name of the API key, where a person paused it */
                by: string | null;
                detail: string | null;
            } | null;
            upload: string;
            mapping: {
                /** @description The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba) */
                phone: string;
                /** @description The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty */
                email?: string;
                /** @description The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese */
                country?: string;
                /** @description Reloadly's operator id, or its whole name; empty or "auto" has it detected */
                operator?: string;
                /** @description How much to send. A unit in the column's name, such as (USD), is the currency of its amounts */
                amount?: string;
                /** @description Whether the amount is in the operator's currency: true/false, yes/no, 1/0 */
                useLocalAmount?: string;
                /** @description The amount's currency (ISO 4217): the account's, or the operator's for a local amount */
                currency?: string;
                /** @description How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less */
                tolerance?: string;
                /** @description The caller's own id of the top-up, unique for ever */
                reference?: string;
                /** @description The sender's phone number, in international form */
                sender?: string;
                /** @description Metadata key to column: kept with the top-up, never sent to the provider */
                metadata?: {
                    [key: string]: string;
                };
            };
            options: {
                /** @description The country of numbers in national form, where the file names none */
                defaultCountry?: string;
                /**
                 * @description What numbers without + are: numbers as they are dialled in their country, or complete with its code. Default: "national"
                 * @enum {string}
                 */
                plainNumbers?: "national" | "international";
                /** @description The operator of rows that name none; without it the operator is detected from the number */
                defaultOperatorId?: number;
                /** @description The amount of every row, in `currency`, for a file that has no amounts; not beside a column of amounts */
                amount?: string | number;
                /** @description The currency of the amounts (ISO 4217), where the file does not say it; what it says may not differ */
                currency?: string;
                /** @description The amount of rows that have none */
                defaultAmount?: string | number;
                /** @description Amounts are in the operator's currency, where the file does not say. Default: false */
                useLocalAmount?: boolean;
                /**
                 * @description What stands before the decimals of the file's amounts. Where it is not said, it is a point, and amounts that can be read in two ways are refused: 1,000 and 1.500
                 * @enum {string}
                 */
                decimalMark?: "." | ",";
                /**
                 * @description Takes quoted cells that hold line breaks and what rows hold; the upload shows them in lineBreakCells
                 * @enum {string}
                 */
                lineBreaksInCells?: "accept";
                /** @description How many rows the file has; where it has another number there is no plan */
                expectedRows?: number;
                /** @description What the amounts of the file come to, sent or not; where they come to something else there is no plan */
                expectedTotal?: {
                    amount: string | number;
                    currency: string;
                };
                /**
                 * @description What becomes of a recipient's second row: refused, or sent too. Default: "reject"
                 * @enum {string}
                 */
                duplicates?: "reject" | "allow";
                /** @description What becomes of a recipient who was paid by another top-up within so many days. Default: {"days":30,"action":"reject"} */
                recentlyPaid?: {
                    days: number;
                    /**
                     * @description Default: "reject"
                     * @enum {string}
                     */
                    action?: "reject" | "allow";
                };
                /** @description The name that rows without a reference derive theirs from; by default the file's own content */
                run?: string;
            };
            limits: {
                /** @description The most that the whole campaign may cost; a price above what was held back for its row pauses it */
                budget?: string | number;
                /** @description The most that one recipient may be sent by this file, by expected cost; judged by the check */
                perRecipientMax?: string | number;
                /** @description Top-ups started per second: evenly spaced, not in bursts. Default: 10 */
                ratePerS?: number;
                /** @description How many of the campaign's top-ups may be under way at once. Default: 500 */
                window?: number;
                /** @description Not before; without it the campaign starts when it is told to */
                startAt?: {
                    at: string;
                    zone: string;
                };
                /** @description Only between these times of day */
                dailyWindow?: {
                    from: string;
                    to: string;
                    zone: string;
                };
                canary?: {
                    rows: number;
                    /**
                     * @description Who lets it go on: a person, or the rule of failedPercentMax. Default: "person"
                     * @enum {string}
                     */
                    release?: "person" | "health";
                    /** @description With release=health: goes on when at most this share of the first rows did not succeed, and one of them did. Default: 10 */
                    failedPercentMax?: number;
                };
                /** @description Default: [{"class":"recipient","sharePercent":30,"ofLast":50},{"class":"amount","sharePercent":30,"ofLast":50},{"class":"operator","sharePercent":30,"ofLast":50},{"class":"account","sharePercent":30,"ofLast":50},{"class":"provider","sharePercent":30,"ofLast":50},{"class":"request","sharePercent":30,"ofLast":50}] */
                failureRules?: components["schemas"]["FailureRule"][];
                /** @description How much more than planned a local amount may cost before the campaign pauses, and its operators' rows at a scheduled start. Default: 2 */
                priceMarginPercent?: number;
                /** @description How much of what open top-ups may cost is kept back from the budget as well, in case prices rise before they are debited. Default: 100 */
                priceJumpPercent?: number;
            };
            /** @description The campaign whose failed rows are sent again, and the classes of their failures */
            retryOf: {
                campaign: string;
                classes: string[];
            } | null;
            /** @description The check that runs, or ran last */
            check: {
                rowsChecked: number;
                /**
                 * Format: date-time
                 * @description When it last said how far it is
                 */
                at: string;
                /** @description It has not begun: it waits for checks that were asked for before it */
                waiting: boolean;
                /** @description Why the latest check was given up */
                problem: string | null;
            } | null;
            /** @description Of the plan that is valid now; null when there is none */
            planHash: string | null;
            /** @description Prices that rose after the start; null while none has */
            repriced: {
                /** @description Of the plan at these prices: `resume` needs it while `agreed` is false */
                planHash: string;
                /** @description A person has resumed the campaign at these prices */
                agreed: boolean;
                operators: {
                    operatorId: number;
                    /** @description Of amounts in the operator's currency, or in the account's */
                    useLocalAmount: boolean;
                    /** @description What is held back for a row now, in percent of what the plan held back for it */
                    percent: number;
                }[];
            } | null;
            /** @description Rows of the file, rows that are to be sent, those that were taken up, and those that are final */
            rows: {
                total: number;
                planned: number;
                fed: number;
                final: number;
            } | null;
            /** @description What will be sent and what it costs; null while there is no valid plan */
            plan: {
                /** @description SHA-256 over everything that decides what is sent and what it costs; start needs it */
                planHash: string;
                /** @description What the references of rows without one begin with */
                run: string;
                /** @description The account's currency */
                currency: string;
                /** @description `total` is every row of the file; a retry leaves out those that it does not concern */
                rows: {
                    total: number;
                    planned: number;
                    rejected: number;
                    leftOut: number;
                };
                /** @description How the lines of the file were read; null for files of earlier versions */
                lines: {
                    /** @description Lines in the file: the sum of the others */
                    total: number;
                    /** @description A first line such as sep=; */
                    separator: number;
                    titles: number;
                    header: number;
                    rows: number;
                    empty: number;
                    /** @description Line breaks within quoted cells of rows */
                    withinCells: number;
                    /** @description Hidden rows of a sheet that were skipped; left out where there are none */
                    hidden?: number;
                } | null;
                total: {
                    rows: number;
                    /** @description What recipients are sent, in the account's currency */
                    face: string;
                    /** @description Decimal text */
                    discount: string;
                    /** @description Decimal text */
                    fee: string;
                    /** @description face - discount + fee: what the provider is expected to debit */
                    cost: string;
                    /** @description The most that the provider may debit; this much is held back from the budget */
                    reserve: string;
                };
                byCountry: {
                    countryCode: string;
                    rows: number;
                    /** @description What recipients are sent, in the account's currency */
                    face: string;
                    /** @description Decimal text */
                    discount: string;
                    /** @description Decimal text */
                    fee: string;
                    /** @description face - discount + fee: what the provider is expected to debit */
                    cost: string;
                    /** @description The most that the provider may debit; this much is held back from the budget */
                    reserve: string;
                }[];
                byOperator: {
                    operatorId: number;
                    name: string;
                    countryCode: string;
                    rows: number;
                    /** @description What recipients are sent, in the account's currency */
                    face: string;
                    /** @description Decimal text */
                    discount: string;
                    /** @description Decimal text */
                    fee: string;
                    /** @description face - discount + fee: what the provider is expected to debit */
                    cost: string;
                    /** @description The most that the provider may debit; this much is held back from the budget */
                    reserve: string;
                    /** @description Rows in the operator's own currency, and what they ask for in it */
                    local?: {
                        rows: number;
                        /** @description Decimal text */
                        amount: string;
                        currency: string;
                        fxRate: string;
                    };
                }[];
                problems: components["schemas"]["ProblemGroup"][];
                assumptions: {
                    /** @enum {string} */
                    assumption: "default-country" | "default-operator" | "operator-detected" | "default-amount" | "default-account-currency" | "default-local-currency" | "default-local" | "decimal-comma" | "amount-moved" | "local-amount-converted" | "amount-of-some-circles" | "bounds-disagree" | "leading-zeros-read-as-plus" | "plain-number-read-as-international" | "argentine-15-read-as-9" | "trailing-decimals-removed" | "digits-translated" | "formula-quotes-removed" | "reference-derived";
                    /** @description What was assumed, for a person */
                    meaning: string;
                    rows: number;
                }[];
                /** @description The account's balance, asked for a moment ago; null when it is not known, or the campaign has started */
                balance: {
                    /** @description Decimal text */
                    now: string;
                    /** @description What is left when every row has been sent */
                    after: string;
                } | null;
            } | null;
            /** @description The commands that have changed the campaign, oldest first, at most 100 */
            history: {
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                at: string;
                /** @enum {string} */
                command: "create" | "retry" | "edit" | "check" | "start" | "pause" | "resume" | "cancel";
                /** @enum {string|null} */
                from: "draft" | "checking" | "ready" | "scheduled" | "running" | "paused" | "completing" | "completed" | "cancelling" | "cancelled" | null;
                /** @enum {string} */
                to: "draft" | "checking" | "ready" | "scheduled" | "running" | "paused" | "completing" | "completed" | "cancelling" | "cancelled";
                /** @description Name of the API key that gave the command */
                key: string | null;
            }[];
            /** @description Counts and money at this moment; null before the start */
            progress: {
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                at: string;
                /** @description `held` rows wait after FAILED, `parked` ones behind a gate; the states of top-ups otherwise */
                rows: {
                    /** @description Rows of the file */
                    total: number;
                    planned: number;
                    /** @description Planned, and not taken up yet */
                    waiting: number;
                    queued: number;
                    submitting: number;
                    unknown: number;
                    processing: number;
                    held: number;
                    parked: number;
                    review: number;
                    succeeded: number;
                    refunded: number;
                    failed: number;
                    rejected: number;
                    cancelled: number;
                    /** @description A top-up of the same content exists under the reference; this campaign sends none */
                    already: number;
                    /** @description A top-up with other content exists under the reference; nothing is sent */
                    conflict: number;
                    /** @description Another top-up has paid the recipient since the check, or may still; nothing is sent */
                    "paid-recently": number;
                    /** @description May be with the provider: submitting, processing, unknown */
                    inFlight: number;
                    final: number;
                };
                money: {
                    currency: string;
                    /** @description Decimal text */
                    budget: string | null;
                    /** @description Debited, what was debited twice among it */
                    confirmed: string;
                    /** @description The most that rows in submitting and processing may cost */
                    inFlight: string;
                    /** @description The most that rows in unknown and review may have cost: nobody knows yet */
                    atRisk: string;
                    /** @description The most that all open rows may still cost, those in flight and at risk among them */
                    reserved: string;
                    /** @description Of the budget, what is neither debited nor reserved; null without a budget */
                    left: string | null;
                    /** @description Of what is left, kept back in case prices rise before open rows are debited; null without a budget */
                    keptBack: string | null;
                    /** @description The most that rows which are not taken up yet may cost at the latest known prices */
                    toCome: string | null;
                };
                /** @description What Reloadly debited too much. `GET /v1/attention` lists the top-ups that wait for a person */
                paidTwice: {
                    /** @description Rows that Reloadly debited more than once, or may have; accepted ones among them */
                    rows: number;
                    /** @description What Reloadly debited beyond what the states of rows account for; part of `confirmed` */
                    cost: string;
                };
                rate: {
                    /** @description Rows that became final per second */
                    now: number;
                    /** @description Rows that became final per second */
                    sinceStart: number;
                    /** @description The most that may be started per second */
                    limit: number;
                };
                /** @description When every row will be final, from the best pace so far to the worst; null while it waits */
                eta: {
                    /**
                     * Format: date-time
                     * @description UTC, with milliseconds
                     */
                    earliest: string;
                    /**
                     * Format: date-time
                     * @description UTC, with milliseconds
                     */
                    latest: string;
                } | null;
                /** @description What keeps rows from being sent, or the campaign from ending; empty while nothing does */
                waitsFor: {
                    /** @enum {string} */
                    what: "person" | "canary" | "budget" | "failures" | "balance" | "price" | "prices" | "loss" | "retention" | "start-time" | "daily-window" | "account" | "operator" | "review" | "first-rows" | "held" | "gate" | "unknown";
                    /**
                     * Format: date-time
                     * @description UTC, with milliseconds
                     */
                    until: string | null;
                    detail: string | null;
                    /** @description The whole in plain words, where it concerns single rows */
                    text?: string;
                }[];
                /** @description Why rows wait while the campaign runs. Of many held, parked or unknown rows the first are looked at */
                rowsWait: {
                    /** @enum {string} */
                    why: "held" | "gate" | "unknown" | "review" | "processing" | "canary" | "window" | "budget" | "pace";
                    rows: number;
                    /**
                     * Format: date-time
                     * @description When the last of them is looked at again, where that is known
                     */
                    until: string | null;
                    detail: string;
                    /** @description The whole in plain words */
                    text: string;
                }[];
                failures: {
                    /** @enum {string} */
                    class: "recipient" | "amount" | "operator" | "account" | "provider" | "request";
                    /** @description The provider's code, or ours */
                    code: string;
                    operatorId: number;
                    operator: string | null;
                    rows: number;
                }[];
            } | null;
        };
        ProblemGroup: {
            /** @enum {string} */
            repair: "fix-number" | "fix-email" | "one-recipient" | "export-as-text" | "name-country" | "fix-country" | "choose-operator" | "name-operator" | "wait-for-operator" | "choose-amount" | "fix-amount" | "set-decimal-mark" | "fix-currency" | "drop-duplicate" | "confirm-paid-again" | "raise-limit" | "send-less" | "fix-reference" | "already-sent" | "look-at-earlier" | "fix-sender" | "fix-metadata" | "fix-row";
            /** @description What to do, for a person */
            action: string;
            /** @description Each row counts once, under its first problem */
            rows: number;
            codes: {
                /** @enum {string} */
                code: "PHONE_MISSING" | "PHONE_NOT_A_NUMBER" | "PHONE_FORMULA" | "PHONE_SEVERAL" | "PHONE_EXTENSION" | "PHONE_TOO_SHORT" | "PHONE_TOO_LONG" | "PHONE_INVALID" | "PHONE_NOT_MOBILE" | "PHONE_RETIRED_PLAN" | "PHONE_AMBIGUOUS" | "PHONE_SPREADSHEET_DAMAGE" | "EMAIL_INVALID" | "RECIPIENT_TWICE" | "COUNTRY_MISSING" | "COUNTRY_UNKNOWN" | "COUNTRY_MISMATCH" | "OPERATOR_INVALID" | "OPERATOR_UNKNOWN" | "OPERATOR_NOT_DETECTED" | "OPERATOR_OTHER_COUNTRY" | "OPERATOR_NEEDS_EMAIL" | "OPERATOR_NEEDS_PHONE" | "OPERATOR_UNPRICED" | "OPERATOR_INACTIVE" | "AMOUNT_MISSING" | "AMOUNT_INVALID" | "AMOUNT_NOT_ABOVE_ZERO" | "AMOUNT_TOO_PRECISE" | "AMOUNT_FORMULA" | "AMOUNT_SPREADSHEET_DAMAGE" | "AMOUNT_COMMA" | "AMOUNT_AMBIGUOUS" | "AMOUNT_NOT_OFFERED" | "AMOUNT_BELOW_MINIMUM" | "AMOUNT_ABOVE_MAXIMUM" | "TOLERANCE_INVALID" | "LOCAL_AMOUNT_UNCLEAR" | "LOCAL_AMOUNT_NOT_SUPPORTED" | "CURRENCY_INVALID" | "CURRENCY_MISMATCH" | "RECIPIENT_DUPLICATE" | "RECIPIENT_PAID_RECENTLY" | "RECIPIENT_OVER_LIMIT" | "AMOUNT_OVER_LIMIT" | "REFERENCE_INVALID" | "REFERENCE_SPREADSHEET_DAMAGE" | "REFERENCE_DUPLICATE" | "REFERENCE_USED" | "EARLIER_MAY_BE_PAID" | "REFERENCE_OF_ANOTHER" | "SENDER_INVALID" | "METADATA_INVALID" | "ROW_CELL_TOO_LONG" | "ROW_TOO_MANY_CELLS";
                rows: number;
            }[];
            /** @description What those rows would have cost, as far as they could be priced */
            cost: string;
            rowsPriced: number;
            samples: {
                /** @description Counts the file's data rows from 1 */
                row: number;
                /** @description Counts the file's lines from 1 */
                line: number;
                /** @enum {string} */
                code: "PHONE_MISSING" | "PHONE_NOT_A_NUMBER" | "PHONE_FORMULA" | "PHONE_SEVERAL" | "PHONE_EXTENSION" | "PHONE_TOO_SHORT" | "PHONE_TOO_LONG" | "PHONE_INVALID" | "PHONE_NOT_MOBILE" | "PHONE_RETIRED_PLAN" | "PHONE_AMBIGUOUS" | "PHONE_SPREADSHEET_DAMAGE" | "EMAIL_INVALID" | "RECIPIENT_TWICE" | "COUNTRY_MISSING" | "COUNTRY_UNKNOWN" | "COUNTRY_MISMATCH" | "OPERATOR_INVALID" | "OPERATOR_UNKNOWN" | "OPERATOR_NOT_DETECTED" | "OPERATOR_OTHER_COUNTRY" | "OPERATOR_NEEDS_EMAIL" | "OPERATOR_NEEDS_PHONE" | "OPERATOR_UNPRICED" | "OPERATOR_INACTIVE" | "AMOUNT_MISSING" | "AMOUNT_INVALID" | "AMOUNT_NOT_ABOVE_ZERO" | "AMOUNT_TOO_PRECISE" | "AMOUNT_FORMULA" | "AMOUNT_SPREADSHEET_DAMAGE" | "AMOUNT_COMMA" | "AMOUNT_AMBIGUOUS" | "AMOUNT_NOT_OFFERED" | "AMOUNT_BELOW_MINIMUM" | "AMOUNT_ABOVE_MAXIMUM" | "TOLERANCE_INVALID" | "LOCAL_AMOUNT_UNCLEAR" | "LOCAL_AMOUNT_NOT_SUPPORTED" | "CURRENCY_INVALID" | "CURRENCY_MISMATCH" | "RECIPIENT_DUPLICATE" | "RECIPIENT_PAID_RECENTLY" | "RECIPIENT_OVER_LIMIT" | "AMOUNT_OVER_LIMIT" | "REFERENCE_INVALID" | "REFERENCE_SPREADSHEET_DAMAGE" | "REFERENCE_DUPLICATE" | "REFERENCE_USED" | "EARLIER_MAY_BE_PAID" | "REFERENCE_OF_ANOTHER" | "SENDER_INVALID" | "METADATA_INVALID" | "ROW_CELL_TOO_LONG" | "ROW_TOO_MANY_CELLS";
                hint: string;
                /** @description The cell at fault, with digits hidden */
                value?: string;
            }[];
        };
        CampaignSeries: {
            currency: string | null;
            points: {
                /**
                 * Format: date-time
                 * @description Where the point begins
                 */
                at: string;
                /** @description How many seconds it is wide: a minute in the first day, then more */
                widthS: number;
                /** @description POSTs to the provider */
                sent: number;
                succeeded: number;
                refunded: number;
                failed: number;
                rejected: number;
                cancelled: number;
                /** @description Debited, as decimal text */
                spent: string;
            }[];
        };
        /**
         * @example {
         *       "planHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
         *     }
         */
        CampaignStart: {
            /** @description Of the plan that was read and agreed to */
            planHash: string;
        };
        CommandedCampaign: {
            id: string;
            name: string | null;
            /** @enum {string} */
            state: "draft" | "checking" | "ready" | "scheduled" | "running" | "paused" | "completing" | "completed" | "cancelling" | "cancelled";
            /** @description The state will not change any more */
            over: boolean;
            /** @description Grows with every change of the campaign itself; also in `ETag`, for `If-Match` */
            version: number;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            createdAt: string;
            /** @description The name of the API key that made it */
            createdBy: string | null;
            /**
             * Format: date-time
             * @description When the current state was entered
             */
            enteredAt: string;
            /**
             * Format: date-time
             * @description Not before; null when no start time was given, or it has not been agreed to
             */
            startAt: string | null;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description UTC, with milliseconds
             */
            endedAt: string | null;
            /** @description Why the campaign is paused; null when it is not */
            pause: {
                /** @enum {string} */
                reason: "person" | "canary" | "budget" | "failures" | "balance" | "price" | "prices" | "loss" | "retention";
                /**
                 * Format: date-time
                 * @description UTC, with milliseconds
                 */
                at: string;
                /** @description The name of the API key, where a person paused it */
                by: string | null;
                detail: string | null;
            } | null;
            upload: string;
            mapping: {
                /** @description The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba) */
                phone: string;
                /** @description The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty */
                email?: string;
                /** @description The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese */
                country?: string;
                /** @description Reloadly's operator id, or its whole name; empty or "auto" has it detected */
                operator?: string;
                /** @description How much to send. A unit in the column's name, such as (USD), is the currency of its amounts */
                amount?: string;
                /** @description Whether the amount is in the operator's currency: true/false, yes/no, 1/0 */
                useLocalAmount?: string;
                /** @description The amount's currency (ISO 4217): the account's, or the operator's for a local amount */
                currency?: string;
                /** @description How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less */
                tolerance?: string;
                /** @description The caller's own id of the top-up, unique for ever */
                reference?: string;
                /** @description The sender's phone number, in international form */
                sender?: string;
                /** @description Metadata key to column: kept with the top-up, never sent to the provider */
                metadata?: {
                    [key: string]: string;
                };
            };
            options: {
                /** @description The country of numbers in national form, where the file names none */
                defaultCountry?: string;
                /**
                 * @description What numbers without + are: numbers as they are dialled in their country, or complete with its code. Default: "national"
                 * @enum {string}
                 */
                plainNumbers?: "national" | "international";
                /** @description The operator of rows that name none; without it the operator is detected from the number */
                defaultOperatorId?: number;
                /** @description The amount of every row, in `currency`, for a file that has no amounts; not beside a column of amounts */
                amount?: string | number;
                /** @description The currency of the amounts (ISO 4217), where the file does not say it; what it says may not differ */
                currency?: string;
                /** @description The amount of rows that have none */
                defaultAmount?: string | number;
                /** @description Amounts are in the operator's currency, where the file does not say. Default: false */
                useLocalAmount?: boolean;
                /**
                 * @description What stands before the decimals of the file's amounts. Where it is not said, it is a point, and amounts that can be read in two ways are refused: 1,000 and 1.500
                 * @enum {string}
                 */
                decimalMark?: "." | ",";
                /**
                 * @description Takes quoted cells that hold line breaks and what rows hold; the upload shows them in lineBreakCells
                 * @enum {string}
                 */
                lineBreaksInCells?: "accept";
                /** @description How many rows the file has; where it has another number there is no plan */
                expectedRows?: number;
                /** @description What the amounts of the file come to, sent or not; where they come to something else there is no plan */
                expectedTotal?: {
                    amount: string | number;
                    currency: string;
                };
                /**
                 * @description What becomes of a recipient's second row: refused, or sent too. Default: "reject"
                 * @enum {string}
                 */
                duplicates?: "reject" | "allow";
                /** @description What becomes of a recipient who was paid by another top-up within so many days. Default: {"days":30,"action":"reject"} */
                recentlyPaid?: {
                    days: number;
                    /**
                     * @description Default: "reject"
                     * @enum {string}
                     */
                    action?: "reject" | "allow";
                };
                /** @description The name that rows without a reference derive theirs from; by default the file's own content */
                run?: string;
            };
            limits: {
                /** @description The most that the whole campaign may cost; a price above what was held back for its row pauses it */
                budget?: string | number;
                /** @description The most that one recipient may be sent by this file, by expected cost; judged by the check */
                perRecipientMax?: string | number;
                /** @description Top-ups started per second: evenly spaced, not in bursts. Default: 10 */
                ratePerS?: number;
                /** @description How many of the campaign's top-ups may be under way at once. Default: 500 */
                window?: number;
                /** @description Not before; without it the campaign starts when it is told to */
                startAt?: {
                    at: string;
                    zone: string;
                };
                /** @description Only between these times of day */
                dailyWindow?: {
                    from: string;
                    to: string;
                    zone: string;
                };
                canary?: {
                    rows: number;
                    /**
                     * @description Who lets it go on: a person, or the rule of failedPercentMax. Default: "person"
                     * @enum {string}
                     */
                    release?: "person" | "health";
                    /** @description With release=health: goes on when at most this share of the first rows did not succeed, and one of them did. Default: 10 */
                    failedPercentMax?: number;
                };
                /** @description Default: [{"class":"recipient","sharePercent":30,"ofLast":50},{"class":"amount","sharePercent":30,"ofLast":50},{"class":"operator","sharePercent":30,"ofLast":50},{"class":"account","sharePercent":30,"ofLast":50},{"class":"provider","sharePercent":30,"ofLast":50},{"class":"request","sharePercent":30,"ofLast":50}] */
                failureRules?: components["schemas"]["FailureRule"][];
                /** @description How much more than planned a local amount may cost before the campaign pauses, and its operators' rows at a scheduled start. Default: 2 */
                priceMarginPercent?: number;
                /** @description How much of what open top-ups may cost is kept back from the budget as well, in case prices rise before they are debited. Default: 100 */
                priceJumpPercent?: number;
            };
            /** @description The campaign whose failed rows are sent again, and the classes of their failures */
            retryOf: {
                campaign: string;
                classes: string[];
            } | null;
            /** @description The check that runs, or ran last */
            check: {
                rowsChecked: number;
                /**
                 * Format: date-time
                 * @description When it last said how far it is
                 */
                at: string;
                /** @description It has not begun: it waits for checks that were asked for before it */
                waiting: boolean;
                /** @description Why the latest check was given up */
                problem: string | null;
            } | null;
            /** @description Of the plan that is valid now; null when there is none */
            planHash: string | null;
            /** @description Prices that rose after the start; null while none has */
            repriced: {
                /** @description Of the plan at these prices: `resume` needs it while `agreed` is false */
                planHash: string;
                /** @description A person has resumed the campaign at these prices */
                agreed: boolean;
                operators: {
                    operatorId: number;
                    /** @description Of amounts in the operator's currency, or in the account's */
                    useLocalAmount: boolean;
                    /** @description What is held back for a row now, in percent of what the plan held back for it */
                    percent: number;
                }[];
            } | null;
            /** @description Rows of the file, rows that are to be sent, those that were taken up, and those that are final */
            rows: {
                total: number;
                planned: number;
                fed: number;
                final: number;
            } | null;
            /** @description What stood at the very moment of the change. No other row is sent from then on */
            stillInFlight: {
                /** @description Rows that are with the provider, or may be: they settle by themselves */
                rows: number;
                submitting: number;
                processing: number;
                unknown: number;
                /** @description The most that they may cost, as decimal text in the account's currency */
                cost: string;
            };
        };
        CampaignRowPage: {
            /** @description May be shorter than the limit, or empty, although there is more */
            data: components["schemas"]["CampaignRow"][];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        CampaignRow: {
            /** @description Counts the file's data rows from 1 */
            row: number;
            /** @description The line of the file that the row begins on, counted from 1 */
            line: number | null;
            /** @enum {string} */
            state: "queued" | "submitting" | "unknown" | "processing" | "held" | "parked" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled" | "not-sent" | "waiting" | "withdrawn" | "already" | "conflict" | "paid-recently";
            /** @description Why: the provider's code, the closed gate, or ours */
            reason: string | null;
            /** @description The top-up's reference; null for a row that is not sent */
            reference: string | null;
            /** @description Masked; null for a row that names an e-mail address */
            phone: string | null;
            /** @description Masked; the Nauta account of a row that names one */
            email: string | null;
            countryCode: string | null;
            operatorId: number | null;
            amount: string | null;
            useLocalAmount: boolean | null;
            transactionId: number | null;
            /** @description What was debited, or, before that, null */
            cost: string | null;
            costCurrency: string | null;
            /** @description Transactions that Reloadly debited for it beyond that, or may have */
            extraTransactionIds: number[];
            /** @description What these debited, in the account's currency; null where there are none */
            extraCost: string | null;
            delivered: string | null;
            deliveredCurrency: string | null;
            /** @description Why the row is not sent */
            problems: {
                code: string;
                hint: string;
            }[];
            acceptedAt: string | null;
            finalAt: string | null;
        };
        OperatorPage: {
            data: components["schemas"]["Operator"][];
            /** @description For the `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Operator: {
            operatorId: number;
            name: string;
            countryCode: string | null;
            countryName: string | null;
            /** @description ACTIVE, or why it takes no top-ups; null where Reloadly does not say */
            status: string | null;
            /** @description None for plain airtime */
            kinds: ("data" | "bundle" | "combo" | "pin")[];
            /**
             * @description What a top-up has to name; e-mail for Nauta in Cuba
             * @enum {string}
             */
            recipient: "phone" | "email";
            /** @description FIXED or RANGE */
            denominationType: string | null;
            /** @description Amounts in the account's currency */
            account: {
                currency: string | null;
                /** @description Decimal text */
                min: string | null;
                /** @description Decimal text */
                max: string | null;
                /** @description Just these amounts are sold, where there are any */
                fixed: string[];
                /** @description What the operator calls its amounts, where it says so */
                plans: {
                    /** @description Decimal text */
                    amount: string;
                    name: string | null;
                    description: string | null;
                }[];
            };
            /** @description Amounts with useLocalAmount; null where the operator takes none */
            local: {
                currency: string | null;
                /** @description Decimal text */
                min: string | null;
                /** @description Decimal text */
                max: string | null;
                /** @description Just these amounts are sold, where there are any */
                fixed: string[];
                /** @description What the operator calls its amounts, where it says so */
                plans: {
                    /** @description Decimal text */
                    amount: string;
                    name: string | null;
                    description: string | null;
                }[];
            } | null;
            /** @description Regions in which the operator sells amounts of its own */
            circles: {
                name: string;
                fixed: string[];
                localFixed: string[];
            }[];
            /** @description Local units for one unit of the account's currency */
            fxRate: string | null;
            /** @description Decimal text */
            discountPercent: string | null;
            /** @description Decimal text */
            localDiscountPercent: string | null;
            fees: {
                /** @description Decimal text */
                flat: string | null;
                /** @description Decimal text */
                percent: string | null;
                /** @description Decimal text */
                localFlat: string | null;
                /** @description Decimal text */
                localPercent: string | null;
            } | null;
        };
        Quote: {
            /** @description Whether it would be accepted: nothing is in `problems` */
            sold: boolean;
            /** @description The operator; null where none was detected */
            operatorId: number | null;
            operatorName: string | null;
            /** @description The operator was detected from the number */
            detected: boolean;
            /** @description What Reloadly would debit; null where its price is not known */
            cost: {
                /** @description Decimal text */
                amount: string;
                currency: string;
            } | null;
            discount: {
                /** @description Decimal text */
                amount: string;
                currency: string;
            } | null;
            fee: {
                /** @description Decimal text */
                amount: string;
                currency: string;
            } | null;
            /** @description What would arrive, before the operator's taxes; null where no rate is known */
            delivered: {
                /** @description Decimal text */
                amount: string;
                currency: string;
                /** @description At the rate of the catalogue, which moves */
                isEstimate: boolean;
            } | null;
            problems: {
                pointer: string;
                code: string;
                detail: string;
            }[];
        };
        /**
         * @example {
         *       "operatorId": "auto",
         *       "amount": "5",
         *       "recipientPhone": {
         *         "countryCode": "NG",
         *         "number": "08031231111"
         *       }
         *     }
         */
        QuoteRequest: {
            /** @description Reloadly's operator id, or "auto" to have it detected from the number */
            operatorId: "auto" | string | number;
            /** @description A plain decimal above 0 with at most 5 decimals, as text or as a number */
            amount: string | number;
            /** @description The amount is in the operator's currency instead of the account's. Default: false */
            useLocalAmount?: boolean | ("true" | "false");
            /** @description Who is topped up: a valid number of the given country */
            recipientPhone?: {
                /** @description ISO 3166-1 alpha-2, in either case */
                countryCode: string;
                /** @description National or international: digits with one + before them, and spaces, dots, hyphens or one bracketed prefix between groups of digits; a valid number of the country */
                number: string | number;
            } | null;
            /** @description The older name of recipientPhone in Reloadly's documentation */
            receiverPhone?: {
                /** @description ISO 3166-1 alpha-2, in either case */
                countryCode: string;
                /** @description National or international: digits with one + before them, and spaces, dots, hyphens or one bracketed prefix between groups of digits; a valid number of the country */
                number: string | number;
            } | null;
            /** @description Instead of recipientPhone, for Nauta accounts in Cuba */
            recipientEmail?: string | null;
            /** @description Who pays, where the operator shows it to the recipient */
            senderPhone?: {
                /** @description ISO 3166-1 alpha-2, in either case */
                countryCode?: string;
                /** @description Kept in international form where it is valid, and as it is where it is not */
                number?: string | number;
            } | null;
            /** @description A label to find top-ups by; `cmp_` begins those of campaigns */
            campaign?: string;
            /** @description Up to 20 texts of the caller's own; never sent to the provider */
            metadata?: {
                [key: string]: string;
            };
            /** @description The caller's own id, unique for ever and without regard to case; needed, so that a retry is recognised */
            reference?: string;
            /** @description Another name for reference */
            customIdentifier?: string;
            /** @description Refuse it if another top-up to this recipient was paid within this time, or may still be: an ISO 8601 duration such as P30D or PT12H */
            unlessPaidWithin?: string | null;
        };
        Balance: {
            /** @description What can be spent */
            balance: string;
            currencyCode: string;
            frozenBalance: string | null;
            lowBalanceThreshold: string | null;
        };
        Session: {
            user: string;
            roles: string[];
            permissions: string[];
            /**
             * Format: date-time
             * @description When it is over if nothing more is asked for in it
             */
            expiresAt: string;
        };
        /**
         * @example {
         *       "user": "ada",
         *       "password": "correct horse battery"
         *     }
         */
        Credentials: {
            user: string;
            password: string;
        };
        Person: {
            user: string;
            roles: ("viewer" | "preparer" | "approver" | "operator" | "administrator" | "metrics")[];
            /** @description What the roles allow */
            permissions: string[];
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        /**
         * @example {
         *       "user": "ada",
         *       "password": "correct horse battery",
         *       "roles": [
         *         "preparer"
         *       ]
         *     }
         */
        PersonRequest: {
            user: string;
            password: string;
            roles: ("viewer" | "preparer" | "approver" | "operator" | "administrator" | "metrics")[];
        };
        NewKey: {
            id: string;
            name: string;
            /** @enum {string} */
            state: "in-force" | "expired" | "revoked";
            permissions: string[];
            own: boolean;
            campaigns: string[] | null;
            limits: {
                amountPerDayMax: string | null;
                requestsMax: number | null;
            };
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            revokedAt: string | null;
            revokedBy: string | null;
            /** @description The key itself, shown only now */
            key: string;
        };
        /**
         * @example {
         *       "name": "survey",
         *       "roles": [
         *         "viewer"
         *       ],
         *       "own": true
         *     }
         */
        KeyRequest: {
            /** @description Stands in logs, histories and the audit log; one key in force has a name */
            name: string;
            /** @description Named sets of permissions */
            roles?: ("viewer" | "preparer" | "operator" | "metrics")[];
            /** @description Single permissions, beside those of the roles */
            permissions?: ("read" | "reveal" | "send" | "prepare" | "approve" | "control" | "resolve" | "force" | "webhooks" | "metrics" | "people")[];
            /** @description Bind it to its own top-ups: it sees, sends and withdraws only what came with a key of its name */
            own?: boolean;
            /** @description Bind it to top-ups whose `campaign` is one of these labels */
            campaigns?: string[];
            limits?: {
                /** @description What may be accepted from it in one day (UTC), in the account's currency */
                amountPerDayMax?: string | number;
                /** @description How many of its requests may be under way at a time in one producer */
                requestsMax?: number;
            };
            /**
             * Format: date-time
             * @description From then on it is refused; without it, until it is revoked
             */
            expiresAt?: string;
        };
        KeyList: {
            /** @description Newest first, those that are no longer in force among them */
            data: components["schemas"]["Key"][];
            /** @description Names of the keys in API_KEYS. They have read, reveal, send, prepare, control, resolve, force, webhooks, metrics */
            environment: string[];
        };
        Key: {
            id: string;
            name: string;
            /** @enum {string} */
            state: "in-force" | "expired" | "revoked";
            permissions: string[];
            own: boolean;
            campaigns: string[] | null;
            limits: {
                amountPerDayMax: string | null;
                requestsMax: number | null;
            };
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            revokedAt: string | null;
            revokedBy: string | null;
        };
        AuditPage: {
            data: components["schemas"]["AuditEntry"][];
            /** @description For the `before` of the next page; null on the last one */
            nextBefore: number | null;
            hasMore: boolean;
        };
        AuditEntry: {
            /** @description Grows by one with every entry */
            number: number;
            /**
             * Format: date-time
             * @description By the clock of Redis, in UTC
             */
            at: string;
            /** @description Random: no two acts make the same entry */
            id: string;
            action: string;
            /** @enum {string} */
            phase: "done" | "intent" | "outcome";
            by: {
                /** @enum {string} */
                kind: "person" | "key" | "environment-key" | "command-line" | "nobody";
                name: string;
            };
            address: string | null;
            requestId: string | null;
            target: {
                kind: string;
                id: string;
            } | null;
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
            result: string;
            /** @description The hash of the entry before */
            previous: string;
            /** @description SHA-256 of this entry without its hash, as canonical JSON */
            hash: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listTopups: {
        parameters: {
            query?: {
                state?: "queued" | "submitting" | "unknown" | "processing" | "held" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled";
                /** @description A number with + (%2B), or in any form with `country` beside it; or a Nauta address */
                phone?: string;
                /** @description The country that `phone` is a number of */
                country?: string;
                transactionId?: number;
                campaign?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopupPage"];
                };
            };
        };
    };
    acceptTopup: {
        parameters: {
            query?: never;
            header?: {
                /** @description Another name for `reference`, of the same form: a body without one is taken with it. Other usual spellings are taken as it */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TopupRequest"];
            };
        };
        responses: {
            /** @description The same top-up exists already; this is how it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topup"];
                };
            };
            /** @description Accepted. `Location` says where to ask for it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topup"];
                };
            };
        };
    };
    acceptTopups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    topups: components["schemas"]["TopupRequest"][];
                };
            };
        };
        responses: {
            /** @description An answer for each top-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResults"];
                };
            };
        };
    };
    getTopup: {
        parameters: {
            query?: {
                /** @description Show the full number, e-mail address and PIN. Needs `reveal`, and is written into the audit log */
                reveal?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The top-up's reference */
                reference: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The top-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopupWithHistory"];
                };
            };
        };
    };
    cancelTopup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The top-up's reference */
                reference: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topup"];
                };
            };
        };
    };
    resolveTopup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The top-up's reference */
                reference: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Verdict"];
            };
        };
        responses: {
            /** @description The top-up after the verdict */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topup"];
                };
            };
        };
    };
    acceptContradiction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The top-up's reference */
                reference: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Acceptance"];
            };
        };
        responses: {
            /** @description The top-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topup"];
                };
            };
        };
    };
    listAttention: {
        parameters: {
            query?: {
                /** @description Without it, all kinds */
                kind?: "paid-twice" | "contradicted" | "review";
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttentionPage"];
                };
            };
        };
    };
    listReviewGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewGroups"];
                };
            };
        };
    };
    resolveReviewGroup: {
        parameters: {
            query?: never;
            header: {
                /** @description Names the command: repeated under it, it goes on where it ended */
                "Idempotency-Key": string;
            };
            path: {
                /** @description The group */
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupVerdict"];
            };
        };
        responses: {
            /** @description How far it came */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupResolution"];
                };
            };
        };
    };
    listGates: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The closed gates, those first that hold back the most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosedGates"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Read on after this event; without it from the oldest that is kept */
                after?: string;
                /** @description Types to tell, separated by commas; without it all */
                type?: string;
                /** @description Only events of top-ups of this campaign */
                campaign?: string;
                /** @description Only events of top-ups that came with the API key of this name; in upper and lower case as configured */
                caller?: string;
                limit?: number;
                /** @description How long to wait when there is nothing yet; answers as soon as something comes */
                waitSeconds?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Start after this event; without it with what comes from now on */
                after?: string;
                /** @description Types to tell, separated by commas; without it all */
                type?: string;
                /** @description Only events of top-ups of this campaign */
                campaign?: string;
                /** @description Only events of top-ups that came with the API key of this name; in upper and lower case as configured */
                caller?: string;
            };
            header?: {
                /** @description Resume after this event; goes before `after` */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream without an end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointList"];
                };
            };
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url: string;
                    description?: string;
                    /** @description Default: "all" */
                    eventTypes?: "all" | ("topup.succeeded" | "topup.refunded" | "topup.failed" | "topup.rejected" | "topup.cancelled" | "topup.held" | "topup.review" | "topup.contradicted" | "topup.overpaid" | "provider.orphan" | "topup.contradiction_accepted" | "campaign.checked" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.progress" | "campaign.completed" | "campaign.cancelled" | "webhook_endpoint.failing" | "webhook_endpoint.disabled")[];
                    /** @description Default: false */
                    includeRecipient?: boolean;
                };
            };
        };
        responses: {
            /** @description The endpoint with its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint with its history, without its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithHistory"];
                };
            };
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url?: string;
                    description?: string;
                    eventTypes?: "all" | ("topup.succeeded" | "topup.refunded" | "topup.failed" | "topup.rejected" | "topup.cancelled" | "topup.held" | "topup.review" | "topup.contradicted" | "topup.overpaid" | "provider.orphan" | "topup.contradiction_accepted" | "campaign.checked" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.progress" | "campaign.completed" | "campaign.cancelled" | "webhook_endpoint.failing" | "webhook_endpoint.disabled")[];
                    includeRecipient?: boolean;
                };
            };
        };
        responses: {
            /** @description The endpoint after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description How long deliveries are signed with the former secret too. Default: 86400 */
                    overlapSeconds?: number | string;
                };
            };
        };
        responses: {
            /** @description The endpoint with its new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
        };
    };
    expireOldWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    enableWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    disableWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
                /** @description The event's id, which is the `webhook-id` of its deliveries */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent. `Location` says where its outcome is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The delivery's `webhook-id` */
                        eventId: string;
                    };
                };
            };
        };
    };
    redeliverWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
                /** @description The event's id, which is the `webhook-id` of its deliveries */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent. `Location` says where its outcome is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The delivery's `webhook-id` */
                        eventId: string;
                    };
                };
            };
        };
    };
    replayWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description From this time on, or after this event */
                    since: string;
                    /**
                     * Format: date-time
                     * @description Up to this time; without it up to now
                     */
                    until?: string;
                };
            };
        };
        responses: {
            /** @description How many will be sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Deliveries that were asked for */
                        count: number;
                        /** @description Where the next request has to go on, when the window was too large for one */
                        nextSince: string | null;
                    };
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                limit?: number;
                /** @description Where the page before ended */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPage"];
                };
            };
        };
    };
    receiveUpload: {
        parameters: {
            query?: {
                /** @description What the file is called, to find it again */
                name?: string;
                /** @description How the characters are written; found when left out */
                encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
                /** @description What stands between two cells; found when left out */
                delimiter?: "comma" | "semicolon" | "tab" | "pipe";
                /** @description Whether a row names the columns; found when left out */
                header?: "true" | "false";
                /** @description The line that names the columns, counted from 1; what stands above it is left out. Found when left out */
                headerLine?: number;
                /** @description The sheet of a workbook: its name, or which one it is, from 1; needed where several hold something */
                sheet?: string;
                /** @description What becomes of hidden or filtered rows and columns of a workbook; needed where it has some */
                hidden?: "include" | "skip";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
                "text/plain": string;
                "text/tab-separated-values": string;
                "application/csv": string;
                "application/vnd.ms-excel": string;
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                "application/vnd.ms-excel.sheet.macroenabled.12": string;
                "application/octet-stream": string;
                "application/gzip": string;
                "application/x-gzip": string;
            };
        };
        responses: {
            /** @description Received. `Location` says where to ask for it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadWithSample"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upload's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadWithSample"];
                };
            };
        };
    };
    listCampaigns: {
        parameters: {
            query?: {
                state?: "draft" | "checking" | "ready" | "scheduled" | "running" | "paused" | "completing" | "completed" | "cancelling" | "cancelled";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignPage"];
                };
            };
        };
    };
    createCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCampaign"];
            };
        };
        responses: {
            /** @description Made. `Location` says where to ask for it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignHead"];
                };
            };
        };
    };
    checkCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign as it was read: changes it only if nobody else has */
                "If-Match"?: string;
            };
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The check runs */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignHead"];
                };
            };
        };
    };
    retryCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignRetry"];
            };
        };
        responses: {
            /** @description The new draft. `Location` says where it is */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignHead"];
                };
            };
        };
    };
    getCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The campaign, as of this moment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
        };
    };
    editCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign as it was read: changes it only if nobody else has */
                "If-Match"?: string;
            };
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignPatch"];
            };
        };
        responses: {
            /** @description The campaign after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignHead"];
                };
            };
        };
    };
    getCampaignSeries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignSeries"];
                };
            };
        };
    };
    startCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign as it was read: changes it only if nobody else has */
                "If-Match"?: string;
            };
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignStart"];
            };
        };
        responses: {
            /** @description It runs, or is scheduled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignHead"];
                };
            };
        };
    };
    pauseCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign as it was read: changes it only if nobody else has */
                "If-Match"?: string;
            };
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is paused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandedCampaign"];
                };
            };
        };
    };
    resumeCampaign: {
        parameters: {
            query?: {
                /** @description After a pause for `price`: the `repriced.planHash` of the campaign, which agrees to its prices */
                planHash?: string;
            };
            header?: {
                /** @description The `ETag` of the campaign as it was read: changes it only if nobody else has */
                "If-Match"?: string;
            };
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It goes on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandedCampaign"];
                };
            };
        };
    };
    cancelCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign as it was read: changes it only if nobody else has */
                "If-Match"?: string;
            };
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is cancelled, or will be when all has settled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandedCampaign"];
                };
            };
        };
    };
    listCampaignRows: {
        parameters: {
            query?: {
                /** @description Without it, all rows */
                state?: "queued" | "submitting" | "unknown" | "processing" | "held" | "parked" | "review" | "succeeded" | "refunded" | "failed" | "rejected" | "cancelled" | "not-sent" | "waiting" | "withdrawn" | "already" | "conflict" | "paid-recently";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignRowPage"];
                };
            };
        };
    };
    getCampaignProblems: {
        parameters: {
            query?: {
                /** @description CSV, or a workbook of Excel */
                format?: "csv" | "xlsx";
                /** @description What stands between two cells of the CSV file; by default what stood there in the uploaded one */
                delimiter?: "comma" | "semicolon" | "tab" | "pipe";
                /** @description Whether the CSV file begins with a byte order mark, without which Excel takes UTF-8 for another encoding; by default where the uploaded file came from such a spreadsheet */
                bom?: "true" | "false";
                /** @description What stands before the decimals of our amounts; by default that of the file */
                decimalMark?: "." | ",";
            };
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    getCampaignResults: {
        parameters: {
            query?: {
                /** @description CSV, or a workbook of Excel */
                format?: "csv" | "xlsx";
                /** @description What stands between two cells of the CSV file; by default what stood there in the uploaded one */
                delimiter?: "comma" | "semicolon" | "tab" | "pipe";
                /** @description Whether the CSV file begins with a byte order mark, without which Excel takes UTF-8 for another encoding; by default where the uploaded file came from such a spreadsheet */
                bom?: "true" | "false";
                /** @description What stands before the decimals of our amounts; by default that of the file */
                decimalMark?: "." | ",";
            };
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    getCampaignProblemsWorkbook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
        };
    };
    getCampaignResultsWorkbook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
        };
    };
    getCampaignPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listOperators: {
        parameters: {
            query?: {
                /** @description Operators of this country: ISO 3166-1 alpha-2 */
                country?: string;
                /** @description Operators whose name or id has this in it, whatever the case */
                search?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorPage"];
                };
            };
        };
    };
    quoteTopup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuoteRequest"];
            };
        };
        responses: {
            /** @description The quote */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quote"];
                };
            };
        };
    };
    getBalance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The balance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Balance"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is over */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    signOutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are over, this one among them */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listPeople: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their being added */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Person"][];
                    };
                };
            };
        };
    };
    addPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonRequest"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user name */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user name */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password?: string;
                    roles?: ("viewer" | "preparer" | "approver" | "operator" | "administrator" | "metrics")[];
                };
            };
        };
        responses: {
            /** @description The person after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    endSessionsOfPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user name */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are over */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, without what they are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is out of force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description Entries before this number */
                before?: number;
                /** @description How many entries; 50 without it */
                limit?: number;
                action?: "session.created" | "session.refused" | "session.ended" | "sessions.ended" | "request.refused" | "key.created" | "key.revoked" | "person.added" | "person.changed" | "person.removed" | "upload.received" | "campaign.created" | "campaign.edited" | "campaign.checked" | "campaign.retried" | "campaign.started" | "campaign.paused" | "campaign.resumed" | "campaign.cancelled" | "campaign.downloaded" | "topup.revealed" | "topup.resolved" | "review-group.resolved" | "topup.contradiction-accepted" | "webhook-endpoint.created" | "webhook-endpoint.changed" | "webhook-endpoint.deleted" | "audit-log.exported";
                /** @description The name of who acted, such as person:ada, or that of a key */
                by?: string;
                kind?: "person" | "key" | "environment-key" | "command-line" | "nobody";
                /** @description The id of what was acted on */
                target?: string;
                /** @description Entries of this time or later */
                since?: string;
                /** @description Entries before this time */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
        };
    };
    exportAuditLog: {
        parameters: {
            query?: {
                /** @description The first entry's number; 1 without it */
                from?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description NDJSON, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
}
