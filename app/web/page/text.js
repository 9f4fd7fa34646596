// What is worked out from texts alone: offsets carried from one text to another, and where wording goes in a letter.

const SPACE = /\s/u;
const SALUTATION = /^[ \t]*(?:dear|hello|hi)\b[^\n]{0,80}$/imu;
const SIGN_OFF =
  /^[ \t]*(?:yours[ \t]+(?:sincerely|faithfully|truly|ever)|sincerely|regards|(?:with[ \t]+|my[ \t]+|our[ \t]+)*(?:kind(?:est)?|best|warm(?:est)?|many)[ \t]+(?:regards|wishes|thanks))[ \t]*[,.]?[ \t]*$/gimu;
const GAP = /(?:[ \t]*\n){2,}|(?<=[.!?])\n(?=\d{1,2}[.)] )/gu; // empty lines, or the start of a numbered paragraph
const OUTCOME = ["decision", "reasons", "remedy", "outstanding_actions"];
const ONWARD = ["escalation_route", "ombudsman_details"];
const HEADINGS = 3; // lines that a letter may have between the salutation and its first sentence
const LOOK_AHEAD = 8; // characters within which two texts that differ are brought together again

/**
 * Return a function from an offset in `checked` (in code points, as the program counts) to one in `typed` (in UTF-16 units, as the browser does).
 * `checked` is the text that the program made of `typed`: spaces and line breaks differ, and few other characters.
 */
export function alignment(checked, typed) {
  const places = [];
  let at = 0;
  for (const character of checked) {
    if (!SPACE.test(character)) at = next(typed, at, character);
    places.push(at);
    if (typed.startsWith(character, at)) at += character.length;
    else if (!SPACE.test(character)) at += 1;
  }
  places.push(typed.length);
  return (offset) => places[Math.min(offset, places.length - 1)];
}

function next(typed, at, character) {
  while (at < typed.length && SPACE.test(typed[at])) at += 1;
  const found = typed.indexOf(character, at);
  return found >= 0 && found - at <= LOOK_AHEAD ? found : at;
}

/** Return ranges ({start, end}) of the text `before` as they stand in `after`, which differs from it in one place. Emptied ones are left out. */
export function carried(ranges, before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const change = { start: head, end: before.length - tail, grown: after.length - before.length };
  return ranges.map((range) => moved(range, change)).filter((range) => range.end > range.start);
}

function moved(range, { start, end, grown }) {
  if (range.end <= start) return range;
  if (range.start >= end) return { ...range, start: range.start + grown, end: range.end + grown };
  return { ...range, start: Math.min(range.start, start), end: Math.max(range.end, end) + grown };
}

/**
 * Return where suggested wording for an element goes, as an offset at a paragraph's end.
 *
 * What opens a letter goes under the salutation; wording for what is there in part, beside that part; the outcome, above the way to go
 * further; all else before the sign-off. `found` gives the ranges in the text of each element found or put in; `signed` is where the
 * signatory's name stands, if it does; `end` is where the letter ends and its footer begins.
 */
export function placeFor(text, element, found, { signed = null, end = text.length } = {}) {
  const paragraphs = paragraphsOf(text);
  const top = opening(text, paragraphs);
  const bottom = closing(text, paragraphs, top, signed, end);
  const after = (range) => range && paragraphs.find((each) => each.end >= range.end && each.end >= top && each.end <= bottom)?.end;
  const inBody = (name) => (found[name] ?? []).filter((range) => range.start >= top && range.end <= bottom);
  if (element === "stage") return top;
  if (element === "definition") return after(inBody("definition")[0] ?? leading(paragraphs, top, inBody("stage"))) ?? top;
  if (element === "outcomes_sought") return after(inBody("definition")[0] ?? inBody("stage")[0]) ?? top;
  const own = after(inBody(element).at(-1));
  if (own || !OUTCOME.includes(element)) return own ?? bottom;
  const said = Math.max(top, ...OUTCOME.flatMap(inBody).map((range) => range.end));
  const onward = ONWARD.flatMap(inBody).filter((range) => range.start > said);
  return onward.length ? above(text, paragraphs, top, Math.min(...onward.map((range) => range.start))) : bottom;
}

/** Return the range that stands in the first paragraph below `top`, if one does. */
function leading(paragraphs, top, ranges) {
  const first = paragraphs.find((each) => each.start >= top);
  return ranges.find((range) => first && range.start < first.end);
}

/** Return the end of the last paragraph above the one at `offset` and its heading. */
function above(text, paragraphs, top, offset) {
  let at = paragraphs.findLastIndex((each) => each.start <= offset) - 1;
  while (isHeading(text, paragraphs[at]) && paragraphs[at].end > top) at -= 1;
  return Math.max(top, paragraphs[at]?.end ?? top);
}

function paragraphsOf(text) {
  const gap = /\n[ \t]*\n/u.test(text.trim()) ? GAP : /\n/gu;
  const found = [];
  let start = 0;
  for (const match of text.matchAll(gap)) {
    found.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  found.push({ start, end: text.length });
  return found.filter((each) => text.slice(each.start, each.end).trim());
}

function opening(text, paragraphs) {
  const salutation = SALUTATION.exec(text);
  if (!salutation) return 0;
  const end = salutation.index + salutation[0].length;
  let at = paragraphs.findIndex((each) => each.end >= end);
  for (let headings = 0; headings < HEADINGS && isHeading(text, paragraphs[at + 1]); headings += 1) at += 1;
  return paragraphs[at].end;
}

function isHeading(text, paragraph) {
  if (!paragraph) return false;
  const line = text.slice(paragraph.start, paragraph.end).trim();
  return line.length <= 90 && !/[.!?:;,]$|\n/u.test(line);
}

function closing(text, paragraphs, top, signed, end) {
  const signOff = [...text.slice(0, end).matchAll(SIGN_OFF)].filter((match) => match.index >= top).at(-1);
  const limit = signOff?.index ?? (signed > top && signed < end ? text.lastIndexOf("\n", signed) + 1 : end);
  const before = paragraphs.filter((each) => each.start < limit && each.end >= top).at(-1);
  return before ? Math.max(top, Math.min(before.end, text.slice(0, limit).trimEnd().length)) : top;
}

/** Return the first [blank] in `text` from `from` on, as {start, end}, or null. */
export function blank(text, from = 0) {
  const found = /\[[^\]\n]+\]/u.exec(text.slice(from));
  return found && { start: from + found.index, end: from + found.index + found[0].length };
}
