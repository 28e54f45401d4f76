// The search page: asks Pagefind's index and lists the posts found. Nothing of a post becomes markup but <mark>.
// https://pagefind.app/docs/api/

const PAGE = 10; // results that are shown at once; each is a file to load

const form = document.querySelector("article .search-form");
const status = document.querySelector(".search-status");
const list = document.querySelector(".search-results");
const more = document.querySelector(".search-more");

const pagefind = await import("../_search/pagefind.js");
await pagefind.options({ baseUrl: new URL(document.documentElement.dataset.content_root, location).pathname });

let asked = 0; // of several searches under way, the last one counts
let waiting = [];

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// An excerpt is text with <mark>: the rest of what it holds is taken as text.
const marked = (excerpt) =>
  [...new DOMParser().parseFromString(excerpt, "text/html").body.childNodes].map((node) =>
    node.nodeName === "MARK" ? element("mark", {}, node.textContent) : node.textContent,
  );

const entry = ({ url, excerpt, meta, filters }) =>
  element(
    "li",
    {},
    element("p", { className: "post-meta" }, meta.date, ...(filters.tag ? [` · ${filters.tag.join(", ")}`] : [])),
    element("h2", {}, element("a", { href: url }, meta.title)),
    element("p", {}, ...marked(excerpt)),
  );

const showMore = async () => {
  const mine = asked;
  const found = await Promise.all(waiting.splice(0, PAGE).map((result) => result.data()));
  if (mine !== asked) return;
  const first = list.children.length;
  list.append(...found.map(entry));
  more.hidden = waiting.length === 0;
  if (first) list.children[first].querySelector("a").focus();
};

const search = async () => {
  const mine = ++asked;
  const words = form.q.value.trim();
  const tag = form.tag.value;
  more.hidden = true;
  if (!words && !tag) {
    list.replaceChildren();
    status.textContent = "";
    return;
  }
  status.textContent = status.dataset.waiting;
  try {
    const { results } = await pagefind.search(words || null, tag ? { filters: { tag } } : {});
    if (mine !== asked) return;
    waiting = results;
    list.replaceChildren();
    const { none, one, several } = status.dataset;
    status.textContent = [none, one][results.length] ?? several.replace("{count}", results.length);
    await showMore();
  } catch {
    status.textContent = status.dataset.failed;
  }
};

const ask = () => {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  return search();
};

let pause;
form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(ask, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  ask();
});
more.addEventListener("click", showMore);

const given = new URLSearchParams(location.search);
form.q.value = given.get("q") ?? "";
form.tag.value = given.get("tag") ?? "";
if (form.tag.selectedIndex < 0) form.tag.value = "";
await search();
