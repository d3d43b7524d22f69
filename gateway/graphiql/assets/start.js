// Starts GraphiQL on this gateway. The token is given in the headers tab: {"Authorization": "Bearer ..."}.
"use strict";
(function () {
  const endpoint = "/graphql";

  function kindOf(params, options) {
    const document = options && options.documentAST;
    if (!document) return "query";
    const operations = document.definitions.filter((each) => each.kind === "OperationDefinition");
    const chosen = operations.find((each) => each.name && each.name.value === params.operationName) || operations[0];
    return chosen ? chosen.operation : "query";
  }

  function post(params, options, accept, signal) {
    return fetch(endpoint, {
      method: "POST",
      signal: signal,
      headers: Object.assign(
        { "Content-Type": "application/json", Accept: accept },
        (options && options.headers) || {},
      ),
      body: JSON.stringify({
        query: params.query,
        variables: params.variables || null,
        operationName: params.operationName || null,
      }),
    });
  }

  // The events of one subscription, as they arrive.
  async function* events(params, options) {
    const stop = new AbortController();
    try {
      const answer = await post(params, options, "text/event-stream", stop.signal);
      if (!(answer.headers.get("content-type") || "").startsWith("text/event-stream")) {
        yield await answer.json();
        return;
      }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const step = await reader.read();
        if (step.done) return;
        const blocks = (rest + step.value).split(/\r?\n\r?\n/);
        rest = blocks.pop();
        for (const block of blocks) {
          const lines = block.split(/\r?\n/);
          if (lines.includes("event: complete")) return;
          const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
          if (lines.includes("event: next")) yield JSON.parse(data.join("\n"));
        }
      }
    } finally {
      stop.abort();
    }
  }

  async function single(params, options) {
    const answer = await post(params, options, "application/graphql-response+json, application/json");
    return answer.json();
  }

  function fetcher(params, options) {
    return kindOf(params, options) === "subscription" ? events(params, options) : single(params, options);
  }

  const welcome = [
    "# Holdfast. Log in first: print a token with",
    "#",
    "#   .venv/bin/holdfast token --role COUNTY_ADMIN --area 990101 --subject me",
    "#",
    '# and put it into the tab "Headers" below:',
    "#",
    '#   { "Authorization": "Bearer <token>" }',
    "#",
    "# Fetch the schema by the round arrows at the lower left.",
    "",
    "query Areas {",
    '  area(path: "99/01/01/") {',
    "    name",
    "    householdCount",
    "  }",
    "}",
    "",
  ].join("\n");

  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher: fetcher,
      defaultQuery: welcome,
      defaultEditorToolsVisibility: "headers",
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
    }),
  );
})();
