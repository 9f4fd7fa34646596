// The page: a letter comes in, is checked, and is checked again whenever it changes. All is held in these variables and nowhere else.

import { annotated, Refusal, review, useToken, vocabulary } from "./api.js";
import { $, goTo, h, keptInPlace, show } from "./dom.js";
import { draw, marks, outline, verdict } from "./findings.js";
import { LetterView } from "./letter.js";
import { alignment, blank, carried, placeFor } from "./text.js";

const PAUSE = 300; // milliseconds without typing before the text is checked
const MOMENT = 400; // milliseconds before it is shown that something takes time
const CHOICES = ["kind", "stage", "edition"];
const MARGINS = new Set(["header", "footer", "disclaimer"]);
const NAMES = new Set(["staff_name", "contractor_name", "third_party_name"]);

let words = null; // the plain words for all that is found
let file = null; // the file that was dropped, if any
let drafts = []; // one a letter: its texts as they came, as typed and as checked last, what was chosen, what was found
let current = null; // the draft that is open
let told = null; // its outline
let waiting = null; // what runs the pending check
let asking = new AbortController(); // ends the check under way

const letter = new LetterView({ onEdit: edited, onMark: (mark) => goTo($(mark.target)) });

// A letter comes in ------------------------------------------------------------------------------------------------------------------

async function take(source) {
  if (changed() && !window.confirm("Your changes to the letter will be lost. Open another one?")) return;
  await attempt(async () => {
    const { letters } = await busily("Checking the letter.", ask({ ...source, choice: {}, signal: anew() }));
    if (letters.length === 1) held(letters[0]);
    file = source.file ?? null;
    drafts = letters.map((found) => draft(found, source.text ?? found.text ?? ""));
    leaveStart();
    open(drafts.find((each) => isComplaint(each.found.result)) ?? drafts.find((each) => !each.found.result.error) ?? drafts[0]);
    goTo($("work-heading"));
    window.scrollTo({ top: 0, behavior: "instant" });
  });
}

/** Return what ends the check that begins now. The one under way is ended, so that the latest always wins. */
function anew() {
  clearTimeout(waiting);
  asking.abort();
  asking = new AbortController();
  return asking.signal;
}

/** Return a letter that could be read. */
function held(found) {
  if (found.result.error) throw new Refusal(found.result.error.code, found.result.error.message);
  return found;
}

/** Say what is being done, to eyes too where it takes longer than a moment, until it is done; return what comes of it. */
async function busily(words, work) {
  say(words);
  const shown = setTimeout(() => show($("busy"), true), MOMENT);
  try {
    return await work;
  } finally {
    clearTimeout(shown);
    show($("busy"), false);
  }
}

const isComplaint = ({ error, kind }) => !error && kind !== "other";

function draft(found, typed) {
  const text = typed.replaceAll(/\r\n?/gu, "\n");
  const place = alignment(found.text ?? "", text);
  const margins = found.passages.filter((passage) => MARGINS.has(passage.part));
  const tracked = margins.map(({ start, end }) => ({ margin: true, start: place(start), end: place(end) }));
  const known = new Set(found.result.flags.map((flag) => flag.text));
  return { name: found.result.path, original: text, typed: text, checked: text, choice: {}, found, tracked, known, annotatable: found.can_annotate };
}

function leaveStart() {
  show($("start"), false);
  show($("work"), true);
  $("name").textContent = file ? file.name : "Text that you pasted";
  $("pasted").value = "";
  $("file").value = "";
  drawChoices();
}

function drawChoices() {
  show($("choices"), drafts.length > 1);
  const rows = drafts.map((each, index) => {
    const input = h("input", { type: "radio", name: "letter", id: `letter-${index}`, onchange: () => open(each) });
    const attached = each.name.includes("#") ? each.name.slice(each.name.indexOf("#") + 1) : "The e-mail itself";
    return h("div", { class: "radio" }, input, h("label", { for: `letter-${index}` }, attached));
  });
  $("choice-list").replaceChildren(...rows);
}

function open(one) {
  if (current) [current.typed, current.tracked] = [letter.value, letter.tracked];
  anew();
  current = one;
  if (drafts.length > 1) $(`letter-${drafts.indexOf(one)}`).checked = true;
  letter.open(one.typed);
  for (const range of one.tracked) letter.track(range);
  const { error } = one.found.result;
  for (const part of ["facts", "columns"]) show($(part), !error);
  if (error) return refuse(error);
  tell();
  if (one.typed !== one.checked) check();
}

// It is checked ----------------------------------------------------------------------------------------------------------------------

function edited() {
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE);
  offerWhatFollows();
}

/** Check the open letter as it stands. A later check ends an earlier one, whose answer is never shown. */
async function check() {
  const signal = anew();
  const one = current;
  const typed = letter.value;
  await attempt(async () => {
    const untouched = file && typed === one.original;
    const { letters } = await ask({ ...(untouched ? { file } : { text: typed }), choice: one.choice, signal });
    if (signal.aborted) return;
    one.found = held(letters[untouched ? drafts.indexOf(one) : 0]);
    one.checked = typed;
    tell();
  }, check);
}

async function ask(request) {
  words ??= await vocabulary();
  return review(request);
}

/** Show what was found in the open letter. */
function tell() {
  const { result } = current.found;
  told = outline({ ...result, flags: result.flags.filter((flag) => !inMargin(flag)) }, words);
  drawFacts(result);
  letter.show(standing());
  const said = keptInPlace($("text"), () => draw(told, words, { select, insert, replace, copy, fill, pending }));
  const { look, heading } = verdict(told);
  $("bar").className = `bar bar-${look} no-print`;
  $("bar-verdict").textContent = heading;
  show($("back"), $("findings").querySelector(".card") !== null);
  offerWhatFollows();
  show($("problem"), false);
  document.title = `${heading} – letterproof`;
  say(said);
}

/** Return a function from the program's offsets to those of the text that was checked. */
const aligned = () => alignment(current.found.text, current.checked);

/** Return the marks where their words stand now: the letter may have been edited since the check began. */
const standing = () => carried(marks(told, aligned()), current.checked, letter.value);

/** Return ranges that the program gave where their words stand now. */
function here(ranges) {
  const place = aligned();
  return carried(ranges.map(({ start, end }) => ({ start: place(start), end: place(end) })), current.checked, letter.value);
}

function select(range) {
  const [words] = here([range]);
  if (words) letter.select(words.start, words.end);
}

/** Tell of a name whether it is the landlord's own, in letterhead or footer: the program knows these by the file, not by the text alone. */
function inMargin(flag) {
  const margins = letter.tracked.filter((range) => range.margin);
  const place = aligned();
  const inside = ({ start, end }) => margins.some((range) => range.start <= place(start) && place(end) <= range.end);
  return NAMES.has(flag.flag) && !current.known.has(flag.text) && flag.places.length > 0 && flag.places.every(inside);
}

function drawFacts({ kind, stage, edition }) {
  const chosen = current.choice;
  options($("kind"), words.kinds, kind, chosen.kind);
  options($("stage"), { 1: "Stage 1", 2: "Stage 2", 3: "Stage 3" }, stage ?? "", chosen.stage);
  options($("edition"), words.editions, edition, chosen.edition);
}

function options(select, names, value, chosen) {
  const own = chosen ? "Work it out from the letter" : `${names[value] ?? "Not known"} (worked out)`;
  const rest = Object.entries(names).map(([name, label]) => h("option", { value: name }, label));
  select.replaceChildren(h("option", { value: "" }, own), ...rest);
  select.value = chosen ?? "";
}

// It is mended -----------------------------------------------------------------------------------------------------------------------

function insert(finding) {
  const at = placeFor(letter.value, finding.element, partsFound(), { signed: signature(), end: footer() });
  putIn(finding, letter.insert(at, finding.suggestion));
}

/** Put the wording in place of the words that are not enough. */
function replace(finding) {
  const [words] = here([finding.evidence[0]]);
  if (words) putIn(finding, letter.replace(words, finding.suggestion));
}

function putIn({ element, suggestion }, start) {
  letter.track({ element, start, end: start + suggestion.length });
  const first = blank(suggestion);
  letter.select(start + (first?.start ?? 0), start + (first?.end ?? suggestion.length));
  say(first ? "The wording is in the letter. Its first blank is selected: type over it." : "The wording is in the letter.");
}

/** Return where the letter is signed, or null. */
function signature() {
  const signed = told.result.names.filter((name) => name.role === "signatory").flatMap((name) => name.places);
  return here(signed).at(-1)?.start ?? null;
}

/** Return where the letter has each element: found, or put in and not yet checked. */
function partsFound() {
  const found = standing();
  const ranges = ({ number, element }) => [
    ...found.filter((mark) => mark.number === number),
    ...letter.tracked.filter((range) => range.element === element),
  ];
  return Object.fromEntries(told.asked.map((each) => [each.element, ranges(each).sort((a, b) => a.start - b.start)]));
}

/** Return where the letter ends and its footer, if any, begins. */
function footer() {
  const below = letter.tracked.filter((range) => range.margin && !outside(range.end).trim());
  return Math.min(letter.value.length, ...below.map((range) => range.start));
}

/** Return what stands after an offset, letterhead and footer left out. */
function outside(offset) {
  const margins = letter.tracked.filter((range) => range.margin && range.start >= offset);
  return margins.reduceRight((rest, { start, end }) => rest.slice(0, start - offset) + rest.slice(end - offset), letter.value.slice(offset));
}

/** Return the blanks in a range. */
function blanksIn(range) {
  const found = [];
  for (let at = blank(letter.value, range.start); at && at.end <= range.end; at = blank(letter.value, at.end)) found.push(at);
  return found;
}

/** Return the blanks in all that was put in, and those that the program pointed at. */
function blanks() {
  const inserted = letter.tracked.filter((range) => range.element).flatMap(blanksIn);
  const pointedAt = letter.marks.filter((mark) => mark.flag === "placeholder" && !inserted.some((each) => overlap(each, mark)));
  return [...inserted, ...pointedAt].sort((a, b) => a.start - b.start);
}

const overlap = (one, other) => one.start < other.end && other.start < one.end;

const left = (finding) => letter.tracked.filter((range) => range.element === finding.element).flatMap(blanksIn);

function pending(finding) {
  return left(finding).length > 0;
}

function fill(finding) {
  const [first] = left(finding);
  if (first) letter.select(first.start, first.end);
}

/** Select the first blank below the cursor, or the first of all. */
function nextBlank() {
  const all = blanks();
  const next = all.find((each) => each.start >= letter.text.selectionEnd) ?? all[0];
  if (next) letter.select(next.start, next.end);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text);
  }
  say("Copied.");
}

/** Where the page is not served securely the browser keeps the clipboard from it, but copies what is selected. */
function copyByHand(text) {
  const focused = document.activeElement;
  const holder = h("textarea", { class: "visually-hidden", "aria-hidden": true, tabindex: -1 });
  holder.value = text;
  document.body.append(holder);
  holder.select();
  document.execCommand("copy");
  holder.remove();
  focused?.focus({ preventScroll: true });
}

/** Offer the next blank while there are any, and the Word file while it is the letter shown. */
function offerWhatFollows() {
  const count = blanks().length;
  show($("next-blank"), count > 0);
  $("next-blank").textContent = `Next blank (${count})`;
  const untouched = letter.value === current.original;
  show($("download"), current.annotatable && untouched);
  show($("download-hint"), current.annotatable && !untouched);
}

async function download() {
  await attempt(async () => {
    say("Making the Word file.");
    const address = URL.createObjectURL(await annotated({ file, choice: current.choice }));
    const name = file.name.replace(/(\.\w+)?$/u, " – checked$1");
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    say("The Word file with comments is in your downloads.");
  }, download);
}

// What goes wrong --------------------------------------------------------------------------------------------------------------------

let again = null; // what waits for the token

async function attempt(work, retry) {
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "token") askForToken(retry ?? (() => attempt(work)));
    else refuse(error);
  }
}

function refuse({ message }) {
  $("problem-message").textContent = message;
  show($("problem"), true);
  $("bar").className = "bar bar-gaps no-print";
  $("bar-verdict").textContent = `Not checked. ${message}`;
  if (!$("work").contains(document.activeElement) || $("work").hidden) goTo($("problem"));
}

function askForToken(then) {
  show($("token-error"), again !== null);
  $("token-value").setAttribute("aria-invalid", again !== null);
  again = then;
  show($("token"), true);
  show($("start"), false);
  show($("work"), false);
  $("token-value").focus();
}

function say(text) {
  $("announcement").textContent = text;
}

const changed = () => drafts.some((each) => (each === current ? letter.value : each.typed) !== each.original);

// Wiring -----------------------------------------------------------------------------------------------------------------------------

$("file").addEventListener("change", () => $("file").files.length && take({ file: $("file").files[0] }));
$("paste").addEventListener("submit", (event) => {
  event.preventDefault();
  if ($("pasted").value.trim()) take({ text: $("pasted").value });
  else refuse({ message: "There is no text yet. Paste the text of your letter, or choose a file." });
});
$("pasted").addEventListener("paste", () => setTimeout(() => $("pasted").value.trim() && take({ text: $("pasted").value })));
$("next-blank").addEventListener("click", nextBlank);
$("back").addEventListener("click", () => goTo($("findings").querySelector(".card")));
$("copy").addEventListener("click", () => copy(letter.value));
$("download").addEventListener("click", download);
$("facts").addEventListener("submit", (event) => event.preventDefault());
for (const name of CHOICES) {
  $(name).addEventListener("change", () => {
    current.choice = { ...current.choice, [name]: $(name).value || undefined };
    check();
  });
}
$("again").addEventListener("click", () => {
  if (changed() && !window.confirm("Your changes to the letter will be lost. Check another letter?")) return;
  anew();
  [file, drafts, current] = [null, [], null];
  letter.open("");
  show($("work"), false);
  show($("start"), true);
  show($("problem"), false);
  document.title = "Check a complaint letter – letterproof";
  $("file").focus();
});
$("token").addEventListener("submit", (event) => {
  event.preventDefault();
  useToken($("token-value").value.trim());
  $("token-value").value = "";
  show($("token"), false);
  show(drafts.length ? $("work") : $("start"), true);
  again();
});

const zone = $("drop-zone");
const dropping = (on) => zone.classList.toggle("dropping", on);
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  dropping(true);
});
document.addEventListener("dragleave", (event) => event.relatedTarget || dropping(false));
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  dropping(false);
  take({ file: event.dataTransfer.files[0] });
});
window.addEventListener("beforeunload", (event) => changed() && event.preventDefault());
