// The letter that is edited: a textarea, so that typing, undo and screen readers work as everywhere, over a layer with the same text,
// in which passages are marked. Numbers and names of the marks stand beside it.

import { $, h } from "./dom.js";
import { carried } from "./text.js";

const WEIGHTS = ["present", "info", "incomplete", "warning", "error"]; // of marks over the same words, the weightier shows

export class LetterView {
  /** `onEdit` is called after every change of the text by the officer, `onMark` with a mark that was chosen beside the letter. */
  constructor({ onEdit, onMark }) {
    this.text = $("text");
    this.layer = $("layer");
    this.margin = $("margin");
    this.marks = [];
    this.tracked = [];
    this.onMark = onMark;
    this.before = "";
    this.text.addEventListener("input", () => {
      this.follow();
      onEdit();
    });
    new ResizeObserver(() => this.place()).observe($("paper"));
  }

  get value() {
    return this.text.value;
  }

  /** Take another letter's text. What could be undone before cannot be undone any more. */
  open(text) {
    this.text.value = text;
    this.before = this.text.value;
    this.tracked = [];
    this.show([]);
  }

  /** Show marks: {start, end, number, label, weight, target}. */
  show(marks) {
    this.marks = marks.filter((mark) => mark.end > mark.start);
    this.paint();
  }

  /** Ranges that stay with their words when the text is edited, such as letterhead and wording put in. */
  track(range) {
    this.tracked.push(range);
  }

  follow() {
    this.marks = carried(this.marks, this.before, this.value);
    this.tracked = carried(this.tracked, this.before, this.value);
    this.before = this.value;
    this.paint();
  }

  paint() {
    const text = this.value;
    const ends = this.marks.flatMap((mark) => [mark.start, mark.end]);
    const cuts = [...new Set([0, ...ends, text.length])].sort((a, b) => a - b);
    const pieces = cuts.slice(1).map((end, index) => this.piece(text, cuts[index], end));
    this.layer.replaceChildren(...pieces, "\n\u200b");
    this.place();
  }

  piece(text, start, end) {
    const over = this.marks.filter((mark) => mark.start < end && mark.end > start);
    if (!over.length) return text.slice(start, end);
    const weight = WEIGHTS.findLast((each) => over.some((mark) => mark.weight === each));
    const begun = over.filter((mark) => mark.start === start).map((mark) => mark.number);
    return h("mark", { class: `mark-${weight}`, "data-numbers": begun.join(" ") || null }, text.slice(start, end));
  }

  /** Set each mark's number over its first word, and its name beside its line. */
  place() {
    const paper = this.layer.getBoundingClientRect();
    const chips = [];
    const tags = [];
    let free = 0;
    for (const group of this.starts()) {
      const box = this.range(group[0].start, group[0].start + 1).getClientRects()[0];
      if (!box) continue;
      const [top, left] = [box.top - paper.top, box.left - paper.left];
      const chip = h("span", { class: "chip" }, group.map((mark) => mark.number).join(" "));
      chip.style.top = `${top}px`;
      chip.style.left = `${left}px`;
      chips.push(chip);
      for (const mark of group) tags.push([mark, top]);
    }
    $("chips").replaceChildren(...chips);
    const buttons = tags.map(([mark]) => this.tag(mark));
    const focused = $("margin").contains(document.activeElement) ? [...$("margin").children].indexOf(document.activeElement) : -1;
    $("margin").replaceChildren(...buttons);
    buttons[focused]?.focus({ preventScroll: true });
    const heights = buttons.map((button) => button.offsetHeight);
    buttons.forEach((button, index) => {
      const top = Math.max(tags[index][1], free);
      button.style.top = `${top}px`;
      free = top + heights[index] + 2;
    });
    $("paper").style.minHeight = `${free}px`;
  }

  tag(mark) {
    return h(
      "button",
      { type: "button", class: `tag-beside tag-${mark.weight}`, onclick: () => this.onMark(mark) },
      h("span", { class: "tag-number" }, mark.number),
      h("span", { class: "tag-name" }, ` ${mark.label}`),
      h("span", { class: "visually-hidden" }, `: “${this.quoted(mark)}”`),
    );
  }

  starts() {
    const groups = new Map();
    for (const mark of [...this.marks].sort((a, b) => a.start - b.start)) groups.set(mark.start, [...(groups.get(mark.start) ?? []), mark]);
    return groups.values();
  }

  quoted({ start, end }) {
    const words = this.value.slice(start, end).split(/\s+/u);
    return words.length > 8 ? `${words.slice(0, 8).join(" ")} …` : words.join(" ");
  }

  range(start, end) {
    const range = document.createRange();
    const [from, fromOffset] = this.at(start);
    const [to, toOffset] = this.at(end);
    range.setStart(from, fromOffset);
    range.setEnd(to, toOffset);
    return range;
  }

  at(offset) {
    const walker = document.createTreeWalker(this.layer, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (node && offset > node.length) {
      offset -= node.length;
      node = walker.nextNode();
    }
    return [node, offset];
  }

  /** Select a passage, with the focus in the letter and the passage in view. */
  select(start, end) {
    this.text.focus({ preventScroll: true });
    this.text.setSelectionRange(start, end);
    const box = this.range(start, end).getBoundingClientRect();
    const height = window.innerHeight;
    if (box.top < height * 0.1 || box.bottom > height * 0.8) window.scrollBy({ top: box.top - height * 0.3, behavior: "instant" });
  }

  /** Put words in at an offset as the officer would by typing, so that they can be undone; return where they begin. */
  insert(at, words) {
    const before = this.value.slice(0, at);
    const after = this.value.slice(at);
    const lead = before.trim() ? "\n\n" : "";
    const trail = after.trim() && !/^\s*\n\s*\n/u.test(after) ? "\n\n" : "";
    this.text.focus({ preventScroll: true });
    this.text.setSelectionRange(at, at);
    this.type(lead + words + trail);
    return at + lead.length;
  }

  /** Put words in place of a passage, so that it can be undone; return where they begin. */
  replace({ start, end }, words) {
    this.text.focus({ preventScroll: true });
    this.text.setSelectionRange(start, end);
    this.type(words);
    return start;
  }

  type(words) {
    // Deprecated without a successor: nothing else puts text in that the browser's own undo takes out again.
    if (document.execCommand("insertText", false, words)) return;
    this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
