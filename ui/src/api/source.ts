// Where documents come from: a server, a folder on any web server, or the page itself.

export const API = "api/v1";

export interface Source {
  /** Reads one document by its path below the API, such as "trees/main/clusters.json". */
  read<T>(path: string, onBytes?: (received: number) => void): Promise<T>;
  /** Writes one over the given revision; only a server that keeps notes can. */
  write?<T>(path: string, doc: unknown, revision: number): Promise<T>;
}

/** A document could not be read or written; the message is for people and says what to do. */
export class SourceError extends Error {
  constructor(
    message: string,
    readonly status: number | null,
  ) {
    super(message);
  }
}

export function httpSource(base: string): Source {
  return {
    async read<T>(path: string, onBytes?: (received: number) => void): Promise<T> {
      const response = await ask(`${base}${API}/${path}`, { cache: "no-cache" });
      return parsed<T>(response, onBytes);
    },
    async write<T>(path: string, doc: unknown, revision: number): Promise<T> {
      const headers = { "content-type": "application/json", "if-match": `"${revision}"` };
      const body = JSON.stringify(doc);
      // a small write outlives the page that is being closed
      const keepalive = body.length < 60_000;
      const response = await ask(`${base}${API}/${path}`, {
        method: "PUT",
        headers,
        body,
        keepalive,
      });
      return parsed<T>(response);
    },
  };
}

/** Documents that stand in the page: base64 of gzip of one JSON object {path: document}. */
export function inlineSource(packed: string): Source {
  let all: Promise<Record<string, unknown>> | null = null;
  return {
    async read<T>(path: string): Promise<T> {
      all ??= unpack(packed);
      const found = (await all)[path];
      if (found === undefined) throw new SourceError("This page does not hold that part.", 404);
      return found as T;
    },
  };
}

export function openSource(): Source {
  const inline = document.getElementById("anonymuse-data");
  if (inline?.textContent) return inlineSource(inline.textContent);
  return httpSource(new URL(".", location.href).href);
}

async function ask(address: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new SourceError(
      "Nothing answers at this address. If `anonymuse explore` served this page, is it still running?",
      null,
    );
  }
  if (!response.ok) throw new SourceError(await refusal(response), response.status);
  return response;
}

async function parsed<T>(response: Response, onBytes?: (n: number) => void): Promise<T> {
  try {
    return JSON.parse(await readText(response, onBytes)) as T;
  } catch {
    throw new SourceError("A part of the report arrived incomplete. Load the page again.", null);
  }
}

async function unpack(packed: string): Promise<Record<string, unknown>> {
  if (typeof DecompressionStream === "undefined")
    throw new SourceError(
      "This browser is too old to open the report. One from 2023 or later can.",
      null,
    );
  try {
    const letters = atob(packed.trim());
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text()) as Record<string, unknown>;
  } catch {
    throw new SourceError(
      "The report in this file is incomplete: it was cut off or changed on its way. Get the file again.",
      null,
    );
  }
}

async function readText(response: Response, onBytes?: (n: number) => void): Promise<string> {
  if (!onBytes || !response.body) return response.text();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    received += value.length;
    onBytes(received);
    text += decoder.decode(value, { stream: true });
  }
}

async function refusal(response: Response): Promise<string> {
  const { status } = response;
  if (status === 401 || status === 403)
    return "The server wants its token. Open the whole address that `anonymuse explore` printed.";
  if (status === 404) return "This address holds no such part of a report.";
  const answer = await response.json().catch(() => null);
  const sentence = (answer as { error?: unknown } | null)?.error;
  if (typeof sentence === "string" && sentence) return sentence.slice(0, 400);
  return `The server answered ${status}. Look at the terminal in which it runs.`;
}
