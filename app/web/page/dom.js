// Elements made without HTML strings: what stands in a letter is only ever text.

/** Return a new element. Of `attributes`, `on…` are listeners, `class` and the like are set as written, and null or false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return the page's element with that id. */
export const $ = (id) => document.getElementById(id);

/** Show or hide an element. */
export function show(element, shown) {
  element.hidden = !shown;
}

/** Return `count` with its noun: "1 thing", "2 things". */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** Bring an element into view and put the focus on it. */
export function goTo(element) {
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}

/** Do work that changes what stands above `element`; where the focus is in it, it stays where it is on the screen. */
export function keptInPlace(element, work) {
  const before = element.getBoundingClientRect().top;
  const result = work();
  const moved = element.getBoundingClientRect().top - before;
  if (moved && document.activeElement === element) window.scrollBy({ top: moved, behavior: "instant" });
  return result;
}
