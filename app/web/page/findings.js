// What is said of the letter: the verdict, what is missing, what to look at, and what a letter of this kind must contain.

import { $, counted, goTo, h, show } from "./dom.js";

const LACKING = new Set(["missing", "incomplete"]);
const WEIGHT = { error: 0, warning: 1, info: 2 };
const PUT_RIGHT = { error: "Put right", warning: "Look at", info: "Note" };
const VAGUE = new Set(["outcomes_sought", "reasons", "remedy", "outstanding_actions", "escalation_route", "timescale"]);
const TAGS = { present: "green", missing: "red", incomplete: "yellow", not_applicable: "grey" };
const SEVERITY_TAGS = { error: "red", warning: "yellow", info: "blue" };

/** Return a result as the page speaks of it: what is asked, numbered; what is lacking; the flags in groups, lettered. */
export function outline(result, words) {
  const stages = words.asks[result.edition][result.kind];
  const plain = stages[Math.min(result.stage ?? 1, stages.length) - 1];
  const asked = result.elements
    .filter((each) => each.requirement !== "none" && each.status !== "not_applicable")
    .map((each, index) => ({ ...each, number: String(index + 1), label: words.elements[each.element], words: plain[each.element] }));
  const spared = result.elements
    .filter((each) => each.requirement !== "none" && each.status === "not_applicable")
    .map((each) => ({ ...each, label: words.elements[each.element], words: plain[each.element] }));
  const gaps = asked.filter((each) => LACKING.has(each.status));
  return { result, asked, spared, gaps, musts: gaps.filter((each) => each.requirement === "must"), flags: grouped(result.flags, words) };
}

function grouped(flags, words) {
  const groups = new Map();
  for (const flag of flags) {
    const key = `${flag.flag} ${flag.severity}`;
    if (!groups.has(key)) groups.set(key, { flag: flag.flag, severity: flag.severity, label: words.flags[flag.flag], items: [] });
    groups.get(key).items.push(flag);
  }
  return [...groups.values()]
    .sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])
    .map((group, index) => ({ ...group, number: String.fromCharCode(65 + index) }));
}

/** Return the verdict in words: a heading, a sentence, and how the panel looks. */
export function verdict({ result, gaps, musts, flags }) {
  const shoulds = gaps.length - musts.length;
  const of = (severity) => flags.filter((group) => group.severity === severity).reduce((sum, group) => sum + group.items.length, 0);
  const errors = of("error");
  const looks = of("warning") + of("info");
  const more = [
    musts.length && errors && `${counted(errors, "thing")} to put right`,
    shoulds && `${counted(shoulds, "thing")} that should be added`,
    looks && `${counted(looks, "thing")} to look at`,
  ].filter(Boolean);
  const rest = more.length ? `${listed(more)}.` : "";
  if (result.verdict === "out_of_scope") {
    return { look: "none", heading: "This does not look like a complaint letter", more: "If it is one, choose its kind above." };
  }
  if (musts.length) {
    const is = musts.length === 1 ? "is" : "are";
    return { look: "gaps", heading: `${counted(musts.length, "thing")} ${is} missing or incomplete`, more: rest && `Also ${rest}` };
  }
  if (errors) return { look: "gaps", heading: `Nothing missing, but ${counted(errors, "thing")} to put right`, more: rest && `Also ${rest}` };
  if (shoulds) return { look: "good", heading: "Nothing required is missing", more: `There ${shoulds === 1 ? "is" : "are"} ${rest}` };
  return { look: "good", heading: "Nothing missing", more: rest ? `Before you send it, ${rest}` : "The letter has everything that the Code asks of it." };
}

function listed(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Return the marks of a letter: what is to be seen at each range of its text. `place` gives the offsets to use for the program's own. */
export function marks({ asked, flags }, place) {
  const mark = (range, more) => ({ start: place(range.start), end: place(range.end), ...more });
  const found = asked.flatMap(({ evidence, number, label, status, element }) => {
    const target = LACKING.has(status) ? `gap-${element}` : `asked-${element}`;
    return joined(evidence).map((range) => mark(range, { number, label, weight: status, target }));
  });
  const flagged = flags.flatMap(({ items, number, label, severity, flag }) =>
    items.flatMap(({ places }) => places.map((range) => mark(range, { number, label, weight: severity, target: `flag-${number}`, flag }))),
  );
  return [...found, ...flagged];
}

function joined(ranges) {
  const close = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = close.at(-1);
    if (last && range.start - last.end <= 2) last.end = Math.max(last.end, range.end);
    else close.push({ ...range });
  }
  return close;
}

/**
 * Draw all of it, and return the verdict as one sentence. `act` holds what the buttons do: select(range), insert(finding), replace(finding),
 * copy(text), fill(finding); and pending(finding), whether its wording is in the letter with blanks left.
 */
export function draw(told, words, act) {
  const { look, heading, more } = verdict(told);
  $("verdict").className = `verdict verdict-${look}`;
  $("verdict-heading").textContent = heading;
  $("verdict-more").textContent = more;
  show($("verdict-more"), Boolean(more));
  replace($("gaps"), section("Missing or incomplete", told.gaps.map((each) => gap(each, words, act))));
  replace($("flags"), section("To put right or look at", told.flags.map((group) => flag(group, act))));
  replace($("asked"), checklist(told, words, act));
  replace($("people"), people(told.result.names, words));
  return more ? `${heading}. ${more}` : heading;
}

/** Put new content in, with the focus and what was folded out as they were. */
function replace(holder, content) {
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const open = new Set([...holder.querySelectorAll("details[open]")].map((each) => each.dataset.key));
  holder.replaceChildren(...[content].flat().filter(Boolean));
  for (const each of holder.querySelectorAll("details")) each.open = open.has(each.dataset.key);
  if (focused) [...holder.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused)?.focus({ preventScroll: true });
}

function section(heading, cards) {
  return cards.length ? [h("h3", { class: "heading-m" }, heading), ...cards] : null;
}

function gap(each, words, act) {
  const id = `gap-${each.element}`;
  const pending = act.pending(each);
  return h(
    "article",
    { class: `card card-${each.requirement === "must" ? "gap" : "should"}`, id, tabindex: -1, "data-key": id, "aria-labelledby": `${id}-name` },
    cardHead(id, each.number, each.label, tag(TAGS[each.status], words.statuses[each.status])),
    each.words && h("p", {}, each.words, " ", ground(each, words)),
    each.problem && h("p", { class: "problem" }, each.problem),
    quotes(each.evidence, act, id),
    pending ? stillBlank(each, act) : wording(each, act),
  );
}

function cardHead(id, number, label, status) {
  return h("div", { class: "card-head" }, h("h4", { class: "heading-s", id: `${id}-name` }, h("span", { class: "number" }, number), ` ${label}`), status);
}

function ground({ requirement, paragraph }, words) {
  const advice = words.requirements[requirement];
  return h("span", { class: "ground" }, paragraph ? `${advice}, paragraph ${paragraph} of the Code` : advice);
}

function tag(colour, text) {
  return h("strong", { class: `tag tag-${colour}` }, text);
}

function wording(each, act) {
  if (!each.suggestion) return null;
  return h(
    "div",
    { class: "wording" },
    h("p", { class: "wording-label" }, "You could write:"),
    h("p", { class: "wording-text" }, withBlanks(each.suggestion)),
    h(
      "div",
      { class: "buttons" },
      replaceable(each) && button(`Replace “${short(each.evidence[0].text, 34)}”`, `replace-${each.element}`, () => act.replace(each)),
      button("Insert in the letter", `insert-${each.element}`, () => act.insert(each), replaceable(each) ? "secondary" : "", `: ${each.label}`),
      button("Copy", `copy-${each.element}`, () => act.copy(each.suggestion), "secondary", ` the wording: ${each.label}`),
    ),
  );
}

/** Tell whether words stand there that would still be too little with better ones beside them, such as "as soon as possible". */
const replaceable = (each) => each.status === "incomplete" && each.evidence.length > 0 && VAGUE.has(each.element);

function withBlanks(suggestion) {
  return suggestion.split(/(\[[^\]]+\])/u).map((part) => (part.startsWith("[") ? h("span", { class: "blank" }, part) : part));
}

function stillBlank(each, act) {
  return h(
    "div",
    { class: "wording" },
    h("p", {}, "The wording is in the letter. Fill in what stands in [square brackets], or take it out."),
    h("div", { class: "buttons" }, button("Go to the next blank", `blank-${each.element}`, () => act.fill(each), "", `: ${each.label}`)),
  );
}

function button(text, key, onclick, look = "", more = "") {
  return h("button", { type: "button", class: `button small ${look}`, "data-key": key, onclick }, text, more && h("span", { class: "visually-hidden" }, more));
}

function quotes(evidence, act, key) {
  if (!evidence.length) return null;
  return h("ul", { class: "quotes" }, joined(evidence).map((range, index) => h("li", {}, quote(evidence, range, act, `${key}-${index}`))));
}

function quote(evidence, range, act, key) {
  const text = evidence.find((each) => each.start === range.start).text;
  return passage(text, range, act, key);
}

function passage(text, range, act, key) {
  return [
    h("q", { class: "quote" }, short(text)),
    " ",
    h("button", { type: "button", class: "link", "data-key": key, onclick: () => act.select(range) },
      "Show", h("span", { class: "visually-hidden" }, ` in the letter: “${short(text, 40)}”`)),
  ];
}

function short(text, length = 120) {
  const line = text.split(/\s+/u).join(" ");
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}

function flag(group, act) {
  const id = `flag-${group.number}`;
  const messages = new Map();
  for (const item of group.items) messages.set(item.message, [...(messages.get(item.message) ?? []), item]);
  const paragraph = group.items.find((item) => item.paragraph)?.paragraph;
  return h(
    "article",
    { class: `card card-${group.severity}`, id, tabindex: -1, "data-key": id, "aria-labelledby": `${id}-name` },
    cardHead(id, group.number, group.label, tag(SEVERITY_TAGS[group.severity], PUT_RIGHT[group.severity])),
    [...messages].map(([message, items]) => [
      h("p", {}, message, items[0].suggestion && ` ${items[0].suggestion}`, paragraph && [" ", h("span", { class: "ground" }, `Paragraph ${paragraph} of the Code`)]),
      h("ul", { class: "quotes" }, items.map((item, index) => h("li", {}, item.places.length ? passage(item.text, item.places[0], act, `${id}-${message}-${index}`) : short(item.text)))),
    ]).flat(),
  );
}

function checklist({ asked, spared, result }, words, act) {
  if (!asked.length) return null;
  return [
    h("h3", { class: "heading-m" }, `What ${letterOf(result)} must contain`),
    h("p", { class: "hint" }, words.titles[result.edition]),
    h("ol", { class: "tasks" }, asked.map((each) => task(each, words, act))),
    spared.length > 0 && h("p", { class: "hint" }, `Not called for in this letter: ${listed(spared.map((each) => lowered(each.label)))}.`),
  ].filter(Boolean);
}

const lowered = (label) => label[0].toLowerCase() + label.slice(1);

function letterOf({ kind, stage }) {
  const an = { acknowledgement: "an acknowledgement", response: "a response", extension: "an extension letter", refusal: "a refusal" }[kind];
  return stage && kind === "response" ? `a stage ${stage} response` : stage ? `${an} at stage ${stage}` : an;
}

function task(each, words, act) {
  const id = `asked-${each.element}`;
  const lacking = LACKING.has(each.status);
  return h(
    "li",
    { class: "task", id, tabindex: -1, "data-key": id },
    h("div", { class: "task-head" }, h("span", { class: "task-name" }, h("span", { class: "number" }, each.number), ` ${each.label}`),
      lacking ? tag(TAGS[each.status], words.statuses[each.status]) : h("span", { class: "task-done" }, words.statuses[each.status])),
    h("p", { class: "task-words" }, each.words, " ", ground(each, words)),
    lacking
      ? h("button", { type: "button", class: "link", "data-key": `${id}-link`, onclick: () => goTo($(`gap-${each.element}`)) }, "See what to write",
          h("span", { class: "visually-hidden" }, `: ${each.label}`))
      : each.evidence.length > 0 && h("details", { class: "details small", "data-key": `${id}-details` },
          h("summary", {}, "Where it stands", h("span", { class: "visually-hidden" }, `: ${each.label}`)), h("div", {}, quotes(each.evidence, act, id))),
  );
}

function people(names, words) {
  if (!names.length) return null;
  const rows = names.map((name) => h("div", {}, h("dt", {}, name.text), h("dd", {}, words.roles[name.role])));
  return h("details", { class: "details", "data-key": "people" }, h("summary", {}, `People named (${names.length})`), h("div", {}, h("dl", { class: "summary-list" }, rows)));
}
