// @vitest-environment node
import { afterEach, describe, expect, test, vi } from "vitest";
import { httpSource, inlineSource, SourceError } from "../../src/api/source";

afterEach(() => vi.unstubAllGlobals());

const answering = (make: () => Response) => {
  const fetched = vi.fn(async (_: string, __?: RequestInit) => make());
  vi.stubGlobal("fetch", fetched);
  return fetched;
};

async function packed(documents: unknown): Promise<string> {
  const stream = new Blob([JSON.stringify(documents)])
    .stream()
    .pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}

describe("a server", () => {
  test("counts what has arrived", async () => {
    answering(() => new Response('{"a": "é"}'));
    const seen: number[] = [];
    const doc = await httpSource("http://here/").read("index.json", (n) => seen.push(n));
    expect(doc).toEqual({ a: "é" });
    expect(seen.at(-1)).toBe(11);
  });

  test.each([
    [401, "token"],
    [404, "no such part"],
    [500, "answered 500"],
  ])("a refusal (%i) says what to do", async (status, said) => {
    answering(() => new Response("", { status }));
    const reading = httpSource("http://here/").read("index.json");
    await expect(reading).rejects.toThrow(said);
    await expect(reading).rejects.toMatchObject({ status });
  });

  test("the server's own sentence is passed on", async () => {
    answering(() => new Response('{"error": "The disk is full."}', { status: 507 }));
    const reading = httpSource("http://here/").read("notes.json");
    await expect(reading).rejects.toThrow("The disk is full.");
  });

  test("silence and half a document are sentences too", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("network");
    });
    await expect(httpSource("http://here/").read("a")).rejects.toThrow("still running");
    answering(() => new Response('{"a": '));
    await expect(httpSource("http://here/").read("a")).rejects.toThrow("incomplete");
  });

  test("a write names the revision it is over", async () => {
    const fetched = answering(() => new Response('{"revision": 4}'));
    const source = httpSource("http://here/");
    await source.write?.("notes.json", { revision: 3 }, 3);
    const [address, options] = fetched.mock.calls[0]!;
    expect(address).toBe("http://here/api/v1/notes.json");
    expect(options).toMatchObject({ method: "PUT", headers: { "if-match": '"3"' } });
  });
});

describe("a page that holds the report", () => {
  test("its documents are read, what is missing is 404", async () => {
    const source = inlineSource(await packed({ "index.json": { a: 1 } }));
    expect(await source.read("index.json")).toEqual({ a: 1 });
    await expect(source.read("other.json")).rejects.toMatchObject({ status: 404 });
    expect(source.write).toBeUndefined();
  });

  test.each(["", "!!!", "H4sIAAAAAAAAA6tW"])("a damaged one says so (%s)", async (text) => {
    const reading = inlineSource(text).read("index.json");
    await expect(reading).rejects.toThrow(SourceError);
    await expect(reading).rejects.toThrow("incomplete");
  });

  test("an old browser is told", async () => {
    const text = await packed({});
    vi.stubGlobal("DecompressionStream", undefined);
    await expect(inlineSource(text).read("a")).rejects.toThrow("too old");
  });
});
