// The page's only way out: the program that served it. A letter goes in the body of a request, never in an address.

const ROOT = "/api/v1";
let token = null; // held here and nowhere else

/** What went wrong, in words for the officer. `code` is the contract's, or `token` where one is asked for. */
export class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export function useToken(value) {
  token = value;
}

/** Return the plain words for kinds, elements, flags and what each edition asks. */
export async function vocabulary() {
  return (await asked("/words", {})).json();
}

/** Return the letters of a file or text, judged. `choice` holds kind, stage and edition where the officer chose them. */
export async function review({ file, text, choice, signal }) {
  const chosen = Object.fromEntries(Object.entries(choice).filter(([, value]) => value));
  if (file) return (await asked("/review", { method: "POST", body: form(file, chosen), signal })).json();
  if (chosen.stage) chosen.stage = Number(chosen.stage);
  const body = JSON.stringify({ text, ...chosen });
  return (await asked("/review", { method: "POST", body, headers: { "Content-Type": "application/json" }, signal })).json();
}

/** Return the Word document with comments, as a Blob. */
export async function annotated({ file, choice }) {
  const chosen = Object.fromEntries(Object.entries(choice).filter(([, value]) => value));
  return (await asked("/annotate", { method: "POST", body: form(file, chosen) })).blob();
}

function form(file, fields) {
  const body = new FormData();
  body.append("file", file);
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return body;
}

async function asked(path, { headers = {}, ...options }) {
  const authorised = token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
  let answer;
  try {
    answer = await fetch(ROOT + path, { ...options, headers: authorised, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("away", "letterproof does not answer. Check that it is still running, then try again. Your text is still here.");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  const message = said.error?.message ?? `letterproof could not do that (status ${answer.status}). Try again.`;
  throw new Refusal(answer.status === 401 ? "token" : said.error?.code, message);
}
