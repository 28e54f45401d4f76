// The search page: asks Pagefind, shows what it finds, and keeps the question in the address (?q=…&tag=…).

const AT_A_TIME = 5; // results, each of which is a file with the text of a post
const EXCERPT = 30; // words

const form = document.getElementById("search-form");
const status = document.getElementById("search-status");
const list = document.getElementById("search-results");
const more = document.getElementById("search-more");
const blank = document.getElementById("search-result");
const dates = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });

let latest = 0; // the number of the last search: an earlier one that comes late is not shown
let waiting = []; // results that are not shown yet
let loaded;

// Without its worker Pagefind loads half as much script; the page's policy lets it run WebAssembly.
function pagefind() {
  loaded ??= (async () => {
    const root = new URL(document.documentElement.dataset.content_root, document.location.href);
    const engine = await import(new URL("_pagefind/pagefind.js", root));
    const options = { noWorker: true, excerptLength: EXCERPT, baseUrl: root.pathname };
    await engine.options(options);
    const others = form.dataset.parts.split(" ").filter(Boolean);
    await Promise.all(others.map((part) => engine.mergeIndex(new URL(`${part}/`, root).href, options)));
    return engine;
  })();
  return loaded;
}

// What Pagefind has marked is marked; whatever else stands in the text of a post is text.
function marked(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return Array.from(parsed.body.childNodes, (node) => {
    if (node.nodeName !== "MARK") return document.createTextNode(node.textContent);
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });
}

function entry({ url, meta, filters, excerpt }) {
  const item = blank.content.cloneNode(true);
  if (meta.date) {
    const time = document.createElement("time");
    time.dateTime = meta.date;
    time.textContent = dates.format(new Date(meta.date));
    item.querySelector(".post-meta").replaceChildren(time);
  }
  const link = item.querySelector("h2 a");
  link.href = url;
  link.textContent = meta.title;
  const tags = item.querySelector(".tags");
  for (const label of filters.tag ?? []) {
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = label;
    tags.appendChild(document.createElement("li")).append(tag);
  }
  item.querySelector(".search-excerpt").append(...marked(excerpt));
  return item;
}

async function showMore() {
  const search = latest;
  const before = list.children.length;
  const found = await Promise.all(waiting.slice(0, AT_A_TIME).map((result) => result.data()));
  if (search !== latest) return;
  waiting = waiting.slice(AT_A_TIME);
  list.append(...found.map(entry));
  more.hidden = waiting.length === 0;
  if (before) list.children[before].querySelector("a").focus();
}

function told(count, query, tag) {
  const message = status.dataset[count === 0 ? "none" : count === 1 ? "one" : "many"];
  const words = query && status.dataset.words.replace("{query}", () => query);
  const tagged = tag && status.dataset.tagged.replace("{tag}", () => tag);
  return [message.replace("{count}", count), words, tagged].filter(Boolean).join(" ");
}

function count(tags) {
  for (const option of form.elements.tag.options) {
    if (option.value) option.textContent = `${option.value} (${tags?.[option.value] ?? 0})`;
  }
}

async function search() {
  const number = ++latest;
  const query = form.elements.q.value.trim();
  const tag = form.elements.tag.value;
  list.replaceChildren();
  more.hidden = true;
  status.textContent = "";
  if (!query && !tag) return;
  status.textContent = status.dataset.loading;
  try {
    const engine = await pagefind();
    await engine.filters(); // without them there are no counts
    const answer = await engine.search(query || null, tag ? { filters: { tag } } : {});
    if (number !== latest) return;
    waiting = answer.results;
    count(answer.totalFilters.tag);
    await showMore();
    if (number === latest) status.textContent = told(answer.results.length, query, tag);
  } catch (error) {
    loaded = undefined;
    if (number === latest) status.textContent = status.dataset.failed;
    throw error;
  }
}

function read() {
  const asked = new URLSearchParams(document.location.search);
  form.elements.q.value = asked.get("q") ?? "";
  form.elements.tag.value = asked.get("tag") ?? "";
  if (form.elements.tag.selectedIndex < 0) form.elements.tag.value = "";
  return search();
}

function ask(event) {
  event.preventDefault();
  const asked = new URLSearchParams(Array.from(new FormData(form)).filter(([, value]) => value));
  window.history.pushState(null, "", `?${asked}`);
  return search();
}

if (form) {
  form.addEventListener("submit", ask);
  form.elements.tag.addEventListener("change", ask);
  more.addEventListener("click", showMore);
  window.addEventListener("popstate", read);
  read();
}
